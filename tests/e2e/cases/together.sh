# Several hunts in one reading: what each is called, what is refused, where the rows go.
mkdir archive rules other
{ risky 1 3; signin 4; } >archive/a.json
echo 'riskState=atRisk | table([timestamp, riskState], limit=2)' >rules/at-risk.cql
printf '// title: Sign-ins by address\n// severity: low\ngroupBy(ipAddress)\n' >rules/by-address.cql
cp rules/at-risk.cql other/at-risk.cql

trawl -j1 -f rules/at-risk.cql -f rules/by-address.cql -e 'count()' archive
echo 'standard input is read once, by all'
trawl -q -f rules/by-address.cql -e 'selfJoinFilter(ipAddress, where={riskState=atRisk}) | count()' - <archive/a.json
echo 'a table'
trawl -q --format table -f rules/by-address.cql --hunt password-spray archive
echo 'a folder'
trawl -q --format csv -f rules/at-risk.cql --hunt password-spray,compromised-cloud-account -o out/ archive
ls out
cat out/at-risk.csv
echo 'refused'
status_of() { "$@" >/dev/null; echo "status $?"; }
status_of trawl -f rules/at-risk.cql -f other/at-risk.cql archive
status_of trawl --hunt all,password-spry archive
status_of trawl -f rules/at-risk.cql -e 'groupBy(' archive
status_of trawl -q --hunt all -D userz=5 archive
status_of trawl --hunt all -D userz=5 -q archive
trawl --hunt aws-credential-recon,password-spray -D userz=5 archive 2>&1 >/dev/null | head -1
cp archive/a.json out/at-risk.ndjson
status_of trawl -f rules/at-risk.cql -f rules/by-address.cql -o out out
echo 'explained'
trawl --explain -f rules/at-risk.cql -f rules/by-address.cql | tail -3
trawl --check --hunt all | tail -1
