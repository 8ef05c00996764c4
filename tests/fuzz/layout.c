/* layout.c - streams of records read by a layout, against the parser alone.
 *
 * The input is lines of records, each read often enough to become a template. After each line come
 * changed copies of it: a byte changed, a piece dropped or doubled, another line's piece put in; or
 * it is cut, and goes on behind its end. Holds, for every level and the twin: outcome and row
 * (slots in order, types, raw texts, escapes) are the parser's own; rows are as alike as they say;
 * and what is read ahead is the line, and what the parser reads of it. */
#include "formats/json/layout.h"

#include <stdlib.h>

#include "tests/fuzz/row_memory.h"

#define LINES_MOST 64
#define CHANGES 6
#define STUDIES 8 /* of a line: then it is a template */

static void require(bool condition) {
    if (!condition) abort();
}

static struct json_paths *make_paths(void) {
    static const char *const keys[] = {"a", "b", "p", "", "a\"b", "\xc3\xa9", "state", "x[1]"};
    struct json_paths *paths = json_paths_new();
    require(paths != NULL);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        struct text path[] = {text_of("p"), text_of("q"), text_of(keys[i])};
        for (size_t skip = 0; skip < 3; skip++)
            require(json_paths_add(paths, path + skip, 3 - skip) != UINT32_MAX);
        require(json_paths_add_flattened(paths, path + 2, 1) != UINT32_MAX);
    }
    require(json_paths_add(paths, (struct text[]){text_of("p")}, 1) != UINT32_MAX);
    return paths;
}

/* A parser with a layout, or without one. */
struct side {
    struct json_parser *parser;
    struct json_layout *layout;
    struct json_row row;
    struct row_memory memory;
};

static void side_open(struct side *side, const struct json_paths *paths, enum isa isa,
                      const struct layout_kernel *kernel) {
    *side = (struct side){.parser = json_parser_new(isa)};
    require(side->parser && json_row_init(&side->row, paths));
    if (!kernel) return;
    side->layout = json_layout_new(paths, isa);
    require(side->layout != NULL);
    side->layout->kernel = kernel;
}

static void side_close(struct side *side) {
    json_parser_free(side->parser);
    json_layout_free(side->layout);
    json_row_free(&side->row);
    row_memory_free(&side->memory);
}

static void compare(struct side *side, const struct json_row *expected, struct text text) {
    const struct json_row *row = &side->row;
    require(row->found_count == expected->found_count);
    for (uint32_t i = 0; i < row->found_count; i++) {
        uint32_t slot = expected->found[i].slot;
        require(row->found[i].slot == slot);
        const struct json_value *a = &row->values[slot], *b = &expected->values[slot];
        require(a->type == b->type && a->escaped == b->escaped && text_equal(a->raw, b->raw));
        bool inside = b->raw.data >= text.data && b->raw.data <= text.data + text.length;
        if (inside) require(a->raw.data == b->raw.data);
    }
    require(row_memory_agrees(&side->memory, row));
    row_memory_take(&side->memory, row);
}

struct stream {
    struct side plain, sides[ISA_COUNT + 1];
    size_t count;
    const struct json_paths *paths;
    uint64_t random;
};

static void favour(struct json_layout *layout) {
    layout->pause = layout->ahead_pause = layout->study_pause = 0;
    layout->trust = 8;
    layout->allowance = layout->study_allowance = 1 << 20;
}

/* The record as the first line of a text, by a side that has read as much as the others. */
static void project_ahead(struct stream *stream, struct side *side, struct text record) {
    static const char behind[] = "\n{\"a\":[\"x\"]}\n";
    char *copy = malloc(record.length + sizeof behind + TEXT_PADDING);
    require(copy != NULL);
    if (record.length) memcpy(copy, record.data, record.length);
    memcpy(copy + record.length, behind, sizeof behind);
    memset(copy + record.length + sizeof behind, '"', TEXT_PADDING);
    struct text text = {copy, record.length + sizeof behind - 1};
    const char *message;
    enum json_outcome outcome;
    favour(side->layout);
    size_t found =
        json_project_ahead(side->parser, side->layout, text, &side->row, &outcome, &message);
    if (found > 0) {
        size_t line = (size_t)((const char *)memchr(copy, '\n', text.length) - copy);
        require(found == line || (found + 1 == line && copy[found] == '\r'));
        text.length = found;
        require(json_project(stream->plain.parser, stream->paths, text, false, &stream->plain.row,
                             &message) == outcome);
        if (outcome == JSON_OK) compare(side, &stream->plain.row, text);
    }
    free(copy);
}

/* `behind` is what follows the record in memory. */
static void project_before(struct stream *stream, struct text record, struct text behind) {
    char *copy = malloc(record.length + TEXT_PADDING);
    require(copy != NULL);
    if (record.length) memcpy(copy, record.data, record.length);
    /* What lies behind must not matter: the worst is what a record could go on with. */
    for (size_t i = 0; i < TEXT_PADDING; i++)
        copy[record.length + i] = i < behind.length ? behind.data[i] : "\"}],:{ "[i % 7];
    struct text text = {copy, record.length};
    const char *message, *expected_message;
    enum json_outcome expected = json_project(stream->plain.parser, stream->paths, text, false,
                                              &stream->plain.row, &expected_message);
    for (size_t i = 0; i < stream->count; i++) {
        struct side *side = &stream->sides[i];
        favour(side->layout);
        enum json_outcome outcome =
            json_project_alike(side->parser, side->layout, text, &side->row, &message);
        require(outcome == expected);
        if (outcome == JSON_OK) compare(side, &stream->plain.row, text);
        if (outcome != JSON_OK && outcome != JSON_BAD_UTF8)
            require(strcmp(message, expected_message) == 0);
    }
    free(copy);
    for (size_t i = 0; i < stream->count; i++) project_ahead(stream, &stream->sides[i], record);
}

static void project(struct stream *stream, struct text record) {
    project_before(stream, record, (struct text){NULL, 0});
}

static size_t pick(struct stream *stream, size_t count) {
    stream->random = stream->random * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return count ? (size_t)(stream->random >> 33) % count : 0;
}

static void append(struct buffer *to, struct text text, size_t start, size_t length) {
    require(buffer_append(to, text.data + start, length));
}

/* Projects the record with something changed in it. */
static void change(struct stream *stream, struct text record, struct text other) {
    static const char bytes[] =
        "\"\\{}[]:,. \t\n\xc3\xa9\x01"
        "0a-e";
    struct buffer to = {0};
    size_t at = pick(stream, record.length), most = record.length - at;
    size_t length = pick(stream, most < 24 ? most + 1 : 24);
    append(&to, record, 0, at);
    switch (pick(stream, 6)) {
        case 0:
            buffer_append_char(&to, bytes[pick(stream, sizeof bytes - 1)]);
            length = most > 0;
            break;
        case 1:
            buffer_append_char(&to, bytes[pick(stream, sizeof bytes - 1)]);
            length = 0;
            break;
        case 2: /* doubled */
            append(&to, record, at, length);
            length = 0;
            break;
        case 3: {
            size_t from = pick(stream, other.length);
            size_t more = pick(stream, other.length - from + 1);
            append(&to, other, from, more);
            length = pick(stream, 2) ? length : 0;
            break;
        }
        case 4: { /* a longer value */
            size_t fill = pick(stream, 200);
            for (size_t i = 0; i < fill; i++) buffer_append_char(&to, 'x');
            length = 0;
            break;
        }
        default: /* dropped */
            break;
    }
    append(&to, record, at + length, record.length - at - length);
    project(stream, (struct text){to.data, to.length});
    buffer_free(&to);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct json_paths *paths = make_paths();
    struct stream stream = {.paths = paths, .random = size};
    struct text lines[LINES_MOST];
    size_t count = 0;
    enum isa best = isa_best();
    side_open(&stream.plain, paths, best, NULL);
    for (enum isa isa = ISA_WESTMERE; isa <= best; isa++)
        side_open(&stream.sides[stream.count++], paths, isa, layout_kernel_for(isa));
    side_open(&stream.sides[stream.count++], paths, best, &layout_kernel_plain);

    for (size_t i = 0; i < size; i++) stream.random = stream.random * 31 + data[i];
    for (size_t start = 0; start < size && count < LINES_MOST;) {
        size_t end = start;
        while (end < size && data[end] != '\n') end++;
        lines[count++] = (struct text){(const char *)data + start, end - start};
        start = end + 1;
    }
    for (size_t i = 0; i < count; i++) {
        struct text other = lines[pick(&stream, count)];
        for (size_t n = 0; n < STUDIES; n++) project(&stream, lines[i]);
        for (size_t n = 0; n < CHANGES; n++) change(&stream, lines[i], other);
        project(&stream, lines[i]);
        size_t cut = pick(&stream, lines[i].length + 1);
        project_before(&stream, (struct text){lines[i].data, cut},
                       (struct text){lines[i].data + cut, lines[i].length - cut});
    }
    for (size_t i = 0; i < stream.count; i++) side_close(&stream.sides[i]);
    side_close(&stream.plain);
    json_paths_free(paths);
    return 0;
}
