# Half a record at the end of a rotated file.
risky 1 3 | head -c -100 >logs.json
trawl logs.json | users
exit "${PIPESTATUS[0]}"
