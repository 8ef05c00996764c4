# Folders are read in byte order of their names, whatever order they were made in.
mkdir -p archive/b archive/a archive/a-c
signin 1 high | sed s/user1@/b@/ >archive/b/x.json
signin 1 high | sed s/user1@/a-c@/ | gzip -n >archive/a-c/x.json
signin 1 high | sed s/user1@/a@/ | zstd -q >archive/a/x.json
signin 1 high | sed s/user1@/B@/ >archive/B.json
trawl -q archive | users
trawl -q archive/b archive/a | users
