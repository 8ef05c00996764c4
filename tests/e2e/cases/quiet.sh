{ risky 1 1; echo garbage; } >logs.json
trawl -q logs.json | users
exit "${PIPESTATUS[0]}"
