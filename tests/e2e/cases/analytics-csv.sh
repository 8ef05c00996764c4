# Two exports in one file, the second with its header once more.
printf '%s\r\n' \
    'TimeGenerated,Type,ResultType,UserPrincipalName,IPAddress,AppDisplayName,RiskLevelDuringSignIn,RiskState,RiskEventTypes_V2,AuthenticationRequirement,HomeTenantId,ResourceTenantId' \
    '2026-03-07T14:00:00Z,SigninLogs,0,ann@contoso.example,203.0.113.9,"Office, 365",MEDIUM,none,"[""newCountry"",""passwordSpray""]",singleFactorAuthentication,h,r' \
    'TimeGenerated,Type,ResultType,UserPrincipalName,IPAddress,AppDisplayName,RiskLevelDuringSignIn,RiskState,RiskEventTypes_V2,AuthenticationRequirement,HomeTenantId,ResourceTenantId' \
    '2026-03-07T14:01:00Z,SigninLogs,0,bob@contoso.example,,,,AtRisk,,,,' \
    '2026-03-07T14:02:00Z,SigninLogs,50126,cy@contoso.example,,,high,,,,,' >signins.csv
trawl signins.csv
