trawl --help
