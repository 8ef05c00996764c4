# Text is read in blocks of 1 MiB: a record is cut by the end of one at each of its bytes, and at
# each byte of the line before it.
needs python3 jq
python3 - <<'EOF'
import gzip, json
def record(n, pad=""):
    text = '{"pad":"%s","n":%d,"a":{"b":"caf\u00e9 \\"%d\\"","c":[1,{"n":-1}]},"s":null,"t":"x%d"}\n'
    return (text % (pad, n, n, n)).encode()
block, whole = 1 << 20, len(record(1000)) * 2
for cut in range(whole + 1):
    first = record(1000 + cut, " " * (block - whole + cut - len(record(1000))))
    with gzip.GzipFile("%04d.gz" % cut, "wb", compresslevel=1, mtime=0) as file:
        file.write(first)
        for n in 4000, 5000, 6000:
            file.write(record(n + cut))
EOF
query='s!=* | table([@file, @offset, @length, n, a.b, a.c[1].n, t], limit=9999)'
for j in 1 2; do
    trawl -q -j$j --limit 9999 --stats fast.json -e "$query" ./*.gz >fast-$j
    trawl -q -j$j --limit 9999 --stats plain.json --no-fast-path -e "$query" ./*.gz >plain-$j
    cmp fast-$j plain-$j
    cmp <(jq 'del(.seconds, .unpack_share, .fast_path)' fast.json) <(jq 'del(.seconds, .unpack_share, .fast_path)' plain.json)
    jq -c '.fast_path.read > 600' fast.json
done
cmp fast-1 fast-2
jq -s -c '[length, (map(.n | tonumber) | add), (map(select(."a.b" == "café \"\(.n)\"" and .t == "x\(.n)")) | length)]' fast-1
