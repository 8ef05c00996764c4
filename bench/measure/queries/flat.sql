-- LogScale's flat records, the projection written by hand.
CREATE VIEW signins AS
SELECT * FROM read_ndjson(FILES, columns = {
    event_source: 'VARCHAR', event_type: 'VARCHAR', result_type: 'VARCHAR', timestamp: 'VARCHAR',
    userPrincipalName: 'VARCHAR', ipAddress: 'VARCHAR', appDisplayName: 'VARCHAR',
    riskLevelDuringSignIn: 'VARCHAR', riskState: 'VARCHAR', riskEventTypes_v2: 'VARCHAR',
    authenticationRequirement: 'VARCHAR', homeTenantId: 'VARCHAR', resourceTenantId: 'VARCHAR'
})
WHERE event_source = 'AzureActiveDirectory' AND event_type = 'SignIn' AND result_type = '0';
