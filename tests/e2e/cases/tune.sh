# What a file of tuning takes away, and what is told of it.
# sign-ins: time-of-day user address events authentication home resource
sign() {
    printf '{"time":"2026-03-07T%s:00Z","category":"SignInLogs","resultType":"%s","properties":{"createdDateTime":"2026-03-07T%s:00Z","id":"%s%s","userPrincipalName":"%s@a.example","ipAddress":"%s","appDisplayName":"Portal","userAgent":"%s","riskEventTypes_v2":%s,"authenticationRequirement":"%s","homeTenantId":"%s","resourceTenantId":"%s"}}\n' \
        "$1" "${8:-0}" "$1" "$1" "$2" "$2" "$3" "${9:-Mozilla}" "$4" "$5" "$6" "$7"
}
multi=multiFactorAuthentication single=singleFactorAuthentication
{
    sign 01:00 only-proxy 198.51.100.7 '["anonymizedIPAddress"]' $multi a a
    sign 02:00 proxy-and-more 198.51.100.8 '["anonymizedIPAddress","unfamiliarFeatures"]' $multi a a
    sign 03:00 proxy-and-tenant 198.51.100.9 '["anonymizedIPAddress"]' $single a b
    sign 04:00 other-proxy 203.0.113.7 '["anonymizedIPAddress"]' $multi a a
    sign 05:00 red.team 203.0.113.8 '["maliciousIPAddress"]' $single a b
    sign 06:00 nothing 203.0.113.9 '[]' $multi a a
} >signins.json
cat >tune.yaml <<'Y'
- name: head-office-proxy
  hunt: compromised-cloud-account
  when:
    ipAddress: { cidr: [198.51.100.0/24, "2001:db8::/32"] }
  forget: { riskEventTypes_v2: anonymizedIPAddress }
  reason: all web traffic of head office
    leaves through this proxy
  expires: 2027-03-31
- name: red-team
  when: { userPrincipalName: { glob: "RED.*" } }
  exclude: true
  reason: exercise of spring
  expires: 2026-12-31
- name: sister-company
  when: { homeTenantId: A, resourceTenantId: [b, c] }
  lower: 1
  reason: one group
- name: never
  when: { userAgent: { regex: "^python" } }
  exclude: true
  reason: the inventory
- name: mistyped
  when: { userPrincipleName: x }
  exclude: true
  reason: a slip
- name: mistyped-flag
  hunt: [compromised-cloud-account, my.cql]
  when: { userAgent: Mozilla }
  clear: cross_tenant_mfaa
  reason: a slip
- name: elsewhere
  hunt: password-spray
  when: { userAgent: Mozilla }
  exclude: true
  reason: another hunt
Y
brief() { sed -n '/^Kept by step/,/^Rows per flag/p; /^Tuning/,/^$/p'; }
trawl --tune-day 2026-06-01 --tune tune.yaml --format csv signins.json 2>ledger
brief <ledger
echo 'suppressed'
trawl --tune-day 2026-06-01 --tune tune.yaml --show-suppressed --evidence -D x=1 signins.json 2>ledger
brief <ledger
trawl --tune-day 2026-06-01 --tune tune.yaml --show-suppressed --format csv -e '* | ipAddress=* | select([userPrincipalName, reason])' signins.json 2>&1 | head -3
echo 'the last day of an entry is one of its days'
for day in 2026-12-31T23:59:59Z 2027-01-01; do trawl --tune-day $day --tune tune.yaml signins.json 2>&1 >/dev/null | grep -E 'red-team'; done
echo 'what is told to programs'
trawl -q --tune-day 2027-01-01 --tune tune.yaml --stats stats.json signins.json >/dev/null
jq -c '.tuning[]' stats.json
echo 'the plan'
trawl --explain --tune-day 2026-06-01 --tune tune.yaml | grep -E '^keep "tuned|^tuned|^   +"'
trawl --explain >plan && trawl --explain --no-tune | cmp - plan
echo 'files that are there by themselves'
mkdir -p home/.config/trawl rules
cp tune.yaml home/.config/trawl/
printf -- '- name: of-my-query\n  hunt: my.cql\n  when: { userPrincipalName: "nothing@a.example" }\n  exclude: true\n  reason: it is nothing\n' >rules/tune.yaml
echo 'ipAddress=* | select(userPrincipalName)' >rules/my.cql
export HOME=$PWD/home
trawl --tune-day 2026-06-01 -f rules/my.cql signins.json 2>ledger
sed -n '/^Tuning/,/^$/p' ledger | sed "s,$PWD,.,"
trawl --tune-day 2026-06-01 signins.json 2>&1 >/dev/null | grep '^Tuning' | sed "s,$PWD,.,"
for none in '--no-tune' '-e ipAddress=*'; do trawl $none signins.json 2>&1 >/dev/null | grep -c Tuning; done
XDG_CONFIG_HOME=$PWD trawl -q --show-suppressed signins.json
cp rules/tune.yaml home/.config/trawl/
trawl -f rules/my.cql signins.json
