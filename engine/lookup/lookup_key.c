#include <xxhash.h>

#include "engine/base/fold.h"
#include "engine/lookup/lookup_internal.h"
#include "engine/operator/record.h"

#define ADDRESS_BITS 128
#define MAPPED_BITS 96 /* before an IPv4 address that is mapped into IPv6 */

/* The length is known only behind the folded text, and is then put before it. */
static bool append_folded(struct buffer *out, struct text text) {
    char bytes[LENGTH_MOST];
    size_t from = out->length;
    if (!text_fold(text, out)) return false;
    size_t length = out->length - from, used = length_write(bytes, length);
    if (!buffer_reserve(out, used)) return false;
    memmove(out->data + from + used, out->data + from, length);
    memcpy(out->data + from, bytes, used);
    out->length += used;
    return true;
}

bool key_of_texts(struct buffer *out, const struct datum *cells, size_t count, bool ignore_case,
                  bool *found) {
    char room[NUMBER_TEXT];
    struct text text;
    *found = true;
    for (size_t i = 0; i < count; i++) {
        *found = datum_as_text(&cells[i], room, &text);
        if (!*found) return true;
        if (!(ignore_case ? append_folded(out, text) : piece_write(out, text))) return false;
    }
    return true;
}

uint64_t key_hash(struct text key) {
    return XXH3_64bits(key.data, key.length);
}

struct text key_text(struct text key) {
    struct text text = {"", 0};
    (void)piece_read(&key, &text);
    return text;
}

static unsigned prefix_length(struct text digits) {
    unsigned length = 0;
    for (size_t i = 0; i < digits.length; i++)
        length = length * 10 + (unsigned)(digits.data[i] - '0');
    return length;
}

void key_of_network(struct text network, char key[NETWORK_KEY]) {
    uint8_t bytes[ADDRESS_BITS / 8];
    struct text address = network;
    unsigned bits = ADDRESS_BITS;
    const char *slash = memchr(network.data, '/', network.length);
    if (slash) {
        address.length = (size_t)(slash - network.data);
        bits = prefix_length((struct text){slash + 1, network.length - address.length - 1});
        if (!memchr(address.data, ':', address.length)) bits += MAPPED_BITS;
    }
    (void)address_parse(address, bytes);
    for (unsigned i = 0; i < sizeof bytes; i++) {
        unsigned kept = bits > i * 8 ? bits - i * 8 : 0;
        if (kept < 8) bytes[i] &= (uint8_t)(0xff00U >> kept);
    }
    memcpy(key, bytes, sizeof bytes);
    key[NETWORK_KEY - 1] = (char)bits;
}
