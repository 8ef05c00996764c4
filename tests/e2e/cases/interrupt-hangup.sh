# A terminal that is lost interrupts as Ctrl-C does, but not one that was started with nohup.
risky 1 2 >first.json
mkfifo held
for how in '' nohup; do
    sleep 1 >held &
    $how trawl -j 1 -q -o "rows$how" first.json held &
    hunt=$!
    for _ in {1..100}; do
        grep -q held <(ls -l "/proc/$hunt/fd" 2>/dev/null) && break
        sleep 0.05
    done
    sleep 0.2
    kill -HUP $hunt
    wait $hunt
    echo "${how:-hangup} $?"
    users <"rows$how"
    wait
done
ls -A
