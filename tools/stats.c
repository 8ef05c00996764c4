#include "tools/stats.h"

#include <math.h>

#include "tools/human.h"
#include "tools/json_put.h"
#include "tools/tuning_told.h"

static const char *const fault_names[] = {
    [TRAWL_FAULT_UNREAD] = "unread",       [TRAWL_FAULT_DAMAGED] = "damaged",
    [TRAWL_FAULT_CHANGED] = "changed",     [TRAWL_FAULT_MALFORMED] = "malformed",
    [TRAWL_FAULT_OVERSIZED] = "oversized", [TRAWL_FAULT_REPAIRED] = "repaired",
    [TRAWL_FAULT_NOTE] = "note",
};

static void counts(struct json_put *json, const char *key, const struct trawl_count *items,
                   size_t count) {
    json_put_open(json, key, '{');
    for (size_t i = 0; i < count; i++) json_put_count(json, items[i].name, items[i].count);
    json_put_close(json, '}');
}

static void input(struct json_put *json, const struct trawl_summary *s) {
    json_put_open(json, "files", '{');
    json_put_count(json, "found", s->files);
    json_put_count(json, "read_whole", s->files_whole);
    json_put_close(json, '}');
    json_put_open(json, "bytes", '{');
    json_put_count(json, "stored", s->bytes_read);
    json_put_count(json, "text", s->text_bytes);
    json_put_count(json, "padding", s->padding_bytes);
    json_put_close(json, '}');
    json_put_open(json, "records", '{');
    json_put_count(json, "read", s->records);
    json_put_count(json, "hunted", s->hunted);
    json_put_count(json, "malformed", s->malformed);
    json_put_count(json, "oversized", s->oversized);
    json_put_count(json, "not_recognised", s->unrecognised);
    json_put_count(json, "repaired", s->repaired);
    json_put_close(json, '}');
    json_put_open(json, "fast_path", '{');
    json_put_count(json, "read", s->fast_read);
    json_put_count(json, "declined", s->fast_declined);
    json_put_count(json, "paused", s->fast_paused);
    json_put_count(json, "never", s->fast_never);
    json_put_count(json, "alike", s->fast_alike);
    json_put_close(json, '}');
}

static void instant(struct json_put *json, const char *key, int64_t ms) {
    json_put_text(json, key, ms ? human_instant(ms).text : NULL);
}

static void range(struct json_put *json, const struct trawl_summary *s) {
    if (!s->since && !s->until) return;
    json_put_open(json, "range", '{');
    instant(json, "since", s->since);
    instant(json, "until", s->until);
    json_put_count(json, "files_skipped", s->files_skipped);
    json_put_count(json, "bytes_skipped", s->bytes_skipped);
    json_put_count(json, "undated", s->undated);
    json_put_close(json, '}');
}

static void shapes(struct json_put *json, const struct trawl_summary *s) {
    json_put_open(json, "shapes", '[');
    for (size_t i = 0; i < s->shape_count; i++) {
        const struct trawl_shape *shape = &s->shapes[i];
        json_put_open(json, NULL, '{');
        json_put_text(json, "name", shape->name);
        json_put_count(json, "records", shape->records);
        json_put_count(json, "undated", shape->undated);
        if (shape->present) {
            json_put_open(json, "fields", '{');
            for (size_t f = 0; f < s->field_count; f++) {
                json_put_count(json, s->fields[f].name, shape->present[f]);
            }
            json_put_close(json, '}');
        }
        json_put_close(json, '}');
    }
    json_put_close(json, ']');
}

static void found(struct json_put *json, const struct trawl_summary *s) {
    json_put_open(json, "steps", '[');
    for (size_t i = 0; i < s->step_count; i++) {
        json_put_open_flat(json, NULL, '{');
        json_put_text(json, "name", s->steps[i].name);
        json_put_count(json, "kept", s->steps[i].count);
        json_put_close(json, '}');
    }
    json_put_close(json, ']');
    json_put_open(json, "rows", '{');
    json_put_count(json, "matched", s->matched);
    json_put_count(json, "shown", s->shown);
    json_put_count(json, "untimed", s->untimed);
    json_put_close(json, '}');
    json_put_count(json, "spilled_bytes", s->spilled);
    json_put_open(json, "notices", '[');
    for (size_t i = 0; i < s->notice_count; i++) json_put_text(json, NULL, s->notices[i]);
    json_put_close(json, ']');
    counts(json, "flags", s->flags, s->flag_count);
    counts(json, "scores", s->scores, s->score_count);
}

static void drift(struct json_put *json, const struct trawl_summary *s) {
    counts(json, "fields", s->fields, s->field_count);
    json_put_open(json, "nearest", '{');
    for (size_t i = 0; s->nearest && i < s->field_count; i++) {
        if (s->nearest[i]) json_put_text(json, s->fields[i].name, s->nearest[i]);
    }
    json_put_close(json, '}');
    json_put_open(json, "unevaluated", '[');
    for (size_t i = 0; i < s->unevaluated_count; i++) {
        json_put_open_flat(json, NULL, '{');
        json_put_text(json, "flag", s->unevaluated[i].flag);
        json_put_text(json, "shape", s->unevaluated[i].shape);
        json_put_count(json, "records", s->unevaluated[i].records);
        json_put_close(json, '}');
    }
    json_put_close(json, ']');
    json_put_open(json, "encodings", '[');
    for (size_t i = 0; i < s->encoding_count; i++) {
        json_put_open_flat(json, NULL, '{');
        json_put_text(json, "field", s->encodings[i].field);
        json_put_text(json, "encoding", s->encodings[i].encoding);
        json_put_count(json, "records", s->encodings[i].records);
        json_put_close(json, '}');
    }
    json_put_close(json, ']');
}

static void falls(struct json_put *json, const struct trawl_summary *s) {
    json_put_open(json, "drift", '[');
    for (size_t i = 0; i < s->drift_count; i++) {
        const struct trawl_drift *drift = &s->drifts[i];
        json_put_open(json, NULL, '{');
        json_put_text(json, "shape", drift->shape);
        json_put_text(json, "field", drift->field);
        json_put_text(json, "from", drift->from);
        json_put_text(json, "to", drift->to);
        instant(json, "since", drift->since);
        instant(json, "until", drift->until);
        json_put_text(json, "path", drift->path);
        json_put_count(json, "offset", drift->offset);
        json_put_count(json, "records_before", drift->records_before);
        json_put_count(json, "before", drift->before);
        json_put_count(json, "records_behind", drift->records_behind);
        json_put_count(json, "behind", drift->behind);
        json_put_open_flat(json, "blind", '[');
        for (size_t b = 0; b < drift->blind_count; b++) json_put_text(json, NULL, drift->blind[b]);
        json_put_close(json, ']');
        json_put_close(json, '}');
    }
    json_put_close(json, ']');
    json_put_open(json, "unlisted", '[');
    for (size_t i = 0; i < s->unlisted_count; i++) {
        const struct trawl_unlisted *item = &s->unlisted[i];
        json_put_open_flat(json, NULL, '{');
        json_put_text(json, "field", item->field);
        json_put_text(json, "value", item->value);
        json_put_count(json, "records", item->records);
        json_put_text(json, "path", item->path);
        json_put_count(json, "offset", item->offset);
        json_put_close(json, '}');
    }
    json_put_close(json, ']');
}

/* {"present":7,"text":6,"number":1} for each field. */
static void days(struct json_put *json, const struct trawl_summary *s) {
    if (!s->drift) return;
    json_put_open(json, "days", '[');
    for (size_t i = 0; i < s->day_count; i++) {
        const struct trawl_day *day = &s->days[i];
        json_put_open(json, NULL, '{');
        json_put_text(json, "shape", day->shape);
        instant(json, "since", day->since);
        instant(json, "until", day->until);
        json_put_count(json, "records", day->records);
        json_put_open(json, "fields", '{');
        for (size_t f = 0; f < s->field_count; f++) {
            json_put_open_flat(json, s->fields[f].name, '{');
            json_put_count(json, "present", day->fields[f].present);
            for (size_t form = 0; form < day->fields[f].form_count; form++)
                json_put_count(json, day->fields[f].forms[form].name,
                               day->fields[f].forms[form].count);
            json_put_close(json, '}');
        }
        json_put_close(json, '}');
        json_put_close(json, '}');
    }
    json_put_close(json, ']');
}

static void hours(struct json_put *json, const struct trawl_summary *s) {
    if (!s->gaps) return;
    json_put_open(json, "hours", '[');
    for (size_t i = 0; i < s->hour_count; i++) {
        const struct trawl_hours *hours = &s->hours[i];
        json_put_open(json, NULL, '{');
        json_put_text(json, "shape", hours->shape);
        json_put_text(json, "account", hours->account);
        json_put_bool(json, "accounts_merged", hours->merged);
        json_put_count(json, "records", hours->records);
        json_put_count(json, "undated", hours->undated);
        instant(json, "since", hours->since);
        instant(json, "until", hours->until);
        json_put_count(json, "hours", hours->hours);
        json_put_open(json, "gaps", '[');
        for (size_t g = 0; g < hours->gap_count; g++) {
            json_put_open_flat(json, NULL, '{');
            instant(json, "since", hours->gaps[g].since);
            instant(json, "until", hours->gaps[g].until);
            json_put_close(json, '}');
        }
        json_put_close(json, ']');
        json_put_close(json, '}');
    }
    json_put_close(json, ']');
}

static void faults(struct json_put *json, const struct trawl_summary *s) {
    json_put_open(json, "fault_totals", '{');
    for (size_t kind = 0; kind <= TRAWL_FAULT_NOTE; kind++) {
        json_put_count(json, fault_names[kind], s->fault_totals[kind]);
    }
    json_put_close(json, '}');
    json_put_open(json, "faults", '[');
    for (size_t i = 0; i < s->fault_count; i++) {
        const struct trawl_fault *fault = &s->faults[i];
        json_put_open_flat(json, NULL, '{');
        json_put_text(json, "kind", fault_names[fault->kind]);
        json_put_text(json, "path", fault->path);
        json_put_text(json, "member", fault->member);
        if (fault->offset == UINT64_MAX) {
            json_put_text(json, "offset", NULL);
        } else {
            json_put_count(json, "offset", fault->offset);
        }
        json_put_text(json, "message", fault->message);
        json_put_close(json, '}');
    }
    json_put_close(json, ']');
}

static void begin(struct json_put *json) {
    json_put_open(json, NULL, '{');
    json_put_text(json, "trawl", TRAWL_VERSION);
}

/* Of the run, before what it found. */
static void run(struct json_put *json, const struct trawl_summary *s) {
    json_put_bool(json, "complete", s->complete);
    json_put_bool(json, "validated", s->validated);
    json_put_real(json, "seconds", s->seconds);
    json_put_real(json, "unpack_share", s->unpack_share > 0 ? s->unpack_share : NAN);
    input(json, s);
}

static void end(struct json_put *json, const struct trawl_summary *s) {
    hours(json, s);
    faults(json, s);
    json_put_open(json, "not_established", '[');
    if (!s->validated) json_put_text(json, NULL, NOT_CHECKED);
    json_put_close(json, ']');
    json_put_close(json, '}');
}

/* What is one hunt's own. */
static void own(struct json_put *json, const struct trawl_summary *s, const struct tuning *tuning,
                const char *query) {
    range(json, s);
    shapes(json, s);
    found(json, s);
    tuning_put(json, tuning, query, s);
    drift(json, s);
    falls(json, s);
    days(json, s);
}

void stats_write(FILE *to, const char *hunt, const struct trawl_summary *summary,
                 const struct tuning *tuning) {
    struct json_put json = {.to = to};
    begin(&json);
    json_put_text(&json, "hunt", hunt);
    run(&json, summary);
    own(&json, summary, tuning, hunt);
    end(&json, summary);
}

void stats_write_all(FILE *to, const struct hunt_told *hunts, size_t count) {
    struct json_put json = {.to = to};
    begin(&json);
    run(&json, hunts[0].summary);
    json_put_open(&json, "hunts", '[');
    for (size_t i = 0; i < count; i++) {
        const struct hunt_told *hunt = &hunts[i];
        json_put_open(&json, NULL, '{');
        json_put_text(&json, "hunt", hunt->name);
        if (*hunt->severity) json_put_text(&json, "severity", hunt->severity);
        if (*hunt->attack) json_put_text(&json, "attack", hunt->attack);
        if (*hunt->title) json_put_text(&json, "title", hunt->title);
        own(&json, hunt->summary, hunt->tuning, hunt->query);
        json_put_close(&json, '}');
    }
    json_put_close(&json, ']');
    end(&json, hunts[0].summary);
}
