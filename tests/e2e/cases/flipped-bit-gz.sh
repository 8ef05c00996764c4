padded 1 3000 | gzip -n >a
padded 2 3000 | gzip -n >b
padded 3 3000 | gzip -n >c
flip b 1000
cat a b c >logs.gz
trawl logs.gz | users
exit "${PIPESTATUS[0]}"
