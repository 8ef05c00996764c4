#include <stdio.h>
#include <string.h>

#include "tests/twin/generate.h"

/* ---- surroundings ------------------------------------------------------------------------- */

static void put_policy(struct generator *g, struct string *to) {
    struct members m = {0};
    member_string(g, &m, "id", "2b0b63ab-0e41-4d0c-8c1e-93d0b8b8d2d5");
    member_begin(g, &m, "displayName");
    struct string name = {0};
    random_name(g, &name);
    string_put(&name, '\0');
    put_string(g, &m.text, name.data);
    string_free(&name);
    member_end(&m);
    member_raw(g, &m, "enforcedGrantControls", "[\"Mfa\",\"RequireCompliantDevice\"]");
    if (chance(g, 20)) member_string(g, &m, "riskState", "atRisk");
    if (chance(g, 20)) member_raw(g, &m, "riskEventTypes_v2", "[\"passwordSpray\"]");
    if (chance(g, 10)) member_raw(g, &m, "properties", "{\"riskLevelDuringSignIn\":\"high\"}");
    member_raw(g, &m, "conditionsSatisfied", "3");
    put_object(g, to, &m);
}

static void add_policies(struct generator *g, struct members *m, const char *key) {
    unsigned count = chance(g, 2) ? 120 : random_below(g, 6);
    struct string list = {0};
    /* As Log Analytics holds it at times: JSON in a text. */
    bool as_text = chance(g, 10), broken = g->broken_text;
    if (as_text) g->broken_text = false;
    string_put(&list, '[');
    for (unsigned i = 0; i < count; i++) {
        if (i > 0) string_put(&list, ',');
        put_policy(g, &list);
    }
    string_put(&list, ']');
    struct value value = {as_text ? SORT_TEXT : SORT_JSON, list};
    member_value(g, m, key, &value);
    string_free(&value.text);
    g->broken_text = broken;
}

/* Keys of the same names at other depths, and their text inside strings. */
static void add_decoys(struct generator *g, struct members *m) {
    static const char *const objects[] = {
        "{\"riskState\":\"atRisk\",\"riskLevelDuringSignIn\":\"high\",\"resultType\":\"0\"}",
        "{\"properties\":{\"riskState\":\"confirmedCompromised\"},\"category\":\"SignInLogs\"}",
        "[{\"riskEventTypes_v2\":[\"passwordSpray\"]},[{\"homeTenantId\":\"x\"}]]",
        "{\"a\":{\"b\":{\"c\":[{\"status\":{\"errorCode\":0}}]}}}",
        "{\"}\":\"{\",\"]\":\"[\"}",
    };
    static const char *const strings[] = {
        "\"riskState\":\"atRisk\"",
        ",\"riskLevelDuringSignIn\" : \"high\",",
        "{\"properties\":{\"riskState\":\"atRisk\"}}",
        "\\\"riskState\\\":\\\"atRisk\\\"",
        "riskState",
    };
    static const char *const keys[] = {"deviceDetail",    "mfaDetail",         "initiatedBy",
                                       "targetResources", "additionalDetails", "riskStat",
                                       "riskState2",      "xriskState",        "riskDetail",
                                       "\"riskState\"",   "RISKSTATE",         "risk\\State"};
    for (unsigned count = random_below(g, 4); count > 0; count--) {
        if (chance(g, 50)) {
            member_raw(g, m, PICK(g, keys), PICK(g, objects));
        } else {
            member_string(g, m, PICK(g, keys), PICK(g, strings));
        }
    }
}

typedef void value_maker(struct generator *g, struct value *value);

static void add(struct generator *g, struct members *m, const char *key, value_maker *make) {
    struct value value = {0};
    make(g, &value);
    member_value(g, m, key, &value);
    string_free(&value.text);
    if (chance(g, 3)) { /* the same key once more */
        struct value again = {0};
        make(g, &again);
        member_value(g, m, key, &again);
        string_free(&again.text);
    }
}

/* riskEventTypes_v2 as LogScale flattens arrays. */
static void add_flattened(struct generator *g, struct members *m, const char *key) {
    static const char *const events[] = {"passwordSpray", "generic", "newCountry", "a,b", ""};
    unsigned count = random_below(g, 13), gap = chance(g, 20) ? random_below(g, 13) : 99;
    for (unsigned i = 0; i < count; i++) {
        char name[220];
        snprintf(name, sizeof name, "%s[%u]", key, i);
        if (i == gap) continue;
        if (chance(g, 10)) {
            member_raw(g, m, name,
                       PICK(g, ((const char *const[]){"null", "7", "true", "[\"x\",1]"})));
        } else {
            member_string(g, m, name, PICK(g, events));
        }
    }
}

/* The fields whose names are the same everywhere but for prefix and case. */
static void add_fields(struct generator *g, struct members *m, const char *prefix, bool pascal,
                       unsigned percent) {
    static const struct {
        const char *name;
        value_maker *make;
    } fields[] = {
        {"userPrincipalName", value_name},
        {"appDisplayName", value_name},
        {"riskLevelDuringSignIn", value_level},
        {"riskState", value_state},
        {"authenticationRequirement", value_requirement},
        {"homeTenantId", value_tenant},
        {"resourceTenantId", value_tenant},
    };
    char key[200];
    size_t first = strlen(prefix);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (!chance(g, percent)) continue;
        snprintf(key, sizeof key, "%s%s", prefix, fields[i].name);
        if (pascal) key[first] = (char)(key[first] - 'a' + 'A');
        add(g, m, key, fields[i].make);
    }
    if (chance(g, percent)) {
        snprintf(key, sizeof key, "%s%s", prefix, pascal ? "IPAddress" : "ipAddress");
        add(g, m, key, value_address);
    }
    if (chance(g, percent)) {
        const char *name = pascal ? (chance(g, 80) ? "RiskEventTypes_V2" : "RiskEventTypes_v2")
                                  : "riskEventTypes_v2";
        snprintf(key, sizeof key, "%s%s", prefix, name);
        if (chance(g, *prefix ? 40 : 5)) {
            add_flattened(g, m, key);
        } else {
            add(g, m, key, value_events);
        }
    }
    if (chance(g, percent / 4)) {
        snprintf(key, sizeof key, "%s%s", prefix, pascal ? "RiskEventTypes" : "riskEventTypes");
        add(g, m, key, value_events);
    }
}

static const char *category(struct generator *g) {
    static const char *const others[] = {"AuditLogs", "signinlogs", "UserRiskEvents", "", "SignIn"};
    static const char *const signins[] = {
        "SignInLogs",
        "SignInLogs",
        "NonInteractiveUserSignInLogs",
        "ServicePrincipalSignInLogs",
        "ManagedIdentitySignInLogs",
        "MicrosoftServicePrincipalSignInLogs",
        "ADFSSignInLogs",
        "SigninLogs",
        "AADNonInteractiveUserSignInLogs",
        "AADServicePrincipalSignInLogs",
        "AADManagedIdentitySignInLogs",
    };
    return chance(g, 90) ? PICK(g, signins) : PICK(g, others);
}

static void add_status(struct generator *g, struct members *m, const char *key) {
    static const char *const statuses[] = {
        "{\"errorCode\":0,\"failureReason\":\"Other.\"}",
        "{\"failureReason\":\"x\",\"errorCode\":0}",
        "{\"errorCode\":\"0\"}",
        "{\"errorCode\":50126,\"failureReason\":\"Invalid username or password\"}",
        "{\"errorCode\":0,\"errorCode\":50126}",
        "{\"nested\":{\"errorCode\":0},\"errorCode\":null}",
        "{}",
        "null",
        "[]",
        "\"\"",
        "0",
        "\"Success\"",
        "\"{\\\"errorCode\\\":0}\"",
        "\" { \\\"errorCode\\\" : 0 } \"",
        "\"{\\\"errorCode\\\":50126}\"",
        "\"{'errorCode': 0}\"",
        "\"[0]\"",
    };
    member_raw(g, m, key, chance(g, 70) ? statuses[random_below(g, 3)] : PICK(g, statuses));
}

/* ---- shapes ------------------------------------------------------------------------------- */

static void diagnostic(struct generator *g, struct string *to) {
    struct members top = {0}, nested = {0};
    struct value properties = {chance(g, 8) ? SORT_TEXT : SORT_JSON, {0}};
    bool broken = g->broken_text;
    if (properties.sort == SORT_TEXT) g->broken_text = false;
    if (chance(g, 90)) add(g, &nested, "createdDateTime", value_time);
    if (chance(g, 70)) add_status(g, &nested, "status");
    member_string(g, &nested, "id", "c1d3b5a7-0000-4c1e-9f5a-1b1b1b1b1b1b");
    if (chance(g, 60)) add_policies(g, &nested, "appliedConditionalAccessPolicies");
    add_decoys(g, &nested);
    bool pascal = chance(g, 3);
    add_fields(g, &nested, "", pascal, 92);
    put_object(g, &properties.text, &nested);
    g->broken_text = broken;

    add(g, &top, "time", value_time);
    member_string(g, &top, "resourceId", "/tenants/9188040d/providers/Microsoft.aadiam");
    member_string(g, &top, "operationName", "Sign-in activity");
    if (chance(g, 95)) {
        member_string(g, &top, chance(g, 97) ? "category" : "Category", category(g));
    }
    if (chance(g, 90)) add(g, &top, chance(g, 97) ? "resultType" : "ResultType", value_result);
    if (chance(g, 80)) add(g, &top, "callerIpAddress", value_address);
    member_string(g, &top, "location", "FR");
    if (chance(g, 5)) add_fields(g, &top, "", false, 30);
    if (chance(g, 3)) add_fields(g, &top, "properties.", false, 30);
    if (chance(g, 30)) add_decoys(g, &top);
    if (chance(g, 3)) member_raw(g, &top, "properties", "null");
    if (chance(g, 97)) {
        member_value(g, &top, "properties", &properties);
    } else if (chance(g, 50)) {
        member_raw(g, &top, "properties",
                   PICK(g, ((const char *const[]){"\"not json\"", "[]", "7", "\"\"", "true",
                                                  "\"{\\\"riskState\\\":\"", "\"[]\""})));
    }
    if (chance(g, 2)) member_raw(g, &top, "properties", "{\"riskState\":\"atRisk\"}");
    string_free(&properties.text);
    put_object(g, to, &top);
}

static void graph(struct generator *g, struct string *to) {
    struct members m = {0};
    member_string(g, &m, "id", "66ea54eb-6301-4ee5-be62-ff5a759b0100");
    add(g, &m, "createdDateTime", value_time);
    if (chance(g, 97)) add_status(g, &m, "status");
    if (chance(g, 40)) add_policies(g, &m, "appliedConditionalAccessPolicies");
    if (chance(g, 3)) member_string(g, &m, "category", category(g));
    if (chance(g, 3)) add(g, &m, "resultType", value_result);
    add_decoys(g, &m);
    add_fields(g, &m, "", false, 95);
    put_object(g, to, &m);
}

static void analytics(struct generator *g, struct string *to) {
    struct members m = {0};
    if (chance(g, 95)) add(g, &m, "TimeGenerated", value_time);
    if (chance(g, 50)) add(g, &m, "CreatedDateTime", value_time);
    if (chance(g, 80)) member_string(g, &m, "Type", category(g));
    if (chance(g, 60)) member_string(g, &m, "Category", category(g));
    if (chance(g, 5)) member_string(g, &m, "category", category(g));
    if (chance(g, 90)) add(g, &m, "ResultType", value_result);
    if (chance(g, 60)) add_status(g, &m, "Status");
    if (chance(g, 40)) add_policies(g, &m, "ConditionalAccessPolicies");
    add_decoys(g, &m);
    add_fields(g, &m, "", true, 95);
    put_object(g, to, &m);
}

static void logscale(struct generator *g, struct string *to) {
    static const char *const sources[] = {"AzureActiveDirectory", "AzureActiveDirectory",
                                          "AzureActiveDirectory", "AWSCloudTrail",
                                          "azureactivedirectory", ""};
    static const char *const prefixes[] = {"", "", "properties.", "Vendor.properties.", "Vendor."};
    struct members m = {0};
    if (chance(g, 60)) add(g, &m, "timestamp", value_time);
    if (chance(g, 80)) add(g, &m, "@timestamp", value_time);
    if (chance(g, 85)) member_string(g, &m, "event_source", PICK(g, sources));
    if (chance(g, 90)) member_string(g, &m, "event_type", chance(g, 90) ? "SignIn" : "signIn");
    if (chance(g, 20)) member_string(g, &m, "category", category(g));
    add(g, &m, chance(g, 90) ? "result_type" : "resultType", value_result);
    member_string(g, &m, "#repo", "3pi_microsoft_entra_id");
    if (chance(g, 30)) {
        member_string(g, &m, "@rawstring",
                      "{\"riskState\":\"atRisk\",\"properties\":{\"riskState\":\"atRisk\"}}");
    }
    if (!g->reference && chance(g, 40)) {
        static const char *const sets[] = {"entraid.signin", "azure.entraid.signin",
                                           "entraid.signin", "entraid.audit"};
        if (chance(g, 80)) member_string(g, &m, "#Vendor", chance(g, 90) ? "microsoft" : "aws");
        member_string(g, &m, "#event.dataset", PICK(g, sets));
    }
    if (!g->reference && chance(g, 10)) member_string(g, &m, "Vendor.category", category(g));
    add_decoys(g, &m);
    add_fields(g, &m, PICK(g, prefixes), chance(g, 5), 95);
    if (chance(g, 20)) add_fields(g, &m, PICK(g, prefixes), false, 30);
    put_object(g, to, &m);
}

/* What the portal's columns look like when somebody turned the CSV into JSON. */
static void portal(struct generator *g, struct string *to) {
    struct members m = {0};
    member_string(g, &m, "Date (UTC)", "2026-03-11T04:58:01Z");
    member_string(g, &m, "Username", "ann@contoso.example");
    member_string(g, &m, "Application", "Office 365");
    member_string(g, &m, "Application ID ", "00000003-0000-0ff1-ce00-000000000000");
    if (chance(g, 90)) member_string(g, &m, "IP address", "203.0.113.9");
    member_string(g, &m, "Status", chance(g, 80) ? "Success" : "Failure");
    if (chance(g, 50)) member_string(g, &m, "Sign-in error code", chance(g, 50) ? "0" : "");
    member_string(g, &m, "Authentication requirement", "Single-factor authentication");
    member_string(g, &m, "Home tenant ID", chance(g, 50) ? "h" : "r");
    member_string(g, &m, "Resource tenant ID", "r");
    put_object(g, to, &m);
}

static void other(struct generator *g, struct string *to) {
    struct members m = {0};
    if (chance(g, 50)) {
        member_string(g, &m, "eventVersion", "1.08");
        member_raw(g, &m, "userIdentity", "{\"type\":\"IAMUser\",\"accessKeyId\":\"AKIAEXAMPLE\"}");
        member_string(g, &m, "eventTime", "2023-07-10T11:45:06Z");
        member_string(g, &m, "eventSource", "sts.amazonaws.com");
        member_string(g, &m, "eventName", "GetCallerIdentity");
        member_raw(g, &m, "responseElements", "null");
    } else {
        member_string(g, &m, "time", "2023-07-10T11:45:06Z");
        member_string(g, &m, "category", "StorageRead");
        member_string(g, &m, "operationName", "GetBlob");
        member_raw(g, &m, "statusCode", "200");
        member_raw(g, &m, "properties", "{\"accountName\":\"a\"}");
    }
    add_decoys(g, &m);
    put_object(g, to, &m);
}

static void wrapped(struct generator *g, struct string *to) {
    struct string inner = {0};
    bool broken = g->broken_text;
    g->broken_text = false;
    diagnostic(g, &inner);
    g->broken_text = broken;
    struct members m = {0};
    if (chance(g, 50)) member_raw(g, &m, "@timestamp", "1773205081123");
    if (chance(g, 50)) member_string(g, &m, "#repo", "3pi_microsoft_entra_id");
    struct value value = {SORT_TEXT, inner};
    member_value(g, &m, "@rawstring", &value);
    string_free(&value.text);
    put_object(g, to, &m);
}

void put_record(struct generator *g, struct string *to) {
    typedef void shape(struct generator * g, struct string * to);
    static shape *const shapes[] = {diagnostic, diagnostic, diagnostic, graph,  graph, analytics,
                                    analytics,  logscale,   logscale,   portal, other};
    unsigned what = random_below(g, 100);
    if (what == 0) {
        string_text(to, PICK(g, ((const char *const[]){"{}", "{ }", "{\"a\":1}", "{\"\":null}"})));
    } else if (what < 5 && !g->reference) {
        wrapped(g, to);
    } else {
        PICK(g, shapes)(g, to);
    }
}
