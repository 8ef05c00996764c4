/* builder.h - text as it grows: one allocation that is kept, appended to without checks.
 *
 * The caller reserves room for a whole record once (builder_reserve), the put functions then only
 * copy. Nothing here formats through stdio: this is where the generator's speed is made. */
#ifndef GENERATE_BUILDER_H
#define GENERATE_BUILDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct builder {
    char *data;
    size_t length;
    size_t capacity;
};

/* Text that somebody else owns. */
struct piece {
    const char *data;
    size_t length;
};

/* False: out of memory; the text so far stays. */
bool builder_reserve(struct builder *builder, size_t more);
void builder_free(struct builder *builder);

static inline void builder_put(struct builder *builder, const char *data, size_t length) {
    memcpy(builder->data + builder->length, data, length);
    builder->length += length;
}
static inline void builder_put_piece(struct builder *builder, struct piece piece) {
    builder_put(builder, piece.data, piece.length);
}
static inline void builder_put_string(struct builder *builder, const char *string) {
    builder_put(builder, string, strlen(string));
}
static inline void builder_put_char(struct builder *builder, char c) {
    builder->data[builder->length++] = c;
}

/* Decimal, without leading zeros. */
void builder_put_number(struct builder *builder, uint64_t value);
/* Decimal, exactly `width` digits (the last ones). */
void builder_put_digits(struct builder *builder, uint64_t value, unsigned width);
/* Lower-case hexadecimal, the last `width` digits. */
void builder_put_hex(struct builder *builder, uint64_t value, unsigned width);
/* 8-4-4-4-12 with the version and variant of a random GUID. */
void builder_put_guid(struct builder *builder, const uint64_t value[2]);
/* `width` letters and digits out of a 64-letter alphabet, 6 bits each, at most 21 of them from one
 * pair of words. */
void builder_put_token(struct builder *builder, const uint64_t value[2], unsigned width);

/* Rewrites everything from `start` on as it must stand inside a JSON string, or inside a quoted CSV
 * cell. Reserves what it needs. False: out of memory. */
bool builder_escape_json(struct builder *builder, size_t start);
bool builder_escape_csv(struct builder *builder, size_t start);
/* Rewrites the compact JSON value from `start` on over several lines, two blanks to a level. */
bool builder_indent_json(struct builder *builder, size_t start);

#endif
