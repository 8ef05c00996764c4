risky 1 1 >logs.json
status_of trawl -o logs.json logs.json
users <logs.json | head -1
# Also where the file was found in a folder, under another name.
mkdir folder
risky 3 3 >folder/b.json
ln folder/b.json other
trawl -o other folder
echo "status $?"
users <folder/b.json | head -1 || true
