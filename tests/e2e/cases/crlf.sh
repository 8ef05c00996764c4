risky 1 3 | sed 's/$/\r/' >logs.json
trawl logs.json | users
exit "${PIPESTATUS[0]}"
