/* The rows of a key as bytes: three lengths (of the key, how many rows, of all rows), the key, the
 * rows. The same in memory and in a temporary file. */
#include "engine/lookup/lookup_internal.h"
#include "engine/operator/record.h"

static bool take(struct text *bytes, uint64_t length, struct text *piece) {
    if (length > bytes->length) return false;
    *piece = (struct text){bytes->data, (size_t)length};
    *bytes = (struct text){bytes->data + length, bytes->length - (size_t)length};
    return true;
}

static bool take_length(struct text *bytes, uint64_t *length) {
    if (bytes->length == 0) return false;
    const char *at = bytes->data, *end = at + bytes->length;
    if (!length_read(&at, end, length)) return false;
    *bytes = (struct text){at, (size_t)(end - at)};
    return true;
}

bool piece_write(struct buffer *out, struct text piece) {
    char length[LENGTH_MOST];
    return buffer_append(out, length, length_write(length, piece.length)) &&
           buffer_append(out, piece.data, piece.length);
}

bool piece_read(struct text *bytes, struct text *piece) {
    uint64_t length;
    return take_length(bytes, &length) && take(bytes, length, piece);
}

bool group_write(struct buffer *out, const struct group *group) {
    char head[3 * LENGTH_MOST];
    size_t used = length_write(head, group->key.length);
    used += length_write(head + used, group->count);
    used += length_write(head + used, group->rows.length);
    return buffer_append(out, head, used) &&
           buffer_append(out, group->key.data, group->key.length) &&
           buffer_append(out, group->rows.data, group->rows.length);
}

bool group_read(struct text *bytes, struct group *group) {
    uint64_t key, rows;
    return take_length(bytes, &key) && take_length(bytes, &group->count) &&
           take_length(bytes, &rows) && take(bytes, key, &group->key) &&
           take(bytes, rows, &group->rows);
}
