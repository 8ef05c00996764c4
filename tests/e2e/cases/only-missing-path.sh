trawl nowhere
