#include "engine/hunt/values.h"

#include <stdlib.h>
#include <strings.h>

bool values_init(struct values *values, size_t field_count) {
    *values = (struct values){
        .fields = calloc(field_count ? field_count : 1, sizeof *values->fields),
        .field_count = field_count,
    };
    return values->fields != NULL;
}

void values_free(struct values *values) {
    for (size_t f = 0; values->fields && f < values->field_count; f++)
        for (size_t i = 0; i < values->fields[f].count; i++) free(values->fields[f].items[i].text);
    free(values->fields);
    *values = (struct values){0};
}

/* ---- the kept ones ----------------------------------------------------------------------------
 */

/* Makes room at a place; the last of too many is let go. False: there is none, or it would be let
 * go itself. */
static bool make_room(struct value_field *field, size_t at) {
    if (field->count == VALUES_MOST) {
        field->more = true;
        if (at == VALUES_MOST) return false;
        free(field->items[--field->count].text);
    }
    memmove(field->items + at + 1, field->items + at, (field->count - at) * sizeof *field->items);
    field->count++;
    return true;
}

/* text: terminated, taken over. */
static void add_unknown(struct value_field *field, char *text, uint64_t records,
                        struct origin origin) {
    size_t at = 0;
    while (at < field->count && strcmp(field->items[at].text, text) < 0) at++;
    if (at < field->count && strcmp(field->items[at].text, text) == 0) {
        struct value_unknown *same = &field->items[at];
        same->records += records;
        if (origin_compare(&origin, &same->origin) < 0) same->origin = origin;
        free(text);
    } else if (make_room(field, at)) {
        field->items[at] = (struct value_unknown){text, records, origin};
    } else {
        free(text);
    }
}

void values_merge(struct values *to, const struct values *from) {
    to->failed = to->failed || from->failed;
    for (size_t f = 0; f < from->field_count && !to->failed; f++) {
        const struct value_field *field = &from->fields[f];
        for (size_t i = 0; i < field->count && !to->failed; i++) {
            char *text = strdup(field->items[i].text);
            if (text)
                add_unknown(&to->fields[f], text, field->items[i].records, field->items[i].origin);
            else
                to->failed = true;
        }
        to->fields[f].more = to->fields[f].more || field->more;
    }
}

/* ---- looking ----------------------------------------------------------------------------------
 */

static bool is_known(const struct value_list *known, struct text value) {
    if (value.length == 0) return true;
    for (const char *const *each = known->values; *each; each++)
        if (strlen(*each) == value.length && strncasecmp(*each, value.data, value.length) == 0)
            return true;
    return false;
}

static struct text trim(struct text text) {
    while (text.length && *text.data == ' ') text = (struct text){text.data + 1, text.length - 1};
    while (text.length && text.data[text.length - 1] == ' ') text.length--;
    return text;
}

/* Cuts the next value off what is left; false: nothing is. */
static bool next_value(const struct value_list *known, struct text *left, struct text *value) {
    if (!left->data) return false;
    const char *comma = known->list ? memchr(left->data, ',', left->length) : NULL;
    size_t length = comma ? (size_t)(comma - left->data) : left->length;
    *value = trim((struct text){left->data, length});
    *left = comma ? (struct text){comma + 1, left->length - length - 1} : (struct text){NULL, 0};
    return true;
}

/* Rows of a column whose stored value is the i-th, and the first of them. */
struct holders {
    uint64_t count;
    struct origin first;
};

static struct holders holders_of(const struct batch *batch, const struct column *column, size_t i) {
    struct holders holders = {0};
    bool plain = column->encoding == COLUMN_PLAIN;
    size_t begin = plain ? i : 0, end = plain ? i + 1 : column->rows;
    for (size_t row = begin; row < end; row++) {
        if (!column_present(column, row) || (!plain && column->codes[row] != i)) continue;
        if (!holders.count++ || origin_compare(&batch->origins[row], &holders.first) < 0)
            holders.first = batch->origins[row];
    }
    return holders;
}

/* Cuts a value where it is long: not within a character. */
static size_t told_length(struct text value) {
    size_t length = value.length;
    const char *end = memchr(value.data, '\0', length);
    if (end) length = (size_t)(end - value.data);
    if (length <= VALUES_LONGEST) return length;
    length = VALUES_LONGEST;
    while (length && ((unsigned char)value.data[length] & 0xC0) == 0x80) length--;
    return length;
}

/* Whether a value of its text would be among the kept ones. */
static bool may_be_kept(struct value_field *field, const char *text) {
    if (field->count < VALUES_MOST) return true;
    if (strcmp(text, field->items[VALUES_MOST - 1].text) <= 0) return true;
    field->more = true;
    return false;
}

/* A stored value with something unknown in it. Rows are counted of those only that are kept. */
static bool add_unknowns(struct value_field *field, const struct batch *batch,
                         const struct column *column, size_t i) {
    struct holders holders = {0};
    struct text left = column_stored(column, i), value;
    while (next_value(field->known, &left, &value)) {
        if (is_known(field->known, value)) continue;
        char *text = strndup(value.data, told_length(value));
        if (!text) return false;
        bool kept = may_be_kept(field, text);
        if (kept && !holders.count) holders = holders_of(batch, column, i);
        if (kept && holders.count)
            add_unknown(field, text, holders.count, holders.first);
        else
            free(text);
    }
    return true;
}

static bool all_known(const struct value_list *known, struct text stored) {
    struct text value;
    while (next_value(known, &stored, &value))
        if (!is_known(known, value)) return false;
    return true;
}

void values_look(struct values *values, const struct batch *batch) {
    for (size_t f = 0; f < values->field_count; f++) {
        struct value_field *field = &values->fields[f];
        if (!field->known) continue;
        const struct column *column = &batch->columns[f];
        for (size_t i = 0; i < column->distinct; i++)
            if (!all_known(field->known, column_stored(column, i)) &&
                !add_unknowns(field, batch, column, i))
                values->failed = true;
    }
}
