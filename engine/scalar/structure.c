#include "engine/scalar/structure.h"

#include <stdlib.h>

#include "engine/document.h"
#include "engine/scalar/argument.h"

static void *reader_new(const void *data) {
    (void)data;
    return document_reader_new();
}
static void reader_free(void *reader) {
    document_reader_free(reader);
}

/* The result that a function of document.h found, or not. */
static enum trawl_status found_text(const struct scalar_call *call, bool found, struct text value,
                                    struct datum *result, struct trawl_error *error) {
    if (call->out->failed) return error_memory(error);
    if (found) *result = datum_text(value);
    return TRAWL_OK;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

void *json_get_new(const char *path) {
    return strdup(path);
}

static enum trawl_status run_json_get(const struct scalar_call *call, struct datum *result,
                                      struct trawl_error *error) {
    /* A number is JSON, but nothing is inside. */
    if (call->count == 0 || call->args[0].kind != DATUM_TEXT) return TRAWL_OK;
    struct text value;
    bool found =
        document_get(call->scratch, call->args[0].text, text_of(call->data), call->out, &value);
    return found_text(call, found, value, result, error);
}

static enum trawl_status run_json_pretty(const struct scalar_call *call, struct datum *result,
                                         struct trawl_error *error) {
    char room[NUMBER_TEXT];
    struct text text;
    if (!argument_text(call, 0, room, &text)) return TRAWL_OK;
    if (!document_pretty(text, call->out) && !call->out->failed) return TRAWL_OK;
    return result_out(call, result, error);
}

/* ---- XML and CSV ----------------------------------------------------------------------------- */

void *xml_get_new(const char *path) {
    return strdup(path);
}

static enum trawl_status run_xml_get(const struct scalar_call *call, struct datum *result,
                                     struct trawl_error *error) {
    if (call->count == 0 || call->args[0].kind != DATUM_TEXT) return TRAWL_OK;
    struct text value;
    bool found = document_xml(call->args[0].text, text_of(call->data), call->out, &value);
    return found_text(call, found, value, result, error);
}

void *csv_get_new(size_t index) {
    size_t *data = malloc(sizeof *data);
    if (data) *data = index;
    return data;
}

static enum trawl_status run_csv_get(const struct scalar_call *call, struct datum *result,
                                     struct trawl_error *error) {
    const size_t *index = call->data;
    char room[NUMBER_TEXT];
    struct text text, value;
    if (!argument_text(call, 0, room, &text)) return TRAWL_OK;
    bool found = document_cell(text, *index, call->out, &value);
    return found_text(call, found, value, result, error);
}

/* ---- descriptions ---------------------------------------------------------------------------- */

const struct scalar scalar_json_get = {.name = "json_get",
                                       .type = TYPE_TEXT,
                                       .run = run_json_get,
                                       .data_free = free,
                                       .scratch_new = reader_new,
                                       .scratch_free = reader_free};
const struct scalar scalar_json_pretty = {
    .name = "json_pretty", .type = TYPE_TEXT, .run = run_json_pretty};
const struct scalar scalar_xml_get = {
    .name = "xml_get", .type = TYPE_TEXT, .run = run_xml_get, .data_free = free};
const struct scalar scalar_csv_get = {
    .name = "csv_get", .type = TYPE_TEXT, .run = run_csv_get, .data_free = free};
