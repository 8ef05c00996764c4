#include "formats/given.h"

#include <stdlib.h>

#include "formats/framing/utf.h"
#include "formats/json/cursor.h"

bool header_set(struct header *header, const struct text *names, size_t count) {
    struct header made = {.ends = calloc(count + 1, sizeof *made.ends), .count = count};
    bool good = made.ends != NULL;
    for (size_t i = 0; good && i < count; i++) {
        good = utf8_repair(names[i], &made.text);
        made.ends[i] = made.text.length;
    }
    if (!good) {
        header_free(&made);
        return false;
    }
    header_free(header);
    *header = made;
    return true;
}

void header_free(struct header *header) {
    buffer_free(&header->text);
    free(header->ends);
    *header = (struct header){0};
}

static struct text name_at(const struct header *header, size_t i) {
    size_t start = i ? header->ends[i - 1] : 0, length = header->ends[i] - start;
    return length ? (struct text){header->text.data + start, length} : text_of("");
}

struct text given_object(const struct given *given) {
    const char *start = given->text.data, *end = start + given->text.length;
    while (start < end && *start != '{') start++;
    while (start < end && end[-1] != '}') end--;
    return (struct text){start, (size_t)(end - start)};
}

static bool write_member(const struct header *header, size_t i, const struct json_value *value,
                         bool *first, struct buffer *to) {
    if (!*first) buffer_append_char(to, ',');
    *first = false;
    return json_quote(name_at(header, i), to) && buffer_append_char(to, ':') &&
           json_write_raw(value, to);
}

static bool write_cells(const struct given *given, const struct header *header, struct buffer *to) {
    bool first = true;
    for (size_t i = 0; i < given->count && i < header->count; i++) {
        struct json_value value = json_plain(given->cells[i]);
        if (value.raw.length > 0 && !write_member(header, i, &value, &first, to)) return false;
    }
    return true;
}

static bool write_elements(struct text array, const struct header *header, struct buffer *to) {
    struct json_cursor cursor = json_cursor_of(array, NULL);
    struct json_value value;
    bool first = true, first_element = true, good = json_take(&cursor, '[');
    for (size_t i = 0; good && json_next_element(&cursor, &first_element, &good); i++) {
        good = json_take_value(&cursor, &value);
        if (good && i < header->count) good = write_member(header, i, &value, &first, to);
    }
    return good;
}

bool given_write_row(const struct given *given, const struct header *header, struct buffer *to) {
    return buffer_append_char(to, '{') &&
           (given->form == GIVEN_CELLS ? write_cells(given, header, to)
                                       : write_elements(given->text, header, to)) &&
           buffer_append_char(to, '}');
}
