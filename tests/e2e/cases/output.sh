# The result appears under its name when it is whole, and nothing is left beside it.
risky 1 1 >logs.json
echo old >rows
trawl -q -o rows logs.json
users <rows
ls
