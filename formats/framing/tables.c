/* tables.c - {"tables":[{"columns":[{"name":..},..],"rows":[[..],..]},..]}: the answers of query
 * services. Columns come as a header, each row as its own text. */
#include "formats/framing/framer.h"

#include <stdlib.h>

bool framer_add_name(struct framer *framer, const char *name, size_t length) {
    if (framer->name_count == framer->name_capacity) {
        size_t capacity = framer->name_capacity ? 2 * framer->name_capacity : 64;
        struct text *names = realloc(framer->names, capacity * sizeof *names);
        if (!names) return false;
        framer->names = names;
        framer->name_capacity = capacity;
    }
    framer->names[framer->name_count++] = (struct text){NULL, length};
    return buffer_append(&framer->name_text, name, length);
}

void framer_clear_names(struct framer *framer) {
    framer->name_count = 0;
    buffer_clear(&framer->name_text, WINDOW_BLOCK);
}

void framer_place_names(struct framer *framer) {
    const char *at = framer->name_text.data ? framer->name_text.data : "";
    for (size_t i = 0; i < framer->name_count; i++) {
        framer->names[i].data = at;
        at += framer->names[i].length;
    }
}

/* ---- columns --------------------------------------------------------------------------------- */

static bool read_unit(const char *digits, const char *end, uint32_t *unit) {
    *unit = 0;
    if (end - digits < 4) return false;
    for (int i = 0; i < 4; i++) {
        char c = digits[i];
        uint32_t value = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10
                         : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A') + 10
                                                : 16;
        if (value == 16) return false;
        *unit = *unit << 4 | value;
    }
    return true;
}

/* Adds a name as it is between its quotes. An escape that is none stays as it is written. */
static bool add_escaped_name(struct framer *framer, const char *at, const char *end) {
    static const char written[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    struct buffer name = {0};
    bool good = true;
    while (good && at < end) {
        const char *escape = memchr(at, '\\', (size_t)(end - at));
        size_t plain = (size_t)((escape ? escape : end) - at);
        good = buffer_append(&name, at, plain);
        at += plain;
        if (!good || at == end) break;
        uint32_t unit, low;
        char utf8[4];
        const char *simple = end - at > 1 && at[1] ? strchr(written, at[1]) : NULL;
        if (simple) {
            good = buffer_append_char(&name, meant[simple - written]);
            at += 2;
        } else if (end - at > 1 && at[1] == 'u' && read_unit(at + 2, end, &unit)) {
            at += 6;
            if (unit >= 0xD800 && unit < 0xDC00 && end - at > 1 && at[0] == '\\' && at[1] == 'u' &&
                read_unit(at + 2, end, &low) && low >= 0xDC00 && low < 0xE000) {
                unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                at += 6;
            }
            good = buffer_append(&name, utf8, utf8_encode(unit, utf8));
        } else {
            good = buffer_append_char(&name, *at++);
        }
    }
    good = good && framer_add_name(framer, name.data, name.length);
    buffer_free(&name);
    return good;
}

/* The string at text[at], a quote: *end is its last quote. False: it is not closed. */
static bool string_at(struct text text, size_t at, size_t *end) {
    for (*end = at + 1; *end < text.length; ++*end) {
        if (text.data[*end] == '"') return true;
        if (text.data[*end] == '\\') ++*end;
    }
    return false;
}

/* Adds the name of each object of a columns array, whose brackets are known to fit: at depth 2 the
 * string that follows "name":. A column without a name has an empty one. */
static bool read_columns(struct framer *framer, struct text array) {
    size_t depth = 0;
    bool named = false;
    for (size_t at = 0; at < array.length; at++) {
        char c = array.data[at];
        if (c == '{' || c == '[') {
            if (++depth == 2) named = false;
        } else if (c == '}' || c == ']') {
            if (depth-- == 2 && !named && !framer_add_name(framer, "", 0)) return false;
        } else if (c == '"') {
            size_t end;
            if (!string_at(array, at, &end)) return true;
            bool key = depth == 2 && end - at == 5 && memcmp(array.data + at + 1, "name", 4) == 0;
            at = end;
            if (!key || named) continue;
            size_t value = end + 1;
            while (value < array.length && structure_blank(array.data[value])) value++;
            if (value == array.length || array.data[value] != ':') continue;
            value++;
            while (value < array.length && structure_blank(array.data[value])) value++;
            if (value == array.length || array.data[value] != '"') continue;
            if (!string_at(array, value, &end)) return true;
            if (!add_escaped_name(framer, array.data + value + 1, array.data + end)) return false;
            named = true;
            at = end;
        }
    }
    return true;
}

/* ---- steps ----------------------------------------------------------------------------------- */

/* The response cannot be read on; what is left of its line, or of the text before a boundary, is
 * passed over. */
static enum step give_up(struct framer *framer, struct frame *frame, size_t length,
                         enum structure_event event) {
    const char *why = framer_why(framer, event);
    framer_leave(framer);
    if (event != STRUCTURE_MORE && event != STRUCTURE_BOUNDARY && event != STRUCTURE_MISPLACED) {
        framer->mode = MODE_LINE;
    }
    return framer_malformed(framer, frame, length, why);
}

/* At an edge or boundary between two things: true, with the step to return. */
static bool stops(struct framer *framer, struct frame *frame, enum step *step) {
    if (!framer_skip_separators(framer)) {
        *step = STEP_FAILED;
        if (framer->status == TRAWL_OK) *step = give_up(framer, frame, 0, STRUCTURE_MORE);
        return true;
    }
    if (!framer_at_boundary(framer)) return false;
    *step = give_up(framer, frame, 0, STRUCTURE_BOUNDARY);
    return true;
}

enum step tables_step(struct framer *framer, struct frame *frame) {
    enum step step;
    if (stops(framer, frame, &step)) return step;
    switch (*window_text(&framer->window)) {
        case ']':
            window_take(&framer->window, 1);
            envelope_leave(framer);
            return STEP_ON;
        case '{':
            /* The bracket stays: it stands before the first key. */
            structure_start(&framer->outside);
            framer->outside.watch_arrays = true;
            framer->columns = false;
            framer->mode = MODE_TABLE;
            return STEP_ON;
        default:
            return give_up(framer, frame, 1, STRUCTURE_MISFIT);
    }
}

static enum step columns_step(struct framer *framer, struct frame *frame) {
    bool failed;
    size_t at = 0;
    structure_start(&framer->value);
    enum structure_event event = framer_scan(framer, framer->max_record, &at, &failed);
    if (failed) return STEP_FAILED;
    if (event == STRUCTURE_MORE && at == framer->max_record) {
        framer_leave(framer);
        framer->mode = MODE_LINE;
        return framer_emit(framer, frame, FRAME_OVERSIZED, 0, at, framer_oversized);
    }
    if (event != STRUCTURE_END) return give_up(framer, frame, at, event);
    framer_clear_names(framer);
    if (!read_columns(framer, (struct text){window_text(&framer->window), at})) {
        return framer_no_memory(framer);
    }
    framer_place_names(framer);
    framer->columns = true;
    framer_emit(framer, frame, FRAME_HEADER, at, at, NULL);
    frame->cells = framer->names;
    frame->cell_count = framer->name_count;
    return STEP_FRAME;
}

enum step table_step(struct framer *framer, struct frame *frame) {
    struct window *window = &framer->window;
    bool failed;
    size_t at = 0;
    /* Text before `at` has been read, and is kept for envelope_key. */
    for (;;) {
        enum structure_event event =
            framer_pass(framer, &framer->outside, ENVELOPE_LOOK_BACK, &at, &failed);
        if (failed) return STEP_FAILED;
        if (event == STRUCTURE_END) {
            window_take(window, at);
            framer->mode = MODE_TABLES;
            return STEP_ON;
        }
        if (event != STRUCTURE_ARRAY) {
            window_take(window, at);
            return give_up(framer, frame, 0, event);
        }
        bool columns = envelope_key(window_text(window), at, "columns");
        bool rows = envelope_key(window_text(window), at, "rows");
        if (!columns && !rows) continue;
        window_take(window, at);
        if (columns) {
            framer->outside.told = false;
            return columns_step(framer, frame);
        }
        if (!framer->columns) return framer_malformed(framer, frame, 0, "rows before columns");
        framer->outside.told = false;
        window_take(window, 1);
        framer->mode = MODE_ROWS;
        return STEP_ON;
    }
}

enum step rows_step(struct framer *framer, struct frame *frame) {
    enum step step;
    if (stops(framer, frame, &step)) return step;
    char c = *window_text(&framer->window);
    if (c == ']') {
        window_take(&framer->window, 1);
        framer->mode = MODE_TABLE;
        return STEP_ON;
    }
    if (c != '[') return give_up(framer, frame, 1, STRUCTURE_MISFIT);
    bool failed;
    size_t at = 0;
    structure_start(&framer->value);
    enum structure_event event = framer_scan(framer, framer->max_record, &at, &failed);
    if (failed) return STEP_FAILED;
    if (event == STRUCTURE_END) return framer_emit(framer, frame, FRAME_ROW, at, at, NULL);
    if (event == STRUCTURE_MORE && at == framer->max_record) {
        framer->mode = MODE_SKIP;
        framer->skip_to = MODE_ROWS;
        framer->skip_line = false;
        return framer_emit(framer, frame, FRAME_OVERSIZED, 0, at, framer_oversized);
    }
    return give_up(framer, frame, at, event);
}
