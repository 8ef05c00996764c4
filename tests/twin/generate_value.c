#include <stdio.h>
#include <string.h>

#include "tests/twin/generate.h"

static void text(struct value *value, const char *words) {
    value->sort = SORT_TEXT;
    string_text(&value->text, words);
}

static void json(struct value *value, const char *words) {
    value->sort = SORT_JSON;
    string_text(&value->text, words);
}

/* What can happen to any field; false: nothing did. */
static bool mishap(struct generator *g, struct value *value) {
    unsigned what = random_below(g, 100);
    if (what < 4) {
        value->sort = SORT_ABSENT;
    } else if (what < 7) {
        value->sort = SORT_NULL;
    } else if (what < 9) {
        text(value, "");
    } else if (what < 12) {
        value->sort = SORT_JSON;
        put_odd_value(g, &value->text);
    } else if (what < 13) {
        value->sort = SORT_TEXT;
        random_name(g, &value->text);
    } else {
        return false;
    }
    return true;
}

static void any_case(struct generator *g, struct value *value, const char *words) {
    char cased[100];
    random_case(g, words, cased, sizeof cased);
    text(value, cased);
}

void value_name(struct generator *g, struct value *value) {
    if (mishap(g, value)) return;
    value->sort = SORT_TEXT;
    random_name(g, &value->text);
}

void value_address(struct generator *g, struct value *value) {
    static const char *const addresses[] = {"203.0.113.9", "198.51.100.23", "2001:db8::1",
                                            "[2001:db8::2]:443"};
    if (!mishap(g, value)) text(value, PICK(g, addresses));
}

void value_level(struct generator *g, struct value *value) {
    static const char *const levels[] = {"none",   "none", "none",   "low",
                                         "medium", "high", "hidden", "unknownFutureValue",
                                         "higher", "mediu"};
    if (!mishap(g, value)) any_case(g, value, PICK(g, levels));
}

void value_state(struct generator *g, struct value *value) {
    static const char *const states[] = {
        "none",
        "none",
        "confirmedSafe",
        "remediated",
        "dismissed",
        "atRisk",
        "none",
        "none",
        "confirmedCompromised",
        "unknownFutureValue",
        "notAtRisk",
        "at\u0130isk",
        "atR\u017fsk",
        "none",
    };
    if (!mishap(g, value)) any_case(g, value, PICK(g, states));
}

void value_requirement(struct generator *g, struct value *value) {
    static const char *const requirements[] = {
        "singleFactorAuthentication", "singleFactorAuthentication",   "multiFactorAuthentication",
        "multiFactorAuthentication",  "Single-factor authentication", "Multifactor authentication",
    };
    if (!mishap(g, value)) any_case(g, value, PICK(g, requirements));
}

void value_tenant(struct generator *g, struct value *value) {
    static const char *const tenants[] = {
        "9188040d-6c67-4c5b-b112-36a304b66dad",
        "9188040D-6c67-4c5b-b112-36a304b66dad",
        "72f988bf-86f1-41af-91ab-2d7cd011db47",
        "",
    };
    if (!mishap(g, value)) text(value, PICK(g, tenants));
}

void value_result(struct generator *g, struct value *value) {
    static const char *const texts[] = {"0",      "0",  "0",  "0",  "0",   "50126",
                                        "500121", "00", "0 ", "+0", "0.0", ""};
    static const char *const others[] = {"0",    "0",       "0",   "50126", "-0", "0.0", "false",
                                         "null", "[\"0\"]", "[0]", "0e0",   "{}", "[]"};
    if (chance(g, 4)) {
        value->sort = SORT_ABSENT;
    } else if (chance(g, 70)) {
        text(value, PICK(g, texts));
    } else {
        json(value, PICK(g, others));
    }
}

/* ---- times -------------------------------------------------------------------------------- */

void value_time(struct generator *g, struct value *value) {
    static const char *const fixed[] = {
        "2026-03-11T05:00:02Z",
        "2026-03-11T05:00:02.0000000Z",
        "2026-03-11 05:00:02",
        "3/11/2026 5:00:02 AM",
        "03/11/2026 05:00:02",
        "1773205202",
        "1773205202000",
        "1773205202000000",
        "2026-03-11T06:00:02+01:00",
        "2026-03-11T04:30:02.000-0030",
        "2024-02-29T23:59:60.999999999Z",
        "12/31/2025 12:00:00 AM",
        "12/31/2025 12:00:00 PM",
        "1/9/2007 9:41:00 AM",
        "2019-10-18T04:45:48.0729893-05:00",
        /* no instants */
        "2026-03-11T05:00:02z",
        "2026-02-30T00:00:00Z",
        "2026-03-11T24:00:00Z",
        "2026-03-11",
        "13/01/2026 00:00:00",
        "2026-03-11T05:00:02.Z",
        "2026-03-11T05:00:02.1234567890Z",
        " 2026-03-11T05:00:02Z",
        "2026-03-11T05:00:02Z ",
        "177320520",
        "17732052020",
        "-1773205202",
        "1773205202.5",
        "2026-03-11T05:00:02+1:00",
        "soon",
        "3/11/2026 5:00:02 am",
        "2026-03-11T5:00:02Z",
        "1773205202e3",
        "0000-01-01T00:00:00Z",
    };
    if (mishap(g, value)) return;
    if (chance(g, 40)) {
        const char *chosen = PICK(g, fixed);
        bool digits = strspn(chosen, "0123456789.e") == strlen(chosen) && chosen[0] != '0';
        if (digits && chance(g, 60)) {
            json(value, chosen);
        } else {
            text(value, chosen);
        }
        return;
    }
    unsigned month = 1 + random_below(g, 12), day = 1 + random_below(g, 28);
    unsigned hour = random_below(g, 24), minute = random_below(g, 60), second = random_below(g, 60);
    unsigned year = chance(g, 95) ? 2026 : 1900 + random_below(g, 300);
    value->sort = SORT_TEXT;
    if (chance(g, 10)) {
        string_format(&value->text, "%u/%u/%u %u:%02u:%02u %cM", month, day, year, hour % 12 + 1,
                      minute, second, "AP"[hour / 12]);
        return;
    }
    string_format(&value->text, "%04u-%02u-%02u%c%02u:%02u:%02u", year, month, day,
                  "T "[chance(g, 10)], hour, minute, second);
    unsigned digits = random_below(g, 10);
    if (digits > 0) string_put(&value->text, '.');
    while (digits-- > 0) string_put(&value->text, (char)('0' + random_below(g, 10)));
    static const char *const zones[] = {"Z", "Z", "Z", "", "+00:00", "-05:00", "+0530", "+14:00"};
    string_text(&value->text, PICK(g, zones));
}

/* ---- risk events -------------------------------------------------------------------------- */

static const char *event(struct generator *g, char *to, size_t size) {
    static const char *const events[] = {
        "unlikelyTravel",
        "anonymizedIPAddress",
        "maliciousIPAddress",
        "unfamiliarFeatures",
        "mcasImpossibleTravel",
        "newCountry",
        "leakedCredentials",
        "generic",
        "passwordSpray",
        "anomalousToken",
        "riskyIPAddress",
        "nationStateIP",
        "investigationsThreatIntelligenceSigninLinked",
        "suspiciousBrowser",
        "password",
        "Spray",
        "\u212aeakedCredentials",
        "generic",
        "newCountry",
        "generic",
    };
    random_case(g, PICK(g, events), to, size);
    return to;
}

static void event_array(struct generator *g, struct string *to) {
    char word[100];
    string_put(to, '[');
    for (unsigned i = random_below(g, 4), first = 1; i > 0; i--, first = 0) {
        if (!first) string_text(to, chance(g, 70) ? "," : ", ");
        if (chance(g, 5)) {
            put_odd_value(g, to);
        } else {
            put_string(g, to, event(g, word, sizeof word));
        }
    }
    string_put(to, ']');
}

void value_events(struct generator *g, struct value *value) {
    char word[100];
    g->no_lone = g->reference;
    bool odd = mishap(g, value);
    g->no_lone = false;
    if (odd) return;
    switch (random_below(g, 6)) {
        case 0:
            json(value, "[]");
            break;
        case 1: /* names joined by commas */
            value->sort = SORT_TEXT;
            string_text(&value->text, event(g, word, sizeof word));
            for (unsigned i = random_below(g, 3); i > 0; i--) {
                string_text(&value->text, chance(g, 50) ? "," : ", ");
                string_text(&value->text, event(g, word, sizeof word));
            }
            break;
        case 2: /* JSON in a text */
            value->sort = SORT_TEXT;
            if (chance(g, 20))
                string_text(&value->text, PICK(g, ((const char *const[]){" ", "\n\t"})));
            event_array(g, &value->text);
            if (chance(g, 10))
                string_text(&value->text, PICK(g, ((const char *const[]){" ", "\r\n", "x"})));
            break;
        case 3:
            text(value, PICK(g, ((const char *const[]){"[]", "[", "[passwordSpray]", "{}", " [] ",
                                                       "[\"passwordSpray\"", "{\"a\":1}"})));
            break;
        default:
            value->sort = SORT_JSON;
            event_array(g, &value->text);
    }
}

void member_value(struct generator *g, struct members *m, const char *key,
                  const struct value *value) {
    if (value->sort == SORT_ABSENT) return;
    member_begin(g, m, key);
    if (value->sort == SORT_NULL) {
        string_text(&m->text, "null");
    } else if (value->sort == SORT_JSON) {
        string_add(&m->text, value->text.data, value->text.length);
    } else {
        string_put((struct string *)&value->text, '\0');
        put_string(g, &m->text, value->text.data);
    }
    member_end(m);
}
