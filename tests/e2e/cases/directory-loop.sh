mkdir -p archive/a/b elsewhere
risky 1 1 >archive/a/b/x.json
risky 2 2 >elsewhere/y.json
ln -s ../.. archive/a/b/loop
ln -s a archive/again
ln -s ../elsewhere archive/linked
ln -s nowhere archive/dangling
trawl archive | users
exit "${PIPESTATUS[0]}"
