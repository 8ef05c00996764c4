# An entry for every hunt that this one gives nothing to act on is named, not passed over in silence.
risky 1 2 >logs.json
cat >tune.yaml <<'Y'
- name: mistyped
  when: { ipAddress: { cidr: 203.0.113.0/24 } }
  clear: cross_tenant_mf
  reason: a flag that the hunt does not set
Y
trawl --tune tune.yaml -o rows logs.json
mkdir -p home/trawl && ln -s loop.yaml home/trawl/tune.yaml && ln -s tune.yaml home/trawl/loop.yaml
XDG_CONFIG_HOME=$PWD/home status_of trawl -q logs.json
