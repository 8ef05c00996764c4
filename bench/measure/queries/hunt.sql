-- The hunt over the view signins.
SELECT *, (is_high_risk::INT + has_risky_event::INT + cross_tenant_mfa::INT) AS threat_score
FROM (
    SELECT timestamp, userPrincipalName, ipAddress, appDisplayName, riskLevelDuringSignIn, riskState,
        riskEventTypes_v2, authenticationRequirement, homeTenantId, resourceTenantId,
        coalesce(lower(riskLevelDuringSignIn) IN ('high', 'medium'), false)
            OR coalesce(lower(riskState) IN ('atrisk', 'confirmedcompromised'), false) AS is_high_risk,
        coalesce(regexp_matches(lower(riskEventTypes_v2), '(impossibletravel|anonymizedipaddress|maliciousipaddress|unfamiliarfeatures|passwordspray|leakedcredentials|nationstateip|riskyipaddress|investigationsthreatintelligence)'), false)
            AS has_risky_event,
        coalesce(lower(authenticationRequirement) = 'singlefactorauthentication' AND homeTenantId <> ''
            AND homeTenantId <> resourceTenantId, false) AS cross_tenant_mfa
    FROM signins
)
WHERE is_high_risk OR has_risky_event OR cross_tenant_mfa
ORDER BY threat_score DESC, timestamp DESC
