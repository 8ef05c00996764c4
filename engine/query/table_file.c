/* table_file.c - lookups of CSV files, and the networks of one. */
#include <stdlib.h>
#include <unistd.h>

#include "engine/base/error.h"
#include "engine/base/nearest.h"
#include "engine/document.h"
#include "engine/match/networks.h"
#include "engine/query/table.h"

static void destroy_lookup(void *lookup) {
    lookup_free(lookup);
}

static void plan_add_lookup(struct compiler *c, struct lookup *lookup) {
    struct lookup **lookups =
        reallocarray(c->plan->lookups, c->plan->lookup_count + 1, sizeof *lookups);
    if (!lookups) compile_no_memory(c);
    c->plan->lookups = lookups;
    compile_disown(c, lookup);
    lookups[c->plan->lookup_count++] = lookup;
}

/* A CSV file being read: which of its columns go where. While the file is open nothing may leave
 * the compiler: running out of memory is an error of the reading. */
struct csv_load {
    struct compiler *c;
    struct table_shape asked;
    struct table *table;
    struct table_options options;
    size_t *sources; /* [column]: the file's */
    struct datum *cells;
    uint64_t row;
    bool header;
};

size_t table_find_column(const struct text *names, size_t count, struct text name) {
    for (size_t i = 0; i < count; i++)
        if (text_equal(names[i], name)) return i;
    return SIZE_MAX;
}

/* NUL-terminated; NULL: out of memory. */
static char *keep(struct compiler *c, struct text text) {
    char *copy = arena_alloc(&c->arena, text.length + 1);
    if (copy && text.length) memcpy(copy, text.data, text.length);
    return copy;
}

static void no_column(struct compiler *c, const struct text *header, size_t count, struct text name,
                      struct trawl_error *error) {
    struct nearest nearest = {.word = keep(c, name)};
    if (!nearest.word) {
        error_memory(error);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const char *column = keep(c, header[i]);
        if (column) nearest_consider(&nearest, column);
    }
    error_set(error, TRAWL_INVALID, "it has no column %s%s%s%s", nearest.word,
              nearest.best ? "; did you mean " : "", nearest.best ? nearest.best : "",
              nearest.best ? "?" : "");
}

static bool add_source(struct csv_load *load, const struct text *header, size_t count,
                       struct text name, struct trawl_error *error) {
    size_t source = table_find_column(header, count, name);
    if (source == SIZE_MAX) {
        no_column(load->c, header, count, name, error);
        return false;
    }
    struct table *table = load->table;
    char *kept = keep(load->c, name);
    if (!kept) {
        error_memory(error);
        return false;
    }
    table->columns[table->column_count] = (struct text){kept, name.length};
    load->sources[table->column_count++] = source;
    return true;
}

/* The keys, then what is included, and an empty lookup for them. */
static bool take_header(struct csv_load *load, const struct text *header, size_t count,
                        struct trawl_error *error) {
    struct arena *arena = &load->c->arena;
    struct table *table = load->table;
    size_t most = load->asked.key_count + (load->asked.wanted ? load->asked.wanted_count : count);
    table->columns = arena_alloc(arena, (most + 1) * sizeof *table->columns);
    load->sources = arena_alloc(arena, (most + 1) * sizeof *load->sources);
    load->cells = arena_alloc(arena, (most + 1) * sizeof *load->cells);
    if (!table->columns || !load->sources || !load->cells) {
        error_memory(error);
        return false;
    }
    for (size_t i = 0; i < load->asked.key_count; i++)
        if (!add_source(load, header, count, load->asked.keys[i], error)) return false;
    const struct text *wanted = load->asked.wanted ? load->asked.wanted : header;
    size_t wanted_count = load->asked.wanted ? load->asked.wanted_count : count;
    for (size_t i = 0; i < wanted_count; i++) {
        if (table_find_column(load->asked.keys, load->asked.key_count, wanted[i]) != SIZE_MAX)
            continue;
        if (!add_source(load, header, count, wanted[i], error)) return false;
    }
    table->key_count = load->asked.key_count;
    table->lookup = lookup_new(load->options.mode, load->options.ignore_case, table->key_count,
                               table->column_count, load->options.rows, load->options.pick);
    if (!table->lookup) error_memory(error);
    return table->lookup != NULL;
}

/* A list of networks with a slip in it would match less than its owner thinks. An empty cell says
 * nothing. */
static bool check_network(struct text cell, struct trawl_error *error) {
    if (cell.length && !network_is_valid(cell))
        error_set(error, TRAWL_INVALID,
                  "\"%.*s\" is not a network like 10.0.0.0/8 or 2001:db8::/32", (int)cell.length,
                  cell.data);
    return !cell.length || network_is_valid(cell);
}

static bool take_row(void *context, const struct text *cells, size_t count,
                     struct trawl_error *error) {
    struct csv_load *load = context;
    if (!load->header) {
        load->header = true;
        return take_header(load, cells, count, error);
    }
    for (size_t i = 0; i < load->table->column_count; i++)
        load->cells[i] = load->sources[i] < count ? datum_text(cells[load->sources[i]])
                                                  : datum_text(text_of(""));
    if (load->options.mode == LOOKUP_CIDR && !check_network(load->cells[0].text, error))
        return false;
    uint64_t order = __builtin_bswap64(load->row++);
    return lookup_add(load->table->lookup, load->cells,
                      (struct text){(const char *)&order, sizeof order}, error) == TRAWL_OK;
}

struct text lookup_path(struct compiler *c, struct text file, struct span span) {
    struct text none = {NULL, 0};
    if (!c->options->lookups) {
        struct text what =
            compile_printf(c, "the file %s: give its folder with --lookup", file.data);
        compile_need(c, span, "--lookup FOLDER with the file in it", what.data);
        return none;
    }
    if (!compile_inside_folder(file)) {
        diagnose_error(c->diagnostics, span, NULL, "%s is no name of a file in the folder",
                       file.data);
        return none;
    }
    return compile_printf(c, "%s/%s", c->options->lookups, file.data);
}

bool table_is_given(struct compiler *c, struct text file) {
    if (!c->options->lookups || !compile_inside_folder(file)) return false;
    return access(compile_printf(c, "%s/%s", c->options->lookups, file.data).data, F_OK) == 0;
}

static void refuse_file(struct compiler *c, struct span span, struct text path,
                        const struct trawl_error *error) {
    bool named = strncmp(error->message, path.data, path.length) == 0;
    diagnose_error(c->diagnostics, span, NULL, "%s%s%s", named ? "" : path.data, named ? "" : ": ",
                   error->message);
}

bool table_load(struct compiler *c, struct text file, struct span span, struct table_shape columns,
                struct table_options options, struct table *table) {
    struct csv_load load = {.c = c, .asked = columns, .table = table, .options = options};
    struct trawl_error error = {0};
    struct text path = lookup_path(c, file, span);
    if (!path.data) return false;
    enum trawl_status status = document_csv(path.data, take_row, &load, &error);
    if (table->lookup) compile_own(c, table->lookup, destroy_lookup);
    if (status == TRAWL_OK && !load.header)
        error_set(&error, TRAWL_INVALID, "%s: is empty", path.data);
    if (status == TRAWL_OK && load.header) status = lookup_freeze(table->lookup, &error);
    if (error.status == TRAWL_MEMORY) compile_no_memory(c);
    if (error.status != TRAWL_OK) {
        refuse_file(c, span, path, &error);
        return false;
    }
    plan_add_lookup(c, table->lookup);
    return true;
}

/* ---- networks ----------------------------------------------------------------------------- */

struct network_load {
    struct networks *networks;
    struct text column; /* data NULL: the first */
    size_t source;
    bool header;
};

static bool take_network(void *context, const struct text *cells, size_t count,
                         struct trawl_error *error) {
    struct network_load *load = context;
    if (!load->header) {
        load->header = true;
        load->source = load->column.data ? table_find_column(cells, count, load->column) : 0;
        if (load->source < count) return true;
        error_set(error, TRAWL_INVALID, "it has no column %s", load->column.data);
        return false;
    }
    bool valid;
    struct text cell = load->source < count ? cells[load->source] : text_of("");
    if (!check_network(cell, error)) return false;
    if (cell.length == 0 || networks_add(load->networks, cell, 0, &valid)) return true;
    error_memory(error);
    return false;
}

bool lookup_networks(struct compiler *c, const struct arguments *arguments,
                     struct networks *networks) {
    struct trawl_error error = {0};
    struct span span = arguments_span(arguments, "file");
    struct network_load load = {.networks = networks,
                                .column = arguments_text(arguments, "column")};
    struct text path = lookup_path(c, arguments_text(arguments, "file"), span);
    if (!path.data) return false;
    if (document_csv(path.data, take_network, &load, &error) == TRAWL_OK) return true;
    if (error.status == TRAWL_MEMORY) compile_no_memory(c);
    refuse_file(c, span, path, &error);
    return false;
}
