/* values.c - the values of fields that have one of a list, as the vendor documents them (Microsoft
 * Graph: signIn, riskDetection and their enumerations; Log Analytics: SigninLogs), with those that
 * collected records hold besides. A value in no list is news: a detection that compares with the
 * list's does not know it. */
#include "formats/map/map.h"

#define VALUES(...) ((const char *const[]){__VA_ARGS__, NULL})

#define LEVELS VALUES("none", "low", "medium", "high", "hidden", "unknownFutureValue")
#define EVENT_TYPES                                                                             \
    VALUES("unlikelyTravel", "anonymizedIPAddress", "maliciousIPAddress", "unfamiliarFeatures", \
           "malwareInfectedIPAddress", "suspiciousIPAddress", "leakedCredentials",              \
           "investigationsThreatIntelligence", "generic", "adminConfirmedUserCompromised",      \
           "adminConfirmedSigninCompromised", "mcasImpossibleTravel", "impossibleTravel",       \
           "mcasSuspiciousInboxManipulationRules", "suspiciousInboxForwarding",                 \
           "mcasFinSuspiciousFileAccess", "investigationsThreatIntelligenceSigninLinked",       \
           "maliciousIPAddressValidCredentialsBlockedIP", "passwordSpray", "newCountry",        \
           "anomalousToken", "tokenIssuerAnomaly", "suspiciousBrowser", "riskyIPAddress",       \
           "anomalousUserActivity", "userReportedSuspiciousActivity", "nationStateIP",          \
           "suspiciousAPITraffic", "suspiciousSendingPatterns", "attackerinTheMiddle",          \
           "estsNrtAnomalies", "atypicalTravel", "unknownFutureValue")

static const struct {
    const char *field;
    struct value_list list;
} lists[] = {
    {"riskLevelDuringSignIn", {LEVELS, false}},
    {"riskLevelAggregated", {LEVELS, false}},
    {"riskState",
     {VALUES("none", "confirmedSafe", "remediated", "dismissed", "atRisk", "confirmedCompromised",
             "unknownFutureValue"),
      false}},
    {"riskDetail",
     {VALUES("none", "adminGeneratedTemporaryPassword", "userPerformedSecuredPasswordChange",
             "userPerformedSecuredPasswordReset", "adminConfirmedSigninSafe",
             "aiConfirmedSigninSafe", "userPassedMFADrivenByRiskBasedPolicy",
             "adminDismissedAllRiskForUser", "adminConfirmedSigninCompromised", "hidden",
             "adminConfirmedUserCompromised", "unknownFutureValue", "m365DAdminDismissedDetection",
             "adminConfirmedServicePrincipalCompromised",
             "adminDismissedAllRiskForServicePrincipal", "userChangedPasswordOnPremises",
             "adminDismissedRiskForSignIn", "adminConfirmedAccountSafe"),
      false}},
    {"riskEventTypes_v2", {EVENT_TYPES, true}},
    {"riskEventTypes", {EVENT_TYPES, true}},
    {"authenticationRequirement",
     {VALUES("singleFactorAuthentication", "multiFactorAuthentication", "unknownFutureValue"),
      false}},
    {"userType", {VALUES("Member", "Guest", "unknownFutureValue"), false}},
};

const struct value_list *map_values(const char *field) {
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        if (strcmp(lists[i].field, field) == 0) return &lists[i].list;
    return NULL;
}
