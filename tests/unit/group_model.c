#include "tests/unit/group_model.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "engine/operator/aggregate.h"

void model_append(struct buffer *out, const struct datum *cell) {
    char room[NUMBER_TEXT];
    struct text text = {"?", 1};
    datum_as_text(cell, room, &text);
    buffer_append(out, text.data, text.length);
    buffer_append_char(out, '|');
}

static bool event_counts(const struct aggregate *aggregate, const struct event *event) {
    return aggregate->where == SIZE_MAX || event->flag;
}

static struct datum event_cell(const struct event *event, size_t column) {
    const char *texts[] = {
        [FIRST] = event->first, [SECOND] = event->second, [VALUE] = event->value};
    if (column == NUMBER) return event->has_number ? datum_number(event->number) : datum_missing();
    if (column == FLAG) return datum_text(text_of(event->flag ? "true" : "false"));
    if (column == TIME) {
        if (event->second_of_day == UINT_MAX) return datum_missing();
        return datum_number(1773187200000 + 1000.0 * event->second_of_day);
    }
    return texts[column] ? datum_text(text_of(texts[column])) : datum_missing();
}

static bool event_number(const struct event *event, size_t column, double *number) {
    struct datum cell = event_cell(event, column);
    return datum_as_number(&cell, number);
}

static int by_number(const void *left, const void *right) {
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static int by_text(const void *left, const void *right) {
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static struct datum model_of_numbers(const struct aggregate *aggregate, double *numbers,
                                     size_t count) {
    if (count == 0) return datum_missing();
    qsort(numbers, count, sizeof *numbers, by_number);
    /* Values are multiples of 1/4, so whole numbers of quarters are exact. */
    __int128 sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t quarters = (int64_t)(numbers[i] * 4);
        sum += quarters;
        squares += (__int128)quarters * quarters;
    }
    size_t rank = 1;
    while (100.0 * (double)rank < aggregate->parameter * (double)count) rank++;
    switch (aggregate->kind) {
        case AGGREGATE_SUM:
            return datum_number((double)sum / 4);
        case AGGREGATE_AVERAGE:
            return datum_number((double)sum / 4 / (double)count);
        case AGGREGATE_MINIMUM:
            return datum_number(numbers[0]);
        case AGGREGATE_MAXIMUM:
            return datum_number(numbers[count - 1]);
        case AGGREGATE_RANGE:
            return datum_number(numbers[count - 1] - numbers[0]);
        case AGGREGATE_PERCENTILE:
            return datum_number(numbers[rank - 1]);
        default:
            return datum_number(sqrt((double)((__int128)count * squares - sum * sum)) / 4 /
                                (double)count);
    }
}

static void model_texts(const struct aggregate *aggregate, const char **texts, size_t count,
                        struct buffer *out) {
    qsort(texts, count, sizeof *texts, by_text);
    struct buffer joined = {0};
    size_t distinct = 0;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && strcmp(texts[i], texts[i - 1]) == 0) continue;
        if (distinct++ > 0 && aggregate->separator) buffer_append(&joined, aggregate->separator, 1);
        buffer_append(&joined, texts[i], strlen(texts[i]));
    }
    struct datum cell = aggregate->kind == AGGREGATE_DISTINCT ? datum_number((double)distinct)
                        : distinct ? datum_text((struct text){joined.data, joined.length})
                                   : datum_missing();
    model_append(out, &cell);
    buffer_free(&joined);
}

/* Whether b takes a's place. */
static bool is_better(const struct aggregate *aggregate, const struct event *a,
                      const struct event *b) {
    bool least = aggregate->kind == AGGREGATE_OLDEST || aggregate->kind == AGGREGATE_AT_MINIMUM;
    double x, y;
    if (aggregate->kind == AGGREGATE_AT_MAXIMUM || aggregate->kind == AGGREGATE_AT_MINIMUM) {
        if (!event_number(b, aggregate->inputs[0], &y)) return false;
        if (!a) return true;
        event_number(a, aggregate->inputs[0], &x);
    } else {
        if (!a) return true;
        double none = least ? 1e9 : -1;
        x = a->second_of_day == UINT_MAX ? none : a->second_of_day;
        y = b->second_of_day == UINT_MAX ? none : b->second_of_day;
    }
    if (x != y) return least ? y < x : y > x;
    return origin_compare(&a->origin, &b->origin) < 0;
}

static void model_carried(const struct aggregate *aggregate, const struct event *const *events,
                          size_t count, struct buffer *out) {
    const struct event *best = NULL;
    for (size_t i = 0; i < count; i++)
        if (event_counts(aggregate, events[i]) && is_better(aggregate, best, events[i]))
            best = events[i];
    for (size_t i = aggregate->input_count - aggregate_outputs(aggregate);
         i < aggregate->input_count; i++) {
        struct datum cell = best ? event_cell(best, aggregate->inputs[i]) : datum_missing();
        model_append(out, &cell);
    }
}

static void model_aggregate(const struct aggregate *aggregate, const struct event *const *events,
                            size_t count, struct buffer *out) {
    if (aggregate->kind >= AGGREGATE_NEWEST) {
        model_carried(aggregate, events, count, out);
        return;
    }
    double *numbers = calloc(count + 1, sizeof *numbers);
    const char **texts = calloc(count + 1, sizeof *texts);
    size_t number_count = 0, text_count = 0, counted = 0;
    for (size_t i = 0; i < count; i++) {
        if (!event_counts(aggregate, events[i])) continue;
        if (aggregate->input_count == 0) {
            counted++;
            continue;
        }
        struct datum cell = event_cell(events[i], aggregate->inputs[0]);
        counted += cell.kind != DATUM_MISSING;
        if (cell.kind == DATUM_TEXT) texts[text_count++] = cell.text.data;
        number_count += datum_as_number(&cell, &numbers[number_count]);
    }
    struct datum cell = datum_number((double)counted);
    if (aggregate->kind == AGGREGATE_DISTINCT || aggregate->kind == AGGREGATE_COLLECT) {
        model_texts(aggregate, texts, text_count, out);
    } else {
        if (aggregate->kind != AGGREGATE_COUNT)
            cell = model_of_numbers(aggregate, numbers, number_count);
        model_append(out, &cell);
    }
    free(numbers);
    free(texts);
}

static const char *event_key(const struct event *event, size_t column) {
    return column == FIRST ? event->first : event->second;
}

static int compare_keys(const struct group_spec *spec, const struct event *a,
                        const struct event *b) {
    for (size_t i = 0; i < spec->key_count; i++) {
        int order = strcmp(event_key(a, spec->keys[i]), event_key(b, spec->keys[i]));
        if (order) return order;
    }
    return 0;
}

static int by_key(const void *left, const void *right, void *spec) {
    return compare_keys(spec, *(const struct event *const *)left,
                        *(const struct event *const *)right);
}

struct model_group {
    struct buffer line;
    bool ranked; /* it has a value to rank by */
    double rank;
    size_t place; /* in the order of keys */
};

static int by_rank(const void *left, const void *right) {
    const struct model_group *a = left, *b = right;
    if (a->ranked != b->ranked) return a->ranked ? -1 : 1;
    if (a->ranked && a->rank != b->rank) return a->rank > b->rank ? -1 : 1;
    return (a->place > b->place) - (a->place < b->place);
}

static int by_place(const void *left, const void *right) {
    const struct model_group *a = left, *b = right;
    return (a->place > b->place) - (a->place < b->place);
}

static struct model_group model_group(const struct group_spec *spec,
                                      const struct event *const *events, size_t count,
                                      size_t place) {
    struct model_group group = {.place = place};
    for (size_t i = 0; i < spec->key_count; i++) {
        struct datum cell = datum_text(text_of(event_key(events[0], spec->keys[i])));
        model_append(&group.line, &cell);
    }
    for (size_t i = 0; i < spec->aggregate_count; i++) {
        size_t start = group.line.length;
        model_aggregate(&spec->aggregates[i], events, count, &group.line);
        if (i != spec->rank) continue;
        struct text value = {group.line.data + start, group.line.length - start - 1};
        group.ranked = number_parse(value, &group.rank);
    }
    return group;
}

char *group_model(struct group_spec *spec, const struct event *events, size_t count) {
    const struct event **kept = calloc(count + 1, sizeof *kept);
    struct model_group *groups = calloc(count + 1, sizeof *groups);
    size_t kept_count = 0, group_count = 0;
    for (size_t i = 0; i < count; i++) {
        bool keyed = events[i].selected;
        for (size_t k = 0; k < spec->key_count; k++)
            keyed = keyed && event_key(&events[i], spec->keys[k]);
        if (keyed) kept[kept_count++] = &events[i];
    }
    if (kept_count) qsort_r(kept, kept_count, sizeof *kept, by_key, spec);
    for (size_t from = 0; from < kept_count;) {
        size_t to = from + 1;
        while (to < kept_count && compare_keys(spec, kept[from], kept[to]) == 0) to++;
        groups[group_count] = model_group(spec, kept + from, to - from, group_count);
        group_count++;
        from = to;
    }
    if (spec->key_count == 0 && group_count == 0) {
        groups[0] = model_group(spec, kept, 0, 0);
        group_count = 1;
    }
    size_t given = spec->limit < group_count ? (size_t)spec->limit : group_count;
    qsort(groups, group_count, sizeof *groups, by_rank);
    if (!spec->ranked) qsort(groups, given, sizeof *groups, by_place);
    struct buffer text = {0};
    for (size_t i = 0; i < group_count; i++) {
        if (i < given) {
            buffer_append(&text, groups[i].line.data, groups[i].line.length);
            buffer_append_char(&text, '\n');
        }
        buffer_free(&groups[i].line);
    }
    buffer_append_char(&text, '\0');
    free(groups);
    free(kept);
    return text.data;
}
