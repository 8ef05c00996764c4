/* plant_signin.c - attacks on accounts as the sign-in log sees them, and what only looks so. */
#include "layout.h"

/* A sign-in of the user from the address; both stay those of the event when they are NULL. */
static struct event *signin(struct planting *planting, size_t slot, ticks created,
                            const struct user *user, const char *address) {
    struct event *event = planting_event(planting, SUBJECT_SIGNIN, slot, created);
    if (user) event->user = user;
    if (address) strcpy(event->address, address);
    return event;
}

static void set_risk(struct event *event, enum risk_level level, enum risk_state state,
                     enum risk_event risk_event) {
    event->level = level;
    event->state = state;
    event->risk_events[event->risk_event_count++] = (uint8_t)risk_event;
}

void plant_account_takeover(struct planting *planting) {
    size_t slot = planting_slot(planting);
    ticks start = planting_start(planting, slot) + 10 * TICKS_MINUTE;
    const struct user *victim = planting_user(planting);
    char address[ADDRESS_SIZE];
    planting_address(planting, address);

    /* All three flags: risky, through a proxy, and at a partner's with one factor. */
    struct event *event = signin(planting, slot, start, victim, address);
    set_risk(event, LEVEL_HIGH, STATE_AT_RISK, RISK_ANONYMIZED_ADDRESS);
    set_risk(event, LEVEL_HIGH, STATE_AT_RISK, RISK_UNFAMILIAR_FEATURES);
    event->requirement = SINGLE_FACTOR;
    event->resource = &planting->world->partners[random_below(&planting->random, PARTNERS)];

    event = signin(planting, slot, start + 6 * TICKS_MINUTE, victim, address);
    set_risk(event, LEVEL_MEDIUM, STATE_AT_RISK, RISK_UNFAMILIAR_FEATURES);
    event->requirement = SINGLE_FACTOR;

    event = signin(planting, slot, start + 13 * TICKS_MINUTE, victim, address);
    set_risk(event, LEVEL_LOW, STATE_NONE, RISK_UNFAMILIAR_FEATURES);
    event->requirement = MULTI_FACTOR;
}

void plant_password_spray(struct planting *planting) {
    enum { TARGETS = 40 };
    size_t slot = planting_slot(planting);
    ticks start = planting_start(planting, slot) + 5 * TICKS_MINUTE;
    char address[ADDRESS_SIZE];
    planting_address(planting, address);
    /* Neighbours in the list of users are all different. */
    const struct user *targets = planting_user(planting);
    for (unsigned i = 0; i < TARGETS; i++) {
        ticks created =
            start + i * 12 * TICKS_SECOND + random_below(&planting->random, TICKS_SECOND);
        struct event *event = signin(planting, slot, created, &targets[i], address);
        event->error = 50126;
        event->requirement = SINGLE_FACTOR;
    }
    const struct user *victim = &targets[random_below(&planting->random, TARGETS)];
    signin(planting, slot, start + 11 * TICKS_MINUTE, victim, address);
    /* By then the identity provider has noticed. */
    struct event *event = signin(planting, slot, start + 35 * TICKS_MINUTE, victim, address);
    set_risk(event, LEVEL_MEDIUM, STATE_AT_RISK, RISK_PASSWORD_SPRAY);
}

void plant_anonymizing_proxy(struct planting *planting) {
    size_t slot = planting_slot(planting);
    char address[ADDRESS_SIZE];
    planting_address(planting, address);
    struct event *event = signin(planting, slot, planting_start(planting, slot) + 20 * TICKS_MINUTE,
                                 planting_user(planting), address);
    set_risk(event, random_below(&planting->random, 2) ? LEVEL_MEDIUM : LEVEL_HIGH, STATE_AT_RISK,
             RISK_ANONYMIZED_ADDRESS);
}

void plant_nat_gateway(struct planting *planting) {
    enum { PEOPLE = 60 };
    size_t slot = planting_slot(planting);
    ticks start = planting_start(planting, slot) + 5 * TICKS_MINUTE;
    char address[ADDRESS_SIZE];
    planting_address(planting, address);
    const struct user *people = planting_user(planting);
    for (unsigned i = 0; i < PEOPLE; i++) {
        ticks created = start + i * 9 * TICKS_SECOND;
        if (i % 10 == 3) /* mistyped */
            signin(planting, slot, created - 6 * TICKS_SECOND, &people[i], address)->error = 50126;
        signin(planting, slot, created, &people[i], address);
    }
}

void plant_forgetful_user(struct planting *planting) {
    size_t slot = planting_slot(planting);
    ticks start = planting_start(planting, slot) + 5 * TICKS_MINUTE;
    const struct user *user = planting_user(planting);
    for (unsigned i = 0; i < 15; i++)
        signin(planting, slot, start + i * 25 * TICKS_SECOND, user, user->address)->error = 50126;
    signin(planting, slot, start + 8 * TICKS_MINUTE, user, user->address);
}

void plant_slow_spray(struct planting *planting) {
    size_t slots = planting->layout->slots, slot = planting_slot(planting);
    char address[ADDRESS_SIZE];
    planting_address(planting, address);
    const struct user *targets = planting_user(planting);
    for (unsigned i = 0; i < 40; i++, slot = (slot + 1) % slots) {
        /* Where there are fewer files than users, the others follow an hour apart. */
        ticks created =
            planting_start(planting, slot) + 30 * TICKS_MINUTE + (ticks)(i / slots) * TICKS_HOUR;
        struct event *event = signin(planting, slot, created, &targets[i], address);
        event->error = 50126;
        event->requirement = SINGLE_FACTOR;
    }
}
