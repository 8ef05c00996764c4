/* arrayset.c - arrays as sets, and in order. */
#include <stdlib.h>

#include "engine/scalar/array.h"
#include "engine/scalar/elements.h"

/* ---- sets ------------------------------------------------------------------------------------ */

/* By text, then by where they stood. */
static int compare_elements(const void *a, const void *b, void *context) {
    const struct element *left = a, *right = b;
    struct text x = element_text(context, left), y = element_text(context, right);
    size_t common = x.length < y.length ? x.length : y.length;
    int order = common ? memcmp(x.data, y.data, common) : 0;
    if (order) return order;
    if (x.length != y.length) return x.length < y.length ? -1 : 1;
    return left->order < right->order ? -1 : left->order > right->order;
}

/* Fills `sorted` with elements[0] to elements[count - 1]. */
static void sort_elements(struct elements *elements, size_t count) {
    if (count == 0) return;
    memcpy(elements->sorted, elements->items, count * sizeof *elements->items);
    qsort_r(elements->sorted, count, sizeof *elements->sorted, compare_elements, elements);
}

/* Where the first of the sorted elements with that text stood; SIZE_MAX: there is none. */
static size_t first_order(struct elements *elements, size_t count, struct element element) {
    size_t low = 0, high = count;
    element.order = 0; /* before all of its text */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_elements(&elements->sorted[middle], &element, elements) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == count) return SIZE_MAX;
    const struct element *found = &elements->sorted[low];
    return text_equal(element_text(elements, found), element_text(elements, &element))
               ? found->order
               : SIZE_MAX;
}

/* The array of the first of each text. */
static enum trawl_status write_distinct(struct elements *elements, const struct scalar_call *call,
                                        struct datum *result, struct trawl_error *error) {
    array_open(call->out);
    sort_elements(elements, elements->count);
    for (size_t i = 0; i < elements->count; i++)
        if (first_order(elements, elements->count, elements->items[i]) == i)
            array_add(call->out, element_text(elements, &elements->items[i]));
    return array_close(call, result, error);
}

static enum trawl_status run_dedup(const struct scalar_call *call, struct datum *result,
                                   struct trawl_error *error) {
    struct elements *elements = elements_of(call);
    if (!elements_read(call, 0, elements)) return elements_unread(elements, error);
    return write_distinct(elements, call, result, error);
}

/* Reads two arrays, of which a missing one is empty; *split: where the second starts. False: one is
 * no array, both are missing, or no memory. */
static bool read_two(const struct scalar_call *call, struct elements *elements, size_t *split) {
    bool first = argument_present(call, 0), second = argument_present(call, 1);
    if ((!first && !second) || (first && !elements_read(call, 0, elements))) return false;
    *split = elements->count;
    return !second || elements_read(call, 1, elements);
}

static enum trawl_status run_union(const struct scalar_call *call, struct datum *result,
                                   struct trawl_error *error) {
    struct elements *elements = elements_of(call);
    size_t split;
    if (!read_two(call, elements, &split)) return elements_unread(elements, error);
    return write_distinct(elements, call, result, error);
}

/* The distinct elements of the first array that are, or are not, in the second. */
static enum trawl_status run_filtered(const struct scalar_call *call, bool wanted,
                                      struct datum *result, struct trawl_error *error) {
    struct elements *elements = elements_of(call);
    size_t split, kept = 0;
    if (!read_two(call, elements, &split)) return elements_unread(elements, error);
    struct element *second = elements->items + split;
    size_t second_count = elements->count - split;
    if (second_count) {
        memcpy(elements->sorted, second, second_count * sizeof *second);
        qsort_r(elements->sorted, second_count, sizeof *second, compare_elements, elements);
    }
    for (size_t i = 0; i < split; i++) {
        struct element element = elements->items[i];
        if ((first_order(elements, second_count, element) != SIZE_MAX) != wanted) continue;
        element.order = kept;
        elements->items[kept++] = element;
    }
    elements->count = kept;
    return write_distinct(elements, call, result, error);
}

static enum trawl_status run_intersection(const struct scalar_call *call, struct datum *result,
                                          struct trawl_error *error) {
    return run_filtered(call, true, result, error);
}
static enum trawl_status run_difference(const struct scalar_call *call, struct datum *result,
                                        struct trawl_error *error) {
    return run_filtered(call, false, result, error);
}

/* ---- order ----------------------------------------------------------------------------------- */

/* Numbers first by value, then texts by bytes; descending turns both, but not which comes first. */
struct ordering {
    struct elements *elements;
    bool descending;
};

static int compare_values(const void *a, const void *b, void *context) {
    const struct ordering *ordering = context;
    const struct element *left = a, *right = b;
    double x, y;
    bool left_number = number_parse(element_text(ordering->elements, left), &x);
    bool right_number = number_parse(element_text(ordering->elements, right), &y);
    if (left_number != right_number) return left_number ? -1 : 1;
    int order;
    if (left_number && x != y)
        order = x < y ? -1 : 1;
    else if (left_number)
        return left->order < right->order ? -1 : left->order > right->order;
    else
        order = compare_elements(a, b, ordering->elements);
    return ordering->descending ? -order : order;
}

static enum trawl_status run_sort(const struct scalar_call *call, struct datum *result,
                                  struct trawl_error *error) {
    struct elements *elements = elements_of(call);
    char room[NUMBER_TEXT];
    struct text order;
    if (!elements_read(call, 0, elements)) return elements_unread(elements, error);
    struct ordering ordering = {
        elements, argument_text(call, 1, room, &order) && text_equal(order, text_of("desc"))};
    if (elements->count)
        qsort_r(elements->items, elements->count, sizeof *elements->items, compare_values,
                &ordering);
    array_open(call->out);
    for (size_t i = 0; i < elements->count; i++)
        array_add(call->out, element_text(elements, &elements->items[i]));
    return array_close(call, result, error);
}

static enum trawl_status run_array_reverse(const struct scalar_call *call, struct datum *result,
                                           struct trawl_error *error) {
    struct elements *elements = elements_of(call);
    if (!elements_read(call, 0, elements)) return elements_unread(elements, error);
    array_open(call->out);
    for (size_t i = elements->count; i > 0; i--)
        array_add(call->out, element_text(elements, &elements->items[i - 1]));
    return array_close(call, result, error);
}

/* ---- descriptions ---------------------------------------------------------------------------- */

const struct scalar scalar_array_dedup = ELEMENTS_SCALAR("array_dedup", TYPE_TEXT, run_dedup);
const struct scalar scalar_array_sort = ELEMENTS_SCALAR("array_sort", TYPE_TEXT, run_sort);
const struct scalar scalar_array_reverse =
    ELEMENTS_SCALAR("array_reverse", TYPE_TEXT, run_array_reverse);
const struct scalar scalar_array_union = ELEMENTS_SCALAR("array_union", TYPE_TEXT, run_union);
const struct scalar scalar_array_intersection =
    ELEMENTS_SCALAR("array_intersection", TYPE_TEXT, run_intersection);
const struct scalar scalar_array_difference =
    ELEMENTS_SCALAR("array_difference", TYPE_TEXT, run_difference);
