# A file goes away between listing and reading.
mkdir archive
risky 1 1 >archive/x.json
risky 2 2 >archive/y.json
mkfifo held
trawl -j 1 held archive >rows 2>ledger &
hunt=$!
exec 9>held
rm archive/x.json
exec 9>&-
wait $hunt
echo "status $?"
users <rows
grep x.json ledger
