#include "tests/twin/twin.h"

#include <stdlib.h>
#include <string.h>

#include "tests/twin/record.h"
#include "tests/twin/text.h"

struct hit {
    int score;
    __int128 time;
    size_t order;
    struct bytes row;
};

struct twin {
    struct twin_counts counts;
    struct hit *hits;
    size_t hit_count, capacity;
    struct pool rows;
    struct pool scratch; /* of the text being read */
};

struct twin *twin_new(void) {
    struct twin *twin = calloc(1, sizeof *twin);
    if (!twin) abort();
    return twin;
}

void twin_free(struct twin *twin) {
    if (!twin) return;
    pool_free(&twin->rows);
    pool_free(&twin->scratch);
    free(twin->hits);
    free(twin);
}

const struct twin_counts *twin_counts(const struct twin *twin) {
    return &twin->counts;
}

static struct bytes lower(struct pool *arena, struct bytes text) {
    if (!text.data) return text;
    char *copy = pool_take(arena, text.length + 1);
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        copy[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    return (struct bytes){copy, text.length};
}

static bool contains_pattern(struct bytes text) {
    static const char *const patterns[] = {
        "impossibletravel",   "anonymizedipaddress", "maliciousipaddress",
        "unfamiliarfeatures", "passwordspray",       "leakedcredentials",
        "nationstateip",      "riskyipaddress",      "investigationsthreatintelligence",
    };
    if (!text.data) return false;
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        if (memmem(text.data, text.length, patterns[i], strlen(patterns[i]))) return true;
    }
    return false;
}

static struct bytes print_row(struct pool *arena, const struct bytes *fields, const bool *flags,
                              int score) {
    static const char *const flag_names[] = {"is_high_risk", "has_risky_event", "cross_tenant_mfa"};
    struct string row = {0};
    string_put(&row, '{');
    for (size_t i = 0; i <= RESOURCE_TENANT; i++) {
        string_format(&row, "\"%s\":", canonical_names[i]);
        if (fields[i].data) {
            twin_quote(&row, fields[i]);
        } else {
            string_text(&row, "null");
        }
        string_put(&row, ',');
    }
    for (size_t i = 0; i < 3; i++) {
        string_format(&row, "\"%s\":\"%s\",", flag_names[i], flags[i] ? "true" : "false");
    }
    string_format(&row, "\"threat_score\":%d}\n", score);
    struct bytes copy = pool_copy(arena, string_bytes(&row));
    string_free(&row);
    return copy;
}

static void take_record(void *context, const struct tree *record) {
    struct twin *twin = context;
    struct twin_counts *counts = &twin->counts;
    if (!record) {
        counts->malformed++;
        return;
    }
    counts->records++;
    struct bytes f[CANONICAL_COUNT];
    twin_canonical(&twin->scratch, record, f);
    if (!bytes_equal(f[EVENT_SOURCE], BYTES("AzureActiveDirectory")) ||
        !bytes_equal(f[EVENT_TYPE], BYTES("SignIn")) || !bytes_equal(f[RESULT_TYPE], BYTES("0")))
        return;
    counts->successful++;

    struct bytes level = lower(&twin->scratch, f[RISK_LEVEL]);
    struct bytes state = lower(&twin->scratch, f[RISK_STATE]);
    struct bytes requirement = lower(&twin->scratch, f[REQUIREMENT]);
    bool high = bytes_equal(level, BYTES("high")) || bytes_equal(level, BYTES("medium")) ||
                bytes_equal(state, BYTES("atrisk")) ||
                bytes_equal(state, BYTES("confirmedcompromised"));
    bool risky = contains_pattern(lower(&twin->scratch, f[RISK_EVENTS]));
    bool cross = bytes_equal(requirement, BYTES("singlefactorauthentication")) &&
                 f[HOME_TENANT].data && f[HOME_TENANT].length > 0 && f[RESOURCE_TENANT].data &&
                 !bytes_equal(f[HOME_TENANT], f[RESOURCE_TENANT]);
    int score = high + risky + cross;
    if (score == 0) return;
    counts->high_risk += high;
    counts->risky_event += risky;
    counts->cross_tenant += cross;
    counts->matched++;
    counts->score[score]++;

    if (twin->hit_count == twin->capacity) {
        twin->capacity = twin->capacity ? twin->capacity * 2 : 256;
        twin->hits = realloc(twin->hits, twin->capacity * sizeof *twin->hits);
        if (!twin->hits) abort();
    }
    struct hit *hit = &twin->hits[twin->hit_count];
    *hit = (struct hit){.score = score, .order = twin->hit_count};
    /* As the reference: a row without a time counts as 2^63 ns before 1970. */
    if (!twin_instant(f[TIMESTAMP], &hit->time)) hit->time = INT64_MIN;
    hit->row = print_row(&twin->rows, f, (const bool[]){high, risky, cross}, score);
    twin->hit_count++;
}

void twin_add(struct twin *twin, const void *bytes, size_t length) {
    twin_records(&twin->scratch, (struct bytes){bytes, length}, take_record, twin);
    pool_free(&twin->scratch);
}

static int compare_hits(const void *left, const void *right) {
    const struct hit *a = left, *b = right;
    if (a->score != b->score) return a->score > b->score ? -1 : 1;
    if (a->time != b->time) return a->time > b->time ? -1 : 1;
    return a->order < b->order ? -1 : 1;
}

char *twin_rows(struct twin *twin, size_t limit, size_t *length) {
    struct string rows = {0};
    if (twin->hit_count > 0) {
        qsort(twin->hits, twin->hit_count, sizeof *twin->hits, compare_hits);
    }
    for (size_t i = 0; i < twin->hit_count && i < limit; i++) {
        string_add(&rows, twin->hits[i].row.data, twin->hits[i].row.length);
    }
    string_put(&rows, '\0');
    *length = rows.length - 1;
    return rows.data;
}
