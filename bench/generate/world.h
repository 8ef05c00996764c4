/* world.h - who signs in where: users, tenants, offices and policies, made once from the seed and
 * only read afterwards. */
#ifndef GENERATE_WORLD_H
#define GENERATE_WORLD_H

#include "builder.h"
#include "names.h"
#include "random.h"

enum { USERS = 12000, OFFICES = 24, POLICIES = POLICY_NAMES, PARTNERS = 8 };
enum { POPULARITY_SLOTS = 1 << 17 };

enum policy_result {
    POLICY_SUCCESS,
    POLICY_FAILURE,
    POLICY_NOT_APPLIED,
    POLICY_NOT_ENABLED,
    POLICY_REPORT_SUCCESS,
    POLICY_REPORT_NOT_APPLIED,
    POLICY_RESULTS,
};

enum { GUID_LENGTH = 36 };

struct user {
    char name[40];  /* displayed; UTF-8 */
    char local[40]; /* the mail address before the @ */
    char id[GUID_LENGTH + 1];
    char address[24]; /* IP at home */
    char device[GUID_LENGTH + 1];
    uint8_t place, agent, office;
    bool managed; /* the device is the organisation's */
};

struct tenant {
    char id[GUID_LENGTH + 1];
    char name[24];
    char domain[32];
    char account[13];                   /* AWS */
    char subscription[GUID_LENGTH + 1]; /* Azure */
    char offices[OFFICES][16];          /* the IP address that a whole office shares */
    /* A conditional-access policy as it stands in a record, for every result: with all it weighed,
     * as Azure Monitor logs it, and short, as Graph returns it. The texts lie in world.text. */
    struct piece policies[POLICIES][POLICY_RESULTS];
    struct piece short_policies[POLICIES][POLICY_RESULTS];
    /* What a policy does with sign-ins to an app, ordinarily. */
    uint8_t usual[POLICIES][APPS];
};

struct world {
    struct user *users;
    struct tenant *tenants;
    size_t tenant_count;
    struct tenant partners[PARTNERS]; /* organisations that guests come from; id and domain only */
    uint16_t *popularity;             /* slot to user: Zipf, the most active user in most slots */
    struct builder text;
};

/* False: out of memory; world_free is due all the same. */
bool world_make(struct world *world, uint64_t seed, size_t tenant_count);
void world_free(struct world *world);

static inline const struct user *world_user(const struct world *world, struct random *random) {
    return &world->users[world->popularity[random_below(random, POPULARITY_SLOTS)]];
}

#endif
