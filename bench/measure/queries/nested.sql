-- Azure Monitor's records, the projection written by hand.
CREATE VIEW signins AS
SELECT properties.createdDateTime AS timestamp, properties.userPrincipalName AS userPrincipalName,
    properties.ipAddress AS ipAddress, properties.appDisplayName AS appDisplayName,
    properties.riskLevelDuringSignIn AS riskLevelDuringSignIn, properties.riskState AS riskState,
    array_to_string(properties.riskEventTypes_v2, ',') AS riskEventTypes_v2,
    properties.authenticationRequirement AS authenticationRequirement,
    properties.homeTenantId AS homeTenantId, properties.resourceTenantId AS resourceTenantId
FROM read_ndjson(FILES, columns = {
    category: 'VARCHAR', resultType: 'VARCHAR',
    properties: 'STRUCT(createdDateTime VARCHAR, userPrincipalName VARCHAR, ipAddress VARCHAR, appDisplayName VARCHAR, riskLevelDuringSignIn VARCHAR, riskState VARCHAR, riskEventTypes_v2 VARCHAR[], authenticationRequirement VARCHAR, homeTenantId VARCHAR, resourceTenantId VARCHAR)'
})
WHERE resultType = '0' AND category IN ('SignInLogs', 'NonInteractiveUserSignInLogs');
