risky 1 1 >logs.json
trawl -o nowhere/rows logs.json
