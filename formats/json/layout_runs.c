/* layout_runs.c - what of a record usually is as it was: templates, and the study of records. */
#include <stdlib.h>

#include "formats/json/layout.h"

/* A value that was the same in so many studies in a row is expected to be so in the next record. */
#define HABIT_FIRM 6
#define HABIT_MOST 200
/* A run has at most so many bytes, and at least so many marks: with one the step alone is as good.
 */
#define RUN_MOST 4096
#define RUN_MARKS 2
#define RUN_MARKS_MOST 200
/* Records between two studies: at first, and after many; bytes that may be studied at first, at
 * most, and the share of what is read. */
#define INTERVAL_LEAST 4
#define INTERVAL_MOST 1024
#define STUDY_FIRST ((int64_t)64 << 10)
#define STUDY_SHARE 256
/* A run that records are not like this often more than they are wants another study. */
#define MISSED_MOST 16

bool layout_runs_init(struct json_layout *layout) {
    layout->marks = calloc(LAYOUT_MARKS, sizeof *layout->marks);
    layout->filings = calloc(LAYOUT_MARKS, sizeof *layout->filings);
    layout->templates = calloc(1, LAYOUT_TEMPLATES + TEXT_PADDING);
    layout->habits = calloc(LAYOUT_STEPS, sizeof *layout->habits);
    layout->taken = malloc(LAYOUT_STEPS * sizeof *layout->taken);
    layout->study_allowance = STUDY_FIRST;
    return layout->marks && layout->filings && layout->templates && layout->habits && layout->taken;
}

void layout_runs_free(struct json_layout *layout) {
    free(layout->marks);
    free(layout->filings);
    free(layout->templates);
    free(layout->habits);
    free(layout->taken);
}

static void forget_templates(struct json_layout *layout) {
    for (uint32_t i = 0; i < layout->step_count; i++) layout->steps[i].run = 0;
    layout->mark_count = 1;
    layout->filing_count = 0;
    layout->epoch += LAYOUT_MARKS;
    layout->template_bytes = 0;
}

void layout_runs_forget(struct json_layout *layout) {
    forget_templates(layout);
    memset(layout->habits, 0, LAYOUT_STEPS * sizeof *layout->habits);
    layout->study_pause = layout->study_interval = INTERVAL_LEAST;
}

/* ---- habits ---------------------------------------------------------------------------------- */

static void count_same(uint8_t *count, bool same) {
    *count = !same ? 0 : *count < HABIT_MOST ? (uint8_t)(*count + 1) : *count;
}

/* The value of the i-th step taken; of the first, none of which is a step's value, nothing. */
static struct text value_of(const struct json_layout *layout, struct text text, uint32_t i) {
    uint32_t start = layout->taken[i].end, end = layout->taken[i + 1].start;
    return (struct text){text.data + start, end - start};
}

static void note_next(struct layout_habit *habit, uint32_t next) {
    count_same(&habit->next_same, habit->next == next);
    habit->next = (uint16_t)next;
}

static void note_value(struct layout_habit *habit, struct text value) {
    bool short_enough = value.length <= LAYOUT_HABIT && !memchr(value.data, '\\', value.length) &&
                        !memchr(value.data, '\n', value.length);
    bool same = short_enough && habit->length == value.length &&
                memcmp(habit->value, value.data, value.length) == 0;
    count_same(&habit->value_same, same);
    if (same) return;
    habit->length = short_enough ? (uint16_t)value.length : UINT16_MAX;
    if (short_enough) memcpy(habit->value, value.data, value.length);
}

static void note_habits(struct json_layout *layout, struct text text) {
    note_next(&layout->habits[0], layout->taken[0].step);
    for (uint32_t i = 0; i + 1 < layout->taken_count; i++) {
        struct layout_habit *habit = &layout->habits[layout->taken[i].step];
        note_next(habit, layout->taken[i + 1].step);
        note_value(habit, value_of(layout, text, i));
    }
}

/* ---- templates ------------------------------------------------------------------------------- */

static bool is_firm(const struct json_layout *layout, uint32_t step) {
    return layout->habits[step].next_same >= HABIT_FIRM;
}

/* How many steps behind this one are usually as they are here: all with their values but for the
 * last. before: the step taken before the `first` of them. */
static uint32_t count_run(const struct json_layout *layout, uint32_t before, uint32_t first) {
    uint32_t count = 0;
    while (first + count < layout->taken_count && count < RUN_MARKS_MOST) {
        const struct layout_taken *next = &layout->taken[first + count];
        if (!is_firm(layout, before) || next->end - layout->taken[first].start > RUN_MOST) break;
        count++;
        if (layout->habits[next->step].value_same < HABIT_FIRM) break;
        before = next->step;
    }
    return count >= RUN_MARKS ? count : 0;
}

/* Whether the step's run says what count_run says. */
static bool is_known(const struct json_layout *layout, struct text text, uint32_t step,
                     uint32_t first, uint32_t count) {
    const struct layout_mark *mark = &layout->marks[layout->steps[step].run];
    uint32_t start = layout->taken[first].start;
    size_t length = count ? layout->taken[first + count - 1].end - start : 0;
    if (!layout->steps[step].run) return count == 0;
    return mark->run == length &&
           memcmp(layout->templates + mark->from, text.data + start, length) == 0;
}

static bool is_template(const struct json_layout *layout, struct text text) {
    for (uint32_t i = 0, step = 0; i < layout->taken_count; step = layout->taken[i++].step)
        if (!is_known(layout, text, step, i, count_run(layout, step, i))) return true;
    return false;
}

static void add_mark(struct json_layout *layout, uint32_t step, uint32_t i, uint32_t base) {
    uint32_t count = count_run(layout, step, i);
    struct layout_mark *mark = &layout->marks[layout->mark_count];
    *mark = (struct layout_mark){.step = (uint16_t)step, .count = (uint8_t)count};
    if (i > 0) {
        mark->start = base + layout->taken[i - 1].start;
        mark->end = base + layout->taken[i - 1].end;
    }
    if (i < layout->taken_count) mark->from = base + layout->taken[i].start;
    if (count > 0) mark->onto = (uint16_t)layout->taken[i + count - 1].step;
    if (count > 0)
        mark->run = (uint16_t)(layout->taken[i + count - 1].end - layout->taken[i].start);
    layout->steps[step].run = (uint16_t)(count > 0 ? layout->mark_count : 0);
    layout->mark_count++;
}

/* What a value is that stands between two marks. */
static struct layout_filing filing_of(const struct json_layout *layout, uint32_t i) {
    const struct layout_mark *mark = &layout->marks[i];
    const struct layout_step *step = &layout->steps[mark->step];
    const struct json_key *key = step->column.key;
    struct layout_filing filing = {
        .mark = i, .slot = JSON_NO_SLOT, .start = mark->end, .length = mark->from - mark->end};
    if (step->kind == LAYOUT_STRING) {
        filing.type = JSON_STRING;
        filing.length--;
    } else if (step->kind == LAYOUT_NUMBER) {
        filing.type = JSON_NUMBER;
    } else if (step->kind == LAYOUT_WHOLE || step->kind == LAYOUT_SKIP) {
        uint32_t before = step->kind == LAYOUT_SKIP ? 1 : step->whole;
        filing.type = step->type;
        filing.start -= before;
        filing.length += before;
    } else {
        return filing; /* an object that is entered or left */
    }
    if (!key || step->column.array || key->child != JSON_NO_NODE) return filing;
    filing.slot = key->slot;
    filing.key = (uint32_t)(key - layout->paths->keys);
    return filing;
}

/* Of the marks from the first to the last but one, whose value is not known. */
static void add_filings(struct json_layout *layout, uint32_t first) {
    for (uint32_t i = first; i < layout->mark_count; i++) {
        const struct layout_step *step = &layout->steps[layout->marks[i].step];
        bool concerns = step->wanted || step->kind == LAYOUT_ENTER || step->kind == LAYOUT_LEAVE;
        if (i > first && i + 1 < layout->mark_count && concerns)
            layout->filings[layout->filing_count++] = filing_of(layout, i);
        layout->marks[i].filing = (uint16_t)layout->filing_count;
    }
    layout->filings[layout->filing_count++] = (struct layout_filing){.mark = UINT32_MAX};
}

static void make_template(struct json_layout *layout, struct text text) {
    if (text.length > LAYOUT_TEMPLATES || layout->taken_count + 2 > LAYOUT_MARKS) return;
    if (text.length > LAYOUT_TEMPLATES - layout->template_bytes ||
        layout->taken_count + 1 > LAYOUT_MARKS - layout->mark_count)
        forget_templates(layout);
    uint32_t base = layout->template_bytes, first = layout->mark_count;
    memcpy(layout->templates + base, text.data, text.length);
    layout->template_bytes += (uint32_t)text.length;
    for (uint32_t i = 0, step = 0; i <= layout->taken_count; step = layout->taken[i++].step)
        add_mark(layout, step, i, base);
    add_filings(layout, first);
}

/* ---- studies --------------------------------------------------------------------------------- */

void layout_study(struct json_layout *layout, struct text text) {
    if (layout->study_allowance < STUDY_FIRST)
        layout->study_allowance += (int64_t)text.length / STUDY_SHARE;
    if (layout->study_pause > 0) {
        layout->study_pause--;
        return;
    }
    if (layout->study_allowance < (int64_t)text.length) return;
    layout->study_allowance -= (int64_t)text.length;
    layout->study_pause = layout->study_interval;
    if (layout->study_interval < INTERVAL_MOST)
        layout->study_interval += layout->study_interval / 4;
    if (!layout_trace(layout, text)) return;
    note_habits(layout, text);
    if (is_template(layout, text)) make_template(layout, text);
}

void layout_missed(struct json_layout *layout, struct layout_mark *mark) {
    if (++mark->missed < MISSED_MOST) return;
    mark->missed = 0;
    layout->study_interval = INTERVAL_LEAST;
    if (layout->study_pause > INTERVAL_LEAST) layout->study_pause = INTERVAL_LEAST;
}
