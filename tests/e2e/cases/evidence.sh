# Each row says where its record stands, and --show prints what stands there.
event() { printf '{"eventName":"%s","eventVersion":"1","eventTime":"2026-03-07T12:00:0%s.5Z","x":"@file"}' "$1" "$2"; }
mkdir a && cd a
{ event line 1; echo; event line 2; echo; } | zstd -q >lines.zst
{ printf '{"Records":['; event element 1; printf ' ,\n  '; event element 2; echo ']}'; } | gzip >array.gz
printf '\n\n{\n  "eventName": "pretty",\n  "eventVersion": "1",\n  "eventTime": "2026-03-07T12:00:01Z",\n  "a": {}\n}\n[1]\n' >pretty.json
printf 'eventName,eventTime,eventVersion,note\nrow,2026-03-07T12:00:01Z,1,"a ""b""\nc"\nrow,2026-03-07T12:00:02Z,1,\n' >table.csv
mkdir -p in/deep && event member 1 >in/deep/x.json && { echo '{broken'; event member 2; } >'in/y!z.json'
tar --sort=name -cf - in | gzip >pack.tar.gz
tar -cf 'in!side.tar' in/deep/x.json
rm -r in
cd ..
trawl -q --evidence -e 'eventName=* | select(eventName)' a | tee rows
echo '--show'
python3 - <<'PY'
import json, subprocess
for line in open("rows"):
    row = json.loads(line)
    place = row["file"] + ("!" + row["member"] if row["member"] else "") + ":" + str(row["offset"])
    shown = subprocess.run(["trawl", "--show", place], capture_output=True)
    assert shown.returncode == 0 and len(shown.stdout) == row["length"] + 1, (place, shown)
    print(place, shown.stdout.decode(), end="")
PY
echo 'the same for any number of threads'
for i in {1..20000}; do event many 7; echo; done >many.json
for j in 1 4; do trawl -q -j$j --evidence -e '* | tail(5) | select(eventName)' many.json | sha1sum; done
echo 'behind table, sort and join; a name that is taken'
trawl -q --evidence -e 'eventName=line | file := 7 | @offset := 1 | table([eventName, file], sortby=@offset)' a/lines.zst
trawl -q --evidence -e 'join({eventName=element}, field=eventVersion) | head(1) | sort(@timestamp, order=asc) | select([eventName, @offset])' a
trawl -q -e 'eventName=line @offset > 0 | table([@file, @offset, @length])' a/lines.zst
trawl -q --evidence -e 'count()' a
trawl --evidence -e 'count()' a 2>&1 | head -1
echo 'what is broken is shown too'
trawl --show 'a/pack.tar.gz!in/y!z.json:0'
for place in 1 3 9; do printf '[1,"two",{}]' | trawl --show -:$place; done
echo 'names with exclamation marks'
mkdir b && event whole 1 >'b!x.json' && event also 1 >'a/lines.zst!x.json'
trawl --show 'b!x.json:0'
trawl --show 'a/lines.zst!x.json:0'
echo 'members of the same name'
for n in 1 2; do event "again" $n >x.json; tar -rf b/twice.tar x.json; done
trawl -q --evidence -e 'select(@timestamp)' b
trawl --show b/twice.tar!x.json:0
echo 'a name that is not UTF-8'
event latin 1 >$'caf\xe9.json' && tar -cf b/latin.tar --remove-files $'caf\xe9.json'
trawl -q --evidence -e 'eventName=latin | select([@member])' b
trawl --show b/latin.tar!caf�.json:0
echo 'what is not there'
trawl --show a/lines.zst:5
trawl --show a/pack.tar.gz:0
trawl --show 'a/pack.tar.gz!in/deep/none.json:0'
trawl --show a:0
trawl --show missing:0
trawl --show a/lines.zst
printf '7z\xbc\xaf\x27\x1c\0\4not unpacked' >b/x.7z
trawl --show b/x.7z!x.json:0
