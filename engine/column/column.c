#include "engine/column/column.h"

#include <stdlib.h>
#include <xxhash.h>

/* A dictionary is put on trial when it reaches DICTIONARY_TRIAL values, and again whenever that
 * number has doubled: it turns plain when fewer than every ninth row has repeated a value, or when
 * it reaches DICTIONARY_MOST values, where a predicate per value saves little. (Values drawn evenly
 * from 2,000 or fewer pass the first trial, as most of them are still to repeat by then.) It stays
 * a dictionary when the rows written out would take more than EXPANDED_BYTES and twice the
 * dictionary's bytes: few but long values. */
#define DICTIONARY_TRIAL 512
#define DICTIONARY_MOST 4096
#define EXPANDED_BYTES (UINT64_C(2) << 20)
/* Batches a column stays plain after that, before it tries a dictionary again. */
#define PLAIN_BATCHES 16
/* An arena that grew beyond this is cut back at reset. */
#define ARENA_KEEP (UINT64_C(1) << 20)
/* A value that collides with this many others counts as new data that does not repeat: the column
 * turns plain. At most half the slots are taken, so chance alone does not get here. */
#define PROBES_MOST 256

/* Values that were met lately have their codes where a few of their bytes say. */
#define RECENT_BITS 7

#define ROWS_SMALLEST 256
#define SLOTS_SMALLEST 512
#define NO_CODE UINT32_MAX

/* Code plus one, so that zeroed slots are free; the hash's low half, which also gives the home. */
struct slot {
    uint32_t hash;
    uint32_t code_plus_one;
};

/* Open addressing with linear probing, at most half full. Values leave only in the reverse order of
 * their coming (column_truncate), so no value was ever placed past one that leaves, and a leaving
 * value simply frees its slot. Growth keeps that order.
 *
 * The capacities of the column's arrays are here as well: they are nobody else's business. */
struct column_index {
    struct slot *slots;   /* [slot_capacity], a power of two */
    uint32_t *first_rows; /* [value_capacity]: the row that brought each value */
    uint32_t slot_capacity;
    uint32_t value_capacity;
    uint32_t offset_capacity;          /* of column->offsets */
    uint32_t code_capacity;            /* of column->codes */
    uint32_t present;                  /* rows that are not missing */
    uint32_t trial;                    /* number of values at which the dictionary is judged next */
    uint32_t last;                     /* code of the last value appended; NO_CODE: none */
    uint16_t recent[1 << RECENT_BITS]; /* codes, to be compared; may be out of date */
};

/* ---- memory ------------------------------------------------------------------------------- */

/* Grows an array of uint32_t to hold `need`, at most `most`. */
static bool grow(uint32_t **array, uint32_t *capacity, uint32_t need, uint32_t most) {
    if (need <= *capacity) return true;
    if (need > most) return false;
    uint32_t wanted = *capacity < ROWS_SMALLEST ? ROWS_SMALLEST : *capacity * 2;
    if (wanted < need) wanted = need;
    if (wanted > most) wanted = most;
    uint32_t *grown = realloc(*array, wanted * sizeof **array);
    if (!grown) return false;
    *array = grown;
    *capacity = wanted;
    return true;
}

static bool grow_offsets(struct column *column, uint32_t need) {
    return grow(&column->offsets, &column->index->offset_capacity, need, COLUMN_ROWS + 1);
}

static bool reserve_arena(struct column *column, size_t more) {
    if (more > COLUMN_ARENA || column->arena.length + more > COLUMN_ARENA) return false;
    bool reserved = buffer_reserve(&column->arena, more);
    column->arena.failed = false; /* told by the result; the column goes on */
    return reserved;
}

static void start_dictionary(struct column *column) {
    column->encoding = COLUMN_DICTIONARY;
    column->index->trial = DICTIONARY_TRIAL;
    column->index->last = NO_CODE;
}

bool column_init(struct column *column) {
    *column = (struct column){
        .validity = calloc(BITMAP_WORDS(COLUMN_ROWS), sizeof(uint64_t)),
        .index = calloc(1, sizeof(struct column_index)),
    };
    if (column->validity && column->index) {
        column->index->slots = calloc(SLOTS_SMALLEST, sizeof(struct slot));
        column->index->slot_capacity = SLOTS_SMALLEST;
        /* offsets[0] and an arena must exist: values of no bytes point at them. */
        if (column->index->slots && grow_offsets(column, 1) && reserve_arena(column, 0)) {
            column->offsets[0] = 0;
            start_dictionary(column);
            return true;
        }
    }
    column_free(column);
    return false;
}

void column_free(struct column *column) {
    if (column->index) {
        free(column->index->slots);
        free(column->index->first_rows);
    }
    free(column->index);
    free(column->validity);
    free(column->offsets);
    free(column->codes);
    buffer_free(&column->arena);
    *column = (struct column){0};
}

void column_reset(struct column *column) {
    struct column_index *index = column->index;
    bitmap_zero(column->validity, column->rows);
    buffer_clear(&column->arena, ARENA_KEEP);
    if (column->encoding == COLUMN_DICTIONARY) {
        if (column->distinct) memset(index->slots, 0, index->slot_capacity * sizeof *index->slots);
    } else if (column->rows && --column->plain_streak == 0) {
        start_dictionary(column);
    }
    index->present = 0;
    index->last = NO_CODE;
    index->trial = DICTIONARY_TRIAL;
    column->rows = 0;
    column->distinct = 0;
}

/* ---- the index ---------------------------------------------------------------------------- */

static uint32_t hash_of(struct text value) {
    return (uint32_t)XXH3_64bits(value.data, value.length);
}

/* The value's slot, or the free one where it would go; NULL after PROBES_MOST others. */
static struct slot *find_slot(const struct column *column, struct text value, uint32_t hash) {
    const struct column_index *index = column->index;
    uint32_t mask = index->slot_capacity - 1;
    for (uint32_t i = hash, probes = 0; probes < PROBES_MOST; i++, probes++) {
        struct slot *slot = &index->slots[i & mask];
        if (!slot->code_plus_one) return slot;
        if (slot->hash == hash && text_equal(column_stored(column, slot->code_plus_one - 1), value))
            return slot;
    }
    return NULL;
}

/* Doubles the slots; values go in again in the order of their codes. */
static bool grow_slots(struct column *column) {
    struct column_index *index = column->index;
    uint32_t capacity = index->slot_capacity * 2, mask = capacity - 1;
    struct slot *slots = calloc(capacity, sizeof *slots);
    if (!slots) return false;
    for (uint32_t code = 0; code < column->distinct; code++) {
        uint32_t hash = hash_of(column_stored(column, code));
        uint32_t i = hash;
        while (slots[i & mask].code_plus_one) i++;
        slots[i & mask] = (struct slot){hash, code + 1};
    }
    free(index->slots);
    index->slots = slots;
    index->slot_capacity = capacity;
    return true;
}

/* ---- turning plain ------------------------------------------------------------------------ */

static uint64_t expanded_bytes(const struct column *column) {
    uint64_t bytes = 0;
    for (uint32_t row = 0; row < column->rows; row++) bytes += column_value(column, row).length;
    return bytes;
}

/* Writes every row's value out, in place and from the end. Codes are given in the order of first
 * use, so the values that rows 0 to r use are the first in the arena and take no more room than
 * rows 0 to r written out: what is still to be read lies before what is being written. The same
 * holds for the offsets, as no row's code is above its number. False: out of memory or too long;
 * nothing has changed. */
static bool turn_plain(struct column *column) {
    struct column_index *index = column->index;
    uint64_t bytes = expanded_bytes(column);
    if (bytes > COLUMN_ARENA || !grow_offsets(column, column->rows + 1) ||
        !reserve_arena(column, bytes - column->arena.length))
        return false;
    char *data = column->arena.data;
    uint32_t end = (uint32_t)bytes;
    for (uint32_t row = column->rows; row-- > 0;) {
        struct text value = column_value(column, row);
        column->offsets[row + 1] = end;
        end -= (uint32_t)value.length;
        memmove(data + end, value.data, value.length);
    }
    column->arena.length = bytes;
    column->encoding = COLUMN_PLAIN;
    column->distinct = column->rows;
    column->plain_streak = PLAIN_BATCHES;
    memset(index->slots, 0, index->slot_capacity * sizeof *index->slots);
    return true;
}

/* Whether the values prove not to repeat. */
static bool should_turn_plain(const struct column *column) {
    bool repeats = column->index->present - column->distinct >= column->distinct / 8;
    if (repeats && column->distinct < DICTIONARY_MOST) return false;
    uint64_t bytes = expanded_bytes(column);
    return bytes <= EXPANDED_BYTES || bytes <= 2 * (uint64_t)column->arena.length;
}

/* ---- appending ---------------------------------------------------------------------------- */

/* Stores the i-th value behind the others. False: memory or room lacks; nothing has changed. */
static bool store_value(struct column *column, uint32_t i, struct text value) {
    if (!grow_offsets(column, i + 2) || !reserve_arena(column, value.length)) return false;
    memcpy(column->arena.data + column->arena.length, value.data, value.length);
    column->arena.length += value.length;
    column->offsets[i + 1] = (uint32_t)column->arena.length;
    column->distinct = i + 1;
    return true;
}

static bool append_plain(struct column *column, struct text value) {
    if (!store_value(column, column->rows, value)) return false;
    bitmap_set(column->validity, column->rows++);
    return true;
}

static void append_code(struct column *column, uint32_t code) {
    column->codes[column->rows] = code;
    bitmap_set(column->validity, column->rows++);
    column->index->present++;
    column->index->last = code;
}

/* Adds a value that is not there yet, for the row being appended. False as in store_value. */
static bool add_value(struct column *column, struct text value, struct slot slot,
                      struct slot *place) {
    struct column_index *index = column->index;
    uint32_t code = column->distinct;
    if (!grow(&index->first_rows, &index->value_capacity, code + 1, COLUMN_ROWS) ||
        !store_value(column, code, value))
        return false;
    index->first_rows[code] = column->rows;
    *place = slot;
    return true;
}

static bool append_dictionary(struct column *column, struct text value) {
    struct column_index *index = column->index;
    if (!grow(&column->codes, &index->code_capacity, column->rows + 1, COLUMN_ROWS)) return false;
    if (index->last != NO_CODE && text_equal(column_stored(column, index->last), value)) {
        append_code(column, index->last);
        return true;
    }
    uint32_t hash = hash_of(value);
    struct slot *slot = find_slot(column, value, hash);
    if (slot && slot->code_plus_one) {
        append_code(column, slot->code_plus_one - 1);
        return true;
    }
    if (slot && column->distinct >= index->slot_capacity / 2) {
        if (!grow_slots(column)) return false;
        slot = find_slot(column, value, hash);
    }
    bool judge = column->distinct >= index->trial;
    if (judge) index->trial *= 2;
    if (!slot || (judge && should_turn_plain(column))) {
        if (turn_plain(column)) return append_plain(column, value);
        if (!slot) return false;
    }
    uint32_t code = column->distinct;
    if (!add_value(column, value, (struct slot){hash, code + 1}, slot)) return false;
    append_code(column, code);
    return true;
}

bool column_append(struct column *column, struct text value) {
    if (value.length == 0) value.data = ""; /* NULL is a fine empty text, but not for memcpy */
    return column->encoding == COLUMN_DICTIONARY ? append_dictionary(column, value)
                                                 : append_plain(column, value);
}

/* ---- appending what is padded ------------------------------------------------------------- */

/* The first up to eight bytes, and zeros. */
static uint64_t load_first(struct text value) {
    uint64_t word;
    memcpy(&word, value.data, sizeof word);
    return value.length < 8 ? word & ((UINT64_C(1) << (8 * value.length)) - 1) : word;
}

static uint64_t load_at(const char *at) {
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

/* Where the code of a value is that was met lately: told by its length, its first and its last
 * bytes. */
static uint32_t recent_place(struct text value) {
    uint64_t first = load_first(value), last = first;
    if (value.length > 8) last = load_at(value.data + value.length - 8);
    uint64_t mixed = (first ^ value.length) * UINT64_C(0x9E3779B97F4A7C15) ^
                     (last * UINT64_C(0xC2B2AE3D27D4EB4F));
    return (uint32_t)(mixed * UINT64_C(0x9E3779B97F4A7C15) >> (64 - RECENT_BITS));
}

/* Both are padded. */
static bool equal_padded(struct text a, struct text b) {
    if (a.length != b.length) return false;
    size_t left = a.length, at = 0;
    for (; left > 8; left -= 8, at += 8)
        if (load_at(a.data + at) != load_at(b.data + at)) return false;
    uint64_t differ = load_at(a.data + at) ^ load_at(b.data + at);
    return left == 0 || differ << (64 - 8 * left) == 0;
}

/* In pieces of a fixed size, of which the last writes beyond the end: into the padding. */
static void copy_padded(char *to, struct text value) {
    for (size_t at = 0; at < value.length; at += TEXT_PADDING / 2)
        memcpy(to + at, value.data + at, TEXT_PADDING / 2);
}

static bool append_padded_plain(struct column *column, struct text value) {
    struct buffer *arena = &column->arena;
    uint32_t row = column->rows;
    if (row + 2 > column->index->offset_capacity ||
        value.length + TEXT_PADDING > arena->capacity - arena->length ||
        arena->length + value.length > COLUMN_ARENA)
        return append_plain(column, value);
    copy_padded(arena->data + arena->length, value);
    arena->length += value.length;
    column->offsets[row + 1] = (uint32_t)arena->length;
    column->distinct = column->rows = row + 1;
    bitmap_set(column->validity, row);
    return true;
}

bool column_append_padded(struct column *column, struct text value) {
    struct column_index *index = column->index;
    if (column->encoding == COLUMN_PLAIN) return append_padded_plain(column, value);
    uint16_t *recent = &index->recent[recent_place(value)];
    if (*recent < column->distinct && column->rows < index->code_capacity &&
        equal_padded(column_stored(column, *recent), value)) {
        append_code(column, *recent);
        return true;
    }
    if (!append_dictionary(column, value)) return false;
    if (column->encoding == COLUMN_DICTIONARY) *recent = (uint16_t)index->last;
    return true;
}

bool column_append_missing(struct column *column) {
    uint32_t row = column->rows;
    if (column->encoding == COLUMN_DICTIONARY) {
        if (!grow(&column->codes, &column->index->code_capacity, row + 1, COLUMN_ROWS))
            return false;
        column->codes[row] = 0;
    } else {
        if (!grow_offsets(column, row + 2)) return false;
        column->offsets[row + 1] = column->offsets[row];
        column->distinct = row + 1;
    }
    column->rows = row + 1;
    return true;
}

static bool pad_dictionary(struct column *column, uint32_t rows, bool present) {
    uint32_t row = column->rows, code = present ? column->codes[row - 1] : 0;
    if (!grow(&column->codes, &column->index->code_capacity, rows, COLUMN_ROWS)) return false;
    for (uint32_t i = row; i < rows; i++) column->codes[i] = code;
    if (present) column->index->present += rows - row;
    return true;
}

static bool pad_plain(struct column *column, uint32_t rows, bool present) {
    uint32_t row = column->rows;
    size_t length = present ? column_stored(column, row - 1).length : 0;
    if (!grow_offsets(column, rows + 1) || !reserve_arena(column, length * (rows - row)))
        return false;
    for (uint32_t i = row; i < rows; i++) {
        char *end = column->arena.data + column->arena.length;
        if (length > 0) memcpy(end, end - length, length);
        column->arena.length += length;
        column->offsets[i + 1] = (uint32_t)column->arena.length;
    }
    column->distinct = rows;
    return true;
}

bool column_pad(struct column *column, uint32_t rows) {
    uint32_t row = column->rows;
    if (row >= rows) return true;
    bool present = row > 0 && column_present(column, row - 1);
    if (!(column->encoding == COLUMN_DICTIONARY ? pad_dictionary(column, rows, present)
                                                : pad_plain(column, rows, present)))
        return false;
    if (present) bitmap_set_range(column->validity, row, rows);
    column->rows = rows;
    return true;
}

uint64_t column_padded_bytes(const struct column *column, uint32_t rows) {
    uint64_t bytes = column->arena.length;
    if (column->encoding == COLUMN_DICTIONARY || column->rows == 0 || column->rows >= rows)
        return bytes;
    return bytes + column_value(column, column->rows - 1).length * (uint64_t)(rows - column->rows);
}

/* ---- dropping ----------------------------------------------------------------------------- */

static void drop_last_value(struct column *column) {
    struct column_index *index = column->index;
    uint32_t code = column->distinct - 1, mask = index->slot_capacity - 1;
    uint32_t i = hash_of(column_stored(column, code));
    while (index->slots[i & mask].code_plus_one != code + 1) i++;
    index->slots[i & mask] = (struct slot){0};
    column->arena.length = column->offsets[code];
    column->distinct = code;
}

void column_truncate(struct column *column, uint32_t rows) {
    struct column_index *index = column->index;
    if (rows >= column->rows) return;
    for (uint32_t row = rows; row < column->rows; row++) {
        if (column->encoding == COLUMN_DICTIONARY) index->present -= column_present(column, row);
        bitmap_clear(column->validity, row);
    }
    column->rows = rows;
    if (column->encoding == COLUMN_PLAIN) {
        column->distinct = rows;
        column->arena.length = column->offsets[rows];
        return;
    }
    while (column->distinct && index->first_rows[column->distinct - 1] >= rows)
        drop_last_value(column);
    index->last = NO_CODE;
}

/* ---- checking ----------------------------------------------------------------------------- */

/* By the table of well-formed sequences in The Unicode Standard, 3.9 (Table 3-7). */
static bool is_utf8(struct text text) {
    const unsigned char *at = (const unsigned char *)text.data, *end = at + text.length;
    while (at < end) {
        unsigned lead = *at++, low = 0x80, high = 0xbf, more;
        if (lead < 0x80) continue;
        if (lead >= 0xc2 && lead <= 0xdf)
            more = 1;
        else if (lead >= 0xe0 && lead <= 0xef)
            more = 2;
        else if (lead >= 0xf0 && lead <= 0xf4)
            more = 3;
        else
            return false;
        if (lead == 0xe0) low = 0xa0;
        if (lead == 0xed) high = 0x9f;
        if (lead == 0xf0) low = 0x90;
        if (lead == 0xf4) high = 0x8f;
        for (; more > 0; more--, low = 0x80, high = 0xbf)
            if (at == end || *at < low || *at++ > high) return false;
    }
    return true;
}

static const char *check_values(const struct column *column) {
    if (column->offsets[0] != 0) return "the first offset is not 0";
    for (uint32_t i = 0; i < column->distinct; i++) {
        if (column->offsets[i + 1] < column->offsets[i]) return "offsets fall";
        if (column->offsets[i + 1] > column->arena.length) return "an offset is behind the arena";
        if (!is_utf8(column_stored(column, i))) return "a value is not UTF-8";
    }
    if (column->offsets[column->distinct] != column->arena.length)
        return "the arena does not end where the last value does";
    return NULL;
}

static const char *check_plain(const struct column *column) {
    for (uint32_t row = 0; row < column->rows; row++)
        if (!column_present(column, row) && column_stored(column, row).length)
            return "a missing row has bytes";
    return NULL;
}

static const char *check_dictionary(const struct column *column) {
    uint32_t present = 0, used = 0;
    for (uint32_t row = 0; row < column->rows; row++) {
        uint32_t code = column->codes[row];
        if (!column_present(column, row)) {
            if (code != 0) return "a missing row has a code";
            continue;
        }
        if (code >= column->distinct) return "a code is not one of a value";
        if (code > used) return "a value was given before it was used";
        if (code == used) {
            if (column->index->first_rows[code] != row) return "a value's first row is wrong";
            used++;
        }
        present++;
    }
    if (used != column->distinct) return "a value is not used";
    if (present != column->index->present) return "the count of present rows is wrong";
    for (uint32_t code = 0; code < column->distinct; code++) {
        struct text value = column_stored(column, code);
        const struct slot *slot = find_slot(column, value, hash_of(value));
        if (!slot || slot->code_plus_one != code + 1) return "a value is held twice, or is lost";
    }
    return NULL;
}

bool column_validate(const struct column *column, const char **why) {
    *why = NULL;
    if (column->rows > COLUMN_ROWS)
        *why = "more rows than a column can hold";
    else if (column->arena.length > COLUMN_ARENA)
        *why = "the arena is too long";
    else if (column->arena.capacity < column->arena.length + TEXT_PADDING)
        *why = "the arena lacks padding";
    else if (column->encoding == COLUMN_PLAIN && column->distinct != column->rows)
        *why = "a plain column's values are not as many as its rows";
    for (size_t i = column->rows / 64; !*why && i < BITMAP_WORDS(COLUMN_ROWS); i++) {
        uint64_t rows = i < BITMAP_WORDS(column->rows) ? bitmap_tail(column->rows, i) : 0;
        if (column->validity[i] & ~rows) *why = "a row that does not exist is present";
    }
    if (!*why) *why = check_values(column);
    if (!*why)
        *why = column->encoding == COLUMN_PLAIN ? check_plain(column) : check_dictionary(column);
    return !*why;
}
