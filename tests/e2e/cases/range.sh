# Only records of the range; what is delivered at another time is not read, what has no time is
# hunted. The same rows for any number of threads, and in sub-queries.
event() { printf '{"eventName":"%s","eventVersion":"1","eventTime":"%s","recipientAccountId":"7"}\n' "$@"; }
for day in 01 05 06 07 08 09 10; do
    mkdir -p trail/2026/03/$day
    event "day $day" 2026-03-${day}T12:00:00Z >trail/2026/03/$day/a.json
done
{
    event late 2026-03-07T23:59:59.9999Z
    event next 2026-03-08T00:00:00Z
    event undated yesterday
} | gzip >trail/2026/03/08/b.json.gz
mkdir -p trail/y=2026/m=03/d={07,09}/h=14
for day in 07 09; do event "hour $day" 2026-03-07T14:00:00Z >trail/y=2026/m=03/d=$day/h=14/PT1H.json; done
for minute in 20260306T2259Z 20260307T0000Z 20260309T0000Z; do
    event "minute $minute" 2026-03-07T00:00:00Z >trail/1_CloudTrail_us-east-1_${minute}_x.json
done
ask() { trawl "$@" -e '* | select([eventName])' trail; }
ask --since 2026-03-07 --until 2026-03-07 --stats stats.json
sed -n '/"range"/,/}/p' stats.json
for j in 1 2 4; do ask -q -j$j --since 2026-03-07T00:00Z --until 1772928000 | sha1sum; done
echo '--late 0'
ask -q --since 2026-03-07 --until 2026-03-07 --late 0
echo 'its own interval, and a sub-query'
trawl -q -e 'setTimeInterval(start="2026-03-05", end="2026-03-07") | select([eventName])' trail
trawl -q --since 2026-03-07 --until 2026-03-07 \
    -e 'eventName=/^(day|hour) (?<d>..)/ | join({eventName=/^day (?<d>..)/}, field=d) | select([eventName])' trail
trawl --check -e 'setTimeInterval(start=7d) | count()'
echo 'nothing of that time'
trawl --since 2025-01-01 --until 2025-01-02 -e '* | count()' trail/2026/03/01/a.json -q
trawl --since 2025-01-01 --until 2025-01-02 -e '* | count()' trail/y=2026
trawl --since 2026-03-07 --until 2026-03-06 -e '* | count()' trail
