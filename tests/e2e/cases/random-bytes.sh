mkdir archive
noise 100000 1 >archive/noise
risky 1 1 >archive/real.json
trawl archive >rows 2>ledger
echo "status $?"
users <rows
grep -c 'noise: byte' ledger
