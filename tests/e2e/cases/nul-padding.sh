{
    risky 1 1
    head -c 4096 /dev/zero
    risky 2 2
    head -c 100 /dev/zero
} >logs.json
trawl logs.json | users
exit "${PIPESTATUS[0]}"
