# A copy that broke off: the rows of the frames before stay, and so do those of the other files.
needs zstd
mkdir archive
risky 1 2 | zstd -q >archive/a.zst
padded 3 4000 | zstd -q >>archive/a.zst
truncate -s "$(($(size archive/a.zst) - 1500))" archive/a.zst
risky 4 4 | zstd -q >archive/b.zst
trawl archive | users
exit "${PIPESTATUS[0]}"
