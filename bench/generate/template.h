/* template.h - a record as it is written, in the form of its own text with ${names} in it.
 *
 * A template is compiled once to pieces of literal text and fields; rendering copies the one and
 * prints the other. In the source ' stands for ", so that C strings stay readable.
 *
 *   ${name}              a field of the event (the list is below)
 *   ${json(} .. ${json)} what is between stands inside a JSON string: escaped. These nest.
 *   ${csv(} .. ${csv)}   what is between stands inside a quoted CSV cell */
#ifndef GENERATE_TEMPLATE_H
#define GENERATE_TEMPLATE_H

#include "event.h"

/* Every field: its name and what it prints. */
/* clang-format off */
#define TEMPLATE_FIELDS(X) \
    /* times, in UTC: when the log had it, when it happened */ \
    X(emitted)              /* 2026-03-07T14:00:02.1234567 */ \
    X(created)              /* the same */ \
    X(created_trimmed)      /* without trailing zeros */ \
    X(created_seconds)      /* 2026-03-07T14:00:02 */ \
    X(created_millis)       /* 2026-03-07T14:00:02.123 */ \
    X(created_epoch_ms)     /* 1772892002123 */ \
    /* ids and random values */ \
    X(id) X(correlation) X(session) X(token) X(latency) \
    /* people and places */ \
    X(tenant) X(subscription) X(user_name) X(upn) X(user_id) X(user_type) \
    X(address) X(city) X(state) X(country) X(latitude) X(longitude) X(network) \
    X(agent) X(browser) X(system) X(client) X(device) X(managed) X(trust) \
    /* sign-ins */ \
    X(app) X(app_id) X(resource) X(resource_id) X(category) X(table) X(interactive) X(kind) \
    X(error) X(signature) X(outcome) X(reason) X(details) X(portal_status) X(portal_error) \
    X(level) X(risk_state) \
    X(risk_events)          /* "a","b" */ \
    X(risk_events_comma)    /* a,b */ \
    X(risk_events_indexed)  /* "Vendor.properties.riskEventTypes_v2[0]":"a", */ \
    X(requirement) X(portal_requirement) X(home) X(home_domain) X(resource_tenant) X(crossing) \
    X(policies) X(short_policies) X(policy_status) X(steps) \
    /* AWS */ \
    X(account) X(region) X(caller) X(access_key) X(service) X(call) X(parameters) X(response) \
    X(call_error) X(read_only) X(aws_event_type) \
    /* storage */ \
    X(operation) X(storage_category) X(status) X(status_text) X(requester) X(path) X(body) \
    X(address_port)         /* 198.51.100.7:51822, [2001:db8::1]:51822 */
/* clang-format on */

enum template_op {
#define X(name) FIELD_##name,
    TEMPLATE_FIELDS(X)
#undef X
        FIELDS,
    OPEN_JSON = FIELDS,
    CLOSE_JSON,
    OPEN_CSV,
    CLOSE_CSV,
    TEMPLATE_END,
};

/* Literal text, then what to do. */
struct template_step {
    struct piece literal;
    enum template_op op;
};

struct template {
    char *text;
    struct template_step *steps; /* the last one is TEMPLATE_END */
};

/* False: out of memory. A source with a field that does not exist is a bug of ours, caught by an
 * assertion. */
bool template_compile(struct template *template, const char *source);
void template_free(struct template *template);
/* Appends the event. False: out of memory. */
bool template_render(const struct template *template, const struct event *event,
                     struct builder *to);
/* Appends one field; there is room for FIELD_ROOM bytes. (render.c) */
void field_render(enum template_op field, const struct event *event, struct builder *to);

enum { FIELD_ROOM = 16384 };

#endif
