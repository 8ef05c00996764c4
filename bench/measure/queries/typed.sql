-- The same, as people type it: DuckDB finds the types.
CREATE VIEW signins AS
SELECT properties.createdDateTime AS timestamp, properties.userPrincipalName AS userPrincipalName,
    properties.ipAddress AS ipAddress, properties.appDisplayName AS appDisplayName,
    properties.riskLevelDuringSignIn AS riskLevelDuringSignIn, properties.riskState AS riskState,
    array_to_string(properties.riskEventTypes_v2::VARCHAR[], ',') AS riskEventTypes_v2,
    properties.authenticationRequirement AS authenticationRequirement,
    properties.homeTenantId::VARCHAR AS homeTenantId, properties.resourceTenantId::VARCHAR AS resourceTenantId
FROM read_ndjson_auto(FILES)
WHERE resultType = '0' AND category IN ('SignInLogs', 'NonInteractiveUserSignInLogs');
