#include "engine/scalar/list.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/base/buffer.h"
#include "engine/base/error.h"
#include "engine/scalar/argument.h"

struct without {
    size_t count;
    struct text elements[]; /* their bytes follow */
};

void *without_new(const struct text *elements, size_t count) {
    size_t size = sizeof(struct without) + count * sizeof *elements, bytes = 0;
    for (size_t i = 0; i < count; i++) bytes += elements[i].length;
    struct without *without = malloc(size + bytes + 1);
    if (!without) return NULL;
    char *at = (char *)without + size;
    without->count = count;
    for (size_t i = 0; i < count; i++) {
        if (elements[i].length) memcpy(at, elements[i].data, elements[i].length);
        without->elements[i] = (struct text){at, elements[i].length};
        at += elements[i].length;
    }
    return without;
}

static struct text trimmed(struct text text) {
    while (text.length && text.data[0] == ' ') text.data++, text.length--;
    while (text.length && text.data[text.length - 1] == ' ') text.length--;
    return text;
}

static bool is_named(const struct without *without, struct text element) {
    element = trimmed(element);
    for (size_t i = 0; i < without->count; i++)
        if (without->elements[i].length == element.length &&
            strncasecmp(without->elements[i].data, element.data, element.length) == 0)
            return true;
    return false;
}

static enum trawl_status run_without(const struct scalar_call *call, struct datum *result,
                                     struct trawl_error *error) {
    char room[NUMBER_TEXT];
    struct text list;
    bool first = true;
    if (!argument_text(call, 0, room, &list)) return TRAWL_OK;
    for (size_t at = 0; at <= list.length;) {
        const char *comma = memchr(list.data + at, ',', list.length - at);
        size_t end = comma ? (size_t)(comma - list.data) : list.length;
        struct text element = {list.data + at, end - at};
        at = end + 1;
        if (is_named(call->data, element)) continue;
        if (!first) buffer_append_char(call->out, ',');
        buffer_append(call->out, element.data, element.length);
        first = false;
    }
    return result_out(call, result, error);
}

const struct scalar scalar_without = {
    .name = "without", .type = TYPE_TEXT, .run = run_without, .data_free = free};
