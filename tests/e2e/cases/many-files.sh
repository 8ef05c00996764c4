mkdir archive
risky 1 1 >archive/0.json
for n in {1..3000}; do echo "archive/$n.json"; done | xargs -n 500 touch
for n in {1..300}; do signin 1 >archive/$n.json; done
trawl archive 2>ledger | users
sed -n '/^Read/,/^$/p' ledger | sed -n 2p
