# Shown on request, to the end; never where standard error is no terminal.
risky 1 2 >first.json
mkfifo held
{ risky 3 4; sleep 1; } >held &
trawl -q -j 1 --progress always first.json held 2>progress | users
grep -q ' 2 of 2 files' progress && echo "progress was shown"
trawl -q first.json 2>progress | users
[ -s progress ] || echo "no progress was shown"
