#include "world.h"

#include <stdio.h>
#include <stdlib.h>

static void draw_guid(struct random *random, char guid[GUID_LENGTH + 1]) {
    struct builder builder = {.data = guid, .capacity = GUID_LENGTH + 1};
    builder_put_guid(&builder, (uint64_t[2]){random_next(random), random_next(random)});
    guid[GUID_LENGTH] = 0;
}

static void make_user(struct user *user, uint64_t seed, unsigned number) {
    struct random random = random_stream(seed, RANDOM_USER, number);
    const struct person_name *first = &first_names[random_below(&random, FIRST_NAMES)];
    const struct person_name *last = &last_names[random_below(&random, LAST_NAMES)];
    snprintf(user->name, sizeof user->name, "%s %s", first->written, last->written);
    /* The number keeps addresses apart when two people share a name. */
    snprintf(user->local, sizeof user->local, "%s.%s%u", first->plain, last->plain, number);
    draw_guid(&random, user->id);
    draw_guid(&random, user->device);
    uint32_t host = random_below(&random, 1u << 17);
    if (random_below(&random, 10) == 0)
        snprintf(user->address, sizeof user->address, "2001:db8:%x:%x::%x", host >> 8, host & 255,
                 1 + random_below(&random, 250));
    else
        snprintf(user->address, sizeof user->address, "198.%u.%u.%u", 18 + (host >> 16),
                 host >> 8 & 255, host & 255);
    user->place = (uint8_t)random_below(&random, PLACES);
    user->agent = (uint8_t)random_below(&random, AGENTS);
    user->office = (uint8_t)random_below(&random, OFFICES);
    user->managed = random_below(&random, 4) != 0;
}

/* The popularity of the k-th user is proportional to 1/k; everybody has a slot. */
static void share_popularity(uint16_t *popularity) {
    double total = 0, sum = 0;
    for (unsigned i = 0; i < USERS; i++) total += 1.0 / (i + 1);
    unsigned slot = 0;
    for (unsigned i = 0; i < USERS; i++) {
        sum += 1.0 / (i + 1) / total;
        unsigned end = i + 1 + (unsigned)(sum * (POPULARITY_SLOTS - USERS));
        if (i + 1 == USERS || end > POPULARITY_SLOTS) end = POPULARITY_SLOTS;
        while (slot < end) popularity[slot++] = (uint16_t)i;
    }
}

static const char *const result_names[POLICY_RESULTS] = {
    "success", "failure", "notApplied", "notEnabled", "reportOnlySuccess", "reportOnlyNotApplied",
};

/* What a policy demands, by its number in policy_names. */
static const char *grant_controls(unsigned policy) {
    static const char *const controls[POLICIES] = {
        "[\"Mfa\"]",
        "[\"Block\"]",
        "[\"Mfa\"]",
        "[\"Mfa\"]",
        "[\"Mfa\"]",
        "[\"RequireCompliantDevice\",\"RequireDomainJoinedDevice\"]",
        "[\"Block\"]",
        "[\"Mfa\"]",
        "[\"RequireApprovedApp\"]",
        "[]",
        "[\"TermsOfUse\"]",
        "[\"Block\"]"};
    return controls[policy];
}

static struct piece keep(struct builder *text, const char *data, size_t length) {
    struct piece piece = {text->data + text->length, length};
    builder_put(text, data, length);
    return piece;
}

static void make_policies(struct tenant *tenant, struct builder *text, struct random *random) {
    for (unsigned policy = 0; policy < POLICIES; policy++) {
        char id[GUID_LENGTH + 1], record[1024];
        draw_guid(random, id);
        const char *session = policy == 9 ? "[\"PersistentBrowserSessionMode\"]" : "[]";
        for (unsigned result = 0; result < POLICY_RESULTS; result++) {
            bool applied = result == POLICY_SUCCESS || result == POLICY_FAILURE ||
                           result == POLICY_REPORT_SUCCESS;
            int length = snprintf(
                record, sizeof record,
                "{\"id\":\"%s\",\"displayName\":\"%s\",\"enforcedGrantControls\":%s,"
                "\"enforcedSessionControls\":%s,\"result\":\"%s\",\"conditionsSatisfied\":%d,"
                "\"conditionsNotSatisfied\":%d}",
                id, policy_names[policy], grant_controls(policy), session, result_names[result],
                applied                        ? 23
                : result == POLICY_NOT_ENABLED ? 0
                                               : 1,
                applied || result == POLICY_NOT_ENABLED ? 0 : 2);
            tenant->policies[policy][result] = keep(text, record, (size_t)length);
            length = snprintf(record, sizeof record,
                              "{\"id\":\"%s\",\"displayName\":\"%s\",\"enforcedGrantControls\":%s,"
                              "\"enforcedSessionControls\":%s,\"result\":\"%s\"}",
                              id, policy_names[policy], grant_controls(policy), session,
                              result_names[result]);
            tenant->short_policies[policy][result] = keep(text, record, (size_t)length);
        }
        for (unsigned app = 0; app < APPS; app++) {
            static const uint8_t usual[16] = {
                POLICY_NOT_APPLIED,   POLICY_NOT_APPLIED, POLICY_NOT_APPLIED,
                POLICY_NOT_APPLIED,   POLICY_NOT_APPLIED, POLICY_NOT_APPLIED,
                POLICY_NOT_APPLIED,   POLICY_SUCCESS,     POLICY_SUCCESS,
                POLICY_SUCCESS,       POLICY_SUCCESS,     POLICY_SUCCESS,
                POLICY_NOT_ENABLED,   POLICY_NOT_ENABLED, POLICY_REPORT_NOT_APPLIED,
                POLICY_REPORT_SUCCESS};
            tenant->usual[policy][app] = usual[random_below(random, 16)];
        }
    }
}

static void make_tenant(struct tenant *tenant, uint64_t seed, enum random_family family,
                        unsigned number) {
    struct random random = random_stream(seed, family, number);
    const char *name = organisations[number % ORGANISATIONS];
    if (number < ORGANISATIONS)
        snprintf(tenant->name, sizeof tenant->name, "%s", name);
    else
        snprintf(tenant->name, sizeof tenant->name, "%s%u", name, number / ORGANISATIONS + 1);
    snprintf(tenant->domain, sizeof tenant->domain, "%s.example", tenant->name);
    draw_guid(&random, tenant->id);
    draw_guid(&random, tenant->subscription);
    snprintf(tenant->account, sizeof tenant->account, "%012llu",
             100000000000ull + random_next(&random) % 899999999999ull);
    for (unsigned i = 0; i < OFFICES; i++)
        snprintf(tenant->offices[i], sizeof tenant->offices[i], "%s.%u",
                 i % 2 ? "192.0.2" : "198.51.100", 1 + random_below(&random, 254));
}

bool world_make(struct world *world, uint64_t seed, size_t tenant_count) {
    *world = (struct world){.tenant_count = tenant_count};
    world->users = calloc(USERS, sizeof *world->users);
    world->tenants = calloc(tenant_count, sizeof *world->tenants);
    world->popularity = calloc(POPULARITY_SLOTS, sizeof *world->popularity);
    /* Pieces point into the text, so it must not move: room for all of it at once. */
    size_t policy_text = tenant_count * POLICIES * POLICY_RESULTS * 1024;
    if (!world->users || !world->tenants || !world->popularity ||
        !builder_reserve(&world->text, policy_text))
        return false;
    for (unsigned i = 0; i < USERS; i++) make_user(&world->users[i], seed, i);
    share_popularity(world->popularity);
    for (unsigned i = 0; i < tenant_count; i++) {
        make_tenant(&world->tenants[i], seed, RANDOM_TENANT, i);
        struct random random = random_stream(seed, RANDOM_POLICIES, i);
        make_policies(&world->tenants[i], &world->text, &random);
    }
    /* Partners take their names from the end of the list, where few archives have tenants. */
    for (unsigned i = 0; i < PARTNERS; i++)
        make_tenant(&world->partners[i], seed, RANDOM_PARTNER, ORGANISATIONS - 1 - i);
    return true;
}

void world_free(struct world *world) {
    free(world->users);
    free(world->tenants);
    free(world->popularity);
    builder_free(&world->text);
    *world = (struct world){0};
}
