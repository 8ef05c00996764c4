# Entries and hunts whose rows are made of many records: on the rows where these have the fields,
# else on the records.
for i in {10..29}; do
    address=203.0.113.$((i % 2 ? 7 : 8)) agent=Mozilla
    [ "$i" = 29 ] && agent=python-requests
    printf '{"time":"2026-03-07T10:%s:00Z","category":"SignInLogs","resultType":"50126","properties":{"createdDateTime":"2026-03-07T10:%s:00Z","userPrincipalName":"u%s@a.example","ipAddress":"%s","userAgent":"%s"}}\n' $i $i $i $address $agent
done >signins.json
run() { trawl --hunt password-spray -D users=9 -D span=1h "$@" signins.json 2>ledger; sed -n '/^Tuning/,/^$/p; /^warning/p' ledger; }
entry() { printf -- '- name: %s\n  when: %s\n  %s\n  reason: the reason\n' "$@"; }
trawl -q --hunt password-spray -D users=9 -D span=1h signins.json
echo 'on rows'
entry scanner '{ address: { cidr: 203.0.113.8/32 } }' 'exclude: true' >rows.yaml
run --tune rows.yaml
run --tune rows.yaml --show-suppressed -j3
entry scanner '{ address: 203.0.113.8 }' 'lower: 1' >lower.yaml
run --tune lower.yaml
echo 'on records: too few users are left'
entry inventory '{ userAgent: { glob: python* } }' 'exclude: true' >records.yaml
run --tune records.yaml -D users=10
run --tune records.yaml
run --tune records.yaml --show-suppressed
entry scanner '{ address: 203.0.113.8 }' 'exclude: true
  at: records' >records.yaml
run --tune records.yaml
echo 'what cannot be'
entry low '{ userAgent: Mozilla }' 'lower: 1
  hunt: password-spray' >idle.yaml
entry rows '{ userAgent: Mozilla }' 'exclude: true
  at: rows
  hunt: password-spray' >>idle.yaml
entry late '{ userAgent: Mozilla }' 'clear: users
  hunt: password-spray' >>idle.yaml
run --tune idle.yaml
echo 'windows pass records on'
trawl -q --tune rows.yaml -e 'userPrincipalName=* | address := ipAddress | groupBy(address, function=slidingTimeWindow(count(userPrincipalName, as=n), span=1h)) | n > 9 | table([address, n, userPrincipalName])' signins.json
echo 'tables, and queries that are inlined'
mkdir saved && echo 'userPrincipalName=?who | mark := "yes" | m := upper(mark)' >saved/of.cql
entry clear '{ ipAddress: 203.0.113.8 }' 'clear: mark' >clear.yaml
for options in '' --show-suppressed; do
    trawl -q $options --saved saved --tune clear.yaml -e 'join({userAgent=python*}, field=category) | $of(who="u1*") | m="YES" | groupBy([ipAddress, m])' signins.json
    trawl -q $options --saved saved --tune clear.yaml -e 'join({userAgent=python*}, field=category) | $of(who="u1*") | m="YES" | userPrincipalName=/u1[0-3]/ | table([userPrincipalName, mark, m], sortby=userPrincipalName, order=asc)' signins.json
done
echo 'hunts of one run: each has its own'
entry scanner '{ address: 203.0.113.8 }' 'exclude: true
  hunt: [password-spray, aws-credential-recon]' >some.yaml
entry everywhere '{ userAgent: Mozilla }' 'exclude: true' >>some.yaml
trawl --hunt password-spray,compromised-cloud-account --tune some.yaml -D users=9 -D span=1h --stats stats.json signins.json 2>ledger | grep -c spray
sed -n '/^== /p; /^Tuning/,/^$/p' ledger
jq -c '.hunts[] | [.hunt, (.tuning[] | [.name, .state, .suppressed])]' stats.json
