needs zstd python3
needs_plain_build
mkdir archive
{ risky 1 1; head -c 2G /dev/zero; risky 2 2; } | zstd -q -1 >archive/zeros.zst
{ risky 3 3; head -c 1G /dev/zero | tr '\0' '{'; echo; risky 4 4; } | zstd -q -1 >archive/braces.zst
{ risky 5 5; printf '{"a":"'; head -c 1G /dev/zero | tr '\0' 'x'; echo '"}'; risky 6 6; } | zstd -q -1 >archive/long.zst
peak 160 trawl -j 2 -o rows archive
echo "status $?"
users <rows
