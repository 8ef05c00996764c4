#include "event.h"

#include <stddef.h>

const char *const risk_level_names[RISK_LEVELS] = {"none", "low", "medium", "high", "hidden"};
const char *const risk_state_names[RISK_STATES] = {
    "none", "confirmedSafe", "remediated", "dismissed", "atRisk", "confirmedCompromised",
};
const char *const risk_event_names[RISK_EVENTS] = {
    [RISK_ANONYMIZED_ADDRESS] = "anonymizedIPAddress",
    [RISK_UNFAMILIAR_FEATURES] = "unfamiliarFeatures",
    [RISK_PASSWORD_SPRAY] = "passwordSpray",
    [RISK_MCAS_IMPOSSIBLE_TRAVEL] = "mcasImpossibleTravel",
    [RISK_MALICIOUS_ADDRESS] = "maliciousIPAddress",
    [RISK_LEAKED_CREDENTIALS] = "leakedCredentials",
    [RISK_NATION_STATE_ADDRESS] = "nationStateIP",
    [RISK_RISKY_ADDRESS] = "riskyIPAddress",
    [RISK_THREAT_INTELLIGENCE] = "investigationsThreatIntelligence",
    [RISK_IMPOSSIBLE_TRAVEL] = "impossibleTravel",
    [RISK_UNLIKELY_TRAVEL] = "unlikelyTravel",
    [RISK_GENERIC] = "generic",
    [RISK_NEW_COUNTRY] = "newCountry",
    [RISK_ANOMALOUS_TOKEN] = "anomalousToken",
    [RISK_SUSPICIOUS_BROWSER] = "suspiciousBrowser",
};
const char *const requirement_names[2] = {"singleFactorAuthentication",
                                          "multiFactorAuthentication"};

/* The most frequent first: a draw favours the start of the list. */
static const struct signin_error errors[] = {
    {50126, "Error validating credentials due to invalid username or password.",
     "The user didn't enter the right credentials.  It's expected to see some number of these "
     "errors in your logs due to users making mistakes."},
    {50140, "This occurred due to 'Keep me signed in' interrupt when the user was signing-in.", ""},
    {50074, "Strong Authentication is required.",
     "The user is required to satisfy additional requirements before finishing authentication."},
    {50076,
     "Due to a configuration change made by your administrator, you must use multi-factor "
     "authentication to access.",
     ""},
    {53003,
     "Access has been blocked by Conditional Access policies. The access policy does not "
     "allow token issuance.",
     ""},
    {50053,
     "The account is locked, you've tried to sign in too many times with an incorrect user "
     "ID or password.",
     ""},
    {700082, "The refresh token has expired due to inactivity.", ""},
    {50055, "The password is expired.", ""},
    {65001, "The user or administrator has not consented to use the application.", ""},
    {50034, "The user account does not exist in the directory.", ""},
};
enum { ERRORS = sizeof errors / sizeof *errors };

const struct signin_error *signin_error(unsigned code) {
    for (unsigned i = 0; i < ERRORS; i++)
        if (errors[i].code == code) return &errors[i];
    return NULL;
}

struct flags event_flags(const struct event *event, bool has_risk) {
    struct flags flags = {0};
    if (event->subject != SUBJECT_SIGNIN || event->error) return flags;
    flags.signed_in = true;
    if (has_risk) {
        flags.is_high_risk = event->level == LEVEL_MEDIUM || event->level == LEVEL_HIGH ||
                             event->state == STATE_AT_RISK ||
                             event->state == STATE_CONFIRMED_COMPROMISED;
        for (unsigned i = 0; i < event->risk_event_count; i++)
            flags.has_risky_event |= event->risk_events[i] < HUNTED_EVENTS;
    }
    flags.cross_tenant_mfa =
        event->requirement == SINGLE_FACTOR && event->home && event->home != event->resource;
    flags.score = (unsigned)flags.is_high_risk + flags.has_risky_event + flags.cross_tenant_mfa;
    return flags;
}

static void draw_where(struct event *event, struct random *random) {
    const struct user *user = event->user;
    event->place = &places[user->place];
    event->agent = &agents[user->agent];
    uint32_t where = random_below(random, 16);
    const char *address = user->address;
    if (where < 8) { /* at the office */
        address = event->tenant->offices[user->office];
        event->place = &places[user->office];
    }
    if (where == 15) event->agent = &agents[random_below(random, AGENTS)];
    strcpy(event->address, address);
}

/* Between two organisations: a guest from a partner signs in here, or one of ours over there. */
static void cross(struct event *event, struct random *random, const struct world *world) {
    const struct tenant *partner = &world->partners[random_below(random, PARTNERS)];
    event->guest = random_below(random, 2);
    event->home = event->guest ? partner : event->tenant;
    event->resource = event->guest ? event->tenant : partner;
}

static void draw_risk(struct event *event, struct random *random, bool high, bool risky) {
    if (high) {
        event->level = random_below(random, 3) ? LEVEL_MEDIUM : LEVEL_HIGH;
        event->state = random_below(random, 8) ? STATE_AT_RISK : STATE_CONFIRMED_COMPROMISED;
        if (random_below(random, 8) == 0) event->level = LEVEL_LOW; /* the state alone tells */
        if (event->level != LEVEL_LOW && random_below(random, 4) == 0)
            event->state = random_below(random, 2) ? STATE_REMEDIATED : STATE_DISMISSED;
    } else if (risky) {
        event->level = LEVEL_LOW;
    }
    if (risky) {
        event->risk_events[event->risk_event_count++] =
            (uint8_t)random_below(random, HUNTED_EVENTS);
        if (random_below(random, 3) == 0)
            event->risk_events[event->risk_event_count++] =
                (uint8_t)random_below(random, RISK_EVENTS);
    } else if (high && random_below(random, 2)) {
        event->risk_events[event->risk_event_count++] =
            (uint8_t)(HUNTED_EVENTS + random_below(random, RISK_EVENTS - HUNTED_EVENTS));
    }
}

/* Which flags a sign-in that shall be found raises. */
static void draw_hit(struct event *event, struct random *random, const struct world *world,
                     bool has_risk) {
    static const struct {
        uint8_t high, risky, cross;
    } kinds[16] = {{0, 0, 1}, {0, 0, 1}, {0, 0, 1}, {0, 0, 1}, {0, 0, 1}, {0, 0, 1},
                   {1, 1, 0}, {1, 1, 0}, {1, 1, 0}, {1, 1, 0}, {0, 1, 0}, {0, 1, 0},
                   {1, 0, 0}, {1, 0, 0}, {1, 0, 1}, {1, 1, 1}};
    uint32_t kind = random_below(random, has_risk ? 16 : 6);
    draw_risk(event, random, kinds[kind].high, kinds[kind].risky);
    if (kinds[kind].cross) {
        event->requirement = SINGLE_FACTOR;
        cross(event, random, world);
    }
}

/* What looks like a hit and is none. */
static void draw_innocent(struct event *event, struct random *random, const struct world *world) {
    uint32_t kind = random_below(random, 1024);
    if (kind < 24) { /* two organisations, but with a second factor */
        event->requirement = MULTI_FACTOR;
        cross(event, random, world);
    } else if (kind < 28) { /* no home tenant: an empty text */
        event->home = NULL;
    } else if (kind < 40) {
        event->level = LEVEL_LOW;
        event->state = (enum risk_state)random_below(random, STATE_AT_RISK);
        event->risk_events[event->risk_event_count++] =
            (uint8_t)(HUNTED_EVENTS + random_below(random, RISK_EVENTS - HUNTED_EVENTS));
    } else if (kind < 48) {
        event->level = LEVEL_HIDDEN;
    }
}

void event_draw_signin(struct event *event, struct random *random, const struct world *world,
                       const struct tenant *tenant, ticks emitted, double hit_rate, bool has_risk) {
    *event = (struct event){
        .subject = SUBJECT_SIGNIN, .tenant = tenant, .home = tenant, .resource = tenant};
    for (int i = 0; i < 6; i++) event->ids[i] = random_next(random);
    event->dice = random_next(random);
    event->emitted = emitted;
    event->created = emitted - TICKS_SECOND - random_below(random, 100 * TICKS_SECOND);
    event->user = world_user(world, random);
    uint64_t app = (uint64_t)random_below(random, APPS) * random_below(random, APPS + 1);
    event->app = &apps[app / APPS];
    event->interactive = true;
    event->requirement = random_below(random, 10) < 4 ? SINGLE_FACTOR : MULTI_FACTOR;
    draw_where(event, random);
    if (random_below(random, 100) < 8) {
        uint32_t skew = random_below(random, ERRORS) * random_below(random, ERRORS);
        event->error = errors[skew / ERRORS].code;
        /* Failures are risky at times too, and no hit for that. */
        if (random_below(random, 16) == 0) draw_risk(event, random, true, true);
    } else if (random_chance(random, hit_rate)) {
        draw_hit(event, random, world, has_risk);
    } else {
        draw_innocent(event, random, world);
    }
}
