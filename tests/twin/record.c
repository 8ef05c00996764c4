#include "tests/twin/record.h"

#include <stdio.h>
#include <string.h>

const char *const canonical_names[CANONICAL_COUNT] = {
    "timestamp",
    "userPrincipalName",
    "ipAddress",
    "appDisplayName",
    "riskLevelDuringSignIn",
    "riskState",
    "riskEventTypes_v2",
    "authenticationRequirement",
    "homeTenantId",
    "resourceTenantId",
    "event_source",
    "event_type",
    "result_type",
};

static const struct tree empty_object = {.kind = TREE_OBJECT};

static const struct tree *get(const struct tree *object, const char *key) {
    return tree_get(object, (struct bytes){key, strlen(key)});
}

static bool has(const struct tree *object, const char *key) {
    return tree_find(object, (struct bytes){key, strlen(key)}) != NULL;
}

/* A value that is an object, or a text that holds one. */
static const struct tree *as_object(struct pool *arena, const struct tree *tree) {
    if (tree && tree->kind == TREE_TEXT) tree = tree_parse(arena, tree->text);
    return tree && tree->kind == TREE_OBJECT ? tree : NULL;
}

/* An array that was flattened into name[0], name[1], ... up to the first gap. */
static const struct tree *flattened(struct pool *arena, const struct tree *object,
                                    const char *name) {
    char key[200];
    size_t count = 0;
    do {
        snprintf(key, sizeof key, "%s[%zu]", name, count);
    } while (has(object, key) && ++count);
    if (count == 0) return NULL;
    struct tree *list = pool_take(arena, sizeof *list);
    *list = (struct tree){.kind = TREE_ARRAY, .count = count};
    list->items = pool_take(arena, count * sizeof *list->items);
    for (size_t i = 0; i < count; i++) {
        snprintf(key, sizeof key, "%s[%zu]", name, i);
        list->items[i] = (struct tree *)tree_find(object, (struct bytes){key, strlen(key)});
    }
    return list;
}

struct record {
    struct pool *arena;
    const struct tree *top, *nested;
};

static const struct tree *pick(const struct record *r, const char *name) {
    static const char *const prefixes[] = {"", "", "properties.", "Vendor.properties.", "Vendor."};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        const struct tree *object = i == 0 ? r->nested : r->top;
        char key[150];
        snprintf(key, sizeof key, "%s%s", prefixes[i], name);
        const struct tree *found = get(object, key);
        if (!found) found = flattened(r->arena, object, key);
        if (found) return found;
    }
    return NULL;
}

/* The first of several names, ended by NULL. */
static const struct tree *pick_of(const struct record *r, const char *const *names) {
    for (; *names; names++) {
        const struct tree *found = pick(r, *names);
        if (found) return found;
    }
    return NULL;
}

/* camelCase, else PascalCase. */
static struct bytes both(const struct record *r, const char *name) {
    char pascal[100];
    snprintf(pascal, sizeof pascal, "%s", name);
    pascal[0] = (char)(pascal[0] - 'a' + 'A');
    return tree_text(r->arena, pick_of(r, (const char *const[]){name, pascal, NULL}));
}

static struct bytes timestamp(const struct record *r) {
    const struct tree *candidates[] = {
        get(r->top, "timestamp"),
        get(r->top, "@timestamp"),
        get(r->nested, "createdDateTime"),
        get(r->top, "createdDateTime"),
        get(r->top, "time"),
        get(r->top, "TimeGenerated"),
        get(r->top, "CreatedDateTime"),
        get(r->top, "Date (UTC)"),
    };
    for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++) {
        if (candidates[i]) return tree_text(r->arena, candidates[i]);
    }
    return (struct bytes){0};
}

static bool is_signin_category(const struct tree *category) {
    static const char *const names[] = {
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
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (tree_is_text(category, names[i])) return true;
    }
    return false;
}

/* Only the last of several alternatives may be empty and still count as there. */
static const struct tree *category_of(const struct tree *record) {
    const struct tree *category = get(record, "category");
    if (tree_truthy(category)) return category;
    category = get(record, "Category");
    if (tree_truthy(category)) return category;
    return get(record, "Type");
}

/* How LogScale's parsers tag sign-ins. */
static bool has_signin_tags(const struct tree *record) {
    const struct tree *vendor = get(record, "#Vendor"), *set = get(record, "#event.dataset");
    return (!vendor || tree_is_text(vendor, "microsoft")) &&
           (tree_is_text(set, "entraid.signin") || tree_is_text(set, "azure.entraid.signin"));
}

static bool is_signin(const struct record *r) {
    if (get(r->top, "event_source")) return false;
    const struct tree *category = category_of(r->top);
    if (is_signin_category(category)) return true;
    if (!category && has(r->top, "status") && has(r->top, "userPrincipalName")) return true;
    return has_signin_tags(r->top) || is_signin_category(get(r->top, "Vendor.category"));
}

static const struct tree *result_type(const struct record *r) {
    const struct tree *result = get(r->top, "result_type");
    if (result) return result;
    /* A resultType of null hides ResultType. */
    result = has(r->top, "resultType") ? get(r->top, "resultType") : get(r->top, "ResultType");
    if (result) return result;
    const struct tree *status = get(r->nested, "status");
    if (!tree_truthy(status)) status = get(r->top, "status");
    if (!tree_truthy(status)) status = get(r->top, "Status");
    return get(as_object(r->arena, status), "errorCode");
}

static struct bytes strip(struct bytes text) {
    while (text.length > 0 && strchr(" \t\r\n\v\f", text.data[0]) && text.data[0]) {
        text = (struct bytes){text.data + 1, text.length - 1};
    }
    while (text.length > 0 && strchr(" \t\r\n\v\f", text.data[text.length - 1]) &&
           text.data[text.length - 1]) {
        text.length--;
    }
    return text;
}

static struct bytes risk_events(const struct record *r) {
    const struct tree *events = pick_of(
        r,
        (const char *const[]){"riskEventTypes_v2", "RiskEventTypes_V2", "RiskEventTypes_v2", NULL});
    if (!events) {
        events = pick_of(r, (const char *const[]){"riskEventTypes", "RiskEventTypes", NULL});
    }
    if (events && events->kind == TREE_TEXT) {
        struct bytes text = strip(events->text);
        struct tree *list = bytes_start_with(text, BYTES("[")) ? tree_parse(r->arena, text) : NULL;
        if (list) return tree_text(r->arena, list);
    }
    return tree_text(r->arena, events);
}

/* The portal's CSV names nothing as the others do. */
static void portal(const struct record *r, struct bytes *fields) {
    fields[EVENT_SOURCE] = BYTES("AzureActiveDirectory");
    fields[EVENT_TYPE] = BYTES("SignIn");
    const struct tree *code = get(r->top, "Sign-in error code");
    fields[RESULT_TYPE] = tree_truthy(code) ? tree_text(r->arena, code)
                          : tree_is_text(get(r->top, "Status"), "Success") ? BYTES("0")
                                                                           : (struct bytes){0};
    fields[USER_PRINCIPAL_NAME] = tree_text(r->arena, get(r->top, "Username"));
    fields[APP_DISPLAY_NAME] = tree_text(r->arena, get(r->top, "Application"));
    fields[IP_ADDRESS] = tree_text(r->arena, get(r->top, "IP address"));
    fields[HOME_TENANT] = tree_text(r->arena, get(r->top, "Home tenant ID"));
    fields[RESOURCE_TENANT] = tree_text(r->arena, get(r->top, "Resource tenant ID"));
    const struct tree *requirement = get(r->top, "Authentication requirement");
    fields[REQUIREMENT] = tree_text(r->arena, requirement);
    if (tree_is_text(requirement, "Single-factor authentication")) {
        fields[REQUIREMENT] = BYTES("singleFactorAuthentication");
    } else if (tree_is_text(requirement, "Multifactor authentication")) {
        fields[REQUIREMENT] = BYTES("multiFactorAuthentication");
    }
}

/* A record that is nothing but its raw text and what the export adds around it. */
static const struct tree *unwrap_raw(struct pool *arena, const struct tree *record) {
    const struct tree *raw = get(record, "@rawstring");
    if (!raw || raw->kind != TREE_TEXT) return record;
    for (size_t i = 0; i < record->count; i++) {
        if (record->keys[i].length == 0) return record;
        if (record->keys[i].data[0] != '@' && record->keys[i].data[0] != '#') return record;
    }
    const struct tree *inner = as_object(arena, raw);
    return inner ? inner : record;
}

void twin_canonical(struct pool *arena, const struct tree *record, struct bytes *fields) {
    record = unwrap_raw(arena, record);
    struct record r = {arena, record, as_object(arena, get(record, "properties"))};
    if (!r.nested) r.nested = &empty_object;

    fields[TIMESTAMP] = timestamp(&r);
    fields[EVENT_SOURCE] = tree_text(arena, get(record, "event_source"));
    fields[EVENT_TYPE] = tree_text(arena, get(record, "event_type"));
    if (is_signin(&r)) {
        fields[EVENT_SOURCE] = BYTES("AzureActiveDirectory");
        fields[EVENT_TYPE] = BYTES("SignIn");
    }
    fields[RESULT_TYPE] = tree_text(arena, result_type(&r));
    fields[IP_ADDRESS] = tree_text(
        arena,
        pick_of(&r, (const char *const[]){"ipAddress", "IPAddress", "callerIpAddress", NULL}));
    static const enum canonical plain[] = {USER_PRINCIPAL_NAME, APP_DISPLAY_NAME, RISK_LEVEL,
                                           RISK_STATE,          REQUIREMENT,      HOME_TENANT,
                                           RESOURCE_TENANT};
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        fields[plain[i]] = both(&r, canonical_names[plain[i]]);
    }
    if (has(record, "Date (UTC)") && has(record, "IP address")) portal(&r, fields);
    fields[RISK_EVENTS] = risk_events(&r);
}
