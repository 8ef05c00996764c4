mkdir archive
{
    risky 1 2 | gzip -n
    padded 3 4000 | gzip -n
} >archive/a.gz
truncate -s "$(($(size archive/a.gz) - 1500))" archive/a.gz
risky 4 4 | gzip -n >archive/b.gz
trawl archive | users
exit "${PIPESTATUS[0]}"
