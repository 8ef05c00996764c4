/* document_csv.c - CSV: a line of it in a value, and files. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/error.h"
#include "engine/document.h"
#include "formats/framing/csv.h"
#include "formats/framing/utf.h"

/* ---- one line -------------------------------------------------------------------------------- */

bool document_cell(struct text line, size_t index, struct buffer *out, struct text *value) {
    struct buffer padded = {0}; /* csv_row reads behind the end */
    struct csv csv = {0};
    size_t length, taken, start = out->length;
    enum csv_outcome outcome = CSV_NO_MEMORY;
    if (buffer_append(&padded, line.data, line.length))
        outcome = csv_row(&csv, (struct text){padded.data, padded.length}, true, &length, &taken);
    bool found = outcome == CSV_ROW && index < csv.count;
    if (found) found = buffer_append(out, csv.cells[index].data, csv.cells[index].length);
    if (found) *value = (struct text){out->data + start, out->length - start};
    out->failed |= outcome == CSV_NO_MEMORY;
    csv_free(&csv);
    buffer_free(&padded);
    return found;
}

/* ---- files ----------------------------------------------------------------------------------- */

#define READ_BYTES ((size_t)256 << 10)
/* A longer row is taken for one with a quote that is not closed. */
#define ROW_MOST ((size_t)16 << 20)

struct csv_file {
    const char *path;
    int descriptor;
    struct buffer bytes; /* from `at` on unread */
    size_t at;
    uint64_t line; /* of the row, from 1 */
    bool ended;    /* all of the file is in bytes */
    struct csv csv;
    struct buffer repaired; /* cells that were not valid UTF-8 */
    struct trawl_error *error;
};

/* Reads more of the file behind what is there. */
static enum trawl_status fill(struct csv_file *file) {
    struct buffer *bytes = &file->bytes;
    if (file->at) {
        memmove(bytes->data, bytes->data + file->at, bytes->length - file->at);
        bytes->length -= file->at;
        file->at = 0;
    }
    if (!buffer_reserve(bytes, READ_BYTES)) return error_memory(file->error);
    ssize_t got;
    do got = read(file->descriptor, bytes->data + bytes->length, READ_BYTES);
    while (got < 0 && errno == EINTR);
    if (got < 0) return error_set(file->error, TRAWL_IO, "%s: %s", file->path, strerror(errno));
    bytes->length += (size_t)got;
    file->ended = got == 0;
    return TRAWL_OK;
}

/* Passes over a byte order mark; refuses the files that spreadsheets call Unicode text. */
static enum trawl_status check_start(struct csv_file *file) {
    while (file->bytes.length < 3 && !file->ended) {
        enum trawl_status status = fill(file);
        if (status != TRAWL_OK) return status;
    }
    const char *data = file->bytes.data;
    if (file->bytes.length >= 2 &&
        (memcmp(data, "\xFF\xFE", 2) == 0 || memcmp(data, "\xFE\xFF", 2) == 0))
        return error_set(file->error, TRAWL_INVALID, "%s is UTF-16; save it as UTF-8", file->path);
    if (file->bytes.length >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0) file->at = 3;
    return TRAWL_OK;
}

/* Cells that are not valid UTF-8 become so. */
static enum trawl_status repair(struct csv_file *file) {
    struct csv *csv = &file->csv;
    buffer_clear(&file->repaired, READ_BYTES);
    size_t need = 0;
    for (size_t i = 0; i < csv->count; i++)
        if (!utf8_valid(csv->cells[i])) need += 3 * csv->cells[i].length;
    /* So that the cells do not move: a byte becomes at most three. */
    if (need && !buffer_reserve(&file->repaired, need)) return error_memory(file->error);
    for (size_t i = 0; i < csv->count && need; i++) {
        if (utf8_valid(csv->cells[i])) continue;
        size_t start = file->repaired.length;
        if (!utf8_repair(csv->cells[i], &file->repaired)) return error_memory(file->error);
        csv->cells[i] = (struct text){file->repaired.data + start, file->repaired.length - start};
    }
    return TRAWL_OK;
}

/* Finds the next row; *row false: there is none. */
static enum trawl_status next_row(struct csv_file *file, bool *row, size_t *taken) {
    for (;;) {
        struct text rest = {file->bytes.data + file->at, file->bytes.length - file->at};
        *row = rest.length > 0;
        if (!*row && file->ended) return TRAWL_OK;
        size_t length;
        enum csv_outcome outcome =
            *row ? csv_row(&file->csv, rest, file->ended, &length, taken) : CSV_MORE;
        if (outcome == CSV_ROW) return repair(file);
        if (outcome == CSV_NO_MEMORY) return error_memory(file->error);
        if (file->ended || rest.length > ROW_MOST)
            return error_set(file->error, TRAWL_INVALID, "%s, line %llu: %s", file->path,
                             (unsigned long long)file->line,
                             outcome == CSV_UNCLOSED ? "a quote in this row is not closed"
                                                     : "this row is longer than 16 MiB");
        enum trawl_status status = fill(file);
        if (status != TRAWL_OK) return status;
    }
}

static uint64_t count_lines(const char *at, size_t length) {
    uint64_t lines = 0;
    for (const char *end = at + length; (at = memchr(at, '\n', (size_t)(end - at))); at++) lines++;
    return lines;
}

static enum trawl_status read_rows(struct csv_file *file,
                                   bool (*visit)(void *context, const struct text *cells,
                                                 size_t count, struct trawl_error *error),
                                   void *context) {
    enum trawl_status status = check_start(file);
    while (status == TRAWL_OK) {
        bool row;
        size_t taken;
        status = next_row(file, &row, &taken);
        if (status != TRAWL_OK || !row) break;
        if (file->csv.count && !visit(context, file->csv.cells, file->csv.count, file->error))
            status = TRAWL_INVALID;
        file->line += count_lines(file->bytes.data + file->at, taken);
        file->at += taken;
    }
    return status;
}

enum trawl_status document_csv(const char *path,
                               bool (*visit)(void *context, const struct text *cells, size_t count,
                                             struct trawl_error *error),
                               void *context, struct trawl_error *error) {
    struct csv_file file = {.path = path, .line = 1, .error = error};
    /* A pipe that nobody writes to would be waited for. */
    file.descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file.descriptor < 0) return error_set(error, TRAWL_IO, "%s: %s", path, strerror(errno));
    struct stat about;
    bool pipe = fstat(file.descriptor, &about) == 0 && S_ISFIFO(about.st_mode);
    enum trawl_status status =
        pipe ? error_set(error, TRAWL_IO, "%s: is a pipe", path) : read_rows(&file, visit, context);
    close(file.descriptor);
    csv_free(&file.csv);
    buffer_free(&file.bytes);
    buffer_free(&file.repaired);
    return status;
}
