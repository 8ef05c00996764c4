# An export of raw lines only, and the tags of a parser.
needs python3
signin 1 high | python3 -c 'import json, sys
print(json.dumps({"@timestamp": 1772892000000, "@rawstring": sys.stdin.read().strip(), "#repo": "raw"}))' >raw.json
echo '{"@timestamp":1772892060000,"#Vendor":"microsoft","#event.dataset":"entraid.signin","result_type":"0","Vendor.properties.userPrincipalName":"ann@contoso.example","Vendor.properties.riskEventTypes_v2[0]":"newCountry","Vendor.properties.riskEventTypes_v2[1]":"passwordSpray"}' >tagged.json
trawl raw.json tagged.json
