risky 1 1 >logs.json
trawl nowhere logs.json | users
exit "${PIPESTATUS[0]}"
