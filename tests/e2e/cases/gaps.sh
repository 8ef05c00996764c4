# Hours without records, by shape and account, the same for any number of threads.
event() { printf '{"eventName":"x","eventVersion":"1","eventTime":"%s","recipientAccountId":"%s"}\n' "$1" "$2"; }
mkdir trail
for hour in 00 01 02 04 09 23; do event 2026-03-07T$hour:30:00Z 111 >>trail/a.json; done
for hour in 05 06; do event 2026-03-07T$hour:59:59Z 222 | gzip >>trail/b.json.gz; done
event 2026-03-09T00:00:00Z 222 >>trail/c.json
event unknown 333 >>trail/c.json
echo '{"when":"?"}' >>trail/c.json
trawl --gaps --stats stats.json -e 'nothing=there' trail
sed -n '/"hours"/,/^  \]/p' stats.json
for j in 1 3; do trawl --gaps -j$j -e 'nothing=there' trail 2>&1 | sed -n '/^Hours/,/^$/p' | sha1sum; done
trawl --gaps --since 2026-03-07T01:15:00Z --until 2026-03-07T10:00Z -e 'nothing=there' trail 2>&1 | sed -n '/^Hours/,/^$/p'
