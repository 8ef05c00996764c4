risky 1 1 >logs.json
status_of trawl --limt 5 logs.json
status_of trawl -x logs.json
status_of trawl --nothing-like-it logs.json
status_of trawl --hunt compromised-cloud logs.json
status_of trawl --limit
status_of trawl --show logs.json:0 logs.json
status_of trawl --show logs.json:0 --show logs.json:0
