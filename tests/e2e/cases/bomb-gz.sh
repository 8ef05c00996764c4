needs python3
needs_plain_build
{ risky 1 1; head -c 1G /dev/zero | tr '\0' '['; echo; risky 2 2; } | gzip -1 | gzip -1 >logs.gz
peak 160 trawl -j 2 -q -o rows logs.gz
echo "status $?"
users <rows
