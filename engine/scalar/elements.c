#include "engine/scalar/elements.h"

#include <stdlib.h>

/* Bytes that are kept for the next array. */
#define KEEP ((size_t)64 << 10)

void elements_free(void *data) {
    struct elements *elements = data;
    if (!elements) return;
    document_reader_free(elements->reader);
    buffer_free(&elements->bytes);
    free(elements->items);
    free(elements->sorted);
    free(elements);
}

void *elements_new(const void *data) {
    (void)data;
    struct elements *elements = calloc(1, sizeof *elements);
    if (!elements) return NULL;
    elements->reader = document_reader_new();
    if (elements->reader) return elements;
    elements_free(elements);
    return NULL;
}

static bool grow(struct elements *elements) {
    size_t capacity = elements->capacity ? elements->capacity * 2 : 32;
    struct element *items = realloc(elements->items, capacity * sizeof *items);
    if (items) elements->items = items;
    struct element *sorted = realloc(elements->sorted, capacity * sizeof *sorted);
    if (sorted) elements->sorted = sorted;
    if (!items || !sorted) return false;
    elements->capacity = capacity;
    return true;
}

static bool add_element(struct elements *elements, struct text value) {
    if (elements->count == elements->capacity && !grow(elements)) {
        elements->bytes.failed = true;
        return false;
    }
    elements->items[elements->count] =
        (struct element){elements->bytes.length, value.length, elements->count};
    elements->count++;
    return buffer_append(&elements->bytes, value.data, value.length);
}

static bool visit_element(void *context, size_t index, struct text value, bool present) {
    (void)index;
    return !present || add_element(context, value);
}

struct elements *elements_of(const struct scalar_call *call) {
    struct elements *elements = call->scratch;
    elements->count = 0;
    buffer_clear(&elements->bytes, KEEP);
    return elements;
}

struct text element_text(const struct elements *elements, const struct element *element) {
    return (struct text){elements->bytes.data + element->start, element->length};
}

bool elements_read(const struct scalar_call *call, size_t index, struct elements *elements) {
    char room[NUMBER_TEXT];
    struct text text;
    return argument_text(call, index, room, &text) &&
           document_each(elements->reader, text, visit_element, elements) &&
           !elements->bytes.failed;
}

void array_open(struct buffer *out) {
    buffer_append_char(out, '[');
}
void array_add(struct buffer *out, struct text value) {
    if (out->length && out->data[out->length - 1] != '[') buffer_append_char(out, ',');
    document_quote(out, value);
}
enum trawl_status array_close(const struct scalar_call *call, struct datum *result,
                              struct trawl_error *error) {
    buffer_append_char(call->out, ']');
    return result_out(call, result, error);
}

enum trawl_status elements_unread(const struct elements *elements, struct trawl_error *error) {
    return elements->bytes.failed ? error_memory(error) : TRAWL_OK;
}
