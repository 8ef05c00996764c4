# Pages of an API, pretty-printed, one after another; a bare array; an envelope on each line.
page() {
    printf '{\n  "@odata.context": "https://graph.example/signIns",\n  "value": [\n'
    printf '    {\n      "createdDateTime": "2026-03-07T14:0%s:00Z",\n      "userPrincipalName": "%s@contoso.example",\n' "$2" "$1"
    printf '      "status": {\n        "errorCode": 0\n      },\n      "riskState": "atRisk"\n    }\n'
    printf '  ],\n  "@odata.nextLink": "https://graph.example/signIns?page=2"\n}\n'
}
mkdir archive
{ page ann 1; page bob 2; } >archive/pages.json
{ printf '['; risky 3 3 | tr -d '\n'; printf ','; risky 4 4 | tr -d '\n'; printf ']'; } >archive/array.json
for n in 5 6; do printf '{"records":[%s]}\n' "$(signin $n high)"; done >archive/hub.json
trawl archive | users
exit "${PIPESTATUS[0]}"
