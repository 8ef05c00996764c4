# Waiting for somebody to open the other end must not stop an interrupt.
set -m
risky 1 1 >first.json
mkfifo held
timeout -s KILL 20 trawl -q -j 1 first.json held >rows &
set +m
sleep 1
kill -INT $! # which timeout passes on
wait $!
echo "status $?"
users <rows
