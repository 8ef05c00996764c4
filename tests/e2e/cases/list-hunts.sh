trawl --list-hunts
