# A file of tuning that is wrong is refused, with place and reason.
echo '{}' >x.json
bad() { printf '%b' "$1" >tune.yaml; trawl -q --tune tune.yaml x.json; echo "status $?" >&2; }
good='- name: a\n  when: { x: y }\n  exclude: true\n  reason: r\n'
bad ''
bad '# nothing\n'
bad '---\n'
bad 'name: a\n'
bad '[]\n'
bad "$good  colour: red\n"
bad "$good  excluded: true\n"
bad '- when: { x: y }\n  exclude: true\n  reason: r\n'
bad '- name: a\n  exclude: true\n  reason: r\n'
bad '- name: a\n  when: { x: y }\n  exclude: true\n'
bad '- name: a\n  when: { x: y }\n  exclude: true\n  reason: "  "\n'
bad '- name: a\n  when: { x: y }\n  reason: r\n'
bad "$good  lower: 1\n"
bad '- name: a\n  when: { x: y }\n  exclude: false\n  reason: r\n'
bad '- name: a\n  when: { x: y }\n  lower: 0\n  reason: r\n'
bad '- name: a\n  when: { x: y }\n  lower: -1\n  reason: r\n'
bad "$good  score: s\n"
bad "$good  at: home\n"
bad '- name: a\n  when: { x: y }\n  clear: f\n  at: rows\n  reason: r\n'
bad "$good  expires: tomorrow\n"
bad "$good  expires: 2027-02-30\n"
bad "$good  expires: -7d\n"
bad "$good  hunt: password-spry\n"
bad "$good  hunt: [password-spray, mine]\n"
bad "$good  hunt: a/b.cql\n"
bad "$good$good"
bad "$good  name: b\n"
bad '- name: a\n  when: {}\n  exclude: true\n  reason: r\n'
bad '- name: a\n  when: { x: { cdir: 10.0.0.0/8 } }\n  exclude: true\n  reason: r\n'
bad '- name: a\n  when: { x: { cidr: [10.0.0.0/8, 10.0.0.0/33] } }\n  exclude: true\n  reason: r\n'
bad '- name: a\n  when: { x: { regex: "(" } }\n  exclude: true\n  reason: r\n'
bad '- name: a\n  when: { x: [] }\n  exclude: true\n  reason: r\n'
bad '- name: a\n  when: { x: ~ }\n  exclude: true\n  reason: r\n'
bad '- name: a\n  when: { x: }\n  exclude: true\n  reason: r\n'
bad '- name: a\n  when: { x: [[y]] }\n  exclude: true\n  reason: r\n'
bad '- name: a\n  when: { ? [x] : y }\n  exclude: true\n  reason: r\n'
bad '- name: a\n  when: { x: *.example }\n  exclude: true\n  reason: r\n'
bad '- &a name: a\n'
bad '- !!map {name: a}\n'
bad '- name: a\n when: {\n'
bad '- name: "a\n'
bad '\ta: b\n'
bad '- name: a\001b\n'
bad '- name: \377\n'
bad "$good---\n$good"
bad '- name: "\\0"\n'
{ printf -- '- name: '; yes '[' | head -100000 | tr -d '\n'; } >tune.yaml; trawl -q --tune tune.yaml x.json
{ echo '- name: a'; printf '  when: {'; seq -f 'f%.0f: x,' 2000; echo '}'; } >tune.yaml; trawl -q --tune tune.yaml x.json
{ echo 'a: &a [x,x,x,x,x,x,x,x,x]'; for c in b c d e f g h; do echo "$c: &$c [*a,*a,*a,*a,*a,*a]"; done; } >tune.yaml; trawl -q --tune tune.yaml x.json
for i in {1..1001}; do printf -- '- {name: n%s, when: {x: y}, exclude: true, reason: r}\n' "$i"; done >tune.yaml; trawl -q --tune tune.yaml x.json
truncate -s 100M tune.yaml; trawl -q --tune tune.yaml x.json
trawl -q --tune missing.yaml x.json
trawl -q --tune . x.json
trawl -q --tune '' x.json
trawl -q --tune a --no-tune x.json
trawl -q --no-tune --show-suppressed x.json
trawl -q --show-suppressed x.json
printf '%b' "$good" >tune.yaml; cp tune.yaml two.yaml
trawl -q --tune tune.yaml --tune two.yaml x.json
trawl --check --tune missing.yaml
trawl --check --tune tune.yaml
trawl -q --tune tune.yaml x.json
