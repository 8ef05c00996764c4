needs tar zstd
mkdir export
risky 1 1 >export/a.json
risky 2 2 | head -c -50 >export/b.json
risky 3 3 | zstd -q >export/c.json.zst
tar --sort=name --mtime=@0 --owner=0 --group=0 -cf - export | zstd -q >logs.tar.zst
trawl logs.tar.zst | users
exit "${PIPESTATUS[0]}"
