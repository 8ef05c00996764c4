# Pipes inside folders would hang a reader.
mkdir archive
mkfifo archive/pipe
risky 1 1 >archive/x.json
timeout 20 trawl archive | users
exit "${PIPESTATUS[0]}"
