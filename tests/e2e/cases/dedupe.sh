# An event that was delivered twice counts once: by its id, else by all of its text; the first in
# input order stays, whatever the number of threads.
trail() { printf '{"eventName":"%s","eventVersion":"1","eventTime":"2026-03-07T12:00:00Z","eventID":"%s","n":%d}\n' "$@"; }
mkdir a
{ trail login 1 1; trail login 2 2; trail login 1 3; echo '{"id":"7","n":4}'; echo '{"id":"7","n":5}'; } >a/1.json
{ trail login 2 6; trail logout 3 7; echo '{"id":"7","n":4}'; trail login 4 8; } | gzip >a/2.json.gz
signin 1 high | sed 's/"createdDateTime"/"id":"s1","createdDateTime"/' >a/3.json
signin 1 high | sed 's/"createdDateTime"/"id":"s1","createdDateTime"/; s/^/ /' >>a/3.json
for j in 1 3; do trawl -j$j --dedupe -q -e '* | select([n, eventName, ipAddress])' a; done
echo 'counts, and what passes the first filters'
trawl -q -e 'eventName=login | count()' a
trawl -q --dedupe -e 'eventName=login | count()' a
trawl -q --dedupe -e 'n > 1 | eventName=login | sort(n, order=asc) | select(n)' a
trawl -q --dedupe --evidence -e 'eventName=login | m := n + 1 | groupBy(m)' a
trawl -q --dedupe --evidence -e 'eventName=login | tail(1) | table([n, m])' a
echo 'before several rows of one'
trawl -q --dedupe -e 'eventName=login | array:append(xs, values=[1, 2]) | split(xs) | select([n, xs])' a
trawl -q --dedupe -e 'eventName=login | regex("(?<c>[lo])", field=eventName, repeat=true) | count()' a
trawl -q --dedupe -e 'join({eventName=login}, field=eventID, include=n) | count()' a
trawl -q --dedupe -e '[count(), max(n)]' a
trawl -q --dedupe -e 'createEvents(["a=1", "a=1"]) | count()' a
echo 'the built-in hunt'
trawl --dedupe --format csv a/3.json
trawl --dedupe -e '* | count()' --limit 1 a
for i in {1..20000}; do echo "{\"line\":$((i % 5000))}"; done >many.json
trawl -q --dedupe --memory 60M -j2 -e 'count()' many.json
trawl -q --dedupe --limit 3 -e '* | select(line)' many.json
echo 'without --dedupe: marked, and counted'
trawl -q --evidence -e 'eventName=login | select([n])' a
cat a/3.json >a/4.json
trawl -j2 a/3.json a/4.json 2>&1 >/dev/null | grep 'before[: ]'
trawl -q -e 'eventName=login | select([eventName])' a 2>&1 >/dev/null | grep 'before' | wc -l
echo 'with --dedupe: rows that are alike are of other events'
signin 1 high | sed 's/"createdDateTime"/"id":"s2","createdDateTime"/' >a/4.json
trawl --dedupe a/3.json a/4.json 2>&1 >/dev/null | grep 'before[: ]'
