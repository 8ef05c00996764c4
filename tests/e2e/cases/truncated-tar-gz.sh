mkdir export
risky 1 1 >export/a.json
padded 2 3000 >export/b.json
tar --sort=name --mtime=@0 --owner=0 --group=0 -cf - export | gzip -n >logs.tgz
truncate -s "$(($(size logs.tgz) - 1000))" logs.tgz
trawl logs.tgz | users
exit "${PIPESTATUS[0]}"
