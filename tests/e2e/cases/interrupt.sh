# The second input gives nothing and does not end; what the first one gave is printed.
set -m
risky 1 2 >first.json
mkfifo held
sleep 60 >held &
writer=$!
trawl -j 1 first.json held >rows &
hunt=$!
set +m
for _ in {1..100}; do
    grep -q held <(ls -l "/proc/$hunt/fd" 2>/dev/null) && break
    sleep 0.05
done
sleep 0.2
kill -INT $hunt
wait $hunt
echo "status $?"
users <rows
kill $writer
