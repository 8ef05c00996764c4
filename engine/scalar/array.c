#include "engine/scalar/array.h"

#include <stdlib.h>

#include "engine/scalar/elements.h"
#include "engine/scalar/pattern.h"

/* ---- one element ----------------------------------------------------------------------------- */

struct seeking {
    size_t index;
    struct buffer *out;
    bool found;
};

static bool visit_index(void *context, size_t index, struct text value, bool present) {
    struct seeking *seeking = context;
    if (index != seeking->index) return true;
    seeking->found = present;
    if (present) buffer_append(seeking->out, value.data, value.length);
    return false;
}

static bool visit_count(void *context, size_t index, struct text value, bool present) {
    (void)value;
    (void)present;
    *(size_t *)context = index + 1;
    return true;
}

static enum trawl_status run_get(const struct scalar_call *call, struct datum *result,
                                 struct trawl_error *error) {
    struct elements *elements = call->scratch;
    char room[NUMBER_TEXT];
    struct text text;
    int64_t index;
    size_t count = 0;
    if (!argument_text(call, 0, room, &text) || !argument_integer(call, 1, &index)) return TRAWL_OK;
    if (index < 0) {
        if (!document_each(elements->reader, text, visit_count, &count)) return TRAWL_OK;
        index += (int64_t)count;
        if (index < 0) return TRAWL_OK;
    }
    struct seeking seeking = {(size_t)index, call->out, false};
    document_each(elements->reader, text, visit_index, &seeking);
    return seeking.found ? result_out(call, result, error) : TRAWL_OK;
}

static enum trawl_status run_array_length(const struct scalar_call *call, struct datum *result,
                                          struct trawl_error *error) {
    (void)error;
    struct elements *elements = call->scratch;
    char room[NUMBER_TEXT];
    struct text text;
    size_t count = 0;
    if (!argument_text(call, 0, room, &text) ||
        !document_each(elements->reader, text, visit_count, &count))
        return TRAWL_OK;
    return result_number(result, (double)count);
}

struct matching {
    struct text wanted;
    bool found;
};

static bool visit_equal(void *context, size_t index, struct text value, bool present) {
    (void)index;
    struct matching *matching = context;
    matching->found = present && text_equal(value, matching->wanted);
    return !matching->found;
}

static enum trawl_status run_array_contains(const struct scalar_call *call, struct datum *result,
                                            struct trawl_error *error) {
    (void)error;
    struct elements *elements = call->scratch;
    char rooms[2][NUMBER_TEXT];
    struct text text;
    struct matching matching = {.found = false};
    if (argument_text(call, 0, rooms[0], &text) &&
        argument_text(call, 1, rooms[1], &matching.wanted))
        document_each(elements->reader, text, visit_equal, &matching);
    return result_flag(result, matching.found);
}

/* ---- patterns -------------------------------------------------------------------------------- */

struct pattern_scratch {
    struct document_reader *reader;
    void *search; /* of scalar_regex_found */
};

static void pattern_scratch_free(void *data) {
    struct pattern_scratch *scratch = data;
    if (!scratch) return;
    document_reader_free(scratch->reader);
    scalar_regex_found.scratch_free(scratch->search);
    free(scratch);
}

static void *pattern_scratch_new(const void *data) {
    struct pattern_scratch *scratch = calloc(1, sizeof *scratch);
    if (!scratch) return NULL;
    scratch->reader = document_reader_new();
    scratch->search = scalar_regex_found.scratch_new(data);
    if (scratch->reader && scratch->search) return scratch;
    pattern_scratch_free(scratch);
    return NULL;
}

static void pattern_data_free(void *data) {
    scalar_regex_found.data_free(data);
}

struct searching {
    const struct scalar_call *call;
    struct trawl_error *error;
    enum trawl_status status;
    struct datum found;
};

static bool visit_search(void *context, size_t index, struct text value, bool present) {
    (void)index;
    struct searching *searching = context;
    const struct pattern_scratch *scratch = searching->call->scratch;
    if (!present) return true;
    struct datum argument = datum_text(value);
    struct scalar_call call = {searching->call->data, scratch->search, &argument, 1,
                               searching->call->out};
    searching->status = scalar_regex_found.run(&call, &searching->found, searching->error);
    return searching->status == TRAWL_OK && searching->found.number == 0;
}

static enum trawl_status run_array_regex(const struct scalar_call *call, struct datum *result,
                                         struct trawl_error *error) {
    const struct pattern_scratch *scratch = call->scratch;
    char room[NUMBER_TEXT];
    struct text text;
    struct searching searching = {call, error, TRAWL_OK, datum_number(0)};
    if (argument_text(call, 0, room, &text))
        document_each(scratch->reader, text, visit_search, &searching);
    *result = searching.found;
    return searching.status;
}

/* ---- joining --------------------------------------------------------------------------------- */

struct joining {
    struct buffer *out;
    struct text separator;
    int64_t from, to;
    bool any;
};

static bool visit_join(void *context, size_t index, struct text value, bool present) {
    struct joining *joining = context;
    if ((int64_t)index > joining->to) return false;
    if (!present || (int64_t)index < joining->from) return true;
    if (joining->any)
        buffer_append(joining->out, joining->separator.data, joining->separator.length);
    joining->any = true;
    buffer_append(joining->out, value.data, value.length);
    return true;
}

static enum trawl_status run_join(const struct scalar_call *call, struct datum *result,
                                  struct trawl_error *error) {
    struct elements *elements = call->scratch;
    char rooms[2][NUMBER_TEXT];
    struct text text;
    struct joining joining = {.out = call->out, .separator = {"", 0}, .to = INT64_MAX};
    if (!argument_text(call, 0, rooms[0], &text) ||
        (argument_present(call, 2) && !argument_integer(call, 2, &joining.from)) ||
        (argument_present(call, 3) && !argument_integer(call, 3, &joining.to)))
        return TRAWL_OK;
    argument_text(call, 1, rooms[1], &joining.separator);
    if (document_each(elements->reader, text, visit_join, &joining))
        return result_out(call, result, error);
    return result_piece(call, 0, text, result, error);
}

/* ---- making ---------------------------------------------------------------------------------- */

static void append_arguments(const struct scalar_call *call, size_t first) {
    char room[NUMBER_TEXT];
    struct text text;
    for (size_t i = first; i < call->count; i++)
        if (argument_text(call, i, room, &text)) array_add(call->out, text);
}

static enum trawl_status run_array(const struct scalar_call *call, struct datum *result,
                                   struct trawl_error *error) {
    array_open(call->out);
    append_arguments(call, 0);
    return array_close(call, result, error);
}

static enum trawl_status run_append(const struct scalar_call *call, struct datum *result,
                                    struct trawl_error *error) {
    struct elements *elements = elements_of(call);
    if (argument_present(call, 0) && !elements_read(call, 0, elements))
        return elements_unread(elements, error);
    array_open(call->out);
    for (size_t i = 0; i < elements->count; i++)
        array_add(call->out, element_text(elements, &elements->items[i]));
    append_arguments(call, 1);
    return array_close(call, result, error);
}

/* ---- descriptions ---------------------------------------------------------------------------- */

const struct scalar scalar_array = {.name = "array", .type = TYPE_TEXT, .run = run_array};
const struct scalar scalar_array_get = ELEMENTS_SCALAR("array_get", TYPE_TEXT, run_get);
const struct scalar scalar_array_length =
    ELEMENTS_SCALAR("array_length", TYPE_NUMBER, run_array_length);
const struct scalar scalar_array_contains =
    ELEMENTS_SCALAR("array_contains", TYPE_FLAG, run_array_contains);
const struct scalar scalar_array_regex = {.name = "array_regex",
                                          .type = TYPE_FLAG,
                                          .run = run_array_regex,
                                          .data_free = pattern_data_free,
                                          .scratch_new = pattern_scratch_new,
                                          .scratch_free = pattern_scratch_free};
const struct scalar scalar_array_join = ELEMENTS_SCALAR("array_join", TYPE_TEXT, run_join);
const struct scalar scalar_array_append = ELEMENTS_SCALAR("array_append", TYPE_TEXT, run_append);
