#include "tools/plans.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/diagnostics.h"
#include "tools/query_text.h"
#include "tools/say.h"
#include "tools/tuning.h"

struct gathering {
    const struct settings *settings;
    struct plans *plans;
    size_t texts;               /* queries of the command line so far */
    bool used[PARAMETERS_MOST]; /* parameters that some query has */
};

/* The file's name without folders and .cql; "query", "query-2", ... of the command line. */
static char *short_name(struct gathering *gathering, const struct query_text *query) {
    char *name;
    if (query->kind == QUERY_HUNT) return strdup(query->name);
    if (query->kind == QUERY_TEXT) {
        if (++gathering->texts == 1) return strdup(query->name);
        return asprintf(&name, "%s-%zu", query->name, gathering->texts) < 0 ? NULL : name;
    }
    const char *base = strrchr(query->name, '/');
    name = strdup(base ? base + 1 : query->name);
    size_t length = name ? strlen(name) : 0, ending = strlen(".cql");
    if (length > ending && strcmp(name + length - ending, ".cql") == 0)
        name[length - ending] = '\0';
    return name;
}

/* Takes the plan, also on failure. */
static bool add(struct gathering *gathering, const struct query_text *query,
                struct trawl_plan *plan) {
    struct plans *plans = gathering->plans;
    const struct trawl_plan **list =
        reallocarray(plans->plans, plans->count + 1, sizeof *plans->plans);
    if (list) plans->plans = list;
    struct plan_label *labels =
        reallocarray(plans->labels, plans->count + 1, sizeof *plans->labels);
    if (labels) plans->labels = labels;
    char *name = short_name(gathering, query);
    if (!list || !labels || !name) {
        free(name);
        trawl_plan_free(plan);
        say("out of memory");
        return false;
    }
    list[plans->count] = plan;
    labels[plans->count++] = (struct plan_label){name, hunt_about(query->text.data)};
    return true;
}

static bool compile(void *context, const struct query_text *query) {
    struct gathering *gathering = context;
    const struct settings *settings = gathering->settings;
    struct trawl_query_options options = settings->query;
    struct trawl_diagnostics *diagnostics = NULL;
    bool warnings = query->kind != QUERY_HUNT && !settings->quiet;
    options.parameters_used = gathering->used;
    struct trawl_tuning *tuning =
        tuning_select(settings->tuning, query->name, &options.tuning_count);
    options.tuning = tuning;
    struct trawl_plan *plan = NULL;
    if (tuning)
        plan = trawl_query_compile(query->name, query->text.data, query->text.length, &options,
                                   &diagnostics);
    free(tuning);
    if (!diagnostics) say("out of memory");
    diagnostics_print(stderr, query->name, diagnostics, warnings, settings->color);
    trawl_diagnostics_free(diagnostics);
    return plan && add(gathering, query, plan);
}

/* What was given and is not asked for is a slip: the ?name it was meant for has another name. */
static void check_parameters(const struct gathering *gathering) {
    const struct settings *settings = gathering->settings;
    for (size_t i = 0; i < settings->query.parameter_count && !settings->quiet; i++)
        if (!gathering->used[i])
            say("warning: %s no parameter ?%s",
                gathering->plans->count == 1 ? "the query has" : "the queries have",
                settings->parameters[i].name);
}

/* One name tells one hunt, and one file of its rows. */
static bool check_names(const struct plans *plans) {
    for (size_t i = 0; i < plans->count; i++)
        for (size_t j = 0; j < i; j++) {
            if (strcmp(plans->labels[i].name, plans->labels[j].name) != 0) continue;
            say("two of the hunts are called %s: their rows could not be told apart",
                plans->labels[i].name);
            return false;
        }
    return true;
}

bool plans_compile(const struct settings *settings, struct plans *plans) {
    struct gathering gathering = {.settings = settings, .plans = plans};
    *plans = (struct plans){0};
    if (query_texts(settings, compile, &gathering) && check_names(plans)) {
        check_parameters(&gathering);
        return true;
    }
    plans_free(plans);
    return false;
}

void plans_free(struct plans *plans) {
    for (size_t i = 0; i < plans->count; i++) {
        trawl_plan_free((struct trawl_plan *)plans->plans[i]);
        free(plans->labels[i].name);
    }
    free(plans->plans);
    free(plans->labels);
    *plans = (struct plans){0};
}
