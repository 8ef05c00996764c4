/* functions.c - the table of functions, family by family, and what is asked of it. */
#include <ctype.h>
#include <strings.h>

#include "engine/base/nearest.h"
#include "engine/query/compile.h"

static const struct function *const families[] = {
    functions_filter, functions_value, functions_text,      functions_pattern,  functions_time,
    functions_number, functions_array, functions_structure, functions_fields,   functions_group,
    functions_order,  functions_table, functions_place,     functions_sequence, functions_known,
};
#define FAMILY_COUNT (sizeof families / sizeof *families)

static bool same_name(const char *name, struct text text) {
    return strlen(name) == text.length && strncasecmp(name, text.data, text.length) == 0;
}

const struct function *function_find(struct text name) {
    for (size_t f = 0; f < FAMILY_COUNT; f++)
        for (const struct function *function = families[f]; function->name; function++)
            if (same_name(function->name, name)) return function;
    return NULL;
}

const char *function_nearest(struct compiler *c, struct text name) {
    struct text word = compile_text(c, name);
    for (size_t i = 0; i < word.length; i++)
        ((char *)word.data)[i] = (char)tolower((unsigned char)word.data[i]);
    struct nearest nearest = {.word = word.data};
    for (size_t f = 0; f < FAMILY_COUNT; f++)
        for (const struct function *function = families[f]; function->name; function++)
            if (!function->instead) nearest_consider(&nearest, function->name);
    return nearest.best ? compile_printf(c, "did you mean %s()?", nearest.best).data
                        : "--help-query lists the functions";
}

bool function_filters(struct text name) {
    const struct function *function = function_find(name);
    return !function || function->test || (function->value && !function->step);
}

/* ---- help --------------------------------------------------------------------------------- */

/* What is no function. */
static const struct trawl_construct constructs[] = {
#define G "filters"
    {G, "field = value", "the whole text of the field; * in it is any run of characters", NULL},
    {G, "field != value", "not so; true also where the field is missing", NULL},
    {G, "field = *", "the field is there", NULL},
    {G, "field = /regex/flags", "found in the field; (?<name>...) makes a field; flags i m d g F",
     "no flag is set by itself"},
    {G, "field like text", "the text stands in the field", NULL},
    {G, "field < 5", "as numbers: < <= > >=", NULL},
    {G, "text, \"two words\", /regex/", "free text: anywhere in the record",
     "searches the record as it was written, @rawstring, not field by field"},
    {G, "and, or, not, !, ( )", "or binds tighter than and; side by side means and", NULL},
    {G, "field =~ function(...)", "a function that filters, over the field", NULL},
#undef G
#define G "steps"
    {G, "step | step", "each step sees the rows that the one before let through", NULL},
    {G, "name := expression", "a new field; where the value is null the older one stays", NULL},
    {G, "name := function(...)", "the function's as=", NULL},
    {G, "case { filter | steps; filter | steps; * }",
     "the first clause that lets a row through has it; none: the row is dropped", NULL},
    {G, "field match { pattern => steps; * => steps }", "a case over one field", NULL},
    {G, "[count(), sum(x)]", "several aggregates of all rows, as stats() is", NULL},
    {G, "$name(parameter=value)", "a saved query: NAME.cql in the folder given with --saved", NULL},
    {G, "?name, ?{name=default}", "a parameter, given with -D name=value; not given: *", NULL},
    {G, "// text, /* text */", "a comment", NULL},
#undef G
#define G "expressions"
    {G, "a == b, a != b", "equal as numbers where both are, else as texts; null if one is missing",
     NULL},
    {G, "a < b, a + b, -a", "numbers: < <= > >= + - * / %; null where one is none", NULL},
    {G, "!a", "true and false turned around", NULL},
    {G, "a and b, a or b, not a", "in conditions", "an extension; --strict refuses it"},
    {G, "a = b", "in conditions, ==", "an extension; --strict refuses it"},
#undef G
#define G "fields"
    {G, "a.b, a[0].b", "inside objects and arrays", NULL},
    {G, "a (an array)", "its elements joined with a comma",
     "the language gives an array no value under its own name"},
    {G, "a[]", "all elements, for functions of arrays", NULL},
    {G, "#a", "the field a", NULL},
    {G, "@timestamp", "when it happened, in milliseconds since 1970", NULL},
    {G, "@rawstring", "the record as it was written", NULL},
#undef G
#define G "in time (exact whatever the order of records and files)"
    {G, "groupBy(k, function=slidingTimeWindow(count(v, distinct=true, as=n), span=10m)) | n >= 5",
     "five different v of one k within ten minutes", NULL},
    {G, "groupBy(k, function=slidingTimeWindow(collect(v, separator=\",\"), span=10m))",
     "which v of one k were reached in ten minutes, at each of its rows", NULL},
    {G, "correlate(a: { x=1 }, b: { x=2 | k <=> a.k }, within=1h)",
     "both of one k within an hour, in any order; sequence=true: first a, then b", NULL},
    {G,
     "groupBy(k, function=slidingTimeWindow(count(v, as=before), span=1d, current=exclude)) | "
     "before = 0",
     "rows of which no other of the same k had a v in the day before", NULL},
    {G, "groupBy(k, function=session([count(), max(v)], maxpause=15m))",
     "rows of one k with no longer pause between them, taken together", NULL},
#undef G
};
#define CONSTRUCT_COUNT (sizeof constructs / sizeof *constructs)

bool trawl_query_help(size_t index, struct trawl_construct *construct) {
    if (index < CONSTRUCT_COUNT) {
        *construct = constructs[index];
        return true;
    }
    index -= CONSTRUCT_COUNT;
    for (size_t f = 0; f < FAMILY_COUNT; f++) {
        for (const struct function *function = families[f]; function->name; function++) {
            if (index--) continue;
            *construct = (struct trawl_construct){function->group, function->synopsis,
                                                  function->summary, function->differs};
            if (function->instead) construct->differs = function->instead;
            return true;
        }
    }
    return false;
}
