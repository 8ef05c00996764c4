/* layout.c - what a layout learns, and when it is tried. */
#include "formats/json/layout.h"

#include <stdlib.h>

#include "formats/json/cursor.h"

/* Trust: a record that is read gives one, one that is declined takes some; without any there is a
 * pause of so many records, longer each time. */
#define TRUST_FIRST 16
#define TRUST_MOST 64
#define TRUST_LOST 4
#define PAUSE_LEAST 16
#define PAUSE_MOST 1024
/* Records that are framed first, after one whose end is not that of its line. */
#define AHEAD_PAUSE 128
/* Bytes that may be learned from: at first, at most, and the share of what is read. */
#define ALLOWANCE_FIRST ((int64_t)256 << 10)
#define ALLOWANCE_SHARE 64
/* A key that is spelled longer than this, with escapes, ends the lesson. */
#define ESCAPED_KEY_MOST 256
#define PIECE_LONGEST 4096

static void forget(struct json_layout *layout) {
    layout->steps[0] = (struct layout_step){.bytes = UINT64_MAX, .kind = LAYOUT_NONE};
    layout->step_count = 1;
    layout->rest_bytes = 0;
    layout->lines = true;
    layout_runs_forget(layout);
}

struct json_layout *json_layout_new(const struct json_paths *paths, enum isa isa) {
    struct json_layout *layout = calloc(1, sizeof *layout);
    if (!layout) return NULL;
    layout->steps = aligned_alloc(sizeof *layout->steps, LAYOUT_STEPS * sizeof *layout->steps);
    layout->rests = malloc(LAYOUT_BYTES);
    if (!layout->steps || !layout->rests || !layout_runs_init(layout)) {
        json_layout_free(layout);
        return NULL;
    }
    layout->paths = paths;
    layout->kernel = layout_kernel_for(isa);
    layout->trust = TRUST_FIRST;
    layout->pause_length = PAUSE_LEAST;
    layout->allowance = ALLOWANCE_FIRST;
    forget(layout);
    return layout;
}

void json_layout_free(struct json_layout *layout) {
    if (!layout) return;
    free(layout->steps);
    free(layout->rests);
    layout_runs_free(layout);
    free(layout);
}

struct json_layout_counts json_layout_counted(const struct json_layout *layout) {
    return layout->counts;
}

/* ---- when to try ----------------------------------------------------------------------------- */

bool layout_due(struct json_layout *layout, size_t length) {
    if (layout->allowance < ALLOWANCE_FIRST) layout->allowance += (int64_t)length / ALLOWANCE_SHARE;
    if (layout->ahead_pause > 0) layout->ahead_pause--;
    if (layout->pause == 0) return true;
    layout->pause--;
    layout->counts.paused++;
    return false;
}

/* It is read twice: not often. */
void layout_not_ahead(struct json_layout *layout, bool ended) {
    if (ended || layout->line_end) layout->ahead_pause = AHEAD_PAUSE;
}

void layout_read(struct json_layout *layout, struct text text) {
    layout_study(layout, text);
    layout->counts.read++;
    if (layout->trust < TRUST_MOST) {
        layout->trust++;
    } else {
        layout->pause_length = PAUSE_LEAST;
    }
}

/* ---- learning -------------------------------------------------------------------------------- */

/* A record being learned from. */
struct lesson {
    struct json_layout *layout;
    struct json_cursor cursor;
    uint32_t taken, fresh; /* steps, and those that were not known to come where they came */
    uint32_t step;         /* the one before */
    uint32_t node;         /* the object that the cursor is in */
    bool first;            /* no member of it was taken */
    uint32_t depth;        /* objects that were entered, without the record itself */
    uint32_t outer[LAYOUT_DEPTH];
    const char *start; /* of the record */
    bool ended;        /* its last step was taken */
};

static size_t rest_length(const struct layout_step *step) {
    return step->length > LAYOUT_PIECE ? step->length - (size_t)LAYOUT_PIECE : 0;
}

/* Whether the step is the one that `like` would be. */
static bool is_step(const struct json_layout *layout, const struct layout_step *step,
                    const struct layout_step *like, const char *piece) {
    return step->length == like->length && step->node == like->node && step->kind == like->kind &&
           memcmp(step->piece, like->piece, LAYOUT_PIECE) == 0 &&
           memcmp(layout->rests + step->rest, piece + LAYOUT_PIECE, rest_length(like)) == 0;
}

/* 0: there is none. */
static uint32_t find_step(const struct json_layout *layout, const struct layout_step *like,
                          const char *piece) {
    for (uint32_t i = 1; i < layout->step_count; i++)
        if (is_step(layout, &layout->steps[i], like, piece)) return i;
    return 0;
}

/* The same among those that came behind the step before. */
static uint32_t find_next(const struct json_layout *layout, const struct layout_step *before,
                          const struct layout_step *like, const char *piece) {
    for (unsigned i = 0; i < LAYOUT_NEXT && before->next[i]; i++)
        if (is_step(layout, &layout->steps[before->next[i]], like, piece)) return before->next[i];
    return 0;
}

static uint32_t add_step(struct json_layout *layout, const struct layout_step *like,
                         const char *piece) {
    size_t rest = rest_length(like);
    if (layout->step_count == LAYOUT_STEPS || LAYOUT_BYTES - layout->rest_bytes < rest) return 0;
    struct layout_step *step = &layout->steps[layout->step_count];
    *step = *like;
    step->rest = layout->rest_bytes;
    if (rest > 0) memcpy(layout->rests + step->rest, piece + LAYOUT_PIECE, rest);
    layout->rest_bytes += (uint32_t)rest;
    if (memchr(piece, '\n', like->length)) layout->lines = false;
    return layout->step_count++;
}

/* Whether every text that the one step starts with could be taken for the other: a number's piece
 * is the start of that of a string, say, under the same key. */
static bool starts_like(const struct layout_step *step, const struct layout_step *number) {
    return number->kind == LAYOUT_NUMBER && number->length < step->length &&
           (number->length > LAYOUT_PIECE ||
            memcmp(number->piece, step->piece, number->length) == 0);
}

/* Puts a step behind the others, but before a number that it could be taken for; where there is no
 * more room, in the place of the last. */
static void add_next(const struct json_layout *layout, struct layout_step *before, uint32_t step) {
    unsigned count = 0, place = 0;
    while (count < LAYOUT_NEXT && before->next[count]) count++;
    if (count == LAYOUT_NEXT) count--;
    while (place < count && !starts_like(&layout->steps[step], &layout->steps[before->next[place]]))
        place++;
    for (unsigned i = count; i > place; i--) before->next[i] = before->next[i - 1];
    before->next[place] = (uint16_t)step;
}

/* Goes on from the step before to one that looks like this, whose piece starts at `piece`. False:
 * there is no room for it. */
static bool take_step(struct lesson *lesson, struct layout_step like, const char *piece) {
    struct json_layout *layout = lesson->layout;
    size_t length = (size_t)(lesson->cursor.at - piece);
    if (length > PIECE_LONGEST) return false;
    like.length = (uint16_t)length;
    like.bytes = length < LAYOUT_PIECE ? (UINT64_C(1) << length) - 1 : UINT64_MAX;
    memcpy(like.piece, piece, length < LAYOUT_PIECE ? length : LAYOUT_PIECE);
    like.node = (uint16_t)lesson->node;
    like.wanted = like.column.key || like.column.array;
    struct layout_step *before = &layout->steps[lesson->step];
    uint32_t step = find_next(layout, before, &like, piece);
    if (step == 0) {
        step = find_step(layout, &like, piece);
        if (step == 0) step = add_step(layout, &like, piece);
        if (step == 0) return false;
        add_next(layout, before, step);
        lesson->fresh++;
    }
    lesson->step = step;
    lesson->ended = like.kind == LAYOUT_END;
    if (lesson->taken < LAYOUT_STEPS)
        layout->taken[lesson->taken] = (struct layout_taken){
            step, (uint32_t)(piece - lesson->start), (uint32_t)(lesson->cursor.at - lesson->start)};
    lesson->taken++;
    return true;
}

/* The member's key, at its opening quote, and the colon. */
static bool take_key(struct lesson *lesson, struct json_column *column) {
    const struct json_paths *paths = lesson->layout->paths;
    char plain[ESCAPED_KEY_MOST];
    struct text key;
    if (!json_take_string(&lesson->cursor, &key) || !json_take(&lesson->cursor, ':')) return false;
    if (memchr(key.data, '\\', key.length)) {
        if (key.length > sizeof plain) return false;
        key = (struct text){plain, json_unescape(key, plain)};
        if (key.length == SIZE_MAX) return false;
    }
    *column = json_column_find(paths, &paths->nodes[lesson->node], key);
    return true;
}

/* A container, at its bracket. */
static bool take_container(struct lesson *lesson, struct layout_step step, const char *piece) {
    struct json_cursor *cursor = &lesson->cursor;
    const char *start = cursor->at++;
    struct json_cursor inside = *cursor;
    struct layout_wide wide = {NULL, NULL, NULL};
    step.type = *start == '{' ? JSON_OBJECT : JSON_ARRAY;
    if (json_take(&inside, *start == '{' ? '}' : ']') && inside.at - start <= UINT8_MAX) {
        *cursor = inside;
        step.kind = LAYOUT_WHOLE;
        step.whole = (uint8_t)(cursor->at - start);
        return take_step(lesson, step, piece);
    }
    const struct json_key *key = step.column.key;
    if (*start == '{' && key && key->child != JSON_NO_NODE) {
        if (lesson->depth == LAYOUT_DEPTH || key->child > UINT16_MAX) return false;
        step.kind = LAYOUT_ENTER;
        if (!take_step(lesson, step, piece)) return false;
        lesson->outer[lesson->depth++] = lesson->node;
        lesson->node = key->child;
        lesson->first = true;
        return true;
    }
    step.kind = LAYOUT_SKIP;
    if (!take_step(lesson, step, piece)) return false;
    cursor->at = lesson->layout->kernel->skip(cursor->at, cursor->end, &wide);
    return cursor->at != NULL;
}

static bool take_string(struct lesson *lesson, struct layout_step step, const char *piece) {
    struct json_cursor *cursor = &lesson->cursor;
    struct layout_wide wide = {NULL, NULL, NULL};
    bool escaped;
    step.kind = LAYOUT_STRING;
    cursor->at++;
    if (!take_step(lesson, step, piece)) return false;
    cursor->at = lesson->layout->kernel->string(cursor->at, cursor->end, &escaped, &wide);
    if (!cursor->at) return false;
    cursor->at++;
    return true;
}

static bool take_scalar(struct lesson *lesson, struct layout_step step, const char *piece) {
    struct json_cursor *cursor = &lesson->cursor, before = *cursor;
    enum json_type type;
    struct text raw;
    if (!json_take_scalar(cursor, &type, &raw)) return false;
    step.kind = LAYOUT_WHOLE;
    step.type = (uint8_t)type;
    step.whole = (uint8_t)raw.length; /* of a word; a number is not part of the piece */
    if (type != JSON_NUMBER) return take_step(lesson, step, piece);
    struct json_cursor behind = *cursor;
    *cursor = before;
    step.kind = LAYOUT_NUMBER;
    if (!take_step(lesson, step, piece)) return false;
    *cursor = behind;
    return true;
}

static bool take_closing(struct lesson *lesson, const char *piece) {
    bool inner = lesson->depth > 0;
    struct layout_step step = {.kind = inner ? LAYOUT_LEAVE : LAYOUT_END};
    if (!take_step(lesson, step, piece) || !inner) return false;
    lesson->node = lesson->outer[--lesson->depth];
    return true;
}

/* What follows the step before: false at the end of the lesson. */
static bool take_next(struct lesson *lesson) {
    struct json_cursor *cursor = &lesson->cursor;
    const char *piece = cursor->at;
    struct layout_step step = {.kind = LAYOUT_END};
    if (lesson->step == 0 && !json_take(cursor, '{')) return false;
    bool first = lesson->first;
    lesson->first = false;
    if (json_take(cursor, '}')) return take_closing(lesson, piece);
    if (!first && !json_take(cursor, ',')) return false;
    if (!take_key(lesson, &step.column)) return false;
    json_skip_space(cursor);
    if (cursor->at == cursor->end) return false;
    if (*cursor->at == '"') return take_string(lesson, step, piece);
    if (*cursor->at == '{' || *cursor->at == '[') return take_container(lesson, step, piece);
    return take_scalar(lesson, step, piece);
}

static struct lesson take_lesson(struct json_layout *layout, struct text text) {
    if (layout->step_count > LAYOUT_STEPS * 3 / 4 || layout->rest_bytes > LAYOUT_BYTES * 3 / 4)
        forget(layout);
    struct lesson lesson = {
        .layout = layout, .cursor = json_cursor_of(text, NULL), .first = true, .start = text.data};
    while (take_next(&lesson)) continue;
    return lesson;
}

/* Takes the pieces of a record that json_project accepted. Whether most of them were known. */
static bool learn(struct json_layout *layout, struct text text) {
    layout->allowance -= (int64_t)text.length;
    struct lesson lesson = take_lesson(layout, text);
    layout->counts.learned++;
    return lesson.fresh * 4 <= lesson.taken;
}

bool layout_trace(struct json_layout *layout, struct text text) {
    if (text.length > UINT32_MAX) return false;
    struct lesson lesson = take_lesson(layout, text);
    layout->taken_count = lesson.taken;
    return lesson.ended && lesson.taken <= LAYOUT_STEPS;
}

void layout_declined(struct json_layout *layout, struct text text, bool accepted) {
    layout->counts.declined++;
    bool lesson = accepted && layout->allowance >= (int64_t)text.length;
    /* A layout that is nearly there is worth its lessons: these are paid for. */
    if (lesson && learn(layout, text)) return;
    layout->trust -= TRUST_LOST;
    if (layout->trust > 0) return;
    layout->trust = TRUST_LOST; /* one more try after the pause */
    layout->pause = layout->pause_length;
    if (layout->pause_length < PAUSE_MOST) layout->pause_length *= 2;
}
