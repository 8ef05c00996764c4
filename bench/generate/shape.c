#include "shape.h"

#include <stddef.h>

const char *const framing_names[FRAMINGS] = {"ndjson", "array", "envelope", "pretty", "csv"};

#define BIT(framing) (1u << FRAMING_##framing)
#define ANY_JSON (BIT(NDJSON) | BIT(ARRAY) | BIT(ENVELOPE) | BIT(PRETTY))
#define ALL_BUT_ENVELOPE (BIT(NDJSON) | BIT(ARRAY) | BIT(PRETTY) | BIT(CSV))

const struct shape shapes[SHAPES] = {
    {"diagnostic", SUBJECT_SIGNIN, true, true, FRAMING_NDJSON, ANY_JSON},
    {"eventhub", SUBJECT_SIGNIN, true, true, FRAMING_ENVELOPE, ANY_JSON},
    {"graph", SUBJECT_SIGNIN, true, true, FRAMING_ENVELOPE, ANY_JSON},
    {"loganalytics", SUBJECT_SIGNIN, true, true, FRAMING_NDJSON, ANY_JSON | BIT(CSV)},
    {"logscale", SUBJECT_SIGNIN, true, false, FRAMING_NDJSON, ALL_BUT_ENVELOPE},
    {"portal", SUBJECT_SIGNIN, false, false, FRAMING_CSV, BIT(CSV)},
    {"cloudtrail", SUBJECT_AWS, false, false, FRAMING_ENVELOPE, ANY_JSON},
    {"storage", SUBJECT_STORAGE, false, false, FRAMING_NDJSON, ANY_JSON},
};

static enum style style_of(enum shape_id shape, enum framing framing, enum variant variant,
                           bool interactive) {
    bool csv = framing == FRAMING_CSV;
    switch (shape) {
        case SHAPE_GRAPH:
            return STYLE_GRAPH;
        case SHAPE_LOG_ANALYTICS:
            if (csv) return STYLE_TABLE_CSV;
            if (framing == FRAMING_ENVELOPE) return STYLE_TABLE_ROW;
            return interactive ? STYLE_TABLE : STYLE_TABLE_TEXT;
        case SHAPE_LOGSCALE:
            if (csv) return STYLE_LOGSCALE_CSV;
            if (variant == VARIANT_FLAT) return STYLE_LOGSCALE_FLAT;
            return variant == VARIANT_RAW ? STYLE_LOGSCALE_RAW : STYLE_LOGSCALE;
        case SHAPE_PORTAL:
            return STYLE_PORTAL;
        case SHAPE_CLOUDTRAIL:
            return STYLE_CLOUDTRAIL;
        case SHAPE_STORAGE:
            return STYLE_STORAGE;
        default:
            return STYLE_DIAGNOSTIC;
    }
}

static void enclose(struct writing *writing, enum shape_id shape) {
    writing->open = "{'records':[";
    writing->between = ",";
    writing->close = "]}\n";
    switch (shape) {
        case SHAPE_EVENTHUB: /* a message a line, of a batch of events each */
            writing->group = 50;
            writing->uneven = true;
            break;
        case SHAPE_GRAPH: /* a page a line */
            writing->open =
                "{'@odata.context':'https://graph.microsoft.com/beta/"
                "$metadata#auditLogs/signIns','value':[";
            writing->close =
                "],'@odata.nextLink':'https://graph.microsoft.com/beta/auditLogs/"
                "signIns?$top=1000&$skiptoken=9177f2e3532fcd4c4d225f68f7b9bdf7_1000'}"
                "\n";
            writing->group = 1000;
            break;
        case SHAPE_LOG_ANALYTICS: /* the response to a query; its header has opened it */
            writing->open = "";
            writing->between = ",\n";
            writing->close = "";
            writing->trailer = "\n]}]}\n";
            break;
        case SHAPE_CLOUDTRAIL:
            writing->open = "{'Records':[";
            writing->close = "]}";
            break;
        default:
            break;
    }
}

struct writing shape_writing(enum shape_id shape, enum framing framing, enum variant variant,
                             bool interactive) {
    struct writing writing = {.style = style_of(shape, framing, variant, interactive),
                              .indent = framing == FRAMING_PRETTY};
    writing.header = style_headers[writing.style];
    switch (framing) {
        case FRAMING_ARRAY:
            writing.open = "[\n";
            writing.between = ",\n";
            writing.close = "\n]\n";
            break;
        case FRAMING_ENVELOPE:
            enclose(&writing, shape);
            break;
        case FRAMING_CSV:
            writing.open = "";
            writing.between = writing.close = shape == SHAPE_LOGSCALE ? "\n" : "\r\n";
            break;
        default:
            writing.open = "";
            writing.between = writing.close = "\n";
    }
    return writing;
}

static void put_two(struct builder *to, const char *before, unsigned value) {
    builder_put_string(to, before);
    builder_put_digits(to, value, 2);
}

/* y=2026/m=03/d=07/h=14/m=00/PT1H */
static void put_hour_blob(struct builder *to, const struct date *date) {
    builder_put_string(to, "/y=");
    builder_put_digits(to, (unsigned)date->year, 4);
    put_two(to, "/m=", date->month);
    put_two(to, "/d=", date->day);
    put_two(to, "/h=", date->hour);
    builder_put_string(to, "/m=00/PT1H");
}

/* 2026/03/07 with `between` for the slashes */
static void put_day(struct builder *to, const struct date *date, const char *between) {
    builder_put_digits(to, (unsigned)date->year, 4);
    put_two(to, between, date->month);
    put_two(to, between, date->day);
}

static void put_cloudtrail_path(struct builder *to, const struct place_in_archive *place,
                                const struct date *date) {
    const char *account = place->tenant->account;
    builder_put_string(to, "AWSLogs/");
    builder_put_string(to, account);
    builder_put_string(to, "/CloudTrail/us-east-1/");
    put_day(to, date, "/");
    builder_put_char(to, '/');
    builder_put_string(to, account);
    builder_put_string(to, "_CloudTrail_us-east-1_");
    put_day(to, date, "");
    put_two(to, "T", date->hour);
    put_two(to, "", date->minute);
    builder_put_string(to, "Z_");
    uint64_t token = place->token;
    for (int i = 0; i < 12; i++, token /= 36)
        builder_put_char(to, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"[token % 36]);
    builder_put_hex(to, place->part, 4);
}

void shape_put_path(enum shape_id shape, const struct place_in_archive *place, struct builder *to) {
    struct date date = calendar_date(place->start);
    const struct tenant *tenant = place->tenant;
    switch (shape) {
        case SHAPE_DIAGNOSTIC:
            builder_put_string(to, place->interactive
                                       ? "insights-logs-signinlogs/tenantId="
                                       : "insights-logs-noninteractiveusersigninlogs/tenantId=");
            builder_put_string(to, tenant->id);
            put_hour_blob(to, &date);
            break;
        case SHAPE_EVENTHUB:
            builder_put_string(to, "eventhub/");
            builder_put_string(to, tenant->name);
            builder_put_string(to, place->interactive ? "/signins/0/" : "/noninteractive/0/");
            put_day(to, &date, "/");
            put_two(to, "/", date.hour);
            builder_put_string(to, "/00/00");
            break;
        case SHAPE_GRAPH:
            builder_put_string(to, "graph/");
            builder_put_string(to, tenant->name);
            builder_put_char(to, '/');
            put_day(to, &date, "");
            put_two(to, "", date.hour);
            builder_put_string(to, place->interactive ? "0000-interactiveUser-SignInLogs"
                                                      : "0000-nonInteractiveUser-SignInLogs");
            break;
        case SHAPE_LOG_ANALYTICS:
            builder_put_string(
                to, place->interactive ? "am-signinlogs" : "am-aadnoninteractiveusersigninlogs");
            builder_put_string(to, "/WorkspaceResourceId=/subscriptions/");
            builder_put_string(to, tenant->subscription);
            builder_put_string(to,
                               "/resourcegroups/security/providers/"
                               "microsoft.operationalinsights/workspaces/sentinel");
            put_hour_blob(to, &date);
            break;
        case SHAPE_LOGSCALE:
            builder_put_string(to, "logscale/3pi_microsoft_entra_id/");
            builder_put_string(to, tenant->name);
            builder_put_char(to, '/');
            put_day(to, &date, "/");
            put_two(to, "/", date.hour);
            builder_put_string(to, "-00-00");
            break;
        case SHAPE_PORTAL:
            builder_put_string(to, "portal/");
            builder_put_string(to, tenant->name);
            builder_put_string(to, "/InteractiveSignIns_");
            put_day(to, &date, "-");
            put_two(to, "_", date.hour);
            break;
        case SHAPE_CLOUDTRAIL:
            put_cloudtrail_path(to, place, &date);
            break;
        default:
            builder_put_string(to, "insights-logs-storageread/resourceId=/subscriptions/");
            builder_put_string(to, tenant->subscription);
            builder_put_string(to,
                               "/resourceGroups/data/providers/Microsoft.Storage/"
                               "storageAccounts/lake/blobServices/default");
            put_hour_blob(to, &date);
    }
    if (place->part && shape != SHAPE_CLOUDTRAIL) {
        builder_put_char(to, '-');
        builder_put_number(to, place->part);
    }
    builder_put_string(to, place->framing == FRAMING_CSV ? ".csv" : ".json");
}
