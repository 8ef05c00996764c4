mkdir archive
risky 1 2 | iconv -f UTF-8 -t UTF-16LE | { printf '\xff\xfe'; cat; } >archive/le.json
{ echo '['; risky 3 3; echo ','; risky 4 4; echo ']'; } | sed s/user3@/Zoë@/ | iconv -f UTF-8 -t UTF-16BE | { printf '\xfe\xff'; cat; } >archive/be.json
trawl archive | users
exit "${PIPESTATUS[0]}"
