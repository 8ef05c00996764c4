risky 1 1 >logs.json
status_of trawl -o logs.json logs.json
users <logs.json | head -1
