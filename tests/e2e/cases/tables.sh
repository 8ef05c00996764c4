# What the query API answers.
cat >answer.json <<'J'
{"tables":[{"name":"PrimaryResult","columns":[{"name":"TimeGenerated","type":"datetime"},{"name":"Type","type":"string"},{"name":"ResultType","type":"string"},{"name":"UserPrincipalName","type":"string"},{"name":"RiskState","type":"string"},{"name":"Status","type":"dynamic"}],
"rows":[["2026-03-07T14:00:00Z","SigninLogs","0","ann@contoso.example","atRisk",null],
["2026-03-07T14:01:00Z","SigninLogs",null,"bob@contoso.example","confirmedCompromised","{\"errorCode\":0}"],
["2026-03-07T14:02:00Z","SigninLogs","0","cy@contoso.example","none",{}]]}]}
J
trawl answer.json
