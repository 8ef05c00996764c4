# The hunt over Azure Monitor's records: the rows, in input order.
select((.category == "SignInLogs" or .category == "NonInteractiveUserSignInLogs") and .resultType == "0")
| .properties
| (.riskEventTypes_v2 | join(",")) as $events
| ((.riskLevelDuringSignIn | ascii_downcase | . == "high" or . == "medium")
    or (.riskState | ascii_downcase | . == "atrisk" or . == "confirmedcompromised")) as $risk
| ($events | ascii_downcase | test("impossibletravel|anonymizedipaddress|maliciousipaddress|unfamiliarfeatures|passwordspray|leakedcredentials|nationstateip|riskyipaddress|investigationsthreatintelligence")) as $event
| ((.authenticationRequirement | ascii_downcase) == "singlefactorauthentication"
    and .homeTenantId != null and .homeTenantId != "" and .resourceTenantId != null
    and .homeTenantId != .resourceTenantId) as $cross
| select($risk or $event or $cross)
| {timestamp: .createdDateTime, userPrincipalName, ipAddress, appDisplayName, riskLevelDuringSignIn,
   riskState, riskEventTypes_v2: $events, authenticationRequirement, homeTenantId, resourceTenantId,
   is_high_risk: $risk, has_risky_event: $event, cross_tenant_mfa: $cross,
   threat_score: ([$risk, $event, $cross] | map(if . then 1 else 0 end) | add)}
