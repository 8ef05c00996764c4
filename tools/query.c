#include "tools/query.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/diagnostics.h"
#include "tools/human.h"
#include "tools/plans.h"
#include "tools/query_text.h"
#include "tools/say.h"
#include "tools/source.h"
#include "tools/wrap.h"

/* How they run together. */
static bool explain_together(const struct plans *plans) {
    struct trawl_error error = {0};
    struct trawl_hunt *hunt = trawl_hunt_new_all(plans->plans, plans->count, NULL, &error);
    const char *text = hunt ? trawl_hunt_explain(hunt) : NULL;
    if (text) fputs(text, stdout);
    if (!text) say("%s", hunt ? "out of memory" : error.message);
    trawl_hunt_free(hunt);
    return text != NULL;
}

bool query_explain(const struct settings *settings) {
    struct plans plans;
    if (!plans_compile(settings, &plans)) return false;
    for (size_t i = 0; i < plans.count; i++) {
        if (plans.count > 1) printf("%shunt %s\n", i ? "\n" : "", plans.labels[i].name);
        fputs(trawl_plan_explain(plans.plans[i]), stdout);
    }
    bool good = plans.count == 1 || explain_together(&plans);
    plans_free(&plans);
    return good;
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

static bool check_query(void *context, const struct query_text *query) {
    struct check *check = context;
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
    return true;
}

static void check_file(void *context, const char *path) {
    struct check *check = context;
    struct query_text query = {path, {0}, QUERY_FILE};
    if (!source_read(path, &query.text)) {
        printf("%s: cannot be read\n", path);
        check->bad++;
        return;
    }
    (void)check_query(check, &query);
    source_free(&query.text);
}

static bool is_folder(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Whether more than one query may be checked. */
static bool checks_many(const struct settings *settings) {
    size_t count = settings->path_count;
    for (size_t i = 0; i < settings->query_count; i++) {
        const struct query_given *given = &settings->queries[i];
        bool list = given->kind == QUERY_HUNT &&
                    (strcmp(given->value, "all") == 0 || strchr(given->value, ','));
        count += list ? 2 : 1;
    }
    return count > 1 || (settings->path_count && is_folder(settings->paths[0]));
}

bool query_check(const struct settings *settings) {
    bool found = true;
    struct check check = {.settings = settings, .brief = checks_many(settings)};
    if (settings->query_count || settings->path_count == 0) {
        if (!query_texts(settings, check_query, &check)) return false;
    }
    for (size_t i = 0; i < settings->path_count; i++)
        found = source_each(settings->paths[i], ".cql", check_file, &check) && found;
    size_t count = check.good + check.bad;
    if (count > 1) printf("%zu of %zu queries compile\n", check.good, count);
    if (count == 0) say("nothing to check: no *.cql there");
    return found && count && check.bad == 0;
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
