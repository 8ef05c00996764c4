#include <stdlib.h>
#include <string.h>

#include "tests/twin/generate.h"

/* ---- CSV ---------------------------------------------------------------------------------- */

static void put_cell(struct generator *g, struct string *to, const char *text) {
    bool needs = strpbrk(text, ",\"\r\n") != NULL;
    if (!needs && chance(g, 60)) {
        string_text(to, text);
        return;
    }
    string_put(to, '"');
    for (; *text; text++) {
        if (*text == '"') string_put(to, '"');
        string_put(to, *text);
    }
    string_put(to, '"');
}

/* Marks mean nothing in CSV: a lone surrogate has no UTF-8. */
static void plain_cell(struct generator *g, struct string *to, struct value *value) {
    struct string clean = {0};
    for (size_t i = 0; i < value->text.length; i++) {
        char c = value->text.data[i];
        if (c == MARK_UNIT) {
            i += 4;
        } else if (c == MARK_BYTE) {
            i++;
            if (g->broken_text) string_put(&clean, value->text.data[i]);
        } else {
            string_put(&clean, c);
        }
    }
    string_put(&clean, '\0');
    put_cell(g, to, clean.data);
    string_free(&clean);
}

struct column {
    const char *name;
    void (*make)(struct generator *g, struct value *value);
};

static void value_category(struct generator *g, struct value *value) {
    static const char *const names[] = {"SigninLogs", "SignInLogs",
                                        "AADNonInteractiveUserSignInLogs", "AuditLogs", ""};
    value->sort = SORT_TEXT;
    string_text(&value->text, PICK(g, names));
}

static void value_source(struct generator *g, struct value *value) {
    value->sort = SORT_TEXT;
    string_text(&value->text, chance(g, 90) ? "AzureActiveDirectory" : "");
}

static void value_type(struct generator *g, struct value *value) {
    value->sort = SORT_TEXT;
    string_text(&value->text, chance(g, 90) ? "SignIn" : "Audit");
}

static void value_outcome(struct generator *g, struct value *value) {
    static const char *const outcomes[] = {"Success", "Success", "Failure", "Interrupted", ""};
    value->sort = SORT_TEXT;
    string_text(&value->text, PICK(g, outcomes));
}

static void value_code(struct generator *g, struct value *value) {
    static const char *const codes[] = {"", "0", "", "50126", "0"};
    value->sort = SORT_TEXT;
    string_text(&value->text, PICK(g, codes));
}

static void value_status(struct generator *g, struct value *value) {
    static const char *const statuses[] = {"{\"errorCode\":0}", "{'errorCode': 0}", "",
                                           "{\n  \"errorCode\": 0\r\n}", "{\"errorCode\":50126}"};
    value->sort = SORT_TEXT;
    string_text(&value->text, PICK(g, statuses));
}

static void value_present(struct generator *g, struct value *value) {
    static const char *const addresses[] = {"203.0.113.9", "198.51.100.23", "2001:db8::1",
                                            "203.0.113.9", ""};
    value->sort = SORT_TEXT;
    string_text(&value->text, PICK(g, addresses));
}

static const struct column portal_columns[] = {
    {"Date (UTC)", value_time},
    {"Request ID", value_name},
    {"User", value_name},
    {"Username", value_name},
    {"Incoming token type", value_name},
    {"Application", value_name},
    {"Application ID ", value_name},
    {"Resource tenant ID", value_tenant},
    {"Home tenant ID", value_tenant},
    {"IP address", value_present},
    {"Location", value_name},
    {"Status", value_outcome},
    {"Sign-in error code", value_code},
    {"Failure reason", value_name},
    {"Authentication requirement", value_requirement},
    {"Autonomous system  number", value_name},
    {"Incoming token type", value_name},
};
static const struct column analytics_columns[] = {
    {"TimeGenerated", value_time},     {"CreatedDateTime", value_time},
    {"Type", value_category},          {"Category", value_category},
    {"ResultType", value_result},      {"Status", value_status},
    {"UserPrincipalName", value_name}, {"IPAddress", value_address},
    {"AppDisplayName", value_name},    {"RiskLevelDuringSignIn", value_level},
    {"RiskState", value_state},        {"RiskEventTypes_V2", value_events},
    {"RiskEventTypes", value_events},  {"AuthenticationRequirement", value_requirement},
    {"HomeTenantId", value_tenant},    {"ResourceTenantId", value_tenant},
    {"DeviceDetail", value_events},
};
static const struct column logscale_columns[] = {
    {"@timestamp", value_time},
    {"timestamp", value_time},
    {"event_source", value_source},
    {"event_type", value_type},
    {"result_type", value_result},
    {"userPrincipalName", value_name},
    {"ipAddress", value_address},
    {"Vendor.appDisplayName", value_name},
    {"Vendor.properties.riskLevelDuringSignIn", value_level},
    {"properties.riskState", value_state},
    {"riskEventTypes_v2[0]", value_events},
    {"riskEventTypes_v2[1]", value_events},
    {"riskEventTypes_v2", value_events},
    {"authenticationRequirement", value_requirement},
    {"homeTenantId", value_tenant},
    {"resourceTenantId", value_tenant},
    {"riskState", value_state},
};
#define COLUMNS 17
_Static_assert(sizeof portal_columns / sizeof *portal_columns == COLUMNS, "portal");
_Static_assert(sizeof analytics_columns / sizeof *analytics_columns == COLUMNS, "analytics");
_Static_assert(sizeof logscale_columns / sizeof *logscale_columns == COLUMNS, "logscale");

void put_csv(struct generator *g, struct string *to, unsigned rows) {
    static const struct column *const kinds[] = {portal_columns, analytics_columns,
                                                 logscale_columns};
    const struct column *all = PICK(g, kinds), *columns[COLUMNS];
    const char *newline = chance(g, 50) ? "\n" : "\r\n";
    size_t count = 0;
    for (size_t i = 0; i < COLUMNS; i++) {
        if (chance(g, 96)) columns[count++] = &all[i];
    }
    for (size_t i = count; g->shuffled && i > 1; i--) {
        size_t other = random_below(g, (unsigned)i);
        const struct column *held = columns[i - 1];
        columns[i - 1] = columns[other];
        columns[other] = held;
    }
    struct string header = {0};
    for (size_t i = 0; i < count; i++) {
        if (i > 0) string_put(&header, ',');
        put_cell(g, &header, columns[i]->name);
    }
    string_text(&header, newline);
    string_add(to, header.data, header.length);
    for (unsigned row = 0; row < rows; row++) {
        if (chance(g, 3)) string_add(to, header.data, header.length);
        if (chance(g, 2)) string_text(to, newline);
        size_t cells = chance(g, 4) ? random_below(g, COLUMNS) + 1 : count;
        for (size_t i = 0; i < cells; i++) {
            struct value value = {0};
            columns[i < count ? i : 0]->make(g, &value);
            if (i > 0) string_put(to, ',');
            plain_cell(g, to, &value);
            string_free(&value.text);
        }
        if (row + 1 < rows || chance(g, 80)) string_text(to, newline);
    }
    string_free(&header);
}

/* ---- framings of JSON --------------------------------------------------------------------- */

struct list {
    struct bytes *items;
    size_t count;
    struct string text;
};

static struct list make_records(struct generator *g, unsigned records) {
    struct list list = {.items = calloc(records + 1, sizeof *list.items)};
    size_t *ends = calloc(records + 1, sizeof *ends);
    if (!list.items || !ends) abort();
    for (; list.count < records; list.count++) {
        put_record(g, &list.text);
        ends[list.count] = list.text.length;
    }
    for (size_t i = 0, start = 0; i < list.count; start = ends[i++]) {
        list.items[i] = (struct bytes){list.text.data + start, ends[i] - start};
    }
    free(ends);
    return list;
}

static void put_elements(struct generator *g, struct string *to, const struct bytes *items,
                         size_t count, const char *between, bool enveloped) {
    for (size_t i = 0; i < count; i++) {
        if (i > 0) string_text(to, between);
        string_add(to, items[i].data, items[i].length);
        /* No record: malformed; the reference counts it in envelopes only. */
        if (chance(g, 1) && (enveloped || !g->reference)) {
            string_text(to, between);
            string_text(to, PICK(g, ((const char *const[]){"null", "5", "\"x\"", "true"})));
        }
    }
}

/* All on one line. */
static void put_row(struct generator *g, struct string *to, const struct list *list) {
    const char *between = PICK(g, ((const char *const[]){"", " ", ","}));
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0) string_text(to, between);
        string_add(to, list->items[i].data, list->items[i].length);
    }
}

static void put_envelope(struct generator *g, struct string *to, const struct bytes *items,
                         size_t count, const char *between) {
    static const char *const names[] = {"records", "Records", "value"};
    static const char *const before[] = {
        "", "", "\"@odata.context\":\"https://graph.example/$metadata#auditLogs/signIns\",",
        "\"meta\":{\"value\":[1,2],\"records\":{}},", "\"riskState\":\"atRisk\",\"n\":[ ],"};
    static const char *const after[] = {
        "", "", ",\"@odata.nextLink\":\"https://graph.example/?$skiptoken=a\"",
        ",\"category\":\"SignInLogs\",\"trailer\":[{\"records\":[{}]}]", " , \"x\" : null "};
    string_put(to, '{');
    string_text(to, PICK(g, before));
    string_format(to, "\"%s\":", PICK(g, names));
    string_put(to, '[');
    put_elements(g, to, items, count, between, true);
    string_put(to, ']');
    string_text(to, PICK(g, after));
    string_put(to, '}');
}

static void put_array(struct generator *g, struct string *to, const struct bytes *items,
                      size_t count, const char *between) {
    string_put(to, '[');
    put_elements(g, to, items, count, between, false);
    string_put(to, ']');
}

static void put_bad_line(struct generator *g, struct string *to, struct bytes record) {
    static const char *const garbage[] = {"2026-03-11 05:00:02 ERROR upstream closed",
                                          "garbage",
                                          "---",
                                          "}",
                                          "{\"riskState\":\"atRisk",
                                          "{\"a\":\"b",
                                          "{\"a\":{\"b\":1}",
                                          "<html>",
                                          "not {json} at all",
                                          "{\"category\":\"SignInLogs\""};
    if (chance(g, 50) && record.length > 2) {
        size_t cut = 1 + random_below(g, (unsigned)(record.length - 1));
        while ((record.data[cut] & 0xc0) == 0x80) cut--;
        string_add(to, record.data, cut);
    } else {
        string_text(to, PICK(g, garbage));
    }
}

/* The first record is always whole: a text that begins with garbage may be read as CSV. */
static void put_lines(struct generator *g, struct string *to, const struct list *list,
                      const char *newline, bool damaged) {
    bool padded = !g->reference && chance(g, 20);
    for (size_t i = 0; i < list->count; i++) {
        if (damaged && i > 0 && chance(g, 15)) {
            put_bad_line(g, to, list->items[i]);
            string_text(to, newline);
        }
        if (padded && chance(g, 10)) string_text(to, "\xef\xbb\xbf");
        string_add(to, list->items[i].data, list->items[i].length);
        if (chance(g, 2)) string_put(to, ' ');
        if (i + 1 < list->count || chance(g, 80)) string_text(to, newline);
        if (chance(g, 3)) string_text(to, newline);
        if (padded && i + 1 < list->count && chance(g, 10))
            string_add(to, "\0\0\0\0\0\0\0", 1 + random_below(g, 8));
    }
    if (padded) string_add(to, "\0\0\0", 3);
}

static void put_envelope_lines(struct generator *g, struct string *to, const struct list *list,
                               const char *newline) {
    for (size_t i = 0; i < list->count;) {
        size_t count = 1 + random_below(g, 5);
        if (count > list->count - i) count = list->count - i;
        put_envelope(g, to, list->items + i, count, chance(g, 50) ? "," : ", ");
        string_text(to, newline);
        i += count;
    }
}

/* {"tables":[..]} as the query API answers. */
static void put_tables(struct generator *g, struct string *to, unsigned rows) {
    string_text(to, "{\"tables\":[{\"name\":\"PrimaryResult\",\"columns\":[");
    for (size_t i = 0; i < COLUMNS; i++) {
        string_format(to, "%s{\"name\":\"%s\",\"type\":\"string\"}", i > 0 ? "," : "",
                      analytics_columns[i].name);
    }
    string_text(to, "],\"rows\":[");
    for (unsigned row = 0; row < rows; row++) {
        string_text(to, row > 0 ? "," : "");
        string_put(to, '[');
        for (size_t i = 0; i < COLUMNS; i++) {
            struct value value = {0};
            analytics_columns[i].make(g, &value);
            if (i > 0) string_put(to, ',');
            if (value.sort == SORT_TEXT) {
                string_put(&value.text, '\0');
                put_string(g, to, value.text.data);
            } else if (value.sort == SORT_JSON) {
                string_add(to, value.text.data, value.text.length);
            } else {
                string_text(to, "null");
            }
            string_free(&value.text);
        }
        string_put(to, ']');
    }
    string_text(to, "]}]}");
}

static void put_pretty_framing(struct generator *g, struct string *to, const struct list *list,
                               unsigned framing) {
    const char *newline = chance(g, 60) ? "\n" : "\r\n";
    unsigned indent = PICK(g, ((const unsigned[]){1, 2, 2, 4, 8}));
    struct string compact = {0};
    size_t step = framing == 0 ? 1 : framing == 1 ? 1 + random_below(g, 6) : list->count;
    for (size_t i = 0; i < list->count; i += step) {
        size_t count = step < list->count - i ? step : list->count - i;
        compact.length = 0;
        if (framing == 0) {
            string_add(&compact, list->items[i].data, list->items[i].length);
        } else if (framing == 3) {
            put_envelope(g, &compact, list->items + i, count, ",");
        } else {
            put_array(g, &compact, list->items + i, count, ",");
        }
        put_pretty(to, string_bytes(&compact), indent, 0, newline);
        string_text(to, newline);
    }
    string_free(&compact);
}

static void put_json(struct generator *g, struct string *to, unsigned records) {
    const char *newline = chance(g, 70) ? "\n" : "\r\n";
    struct list list = make_records(g, records);
    unsigned framing = random_below(g, 14);
    switch (framing) {
        case 0:
        case 1:
        case 2:
            put_lines(g, to, &list, newline, false);
            break;
        case 3:
        case 4:
            put_lines(g, to, &list, newline, true);
            break;
        case 5:
            put_array(g, to, list.items, list.count, chance(g, 50) ? "," : " ,\t");
            break;
        case 6: /* one element on each line */
            string_format(to, "[%s", newline);
            put_elements(g, to, list.items, list.count, newline[1] ? ",\r\n" : ",\n", false);
            string_format(to, "%s]%s", newline, newline);
            break;
        case 7:
            put_envelope(g, to, list.items, list.count, ",");
            break;
        case 8:
            put_envelope_lines(g, to, &list, newline);
            break;
        case 9: /* values without anything between them */
            put_row(g, to, &list);
            break;
        default:
            put_pretty_framing(g, to, &list, framing - 10);
    }
    string_free(&list.text);
    free(list.items);
}

/* ---- encodings ---------------------------------------------------------------------------- */

static void put_utf16(struct string *to, struct bytes text, bool big) {
    const unsigned char *at = (const unsigned char *)text.data, *end = at + text.length;
    string_add(to, big ? "\xfe\xff" : "\xff\xfe", 2);
    while (at < end) {
        size_t length = *at < 0x80 ? 1 : *at < 0xe0 ? 2 : *at < 0xf0 ? 3 : 4;
        unsigned c = length == 1 ? *at : *at & (0xffu >> (length + 1)), units[2], count = 1;
        for (size_t i = 1; i < length; i++) c = c << 6 | (at[i] & 0x3f);
        at += length;
        units[0] = c;
        if (c >= 0x10000) {
            units[0] = 0xd800 + ((c - 0x10000) >> 10);
            units[1] = 0xdc00 + ((c - 0x10000) & 0x3ff);
            count = 2;
        }
        for (unsigned i = 0; i < count; i++) {
            string_put(to, (char)(big ? units[i] >> 8 : units[i] & 0xff));
            string_put(to, (char)(big ? units[i] & 0xff : units[i] >> 8));
        }
    }
}

void put_text(struct generator *g, struct string *to, unsigned records) {
    unsigned encoding = random_below(g, 10);
    g->broken_text = encoding > 1 && chance(g, 30);
    g->needless = PICK(g, ((const unsigned[]){0, 0, 1, 10, 40}));
    g->loose = random_below(g, 3);
    g->shuffled = chance(g, 50);
    struct string text = {0};
    unsigned count = random_below(g, records) + 1;
    if (chance(g, 15)) {
        put_csv(g, &text, count);
    } else if (!g->reference && chance(g, 4)) {
        put_tables(g, &text, count);
    } else {
        put_json(g, &text, count);
    }
    if (encoding <= 1) {
        put_utf16(to, string_bytes(&text), encoding == 1);
    } else {
        if (encoding == 2) string_text(to, "\xef\xbb\xbf");
        string_add(to, text.data, text.length);
    }
    string_free(&text);
}
