#include "tools/sections.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/human.h"
#include "tools/outfile.h"
#include "tools/paint.h"
#include "tools/say.h"
#include "tools/spool.h"
#include "tools/terminal.h"

/* The rows of one hunt. */
struct section {
    struct sections *all;
    const struct plan_label *label;
    char *file_name;      /* of its own file; NULL: it has none */
    struct outfile file;  /* the same */
    struct spool waiting; /* bytes that come before its turn in the one file */
    struct trawl_writer *writer;
    struct trawl_rows to; /* the writer's */
    bool rows;            /* there are any */
};

struct sections {
    const struct settings *settings;
    const struct plans *plans;
    enum trawl_format format;
    bool several, shown /* on a terminal */, color;
    void (*before_row)(void *context);
    void *context;
    struct outfile file;        /* of use where sections have none of their own */
    size_t turn;                /* whose rows go to the file now */
    bool headed;                /* and its heading is written */
    bool json_begun, json_line; /* the array has an element; its text is in the middle of one */
    struct section *items;      /* [plans->count] */
    size_t opened;              /* of them */
    struct trawl_rows *rows;    /* the same */
};

static bool is_stdout(const char *name) {
    return !name || strcmp(name, "-") == 0;
}

bool sections_in_folder(const char *name) {
    struct stat status;
    if (is_stdout(name)) return false;
    return name[strlen(name) - 1] == '/' || (stat(name, &status) == 0 && S_ISDIR(status.st_mode));
}

static enum trawl_format format_of(const struct settings *settings) {
    bool terminal = is_stdout(settings->output) && terminal_is(STDOUT_FILENO);
    if (settings->format_given) return settings->format;
    return terminal ? TRAWL_TABLE : TRAWL_NDJSON;
}

char *sections_file(const struct settings *settings, const char *hunt) {
    static const char *const endings[] = {[TRAWL_NDJSON] = "ndjson",
                                          [TRAWL_JSON] = "json",
                                          [TRAWL_CSV] = "csv",
                                          [TRAWL_TABLE] = "txt"};
    const char *folder = settings->output;
    const char *slash = folder[strlen(folder) - 1] == '/' ? "" : "/";
    char *name;
    const char *ending = endings[format_of(settings)];
    return asprintf(&name, "%s%s%s.%s", folder, slash, hunt, ending) < 0 ? NULL : name;
}

/* ---- bytes into the one file -------------------------------------------------------------- */

/* Lines of NDJSON become the elements of an array. */
static bool put_elements(struct sections *all, const char *bytes, size_t length) {
    while (length) {
        const char *end = memchr(bytes, '\n', length);
        size_t piece = end ? (size_t)(end - bytes) : length;
        if (!all->json_line) {
            const char *before = all->json_begun ? ",\n" : "[\n";
            if (!outfile_write(&all->file, before, 2)) return false;
        }
        all->json_begun = true;
        all->json_line = !end;
        if (!outfile_write(&all->file, bytes, piece)) return false;
        bytes += piece + (end != NULL);
        length -= piece + (end != NULL);
    }
    return true;
}

static bool put(void *context, const char *bytes, size_t length) {
    struct sections *all = context;
    if (all->several && all->format == TRAWL_JSON) return put_elements(all, bytes, length);
    return outfile_write(&all->file, bytes, length);
}

static void write_heading(const struct sections *all, FILE *to) {
    const struct paper paper = {to, all->color};
    const struct plan_label *label = all->items[all->turn].label;
    const char *const parts[] = {label->about.severity, label->about.attack, label->about.title};
    if (all->turn) fputc('\n', to);
    paint_on(&paper, PAINT_BOLD);
    print_foreign(to, label->name);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (!*parts[i]) continue;
        fputs(", ", to);
        print_foreign(to, parts[i]);
    }
    paint_off(&paper);
    fputc('\n', to);
}

static bool head_table(struct sections *all) {
    char *text = NULL;
    size_t length = 0;
    FILE *memory = open_memstream(&text, &length);
    if (memory) write_heading(all, memory);
    bool made = memory && fclose(memory) == 0;
    if (!made) say("out of memory");
    bool written = made && outfile_write(&all->file, text, length);
    free(text);
    return written;
}

/* What stands before the rows of the section whose turn it is. */
static bool head(struct sections *all) {
    if (all->headed || !all->several) return true;
    all->headed = true;
    if (all->format == TRAWL_TABLE) return head_table(all);
    return all->format != TRAWL_CSV || all->turn == 0 || outfile_write(&all->file, "\n", 1);
}

static bool write_bytes(void *context, const char *bytes, size_t length) {
    struct section *section = context;
    struct sections *all = section->all;
    if (section->file_name) return outfile_write(&section->file, bytes, length);
    if (section != &all->items[all->turn]) return spool_add(&section->waiting, bytes, length);
    if (all->shown) all->before_row(all->context);
    return head(all) && put(all, bytes, length);
}

/* Rows are written to the file itself: there is nothing more to do to show them. */
static bool show_bytes(void *context) {
    const struct section *section = context;
    return !section->all->file.error;
}

static bool take_row(void *context, const struct trawl_cell *cells, size_t count) {
    struct section *section = context;
    section->rows = true;
    return section->to.row(section->to.context, cells, count);
}

/* ---- begin -------------------------------------------------------------------------------- */

static bool say_unwritable(const char *name, int error) {
    say("%s: cannot be written: %s", is_stdout(name) ? "standard output" : name, strerror(error));
    return false;
}

static bool no_memory(void) {
    say("out of memory");
    return false;
}

static bool open_section(struct sections *all, size_t index) {
    struct section *section = &all->items[index];
    const struct settings *settings = all->settings;
    bool to_stdout = is_stdout(settings->output), folder = sections_in_folder(settings->output);
    *section = (struct section){.all = all, .label = &all->plans->labels[index]};
    section->file.fd = -1;
    section->waiting.folder = settings->engine.temp;
    if (folder) {
        char *name = sections_file(settings, section->label->name);
        if (!name) return no_memory();
        bool opened = outfile_open(&section->file, name);
        if (!opened) {
            say_unwritable(name, section->file.error);
            free(name);
            return false;
        }
        section->file_name = name;
    }
    const struct trawl_sink sink = {
        .write = write_bytes,
        .flush = to_stdout ? show_bytes : NULL,
        .context = section,
        .width = all->shown ? terminal_width(STDOUT_FILENO) : 0,
        .color = all->color,
    };
    bool named = all->several && !folder && all->format != TRAWL_TABLE;
    bool joined = all->several && !folder && all->format == TRAWL_JSON;
    struct trawl_error error = {0};
    section->writer =
        trawl_writer_new_named(all->plans->plans[index], named ? section->label->name : NULL,
                               joined ? TRAWL_NDJSON : all->format, &sink, &error);
    if (!section->writer) {
        say("%s", error.message);
        return false;
    }
    section->to = trawl_writer_rows(section->writer);
    all->rows[index] = (struct trawl_rows){take_row, section};
    return true;
}

struct sections *sections_open(const struct settings *settings, const struct plans *plans,
                               void (*before_row)(void *context), void *context) {
    struct sections *all = calloc(1, sizeof *all);
    bool to_stdout = is_stdout(settings->output), folder = sections_in_folder(settings->output);
    if (!all) return no_memory(), NULL;
    *all = (struct sections){
        .settings = settings,
        .plans = plans,
        .format = format_of(settings),
        .several = plans->count > 1,
        .shown = to_stdout && terminal_is(STDOUT_FILENO),
        .color = to_stdout && terminal_color(STDOUT_FILENO, settings->color),
        .before_row = before_row,
        .context = context,
        .file.fd = -1,
        .items = calloc(plans->count, sizeof *all->items),
        .rows = calloc(plans->count, sizeof *all->rows),
    };
    bool good = (all->items && all->rows) || no_memory();
    if (good && folder && mkdir(settings->output, 0777) != 0 && errno != EEXIST)
        good = say_unwritable(settings->output, errno);
    if (good && !folder && !outfile_open(&all->file, settings->output))
        good = say_unwritable(settings->output, all->file.error);
    for (; good && all->opened < plans->count; all->opened++) good = open_section(all, all->opened);
    if (good) return all;
    sections_discard(all);
    return NULL;
}

const struct trawl_rows *sections_rows(struct sections *sections) {
    return sections->rows;
}

/* ---- end ---------------------------------------------------------------------------------- */

static void free_all(struct sections *all) {
    for (size_t i = 0; i < all->opened; i++) {
        struct section *section = &all->items[i];
        trawl_writer_free(section->writer);
        outfile_discard(&section->file);
        spool_free(&section->waiting);
        free(section->file_name);
    }
    outfile_discard(&all->file);
    free(all->items);
    free(all->rows);
    free(all);
}

void sections_discard(struct sections *sections) {
    free_all(sections);
}

/* False, said why: the file, or what waited in a temporary one. A reader that closed its pipe has
 * what it wants: that is no failure. */
static bool failed(const struct section *section) {
    const struct outfile *file = section->file_name ? &section->file : &section->all->file;
    if (file->error == EPIPE) return false;
    if (file->error)
        say_unwritable(file->name, file->error);
    else if (section->waiting.error)
        say("rows that wait in a temporary file: %s", strerror(section->waiting.error));
    return file->error || section->waiting.error;
}

/* Writes what the section still holds. False: said why. */
static bool end_section(struct section *section) {
    struct sections *all = section->all;
    struct trawl_error error = {0};
    if (!section->file_name) {
        all->turn = (size_t)(section - all->items);
        all->headed = all->headed && all->turn == 0;
        if (section->waiting.length || section->waiting.filed) head(all);
        spool_give(&section->waiting, put, all);
    }
    bool empty_table =
        all->several && !section->file_name && all->format == TRAWL_TABLE && !section->rows;
    if (empty_table)
        return (head(all) && outfile_write(&all->file, "no rows\n", 8)) || !failed(section);
    if (trawl_writer_finish(section->writer, &error) == TRAWL_OK && !section->waiting.error)
        return true;
    if (error.status != TRAWL_IO) say("%s", error.message);
    return error.status == TRAWL_IO && !failed(section);
}

static bool end_array(struct sections *all) {
    const char *end = all->json_begun ? "\n]\n" : "[]\n";
    return outfile_write(&all->file, end, strlen(end)) || all->file.error == EPIPE ||
           say_unwritable(all->file.name, all->file.error);
}

static bool commit(struct outfile *file) {
    if (outfile_commit(file) || file->error == EPIPE) return true;
    return say_unwritable(file->name, file->error);
}

bool sections_finish(struct sections *all) {
    bool folder = sections_in_folder(all->settings->output), good = true;
    for (size_t i = 0; good && i < all->opened; i++) good = end_section(&all->items[i]);
    if (good && all->several && !folder && all->format == TRAWL_JSON) good = end_array(all);
    for (size_t i = 0; folder && good && i < all->opened; i++) good = commit(&all->items[i].file);
    if (!folder && good) good = commit(&all->file);
    free_all(all);
    return good;
}
