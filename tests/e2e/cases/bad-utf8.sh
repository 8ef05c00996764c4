signin 1 high | sed 's/user1/us\xc3(er/' >logs.json
trawl logs.json | users
exit "${PIPESTATUS[0]}"
