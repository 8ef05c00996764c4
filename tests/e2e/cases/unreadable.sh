mkdir archive
risky 1 1 >archive/a.json
risky 2 2 >archive/b.json
mkdir archive/closed
risky 3 3 >archive/closed/c.json
chmod 000 archive/a.json archive/closed
if [ "$(id -u)" -eq 0 ]; then
    needs setpriv
    setpriv --reuid=65534 --regid=65534 --clear-groups trawl archive | users
else
    trawl archive | users
fi
exit "${PIPESTATUS[0]}"
