/* envelope.c - objects that are no records but hold them in an array. */
#include "formats/framing/framer.h"

bool envelope_key(const char *text, size_t at, const char *key) {
    size_t least = at > ENVELOPE_LOOK_BACK ? at - ENVELOPE_LOOK_BACK : 0;
    size_t length = strlen(key);
    while (at > least && structure_blank(text[at - 1])) at--;
    if (at == least || text[--at] != ':') return false;
    while (at > least && structure_blank(text[at - 1])) at--;
    if (at < least + length + 2 || text[at - 1] != '"' || text[at - length - 2] != '"' ||
        memcmp(text + at - length - 1, key, length) != 0)
        return false;
    at -= length + 2;
    /* What precedes the quote tells a key from the inside of a string. */
    while (at > least && structure_blank(text[at - 1])) at--;
    return at > least && (text[at - 1] == '{' || text[at - 1] == ',');
}

enum envelope envelope_at(const char *text, size_t at) {
    static const char *const records[] = {"records", "Records", "value"};
    for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
        if (envelope_key(text, at, records[i])) return ENVELOPE_RECORDS;
    }
    return envelope_key(text, at, "tables") ? ENVELOPE_TABLES : ENVELOPE_NONE;
}

void envelope_enter(struct framer *framer, enum envelope envelope, size_t at) {
    window_take(&framer->window, at + 1);
    framer->in_envelope = envelope == ENVELOPE_RECORDS;
    framer->mode = envelope == ENVELOPE_RECORDS ? MODE_ARRAY : MODE_TABLES;
    framer->head_length = 0;
    framer->suspect = 0;
}

void envelope_leave(struct framer *framer) {
    framer->in_envelope = false;
    structure_start_inside(&framer->outside);
    framer->outside.watch_arrays = true;
    framer->mode = MODE_TAIL;
}

/* The object may hold another array of records. */
enum step tail_step(struct framer *framer, struct frame *frame) {
    bool failed;
    size_t at = 0;
    enum structure_event event;
    do {
        event = framer_pass(framer, &framer->outside, ENVELOPE_LOOK_BACK, &at, &failed);
        if (failed) return STEP_FAILED;
        if (event == STRUCTURE_ARRAY &&
            envelope_at(window_text(&framer->window), at) == ENVELOPE_RECORDS) {
            envelope_enter(framer, ENVELOPE_RECORDS, at);
            return STEP_ON;
        }
    } while (event == STRUCTURE_ARRAY);
    window_take(&framer->window, at);
    if (event == STRUCTURE_END) {
        framer->mode = framer->open > 0 ? MODE_ARRAY : MODE_LINES;
        return STEP_ON;
    }
    framer_leave(framer);
    if (event == STRUCTURE_MORE && framer->window.edge == EDGE_GAP) {
        return framer_edge(framer, frame, MODE_LINES);
    }
    if (event != STRUCTURE_MORE && event != STRUCTURE_BOUNDARY && event != STRUCTURE_MISPLACED) {
        framer->mode = MODE_LINE;
    }
    return framer_malformed(framer, frame, 0, "the object around the records is cut off");
}
