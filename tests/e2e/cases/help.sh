trawl -h
