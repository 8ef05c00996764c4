/* event.h - what happened, before any shape is given to it: a sign-in, an AWS call or a storage
 * request. A shape (shape.h) only writes down what an event says. */
#ifndef GENERATE_EVENT_H
#define GENERATE_EVENT_H

#include "calendar.h"
#include "world.h"

enum subject { SUBJECT_SIGNIN, SUBJECT_AWS, SUBJECT_STORAGE };

enum risk_level { LEVEL_NONE, LEVEL_LOW, LEVEL_MEDIUM, LEVEL_HIGH, LEVEL_HIDDEN, RISK_LEVELS };
enum risk_state {
    STATE_NONE,
    STATE_CONFIRMED_SAFE,
    STATE_REMEDIATED,
    STATE_DISMISSED,
    STATE_AT_RISK,
    STATE_CONFIRMED_COMPROMISED,
    RISK_STATES,
};
/* The first HUNTED_EVENTS are those that the main hunt looks for. */
enum risk_event {
    RISK_ANONYMIZED_ADDRESS,
    RISK_UNFAMILIAR_FEATURES,
    RISK_PASSWORD_SPRAY,
    RISK_MCAS_IMPOSSIBLE_TRAVEL,
    RISK_MALICIOUS_ADDRESS,
    RISK_LEAKED_CREDENTIALS,
    RISK_NATION_STATE_ADDRESS,
    RISK_RISKY_ADDRESS,
    RISK_THREAT_INTELLIGENCE,
    RISK_IMPOSSIBLE_TRAVEL,
    HUNTED_EVENTS,
    RISK_UNLIKELY_TRAVEL = HUNTED_EVENTS,
    RISK_GENERIC,
    RISK_NEW_COUNTRY,
    RISK_ANOMALOUS_TOKEN,
    RISK_SUSPICIOUS_BROWSER,
    RISK_EVENTS,
};

enum requirement { SINGLE_FACTOR, MULTI_FACTOR };

/* Who acted: a person, a role somebody took, a program. */
enum caller { CALLER_USER, CALLER_ROLE, CALLER_SERVICE };

/* What a storage request was allowed by. */
enum identity { IDENTITY_OAUTH, IDENTITY_SAS, IDENTITY_ACCOUNT_KEY };

enum { ADDRESS_SIZE = 40 };

struct event {
    enum subject subject;
    ticks created;               /* when it happened */
    ticks emitted;               /* when the log had it: never earlier; files are in this order */
    const struct tenant *tenant; /* whose log it stands in */
    const struct user *user;
    const struct place *place;
    const struct agent *agent;
    char address[ADDRESS_SIZE];
    uint64_t ids[6]; /* random words for request, correlation and token ids */
    uint64_t dice;   /* random bits for what no hunt looks at */

    /* SUBJECT_SIGNIN */
    const struct app *app;
    const struct tenant *home, *resource; /* home NULL: an empty text, as service accounts have */
    bool guest;                           /* the user belongs to the home tenant, a partner */
    bool interactive;                     /* SignInLogs, otherwise NonInteractiveUserSignInLogs */
    unsigned error;                       /* 0: signed in */
    enum requirement requirement;
    enum risk_level level;
    enum risk_state state;
    uint8_t risk_events[3];
    uint8_t risk_event_count;

    enum caller caller; /* of an AWS call, of a storage request with OAuth */

    /* SUBJECT_AWS */
    const struct aws_call *call;
    const char *region;
    bool denied;

    /* SUBJECT_STORAGE */
    const struct blob_request *request;
    enum identity identity;
    unsigned blob; /* which of the account's, from 0 */
    uint64_t body; /* bytes sent back */
};

/* What the main hunt says of an event. */
struct flags {
    bool signed_in; /* kept by the first step */
    bool is_high_risk, has_risky_event, cross_tenant_mfa;
    unsigned score;
};

/* `has_risk`: the shape that the event is written in has risk columns. */
struct flags event_flags(const struct event *event, bool has_risk);

/* Ordinary events at the time given. `hit_rate` is the share of successful sign-ins that raise a
 * flag; a shape without risk columns only raises the third. */
void event_draw_signin(struct event *event, struct random *random, const struct world *world,
                       const struct tenant *tenant, ticks emitted, double hit_rate, bool has_risk);
void event_draw_aws(struct event *event, struct random *random, const struct world *world,
                    const struct tenant *tenant, ticks emitted);
void event_draw_storage(struct event *event, struct random *random, const struct world *world,
                        const struct tenant *tenant, ticks emitted);

extern const char *const risk_level_names[RISK_LEVELS];
extern const char *const risk_state_names[RISK_STATES];
extern const char *const risk_event_names[RISK_EVENTS];
extern const char *const requirement_names[2];

/* Why a sign-in failed. */
struct signin_error {
    unsigned code;
    const char *reason, *details;
};
const struct signin_error *signin_error(unsigned code);

struct aws_call {
    const char *service; /* without .amazonaws.com */
    const char *name;
    bool read_only;
    const char *parameters, *response; /* JSON */
    unsigned weight;                   /* share of ordinary traffic */
};
/* The call of that name; a name of the table only. */
const struct aws_call *aws_call(const char *name);

struct blob_request {
    const char *operation, *category;
    unsigned status;
    const char *status_text;
    bool on_container; /* no blob is named */
    unsigned weight;
};
const struct blob_request *blob_request(const char *operation);

#endif
