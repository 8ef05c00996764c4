needs python3
risky 1 2 | gzip -n >a.json.gz
risky 3 3 >b.json
python3 -c 'import zipfile
with zipfile.ZipFile("inner.zip", "w", zipfile.ZIP_DEFLATED) as z:
    z.write("b.json")
with zipfile.ZipFile("logs.zip", "w", zipfile.ZIP_STORED) as z:
    z.write("a.json.gz", "export/a.json.gz"); z.write("inner.zip", "export/inner.zip")'
trawl logs.zip | users
exit "${PIPESTATUS[0]}"
