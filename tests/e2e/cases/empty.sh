# Blobs of 0 bytes are ordinary.
mkdir archive
: >archive/empty.json
: | gzip -n >archive/empty.gz
: | zstd -q >archive/empty.zst
printf '\n\n' >archive/lines
risky 1 1 >archive/real.json
trawl archive | users
exit "${PIPESTATUS[0]}"
