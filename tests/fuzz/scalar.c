/* What a query holds as text (formats, patterns, spans, units, zones) and what rows hold (texts
 * with times, pairs, JSON, XML, CSV): nothing crashes, and what is said of the results is so. The
 * first byte says what is tried; a newline ends what the query holds, the rest is the row's. */
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/zone.h"
#include "engine/document.h"
#include "engine/match/pattern.h"
#include "engine/scalar/array.h"
#include "engine/scalar/decimal.h"
#include "engine/scalar/number.h"
#include "engine/scalar/pattern.h"
#include "engine/scalar/structure.h"
#include "engine/scalar/text.h"
#include "engine/scalar/time.h"
#include "formats/framing/utf.h"

static void must(bool holds) {
    if (!holds) abort();
}

/* ---- calls ---- */

/* The result is kept until the next call. */
struct result {
    enum trawl_status status;
    struct datum value;
    struct buffer copy;
};

/* Runs the scalar twice, which must make no difference, and takes the data. */
static void call(const struct scalar *scalar, void *data, const struct datum *args, size_t count,
                 struct result *result) {
    struct buffer out = {0}, first = {0};
    void *scratch = scalar->scratch_new ? scalar->scratch_new(data) : NULL;
    char room[NUMBER_TEXT];
    for (int round = 0; round < 2; round++) {
        struct text text = {"", 0};
        struct scalar_call call = {data, scratch, args, count, &out};
        out.length = 0;
        result->value = datum_missing();
        result->status = scalar->run(&call, &result->value, NULL);
        must(result->status == TRAWL_OK || result->status == TRAWL_REFUSED);
        must(result->value.kind != (scalar->type == TYPE_TEXT ? DATUM_NUMBER : DATUM_TEXT));
        must(result->value.kind != DATUM_NUMBER || __builtin_isfinite(result->value.number));
        datum_as_text(&result->value, room, &text);
        must(utf8_valid(text));
        struct buffer *copy = round == 0 ? &first : &result->copy;
        copy->length = 0;
        buffer_append(copy, text.data, text.length);
    }
    must(first.length == result->copy.length &&
         (first.length == 0 || memcmp(first.data, result->copy.data, first.length) == 0));
    if (result->value.kind == DATUM_TEXT)
        result->value.text = (struct text){result->copy.data, result->copy.length};
    buffer_free(&first);
    buffer_free(&out);
    if (scalar->scratch_free) scalar->scratch_free(scratch);
    if (scalar->data_free) scalar->data_free(data);
}

static struct result call_one(const struct scalar *scalar, void *data, struct datum argument) {
    struct result result = {0};
    call(scalar, data, &argument, 1, &result);
    return result;
}
static void drop(const struct scalar *scalar, void *data, struct datum argument) {
    struct result result = call_one(scalar, data, argument);
    buffer_free(&result.copy);
}

/* ---- what is tried ---- */

static void try_format(const char *query, struct datum row) {
    struct format *format = format_new(query, NULL, NULL);
    if (!format) return;
    const struct datum args[] = {row, datum_number(-1773205202123.5), datum_missing()};
    struct result result = {0};
    call(&scalar_format, format, args, 3, &result);
    buffer_free(&result.copy);
    void *time = time_format_new(query, "Europe/Berlin", TIME_AUTO, NULL);
    if (time) drop(&scalar_time_format, time, row);
}

/* %f, %e and %g keep what they print within half of the last digit. */
static void try_decimal(struct datum row) {
    double number;
    if (!datum_as_number(&row, &number)) return;
    struct buffer out = {0};
    decimal_scientific(&out, decimal_of(number), 16);
    buffer_append_char(&out, '\0');
    must(strtod(out.data, NULL) == __builtin_fabs(number));
    out.length = 0;
    decimal_fixed(&out, decimal_of(number), 3);
    buffer_append_char(&out, '\0');
    double printed = strtod(out.data, NULL),
           error = __builtin_fabs(printed - __builtin_fabs(number));
    must(error <= 0.0005001 + __builtin_fabs(number) * 1e-15);
    buffer_free(&out);
}

static void try_regex(const char *query, struct datum row) {
    struct regex *regex = regex_new(query, 0, NULL);
    struct buffer plain = {0};
    must(regex_plain_groups(query, &plain) && buffer_append_char(&plain, '\0'));
    /* A plain pattern stays one, and means the same. */
    struct buffer again = {0};
    must(regex_plain_groups(plain.data, &again) && buffer_append_char(&again, '\0'));
    struct pattern pattern;
    bool good = pattern_init(&pattern, plain.data, 0, NULL) == TRAWL_OK;
    must(good == (regex != NULL));
    if (good) pattern_free(&pattern);
    buffer_free(&again);
    buffer_free(&plain);
    if (!regex) return;
    for (size_t i = 0; i < regex_group_count(regex); i++) {
        must(regex_group_find(regex, regex_group_name(regex, i)) == i);
        drop(&scalar_capture, capture_new(regex, i, NULL), row);
        drop(&scalar_matches, matches_new(regex, 3, NULL), row);
    }
    drop(&scalar_split_piece, split_new(regex, -1, NULL), row);
    /* To replace every match by itself changes nothing. */
    struct result same = call_one(&scalar_replace, replace_new(regex, "$0", true, NULL), row);
    must(same.status != TRAWL_OK || text_equal(same.value.text, row.text));
    buffer_free(&same.copy);
    struct result array = call_one(&scalar_split_array, split_new(regex, 0, NULL), row);
    struct result count = call_one(&scalar_array_length, NULL, array.value);
    must(array.status != TRAWL_OK || count.value.number >= 1);
    buffer_free(&count.copy);
    buffer_free(&array.copy);
    regex_free(regex);
}

/* A quoted text is found, and is all of itself. */
static void try_quote(struct datum row) {
    struct buffer regex = {0};
    buffer_append(&regex, "\\A(?<all>", 9);
    must(regex_quote(row.text, &regex));
    buffer_append(&regex, ")\\z", 4);
    struct regex *compiled = regex_new(regex.data, 0, NULL);
    if (compiled) { /* not longer than PCRE2 takes */
        struct result found = call_one(&scalar_capture, capture_new(compiled, 0, NULL), row);
        must(found.value.kind == DATUM_TEXT && text_equal(found.value.text, row.text));
        buffer_free(&found.copy);
    }
    regex_free(compiled);
    buffer_free(&regex);
}

static void try_replacement(const char *query, struct datum row) {
    struct regex *regex = regex_new("(?<a.b>[a-m])(.)?", 0, NULL);
    void *data = replace_new(regex, query, true, NULL);
    if (data) drop(&scalar_replace, data, row);
    regex_free(regex);
}

static void try_time(const char *query, struct datum row) {
    void *parse = time_parse_new(query, "America/New_York", true, 2026, NULL);
    if (parse) drop(&scalar_time_parse, parse, row);
    drop(&scalar_time_find, time_find_new(NULL, NULL), row);
    /* What %FT%T.%L prints reads back. */
    void *print = time_format_new("%FT%T.%L%z", "Asia/Kolkata", TIME_MILLISECONDS, NULL);
    struct result printed = call_one(&scalar_time_format, print, row);
    if (printed.value.kind == DATUM_TEXT) {
        double ms;
        struct result back = call_one(
            &scalar_time_parse, time_parse_new("yyyy-MM-dd'T'HH:mm:ss.SSSXX", NULL, false, 0, NULL),
            printed.value);
        must(datum_as_number(&row, &ms) && back.value.kind == DATUM_NUMBER &&
             back.value.number <= ms + 0.01 && back.value.number > ms - 1);
        buffer_free(&back.copy);
    }
    buffer_free(&printed.copy);
}

static void try_span(const char *query, struct datum row) {
    struct time_span span;
    double number;
    if (!span_parse(text_of(query), &span)) return;
    must((span.months > 0) != (span.ms > 0) && span_ms(span) > 0);
    struct result start = {0}, again = {0};
    if (!datum_as_number(&row, &number)) return;
    call(&scalar_time_floor, time_floor_new(span, "Europe/Berlin", NULL), &row, 1, &start);
    if (start.value.kind == DATUM_NUMBER) {
        must(start.value.number <= number + 0.01);
        void *floor = time_floor_new(span, "Europe/Berlin", NULL);
        int64_t next = time_floor_next(floor, (int64_t)start.value.number);
        must(next > (int64_t)start.value.number);
        call(&scalar_time_floor, floor, &start.value, 1, &again);
        must(again.value.kind == DATUM_MISSING || again.value.number <= start.value.number);
    }
    buffer_free(&start.copy);
    buffer_free(&again.copy);
}

static void try_zone(const char *query, struct datum row) {
    double number;
    struct zone *zone = zone_new(query, NULL);
    if (zone && datum_as_number(&row, &number) && __builtin_fabs(number) < 1e11) {
        int64_t at = (int64_t)number, local = at + zone_offset(zone, at);
        int64_t back = zone_instant(zone, local);
        /* The same local time again, not later. */
        must(back <= at && back + zone_offset(zone, back) == local);
        must(strlen(zone_abbreviation(zone, at)) < 8);
    }
    zone_free(zone);
}

static void try_structure(const char *query, struct datum row) {
    drop(&scalar_json_get, json_get_new(query), row);
    drop(&scalar_kv_get, kv_get_new(query, NULL, 0), row);
    drop(&scalar_xml_get, xml_get_new(query), row);
    drop(&scalar_csv_get, csv_get_new(1), row);
    drop(&scalar_array_dedup, NULL, row);
    const struct datum sort[] = {row, datum_text(text_of("desc"))};
    struct result sorted = {0};
    call(&scalar_array_sort, NULL, sort, 2, &sorted);
    buffer_free(&sorted.copy);
    /* Printed for people twice is printed once. */
    struct result pretty = call_one(&scalar_json_pretty, NULL, row);
    if (pretty.value.kind == DATUM_TEXT) {
        struct result twice = call_one(&scalar_json_pretty, NULL, pretty.value);
        must(text_equal(twice.value.text, pretty.value.text));
        buffer_free(&twice.copy);
    }
    buffer_free(&pretty.copy);
}

static bool visit_name(void *context, struct text name, struct text value) {
    size_t *count = context;
    must(utf8_valid(name) && utf8_valid(value));
    return ++*count < 100;
}

static void try_flatten(struct datum row) {
    struct document_reader *reader = document_reader_new();
    size_t count = 0;
    document_flatten(reader, row.text, visit_name, &count);
    document_reader_free(reader);
}

/* Encoded and decoded is the same. */
static void try_codes(struct datum row) {
    static const struct scalar *const pairs[][2] = {{&scalar_base64_encode, &scalar_base64_decode},
                                                    {&scalar_url_encode, &scalar_url_decode}};
    for (size_t i = 0; i < 2; i++) {
        struct result encoded = call_one(pairs[i][0], NULL, row);
        struct result decoded = call_one(pairs[i][1], NULL, encoded.value);
        must(text_equal(decoded.value.text, row.text));
        buffer_free(&encoded.copy);
        buffer_free(&decoded.copy);
    }
    drop(&scalar_base64_decode, charset_new(CHARSET_UTF16), row);
    drop(&scalar_hex_decode, charset_new(CHARSET_LATIN1), row);
    drop(&scalar_url_decode, NULL, row);
    struct result once = call_one(&scalar_reverse, NULL, row);
    struct result twice = call_one(&scalar_reverse, NULL, once.value);
    must(text_equal(twice.value.text, row.text));
    buffer_free(&once.copy);
    buffer_free(&twice.copy);
    drop(&scalar_upper, NULL, row);
    drop(&scalar_span, NULL, row);
    drop(&scalar_duration, duration_new("us", 3, NULL), row);
}

static void try_unit(const char *query, struct datum row) {
    void *data = unit_new(query, NULL, false, NULL);
    if (data) drop(&scalar_unit, data, row);
    drop(&scalar_unit, unit_new(NULL, NULL, true, NULL), row);
    drop(&scalar_parse_int, parse_int_new(16, LITTLE_END_FIRST), row);
}

static void try_one(char what, const char *query, struct datum row) {
    switch (what) {
        case 'f':
            try_format(query, row);
            try_decimal(row);
            break;
        case 'r':
            try_regex(query, row);
            break;
        case 'w':
            try_replacement(query, row);
            try_quote(row);
            break;
        case 't':
            try_time(query, row);
            break;
        case 's':
            try_span(query, row);
            break;
        case 'z':
            try_zone(query, row);
            break;
        case 'd':
            try_structure(query, row);
            try_flatten(row);
            break;
        case 'c':
            try_codes(row);
            try_unit(query, row);
            break;
        default:
            break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2) return 0;
    struct buffer text = {0};
    struct text bytes = {(const char *)data + 1, size - 1};
    must(utf8_repair(bytes, &text) && buffer_append_char(&text, '\0'));
    char *newline = memchr(text.data, '\n', text.length - 1);
    if (newline) {
        *newline = '\0';
        /* Of just its size, so that a read past the end is seen. */
        size_t length = (size_t)(text.data + text.length - 1 - (newline + 1));
        char *row = malloc(length ? length : 1);
        must(row != NULL);
        memcpy(row, newline + 1, length);
        try_one((char)data[0], text.data, datum_text((struct text){row, length}));
        free(row);
    }
    buffer_free(&text);
    return 0;
}
