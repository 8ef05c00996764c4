risky 1 2 | zstd -q | trawl -
