{
    risky 1 1
    padded 2 3000
    risky 3 3
} >logs.json
trawl --max-record 2K logs.json | users
exit "${PIPESTATUS[0]}"
