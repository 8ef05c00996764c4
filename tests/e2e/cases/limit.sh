for n in {0..59}; do signin "$n" high; done >logs.json
trawl --limit 2 logs.json | users
