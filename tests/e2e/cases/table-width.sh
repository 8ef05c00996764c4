# On a terminal of 80 columns, without and with colours.
needs python3
python3 -c 'import pty; pty.openpty()' 2>/dev/null || skip 'there are no pseudo-terminals here'
{ signin 1 high; signin 2 medium atRisk '["passwordSpray","anonymizedIPAddress"]'; } >logs.json
cat >terminal.py <<'P'
import fcntl, os, pty, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    os.execvp(sys.argv[1], sys.argv[1:])
out = b""
while True:
    try:
        got = os.read(fd, 65536)
    except OSError:
        break
    if not got:
        break
    out += got
os.waitpid(pid, 0)
text = out.decode().replace("\r\n", "\n")
sys.stdout.buffer.write(text.replace("\x1b", "ESC").encode())
P
export TERM=xterm
NO_COLOR=1 python3 terminal.py trawl -q logs.json >plain
python3 -c 'print("too wide:", [line for line in open("plain") if len(line) > 81])'
cat plain
python3 terminal.py trawl -q logs.json
