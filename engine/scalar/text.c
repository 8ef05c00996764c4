#include "engine/scalar/text.h"

#include "engine/scalar/argument.h"
#include "engine/scalar/character.h"

/* Characters of a text whose distance is computed: the work is their product. */
#define DISTANCE_MOST 1024

/* ---- the whole text -------------------------------------------------------------------------- */

static enum trawl_status run_reverse(const struct scalar_call *call, struct datum *result,
                                     struct trawl_error *error) {
    char room[NUMBER_TEXT];
    struct text text;
    if (!argument_text(call, 0, room, &text)) return TRAWL_OK;
    buffer_reserve(call->out, text.length);
    for (size_t end = text.length, start; end > 0; end = start) {
        start = character_start(text, end);
        buffer_append(call->out, text.data + start, end - start);
    }
    return result_out(call, result, error);
}

static bool is_blank(char c) {
    return (unsigned char)c <= ' ';
}

static enum trawl_status run_trim(const struct scalar_call *call, struct datum *result,
                                  struct trawl_error *error) {
    char room[NUMBER_TEXT];
    struct text text;
    if (!argument_text(call, 0, room, &text)) return TRAWL_OK;
    while (text.length && is_blank(text.data[0])) {
        text.data++;
        text.length--;
    }
    while (text.length && is_blank(text.data[text.length - 1])) text.length--;
    return result_piece(call, 0, text, result, error);
}

static enum trawl_status run_length(const struct scalar_call *call, struct datum *result,
                                    struct trawl_error *error) {
    (void)error;
    char room[NUMBER_TEXT];
    struct text text;
    if (!argument_text(call, 0, room, &text)) return TRAWL_OK;
    return result_number(result, (double)character_count(text));
}

static enum trawl_status run_concat(const struct scalar_call *call, struct datum *result,
                                    struct trawl_error *error) {
    char room[NUMBER_TEXT];
    struct text text;
    for (size_t i = 0; i < call->count; i++)
        if (argument_text(call, i, room, &text)) buffer_append(call->out, text.data, text.length);
    return result_out(call, result, error);
}

/* ---- a part of it ---------------------------------------------------------------------------- */

/* A place among `length` characters; negative ones count from their end. */
static size_t place(int64_t index, size_t length) {
    if (index < 0) index += (int64_t)length;
    if (index < 0) return 0;
    return (size_t)index < length ? (size_t)index : length;
}

static enum trawl_status run_substring(const struct scalar_call *call, struct datum *result,
                                       struct trawl_error *error) {
    char room[NUMBER_TEXT];
    struct text text;
    int64_t begin = 0, end = INT64_MAX;
    if (!argument_text(call, 0, room, &text) ||
        (argument_present(call, 1) && !argument_integer(call, 1, &begin)) ||
        (argument_present(call, 2) && !argument_integer(call, 2, &end)))
        return TRAWL_OK;
    size_t length = character_count(text);
    size_t first = place(begin, length), last = place(end, length);
    if (last < first) last = first;
    size_t from = character_offset(text, first);
    struct text rest = {text.data + from, text.length - from};
    rest.length = character_offset(rest, last - first);
    return result_piece(call, 0, rest, result, error);
}

static enum trawl_status run_contains(const struct scalar_call *call, struct datum *result,
                                      struct trawl_error *error) {
    (void)error;
    char rooms[2][NUMBER_TEXT];
    struct text text, part;
    bool found = argument_text(call, 0, rooms[0], &text) &&
                 argument_text(call, 1, rooms[1], &part) &&
                 (part.length == 0 || memmem(text.data, text.length, part.data, part.length));
    return result_flag(result, found);
}

static bool holds_at(struct text text, size_t at, struct text part) {
    return text.length - at >= part.length &&
           (part.length == 0 || memcmp(text.data + at, part.data, part.length) == 0);
}

static enum trawl_status run_starts_with(const struct scalar_call *call, struct datum *result,
                                         struct trawl_error *error) {
    (void)error;
    char rooms[2][NUMBER_TEXT];
    struct text text, part;
    bool found = argument_text(call, 0, rooms[0], &text) &&
                 argument_text(call, 1, rooms[1], &part) && holds_at(text, 0, part);
    return result_flag(result, found);
}

static enum trawl_status run_ends_with(const struct scalar_call *call, struct datum *result,
                                       struct trawl_error *error) {
    (void)error;
    char rooms[2][NUMBER_TEXT];
    struct text text, part;
    bool found = argument_text(call, 0, rooms[0], &text) &&
                 argument_text(call, 1, rooms[1], &part) && part.length <= text.length &&
                 holds_at(text, text.length - part.length, part);
    return result_flag(result, found);
}

/* The byte at which the occurrence-th part at or behind `from` starts; SIZE_MAX: there is none.
 * Occurrences may overlap, and start with a character. */
static size_t find_forward(struct text text, struct text part, size_t from, int64_t occurrence) {
    for (;;) {
        if (part.length > 0) {
            const char *found =
                memmem(text.data + from, text.length - from, part.data, part.length);
            if (!found) return SIZE_MAX;
            from = (size_t)(found - text.data);
        }
        if (--occurrence == 0) return from;
        if (from == text.length) return SIZE_MAX;
        from = character_end(text, from);
    }
}

static size_t find_backward(struct text text, struct text part, size_t least, int64_t occurrence) {
    size_t at = text.length;
    for (;;) {
        if (holds_at(text, at, part) && ++occurrence == 0) return at;
        if (at <= least) return SIZE_MAX;
        at = character_start(text, at);
    }
}

static enum trawl_status run_position_of(const struct scalar_call *call, struct datum *result,
                                         struct trawl_error *error) {
    (void)error;
    char rooms[2][NUMBER_TEXT];
    struct text text, part;
    int64_t occurrence = 1, begin = 0;
    if (!argument_text(call, 0, rooms[0], &text) || !argument_text(call, 1, rooms[1], &part) ||
        (argument_present(call, 2) && !argument_integer(call, 2, &occurrence)) ||
        (argument_present(call, 3) && !argument_integer(call, 3, &begin)) || occurrence == 0)
        return TRAWL_OK;
    size_t from = character_offset(text, place(begin, character_count(text)));
    size_t at = occurrence > 0 ? find_forward(text, part, from, occurrence)
                               : find_backward(text, part, from, occurrence);
    if (at == SIZE_MAX) return TRAWL_OK;
    return result_number(result, (double)character_count((struct text){text.data, at}));
}

/* ---- distance -------------------------------------------------------------------------------- */

/* The text's code points; SIZE_MAX: more than DISTANCE_MOST. */
static size_t decode(struct text text, uint32_t codes[DISTANCE_MOST]) {
    size_t count = 0;
    for (size_t at = 0, end; at < text.length; at = end) {
        end = character_end(text, at);
        if (count == DISTANCE_MOST) return SIZE_MAX;
        codes[count++] = character_decode(text, at, end);
    }
    return count;
}

static unsigned least_of(unsigned a, unsigned b) {
    return a < b ? a : b;
}

static unsigned distance(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count) {
    unsigned row[DISTANCE_MOST + 1]; /* of the table of all prefixes: distances to prefixes of b */
    for (size_t j = 0; j <= b_count; j++) row[j] = (unsigned)j;
    for (size_t i = 0; i < a_count; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i + 1;
        for (size_t j = 0; j < b_count; j++) {
            unsigned replaced = diagonal + (a[i] != b[j]);
            diagonal = row[j + 1];
            row[j + 1] = least_of(replaced, least_of(row[j], row[j + 1]) + 1);
        }
    }
    return row[b_count];
}

static enum trawl_status run_edit_distance(const struct scalar_call *call, struct datum *result,
                                           struct trawl_error *error) {
    (void)error;
    char rooms[2][NUMBER_TEXT];
    struct text texts[2];
    uint32_t codes[2][DISTANCE_MOST];
    size_t counts[2];
    for (size_t i = 0; i < 2; i++) {
        if (!argument_text(call, i, rooms[i], &texts[i])) return TRAWL_OK;
        counts[i] = decode(texts[i], codes[i]);
        if (counts[i] == SIZE_MAX) return TRAWL_OK;
    }
    return result_number(result, distance(codes[0], counts[0], codes[1], counts[1]));
}

/* ---- descriptions ---------------------------------------------------------------------------- */

const struct scalar scalar_reverse = {.name = "reverse", .type = TYPE_TEXT, .run = run_reverse};
const struct scalar scalar_trim = {.name = "trim", .type = TYPE_TEXT, .run = run_trim};
const struct scalar scalar_length = {.name = "length", .type = TYPE_NUMBER, .run = run_length};
const struct scalar scalar_concat = {.name = "concat", .type = TYPE_TEXT, .run = run_concat};
const struct scalar scalar_substring = {
    .name = "substring", .type = TYPE_TEXT, .run = run_substring};
const struct scalar scalar_contains = {.name = "contains", .type = TYPE_FLAG, .run = run_contains};
const struct scalar scalar_starts_with = {
    .name = "starts_with", .type = TYPE_FLAG, .run = run_starts_with};
const struct scalar scalar_ends_with = {
    .name = "ends_with", .type = TYPE_FLAG, .run = run_ends_with};
const struct scalar scalar_position_of = {
    .name = "position_of", .type = TYPE_NUMBER, .run = run_position_of};
const struct scalar scalar_edit_distance = {
    .name = "edit_distance", .type = TYPE_NUMBER, .run = run_edit_distance};
