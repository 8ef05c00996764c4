/* MITRE ATT&CK T1586.003, compromised cloud accounts: successful Entra sign-ins that Identity
 * Protection calls risky, or that cross tenants with a single factor.
 *
 * Finds what the provider itself flagged. Misses a stolen session that raises no risk, and every
 * sign-in whose export lacks the risk columns (the ledger then says so). Ordinary service
 * principals that deploy across tenants raise cross_tenant_mfa alone: score 1. */
#include "tools/hunts/hunts.h"

static struct trawl_plan *build(struct trawl_error *error);

const struct builtin_hunt hunt_compromised_cloud_account = {
    .name = "compromised-cloud-account",
    .title = "Successful Entra sign-ins with risk signals or single-factor cross-tenant access",
    .attack = "T1586.003",
    .severity = "high",
    .build = build,
};

static struct trawl_plan *build(struct trawl_error *error) {
    struct trawl_plan *p = trawl_plan_new("compromised-cloud-account");
    if (!p) return NULL;

    trawl_node source = trawl_plan_field(p, "event_source");
    trawl_node type = trawl_plan_field(p, "event_type");
    trawl_node result = trawl_plan_field(p, "result_type");
    trawl_node signin =
        trawl_plan_and(p,
                       trawl_plan_and(p, trawl_plan_equals(p, source, "AzureActiveDirectory"),
                                      trawl_plan_equals(p, type, "SignIn")),
                       trawl_plan_equals(p, result, "0"));
    trawl_plan_keep(p, signin, "successful sign-ins");

    trawl_node level = trawl_plan_field(p, "riskLevelDuringSignIn");
    trawl_node state = trawl_plan_field(p, "riskState");
    trawl_node events = trawl_plan_field(p, "riskEventTypes_v2");
    trawl_node requirement = trawl_plan_field(p, "authenticationRequirement");
    trawl_node home = trawl_plan_field(p, "homeTenantId");
    trawl_node resource = trawl_plan_field(p, "resourceTenantId");

    trawl_node high_risk = trawl_plan_or(
        p, trawl_plan_in(p, trawl_plan_lower(p, level), (const char *const[]){"high", "medium"}, 2),
        trawl_plan_in(p, trawl_plan_lower(p, state),
                      (const char *const[]){"atrisk", "confirmedcompromised"}, 2));
    trawl_node risky_event = trawl_plan_matches(
        p, trawl_plan_lower(p, events),
        "(impossibletravel|anonymizedipaddress|maliciousipaddress|unfamiliarfeatures|"
        "passwordspray|leakedcredentials|nationstateip|riskyipaddress|"
        "investigationsthreatintelligence)",
        0);
    trawl_node cross_tenant = trawl_plan_and(
        p, trawl_plan_equals(p, trawl_plan_lower(p, requirement), "singlefactorauthentication"),
        trawl_plan_and(p,
                       trawl_plan_and(p, trawl_plan_present(p, home),
                                      trawl_plan_not(p, trawl_plan_equals(p, home, ""))),
                       trawl_plan_differs(p, home, resource)));
    trawl_plan_keep(p, trawl_plan_or(p, high_risk, trawl_plan_or(p, risky_event, cross_tenant)),
                    "with any flag");

    trawl_node timestamp = trawl_plan_field(p, "timestamp");
    trawl_node score =
        trawl_plan_sum(p, (const trawl_node[]){high_risk, risky_event, cross_tenant}, 3);
    trawl_plan_output(p, "timestamp", timestamp);
    trawl_plan_output(p, "userPrincipalName", trawl_plan_field(p, "userPrincipalName"));
    trawl_plan_output(p, "ipAddress", trawl_plan_field(p, "ipAddress"));
    trawl_plan_output(p, "appDisplayName", trawl_plan_field(p, "appDisplayName"));
    trawl_plan_output(p, "riskLevelDuringSignIn", level);
    trawl_plan_output(p, "riskState", state);
    trawl_plan_output(p, "riskEventTypes_v2", events);
    trawl_plan_output(p, "authenticationRequirement", requirement);
    trawl_plan_output(p, "homeTenantId", home);
    trawl_plan_output(p, "resourceTenantId", resource);
    trawl_plan_output(p, "is_high_risk", high_risk);
    trawl_plan_output(p, "has_risky_event", risky_event);
    trawl_plan_output(p, "cross_tenant_mfa", cross_tenant);
    trawl_plan_output(p, "threat_score", score);
    trawl_plan_rank(p, score, trawl_plan_time(p, timestamp), 1000);

    if (trawl_plan_finish(p, error) == TRAWL_OK) return p;
    trawl_plan_free(p);
    return NULL;
}
