risky 1 5 >logs.json
trawl -q logs.json >/dev/full
echo "status $?"
trawl --help >/dev/full
echo "status $?"
status_of trawl -q -o /dev/full logs.json
status_of trawl -q -o rows --stats /dev/full logs.json
ls
