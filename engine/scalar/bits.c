/* bits.c - the bits of integers. */
#include <math.h>
#include <stdlib.h>

#include "engine/document.h"
#include "engine/scalar/argument.h"
#include "engine/scalar/number.h"

/* The lowest 64 bits of the number; of a text below 2^64 exactly. */
static bool bits_of(const struct datum *value, uint64_t *bits) {
    if (value->kind == DATUM_TEXT && value->text.length > 0 && value->text.length <= 20) {
        uint64_t sum = 0;
        size_t i = 0;
        for (; i < value->text.length; i++) {
            unsigned digit = (unsigned)(unsigned char)value->text.data[i] - '0';
            if (digit > 9 || __builtin_mul_overflow(sum, 10, &sum) ||
                __builtin_add_overflow(sum, digit, &sum))
                break;
        }
        *bits = sum;
        if (i == value->text.length) return true;
    }
    double number;
    if (!datum_as_number(value, &number)) return false;
    double low = fmod(trunc(number), 0x1p64);
    *bits = low < 0 ? -(uint64_t)-low : (uint64_t)low;
    return true;
}

void *bit_new(unsigned bit) {
    unsigned *data = malloc(sizeof *data);
    if (data) *data = bit;
    return data;
}

static enum trawl_status run_bit(const struct scalar_call *call, struct datum *result,
                                 struct trawl_error *error) {
    (void)error;
    const unsigned *bit = call->data;
    uint64_t bits = 0;
    bool known = call->count > 0 && bits_of(&call->args[0], &bits);
    return result_flag(result, known && bits >> *bit & 1);
}

/* ---- names ----------------------------------------------------------------------------------- */

struct bit_names {
    char *separator; /* NULL: an array */
    char *names[64]; /* by bit; NULL: none */
};

static void bit_names_free(void *data) {
    struct bit_names *names = data;
    if (!names) return;
    free(names->separator);
    for (size_t i = 0; i < 64; i++) free(names->names[i]);
    free(names);
}

void *bit_names_new(const unsigned *bits, const char *const *names, size_t count,
                    const char *separator) {
    struct bit_names *data = calloc(1, sizeof *data);
    bool good = data != NULL;
    if (good && separator) good = (data->separator = strdup(separator)) != NULL;
    for (size_t i = 0; i < count && good; i++) {
        char **place = &data->names[bits[i] & 63];
        free(*place);
        good = (*place = strdup(names[i])) != NULL;
    }
    if (good) return data;
    bit_names_free(data);
    return NULL;
}

static enum trawl_status run_bit_names(const struct scalar_call *call, struct datum *result,
                                       struct trawl_error *error) {
    const struct bit_names *names = call->data;
    struct buffer *out = call->out;
    const char *separator = names->separator ? names->separator : ",";
    uint64_t bits;
    size_t count = 0;
    if (call->count == 0 || !bits_of(&call->args[0], &bits)) return TRAWL_OK;
    if (!names->separator) buffer_append_char(out, '[');
    for (unsigned bit = 0; bit < 64; bit++) {
        const char *name = names->names[bit];
        if (!name || !(bits >> bit & 1)) continue;
        if (count++) buffer_append(out, separator, strlen(separator));
        if (names->separator)
            buffer_append(out, name, strlen(name));
        else
            document_quote(out, text_of(name));
    }
    if (!names->separator) buffer_append_char(out, ']');
    return result_out(call, result, error);
}

const struct scalar scalar_bit = {
    .name = "bit", .type = TYPE_FLAG, .run = run_bit, .data_free = free};
const struct scalar scalar_bit_names = {
    .name = "bit_names", .type = TYPE_TEXT, .run = run_bit_names, .data_free = bit_names_free};
