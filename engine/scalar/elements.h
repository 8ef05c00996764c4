/* elements.h - the elements of a JSON array that a scalar works on as a whole, and the array it
 * makes. */
#ifndef TRAWL_ENGINE_SCALAR_ELEMENTS_H
#define TRAWL_ENGINE_SCALAR_ELEMENTS_H

#include "engine/document.h"
#include "engine/scalar/argument.h"

struct element {
    size_t start, length; /* in elements.bytes */
    size_t order;         /* where it stood */
};

/* The scratch of these scalars: the present elements of an array, or of two one after the other. */
struct elements {
    struct document_reader *reader;
    struct buffer bytes; /* failed: no memory */
    struct element *items;
    size_t count, capacity;
    struct element *sorted; /* room for as many */
};
void *elements_new(const void *data); /* as scalar.scratch_new */
void elements_free(void *scratch);

/* The call's scratch, without elements. */
struct elements *elements_of(const struct scalar_call *call);
/* Adds the elements of an argument. False: it is no array, or no memory (bytes.failed). */
bool elements_read(const struct scalar_call *call, size_t index, struct elements *elements);
struct text element_text(const struct elements *elements, const struct element *element);
/* What a run returns that could not read its array. */
enum trawl_status elements_unread(const struct elements *elements, struct trawl_error *error);

/* An array in `out`: opened, element by element, closed as the result. */
void array_open(struct buffer *out);
void array_add(struct buffer *out, struct text value);
enum trawl_status array_close(const struct scalar_call *call, struct datum *result,
                              struct trawl_error *error);

#define ELEMENTS_SCALAR(scalar_name, scalar_type, scalar_run)              \
    {                                                                      \
        .name = (scalar_name), .type = (scalar_type), .run = (scalar_run), \
        .scratch_new = elements_new, .scratch_free = elements_free         \
    }

#endif
