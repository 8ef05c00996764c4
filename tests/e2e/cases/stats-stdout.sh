needs jq
risky 1 1 >logs.json
trawl -q --stats - -o /dev/null logs.json | jq -c '.rows, .flags, .scores'
