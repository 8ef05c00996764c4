mkdir archive
trawl archive
