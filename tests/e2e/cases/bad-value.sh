risky 1 1 >logs.json
status_of trawl --limit 0 logs.json
status_of trawl --limit ten logs.json
status_of trawl --format xml logs.json
status_of trawl -j -1 logs.json
status_of trawl --memory 10X logs.json
status_of trawl --max-record 0 logs.json
status_of trawl --isa z80 logs.json
status_of trawl --progress maybe logs.json
status_of trawl --quiet=yes logs.json
