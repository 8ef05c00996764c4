risky 1 2 >logs.json
trawl -q --format json logs.json
signin 1 >none.json
trawl -q --format json none.json
