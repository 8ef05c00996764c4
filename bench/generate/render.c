/* render.c - the fields of template.h, printed. */
#include <assert.h>

#include "template.h"

/* The random words of an event, by use. A GUID takes two. */
enum { ID_WORDS = 0, CORRELATION_WORDS = 2, SESSION_WORDS = 4 };

static void put_guid(struct builder *to, const struct event *event, unsigned words) {
    builder_put_guid(to, event->ids + words);
}

static void put_upn(struct builder *to, const struct event *event) {
    const struct tenant *home = event->guest && event->home ? event->home : event->tenant;
    builder_put_string(to, event->user->local);
    builder_put_char(to, '@');
    builder_put_string(to, home->domain);
}

static void put_risk_events(struct builder *to, const struct event *event, const char *before,
                            const char *after, const char *between) {
    for (unsigned i = 0; i < event->risk_event_count; i++) {
        if (i) builder_put_string(to, between);
        builder_put_string(to, before);
        builder_put_string(to, risk_event_names[event->risk_events[i]]);
        builder_put_string(to, after);
    }
}

/* LogScale gives every element a key of its own, and an empty array none. */
static void put_risk_events_indexed(struct builder *to, const struct event *event) {
    for (unsigned i = 0; i < event->risk_event_count; i++) {
        builder_put_string(to, "\"Vendor.properties.riskEventTypes_v2[");
        builder_put_number(to, i);
        builder_put_string(to, "]\":\"");
        builder_put_string(to, risk_event_names[event->risk_events[i]]);
        builder_put_string(to, "\",");
    }
}

/* What each policy did: the usual, but one of them differs in every fourth record. */
static void put_policies(struct builder *to, const struct event *event, bool brief) {
    const struct tenant *tenant = event->tenant;
    unsigned app = (unsigned)(event->app - apps),
             odd = event->dice & 3 ? POLICIES : event->dice >> 2 & 15;
    for (unsigned policy = 0; policy < event->app->policies; policy++) {
        unsigned result = tenant->usual[policy][app];
        if (policy == odd) result = result == POLICY_SUCCESS ? POLICY_NOT_APPLIED : POLICY_SUCCESS;
        if (event->error == 53003 && policy == 1) result = POLICY_FAILURE;
        if (policy) builder_put_char(to, ',');
        builder_put_piece(
            to, brief ? tenant->short_policies[policy][result] : tenant->policies[policy][result]);
    }
}

/* authenticationDetails: one element for each factor. */
static void put_steps(struct builder *to, const struct event *event) {
    static const char *const details[2] = {
        "\",\"authenticationMethod\":\"Previously satisfied\",\"succeeded\":true,"
        "\"authenticationStepResultDetail\":\"First factor requirement satisfied by claim in the "
        "token\",\"authenticationStepRequirement\":\"Primary authentication\"}",
        "\",\"authenticationMethod\":\"Mobile app notification\",\"succeeded\":true,"
        "\"authenticationStepResultDetail\":\"MFA requirement satisfied by claim in the token\","
        "\"authenticationStepRequirement\":\"Multifactor authentication\"}",
    };
    for (int i = 0; i <= (event->requirement == MULTI_FACTOR); i++) {
        if (i) builder_put_char(to, ',');
        builder_put_string(to, "{\"authenticationStepDateTime\":\"");
        calendar_put_trimmed(to, event->created);
        builder_put_string(to, "+00:00");
        builder_put_string(to, details[i]);
    }
}

/* An access key that is always the same for a user of an account. */
static void put_access_key(struct builder *to, const struct event *event) {
    builder_put_string(to, event->caller == CALLER_ROLE ? "ASIA" : "AKIA");
    unsigned put = 0;
    for (const char *c = event->user->id; put < 16; c++)
        if (*c != '-')
            builder_put_char(to, *c > '9' ? (char)(*c - 32) : (char)(*c + ('K' - '0'))), put++;
}

/* userIdentity of CloudTrail. */
static void put_caller(struct builder *to, const struct event *event) {
    const char *account = event->tenant->account, *user = event->user->local;
    if (event->caller == CALLER_SERVICE) {
        builder_put_string(to, "{\"type\":\"AWSService\",\"invokedBy\":\"");
        builder_put_string(to, event->agent->header);
        builder_put_string(to, "\"}");
        return;
    }
    bool role = event->caller == CALLER_ROLE;
    builder_put_string(to, role ? "{\"type\":\"AssumedRole\",\"principalId\":\"AROA"
                                : "{\"type\":\"IAMUser\",\"principalId\":\"AIDA");
    builder_put(to, event->user->device + 24, 12);
    if (role) {
        builder_put_char(to, ':');
        builder_put_string(to, user);
    }
    builder_put_string(to, role ? "\",\"arn\":\"arn:aws:sts::" : "\",\"arn\":\"arn:aws:iam::");
    builder_put_string(to, account);
    builder_put_string(to, role ? ":assumed-role/operations/" : ":user/");
    builder_put_string(to, user);
    builder_put_string(to, "\",\"accountId\":\"");
    builder_put_string(to, account);
    builder_put_string(to, "\",\"accessKeyId\":\"");
    put_access_key(to, event);
    if (role) {
        builder_put_string(to,
                           "\",\"sessionContext\":{\"sessionIssuer\":{\"type\":\"Role\","
                           "\"principalId\":\"AROAEXAMPLE0EXAMPLE\",\"arn\":\"arn:aws:iam::");
        builder_put_string(to, account);
        builder_put_string(to, ":role/operations\",\"accountId\":\"");
        builder_put_string(to, account);
        builder_put_string(to,
                           "\",\"userName\":\"operations\"},\"attributes\":{\"creationDate\":"
                           "\"");
        calendar_put_seconds(to, event->created - event->created % TICKS_HOUR);
        builder_put_string(to, "Z\",\"mfaAuthenticated\":\"false\"}}}");
    } else {
        builder_put_string(to, "\",\"userName\":\"");
        builder_put_string(to, user);
        builder_put_string(to, "\"}");
    }
}

static void put_call_error(struct builder *to, const struct event *event) {
    if (!event->denied) return;
    builder_put_string(to, "\"errorCode\":\"AccessDenied\",\"errorMessage\":\"User: arn:aws:iam::");
    builder_put_string(to, event->tenant->account);
    builder_put_string(to, ":user/");
    builder_put_string(to, event->user->local);
    builder_put_string(to, " is not authorized to perform: ");
    builder_put_string(to, event->call->service);
    builder_put_char(to, ':');
    builder_put_string(to, event->call->name);
    builder_put_string(to, "\",");
}

/* identity of a storage request. */
static void put_requester(struct builder *to, const struct event *event) {
    if (event->identity == IDENTITY_SAS) {
        builder_put_string(to, "{\"type\":\"SAS\",\"tokenHash\":\"key1(");
        builder_put(to, event->user->device + 24, 12);
        builder_put_string(to, "),SasSignature(");
        builder_put(to, event->user->id + 24, 12);
        builder_put_string(to, ")\"}");
        return;
    }
    if (event->identity == IDENTITY_ACCOUNT_KEY) {
        builder_put_string(to, "{\"type\":\"AccountKey\",\"tokenHash\":\"key1(");
        builder_put(to, event->tenant->subscription + 24, 12);
        builder_put_string(to, ")\"}");
        return;
    }
    builder_put_string(to, "{\"type\":\"OAuth\",\"requester\":{\"objectId\":\"");
    builder_put_string(to, event->user->id);
    if (event->caller == CALLER_USER) {
        builder_put_string(to, "\",\"upn\":\"");
        put_upn(to, event);
    }
    builder_put_string(to,
                       "\",\"appId\":\"691458b9-1327-4635-9f55-ed83a7f1b41c\",\"audience\":"
                       "\"https://storage.azure.com/\",\"tenantId\":\"");
    builder_put_string(to, event->tenant->id);
    builder_put_string(to, "\",\"tokenIssuer\":\"https://sts.windows.net/");
    builder_put_string(to, event->tenant->id);
    builder_put_string(to, "/\"}}");
}

static void put_path(struct builder *to, const struct event *event) {
    static const char *const containers[] = {"reports", "exports", "media", "backup"};
    builder_put_string(to, event->blob < 4000 ? containers[event->blob & 3] : "customer-data");
    if (event->request->on_container) return;
    builder_put_string(to, "/2026/part-");
    builder_put_digits(to, event->blob, 5);
    builder_put_string(to, ".parquet");
}

static void put_address_port(struct builder *to, const struct event *event) {
    bool six = strchr(event->address, ':');
    if (six) builder_put_char(to, '[');
    builder_put_string(to, event->address);
    builder_put_string(to, six ? "]:" : ":");
    builder_put_number(to, 1024 + (event->dice >> 16) % 60000);
}

static const char *truth_value(bool value) {
    return value ? "true" : "false";
}

static const char *crossing(const struct event *event) {
    return event->home && event->home != event->resource ? "b2bCollaboration" : "none";
}

static const char *portal_status(const struct event *event) {
    bool interrupted = event->error == 50140 || event->error == 50074 || event->error == 50076;
    return !event->error ? "Success" : interrupted ? "Interrupted" : "Failure";
}

static const char *policy_status(const struct event *event) {
    return event->error == 53003 ? "failure" : event->dice & 64 ? "success" : "notApplied";
}

void field_render(enum template_op field, const struct event *event, struct builder *to) {
    const char *text = NULL;
    switch (field) {
        case FIELD_emitted:
            calendar_put_ticks(to, event->emitted);
            return;
        case FIELD_created:
            calendar_put_ticks(to, event->created);
            return;
        case FIELD_created_trimmed:
            calendar_put_trimmed(to, event->created);
            return;
        case FIELD_created_seconds:
            calendar_put_seconds(to, event->created);
            return;
        case FIELD_created_millis:
            calendar_put_millis(to, event->created);
            return;
        case FIELD_created_epoch_ms:
            builder_put_number(to, (uint64_t)(event->created / TICKS_MILLISECOND));
            return;
        case FIELD_id:
            put_guid(to, event, ID_WORDS);
            return;
        case FIELD_correlation:
            put_guid(to, event, CORRELATION_WORDS);
            return;
        case FIELD_session:
            put_guid(to, event, SESSION_WORDS);
            return;
        case FIELD_token:
            builder_put_token(to, event->ids + SESSION_WORDS, 20);
            return;
        case FIELD_latency:
            builder_put_number(to, 20 + (event->dice >> 32) % 480);
            return;

        case FIELD_tenant:
            text = event->tenant->id;
            break;
        case FIELD_subscription:
            text = event->tenant->subscription;
            break;
        case FIELD_user_name:
            text = event->user->name;
            break;
        case FIELD_upn:
            put_upn(to, event);
            return;
        case FIELD_user_id:
            text = event->user->id;
            break;
        case FIELD_user_type:
            text = event->guest ? "Guest" : "Member";
            break;
        case FIELD_address:
            text = event->address;
            break;
        case FIELD_city:
            text = event->place->city;
            break;
        case FIELD_state:
            text = event->place->state;
            break;
        case FIELD_country:
            text = event->place->country;
            break;
        case FIELD_latitude:
            text = event->place->latitude;
            break;
        case FIELD_longitude:
            text = event->place->longitude;
            break;
        case FIELD_network:
            builder_put_number(to, event->place->network);
            return;
        case FIELD_agent:
            text = event->agent->header;
            break;
        case FIELD_browser:
            text = event->agent->browser;
            break;
        case FIELD_system:
            text = event->agent->system;
            break;
        case FIELD_client:
            text = event->agent->client;
            break;
        case FIELD_device:
            text = event->user->managed ? event->user->device : "";
            break;
        case FIELD_managed:
            text = truth_value(event->user->managed);
            break;
        case FIELD_trust:
            text = event->user->managed ? "Azure AD joined" : "";
            break;

        case FIELD_app:
            text = event->app->name;
            break;
        case FIELD_app_id:
            text = event->app->id;
            break;
        case FIELD_resource:
            text = event->app->resource;
            break;
        case FIELD_resource_id:
            text = event->app->resource_id;
            break;
        case FIELD_category:
            text = event->interactive ? "SignInLogs" : "NonInteractiveUserSignInLogs";
            break;
        case FIELD_table:
            text = event->interactive ? "SigninLogs" : "AADNonInteractiveUserSignInLogs";
            break;
        case FIELD_interactive:
            text = truth_value(event->interactive);
            break;
        case FIELD_kind:
            text = event->interactive ? "interactiveUser" : "nonInteractiveUser";
            break;
        case FIELD_error:
            builder_put_number(to, event->error);
            return;
        case FIELD_signature:
            text = event->error ? "FAILURE" : "SUCCESS";
            break;
        case FIELD_outcome:
            text = event->error ? "failure" : "success";
            break;
        case FIELD_reason:
            text = event->error ? signin_error(event->error)->reason : "Other.";
            break;
        case FIELD_details:
            text = event->error ? signin_error(event->error)->details : "";
            break;
        case FIELD_portal_status:
            text = portal_status(event);
            break;
        case FIELD_portal_error:
            if (event->error) builder_put_number(to, event->error);
            return;
        case FIELD_level:
            text = risk_level_names[event->level];
            break;
        case FIELD_risk_state:
            text = risk_state_names[event->state];
            break;
        case FIELD_risk_events:
            put_risk_events(to, event, "\"", "\"", ",");
            return;
        case FIELD_risk_events_comma:
            put_risk_events(to, event, "", "", ",");
            return;
        case FIELD_risk_events_indexed:
            put_risk_events_indexed(to, event);
            return;
        case FIELD_requirement:
            text = requirement_names[event->requirement];
            break;
        case FIELD_portal_requirement:
            text = event->requirement == SINGLE_FACTOR ? "Single-factor authentication"
                                                       : "Multifactor authentication";
            break;
        case FIELD_home:
            text = event->home ? event->home->id : "";
            break;
        case FIELD_home_domain:
            text = event->home ? event->home->domain : "";
            break;
        case FIELD_resource_tenant:
            text = event->resource->id;
            break;
        case FIELD_crossing:
            text = crossing(event);
            break;
        case FIELD_policies:
            put_policies(to, event, false);
            return;
        case FIELD_short_policies:
            put_policies(to, event, true);
            return;
        case FIELD_policy_status:
            text = policy_status(event);
            break;
        case FIELD_steps:
            put_steps(to, event);
            return;

        case FIELD_account:
            text = event->tenant->account;
            break;
        case FIELD_region:
            text = event->region;
            break;
        case FIELD_caller:
            put_caller(to, event);
            return;
        case FIELD_access_key:
            put_access_key(to, event);
            return;
        case FIELD_service:
            text = event->call->service;
            break;
        case FIELD_call:
            text = event->call->name;
            break;
        case FIELD_parameters:
            text = event->call->parameters;
            break;
        case FIELD_response:
            text = event->denied ? "null" : event->call->response;
            break;
        case FIELD_call_error:
            put_call_error(to, event);
            return;
        case FIELD_read_only:
            text = truth_value(event->call->read_only);
            break;
        case FIELD_aws_event_type:
            text = !strcmp(event->call->service, "signin") ? "AwsConsoleSignIn" : "AwsApiCall";
            break;

        case FIELD_operation:
            text = event->request->operation;
            break;
        case FIELD_storage_category:
            text = event->request->category;
            break;
        case FIELD_status:
            builder_put_number(to, event->request->status);
            return;
        case FIELD_status_text:
            text = event->request->status_text;
            break;
        case FIELD_requester:
            put_requester(to, event);
            return;
        case FIELD_path:
            put_path(to, event);
            return;
        case FIELD_body:
            builder_put_number(to, event->body);
            return;
        case FIELD_address_port:
            put_address_port(to, event);
            return;
        default:
            assert(false && "a field");
            return;
    }
    builder_put_string(to, text);
}
