# Waiting for somebody to open the other end must not stop an interrupt.
set -m
risky 1 1 >first.json
mkfifo held
trawl -q -j 1 first.json held >rows &
hunt=$!
set +m
(sleep 60; kill -KILL $hunt) 2>/dev/null & # what hangs is ended
guard=$!
# The hunt catches SIGINT (bit 2 of the mask) once it runs; then it has one small file to read. One
# signal only: a second one ends it at once.
for _ in {1..400}; do
    caught=$(sed -n 's/^SigCgt:\t//p' "/proc/$hunt/status" 2>/dev/null)
    [ -n "$caught" ] && [ $((0x$caught & 2)) -ne 0 ] && [ "$(cat "/proc/$hunt/comm")" = trawl ] && break
    sleep 0.05
done
sleep 1
kill -INT $hunt
wait $hunt
echo "status $?"
users <rows
kill $guard
