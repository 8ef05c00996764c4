# Waiting for somebody to open the other end must not stop an interrupt.
set -m
risky 1 1 >first.json
mkfifo held
timeout -s KILL 60 trawl -q -j 1 first.json held >rows &
set +m
# The hunt catches SIGINT (bit 2 of the mask) once it runs; then it has one small file to read.
for _ in {1..400}; do
    read -r hunt <"/proc/$!/task/$!/children"
    caught=$(sed -n 's/^SigCgt:\t//p' "/proc/$hunt/status" 2>/dev/null)
    # Before it becomes the hunt the process is still a copy of timeout.
    [ -n "$caught" ] && [ "$(cat "/proc/$hunt/comm")" = trawl ] && [ $((0x$caught & 2)) -ne 0 ] && break
    sleep 0.05
done
sleep 1
kill -INT $! # which timeout passes on
wait $!
echo "status $?"
users <rows
