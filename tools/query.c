#include "tools/query.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/diagnostics.h"
#include "tools/human.h"
#include "tools/hunts/hunts.h"
#include "tools/say.h"
#include "tools/source.h"
#include "tools/wrap.h"

/* A query's text and what it is called. */
struct query {
    const char *name;
    struct source_text text;
    bool builtin;
};

static bool find_builtin(const char *name, struct query *query) {
    const struct hunt_text *hunt = hunt_find(name);
    if (!hunt) {
        const char *names[64];
        size_t count = 0;
        while (hunt_texts[count].name && count < sizeof names / sizeof *names) {
            names[count] = hunt_texts[count].name;
            count++;
        }
        const char *nearest = trawl_nearest(name, names, count);
        if (nearest)
            say("there is no hunt %s: did you mean %s?", name, nearest);
        else
            say("there is no hunt %s (--list-hunts shows them)", name);
        return false;
    }
    *query = (struct query){hunt->name, {(char *)hunt->text, hunt->length, false}, true};
    return true;
}

static bool find_query(const struct settings *settings, struct query *query) {
    if (settings->query_text) {
        const char *text = settings->query_text;
        *query = (struct query){"query", {(char *)text, strlen(text), false}, false};
        return true;
    }
    if (!settings->query_file)
        return find_builtin(settings->hunt ? settings->hunt : DEFAULT_HUNT, query);
    *query = (struct query){settings->query_file, {0}, false};
    return source_read(settings->query_file, &query->text);
}

static struct trawl_plan *compile(const struct settings *settings, const struct query *query,
                                  bool warnings) {
    struct trawl_diagnostics *diagnostics = NULL;
    struct trawl_plan *plan = trawl_query_compile(query->name, query->text.data, query->text.length,
                                                  &settings->query, &diagnostics);
    if (!diagnostics) say("out of memory");
    diagnostics_print(stderr, query->name, diagnostics, warnings, settings->color);
    trawl_diagnostics_free(diagnostics);
    return plan;
}

struct trawl_plan *query_plan(const struct settings *settings) {
    struct query query;
    if (!find_query(settings, &query)) return NULL;
    struct trawl_plan *plan = compile(settings, &query, !query.builtin && !settings->quiet);
    source_free(&query.text);
    return plan;
}

bool query_explain(const struct settings *settings) {
    struct trawl_plan *plan = query_plan(settings);
    if (plan) fputs(trawl_plan_explain(plan), stdout);
    trawl_plan_free(plan);
    return plan != NULL;
}

/* ---- --check ------------------------------------------------------------------------------ */

struct check {
    const struct settings *settings;
    bool brief; /* one line for each query; else all that is wrong with it, on standard error */
    size_t good, bad;
};

/* The first error, and how many there are behind it. */
static void print_first(const char *name, const struct trawl_diagnostics *diagnostics) {
    struct trawl_diagnostic first = {.message = NULL}, found;
    size_t errors = 0;
    for (size_t i = 0; diagnostics && i < trawl_diagnostics_count(diagnostics); i++) {
        found = trawl_diagnostics_get(diagnostics, i);
        if (!found.warning && !errors++) first = found;
    }
    if (!errors) {
        printf("%s: out of memory\n", name);
        return;
    }
    printf("%s:%zu:%zu: error: ", name, first.line, first.column);
    print_foreign(stdout, first.message);
    if (errors > 1) printf(" (and %zu more)", errors - 1);
    putchar('\n');
}

static void check_query(struct check *check, const struct query *query) {
    struct trawl_diagnostics *diagnostics = NULL;
    struct trawl_plan *plan = trawl_query_compile(query->name, query->text.data, query->text.length,
                                                  &check->settings->query, &diagnostics);
    if (!check->brief)
        diagnostics_print(stderr, query->name, diagnostics, !check->settings->quiet,
                          check->settings->color);
    if (!plan && check->brief)
        print_first(query->name, diagnostics);
    else
        printf("%s: %s\n", query->name, plan ? "ok" : "has errors");
    if (plan)
        check->good++;
    else
        check->bad++;
    trawl_diagnostics_free(diagnostics);
    trawl_plan_free(plan);
}

static void check_file(void *context, const char *path) {
    struct check *check = context;
    struct query query = {path, {0}, false};
    if (!source_read(path, &query.text)) {
        printf("%s: cannot be read\n", path);
        check->bad++;
        return;
    }
    check_query(check, &query);
    source_free(&query.text);
}

static bool is_folder(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

bool query_check(const struct settings *settings) {
    bool found = true;
    bool named = settings->query_file || settings->query_text || settings->hunt;
    struct check check = {.settings = settings,
                          .brief = settings->path_count + named > 1 ||
                                   (settings->path_count && is_folder(settings->paths[0]))};
    if (named || settings->path_count == 0) {
        struct query query;
        if (!find_query(settings, &query)) return false;
        check_query(&check, &query);
        source_free(&query.text);
    }
    for (size_t i = 0; i < settings->path_count; i++)
        found = source_each(settings->paths[i], ".cql", check_file, &check) && found;
    if (check.good + check.bad != 1)
        printf("%zu of %zu queries compile\n", check.good, check.good + check.bad);
    return found && check.bad == 0;
}

/* ---- --help-query ------------------------------------------------------------------------- */

void query_help(FILE *to, unsigned width) {
    struct trawl_construct construct;
    const char *group = "";
    if (width < 60 || width > 100) width = 100;
    wrap(to,
         "The query language of LogScale, as trawl has it: a query is a pipeline of filters, "
         "assignments and functions. Names of functions may be written in any case.",
         0, width);
    for (size_t i = 0; trawl_query_help(i, &construct); i++) {
        if (strcmp(group, construct.group) != 0) {
            group = construct.group;
            fprintf(to, "\n%s:\n", group);
        }
        wrap(to, construct.synopsis, 2, width);
        wrap(to, construct.summary, 8, width);
        if (construct.differs) {
            fputs("        in trawl: ", to);
            fputs(construct.differs, to);
            fputc('\n', to);
        }
    }
    fputs("\nOther differences:\n", to);
    wrap(
        to,
        "A query without an aggregate prints every row that is left, in input order, as soon as it "
        "is found: when, the fields that the query names, and the record.",
        2, width);
    wrap(to,
         "Counts of distinct values, top and percentiles are exact. Rows sort by numbers first, "
         "then by the bytes of texts, missing values last, in both orders.",
         2, width);
    wrap(to, "field = 404 compares texts: 404.0 is another.", 2, width);
}
