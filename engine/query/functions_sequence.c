/* functions_sequence.c - functions of rows in their order, and of one row as several. */
#include "engine/query/sequence_stage.h"

#include <stdlib.h>

#include "engine/base/error.h"
#include "engine/document.h"
#include "engine/hunt/given.h"

#define GROUP "functions: rows in order, and several rows of one"

/* ---- split -------------------------------------------------------------------------------- */

struct split {
    struct expand_spec *spec;
    struct text field;
    bool strip;
};

/* What stands behind the field's name in the name of something inside an element: .x or [0]. */
static struct text inside(const struct split *split, struct text name) {
    size_t length = split->field.length;
    if (name.length <= length || memcmp(name.data, split->field.data, length) != 0 ||
        (name.data[length] != '.' && name.data[length] != '['))
        return (struct text){NULL, 0};
    return (struct text){name.data + length, name.length - length};
}

static enum passing_claim claim_inside(const void *context, struct text name) {
    const struct split *split = context;
    if (inside(split, name).data) return PASSING_MADE;
    return split->strip && name.data[0] != '@' ? PASSING_OVER : PASSING_NAME;
}

/* The path inside the element; a whole array is its JSON text. NULL: the element itself. */
static char *element_path(struct compiler *c, const struct split *split, struct text name) {
    struct text path = inside(split, name).data ? inside(split, name) : name;
    if (path.data[0] == '.') path = (struct text){path.data + 1, path.length - 1};
    if (path.length >= 2 && memcmp(path.data + path.length - 2, "[]", 2) == 0) path.length -= 2;
    if (path.length == 0) return NULL;
    char *copy = strndup(path.data, path.length);
    if (!copy) compile_no_memory(c);
    return copy;
}

static void add_inside(struct compiler *c, void *context, struct text name,
                       enum passing_claim claim, size_t older) {
    const struct split *split = context;
    struct expand_column column = {EXPAND_PASSED, older, NULL, SIZE_MAX, false};
    if (claim != PASSING_NAME)
        column =
            (struct expand_column){EXPAND_ELEMENT, 0, element_path(c, split, name), older, false};
    compile_expand_column(c, split->spec, column);
}

static void step_split(struct compiler *c, struct flow *flow, const struct arguments *arguments) {
    struct split *split = compile_alloc(c, sizeof *split);
    struct text field = arguments_text(arguments, "field");
    if (field.length > 2 && memcmp(field.data + field.length - 2, "[]", 2) == 0) field.length -= 2;
    field = compile_text(c, field);
    *split = (struct split){compile_expand_spec(c, EXPAND_ARRAY), field,
                            arguments_flag(arguments, "strip")};
    struct operand array = compile_array(c, flow, field, arguments_span(arguments, "field"));
    split->spec->array = compile_output(c, operand_text(c, array));
    compile_expand_column(c, split->spec,
                          (struct expand_column){EXPAND_ELEMENT, 0, NULL, SIZE_MAX, false});
    compile_expand_column(c, split->spec,
                          (struct expand_column){EXPAND_INDEX, 0, NULL, SIZE_MAX, false});
    const struct text names[] = {field, text_of("_index")};
    static const enum value_type types[] = {TYPE_TEXT, TYPE_TEXT};
    compile_expand_stage(c, flow,
                         &(struct passing){.kind = &operator_expand,
                                           .spec = split->spec,
                                           .names = names,
                                           .types = types,
                                           .count = 2,
                                           .claim = claim_inside,
                                           .add = add_inside,
                                           .context = split});
}

/* ---- rows in place of the archive --------------------------------------------------------- */

static struct operand given_field(struct compiler *c, void *context, struct text name,
                                  bool wanted) {
    const struct plan_given *given = context;
    (void)wanted;
    for (size_t i = 0; i < given->column_count; i++)
        if (text_equal(text_of(given->names[i]), name))
            return operand_of(program_field(compile_program(c), given->names[i]));
    return operand_missing(c);
}

/* NULL: reported. The steps before are left out: nobody sees their rows. */
static struct plan_given *begin_given(struct compiler *c, struct flow *flow,
                                      const struct arguments *arguments) {
    if (flow->aggregated || c->plan->given) {
        diagnose_error(c->diagnostics, arguments->call->name_span, "make it the first step",
                       "%s() replaces the rows of before: it stands at the begin",
                       arguments->function->name);
        return NULL;
    }
    c->plan->given = given_new();
    if (!c->plan->given) compile_no_memory(c);
    compile_begin(c, flow);
    return c->plan->given;
}

static void step_create(struct compiler *c, struct flow *flow, const struct arguments *arguments) {
    struct text *texts;
    size_t count = arguments_texts(arguments, "rawstring", &texts);
    struct plan_given *given = begin_given(c, flow, arguments);
    if (!given) return;
    if (!given_add_column(given, text_of("@rawstring"))) compile_no_memory(c);
    for (size_t i = 0; i < count; i++)
        if (!given_add_row(given, &texts[i])) compile_no_memory(c);
    flow->scope = scope_bottom(c, given_field, given, NULL, 0);
}

/* One CSV file that is read into the rows. While it is open nothing may leave the compiler. */
struct csv_reading {
    struct compiler *c;
    struct plan_given *given;
    const struct text *wanted; /* NULL: every column */
    size_t wanted_count;
    bool header;     /* was read */
    size_t *targets; /* [cell of the file]: its column; SIZE_MAX: none */
    size_t target_count;
    struct text *cells; /* [column_count] */
};

static bool is_wanted(const struct csv_reading *reading, struct text name) {
    if (!reading->wanted) return true;
    for (size_t i = 0; i < reading->wanted_count; i++)
        if (text_equal(reading->wanted[i], name)) return true;
    return false;
}

static bool take_header(struct csv_reading *reading, const struct text *names, size_t count) {
    struct plan_given *given = reading->given;
    struct arena *arena = &reading->c->arena;
    reading->header = true;
    reading->target_count = count;
    reading->targets = arena_alloc(arena, (count + 1) * sizeof *reading->targets);
    if (!reading->targets) return false;
    for (size_t i = 0; i < count; i++) {
        if (is_wanted(reading, names[i]) && !given_add_column(given, names[i])) return false;
        reading->targets[i] = given_column(given, names[i]);
    }
    reading->cells = arena_alloc(arena, (given->column_count + 1) * sizeof *reading->cells);
    return reading->cells != NULL;
}

static bool take_cells(struct csv_reading *reading, const struct text *cells, size_t count) {
    for (size_t i = 0; i < reading->given->column_count; i++)
        reading->cells[i] = (struct text){NULL, 0};
    for (size_t i = 0; i < count && i < reading->target_count; i++)
        if (reading->targets[i] != SIZE_MAX) reading->cells[reading->targets[i]] = cells[i];
    return given_add_row(reading->given, reading->cells);
}

static bool take_line(void *context, const struct text *cells, size_t count,
                      struct trawl_error *error) {
    struct csv_reading *reading = context;
    if (reading->header ? take_cells(reading, cells, count) : take_header(reading, cells, count))
        return true;
    error_memory(error);
    return false;
}

static void read_csv(struct compiler *c, struct csv_reading reading, struct text file,
                     struct span span) {
    struct trawl_error error = {0};
    struct text path = lookup_path(c, file, span);
    if (!path.data || document_csv(path.data, take_line, &reading, &error) == TRAWL_OK) return;
    if (error.status == TRAWL_MEMORY) compile_no_memory(c);
    diagnose_error(c->diagnostics, span, NULL, "%s", error.message);
}

/* Columns, and rows where there are any yet: of a table of the query or a file. */
static void begin_file(struct csv_reading *reading, struct text file, struct span span) {
    const struct text *columns;
    size_t count;
    if (!table_columns(reading->c, file, &columns, &count)) {
        read_csv(reading->c, *reading, file, span);
        return;
    }
    for (size_t i = 0; i < count; i++)
        if (is_wanted(reading, columns[i]) && !given_add_column(reading->given, columns[i]))
            compile_no_memory(reading->c);
}

static void step_read(struct compiler *c, struct flow *flow, const struct arguments *arguments) {
    struct text *files, *wanted, *names;
    const struct text *columns;
    size_t file_count = arguments_texts(arguments, "file", &files), count;
    size_t wanted_count = arguments_texts(arguments, "include", &wanted);
    struct plan_given *given = begin_given(c, flow, arguments);
    if (!given) return;
    bool all = !wanted_count || (wanted_count == 1 && text_equal(wanted[0], text_of("*")));
    struct csv_reading reading = {
        .c = c, .given = given, .wanted = all ? NULL : wanted, .wanted_count = wanted_count};
    for (size_t i = 0; i < file_count; i++)
        begin_file(&reading, files[i], arguments_span(arguments, "file"));
    names = compile_alloc(c, (given->column_count + 1) * sizeof *names);
    for (size_t i = 0; i < given->column_count; i++)
        names[i] = compile_text(c, text_of(given->names[i]));
    for (size_t i = 0; i < file_count; i++)
        if (table_columns(c, files[i], &columns, &count))
            table_gather(c, files[i], names, given->column_count);
    /* Of a file that is not there the columns are not known. */
    flow->scope = scope_bottom(c, given_field, given, given->column_count ? names : NULL,
                               given->column_count);
}

/* ---- the table ---------------------------------------------------------------------------- */

static const struct parameter split_parameters[] = {
    OPTIONAL("field", PARAM_TEXT, "_events"), OPTIONAL("strip", PARAM_FLAG, "false"), {0}};
static const struct parameter create_parameters[] = {REQUIRED("rawstring", PARAM_TEXTS), {0}};
static const struct parameter read_parameters[] = {
    REQUIRED("file", PARAM_TEXTS), OPTIONAL("include", PARAM_TEXTS, NULL), {0}};
static const struct parameter neighbor_parameters[] = {
    REQUIRED("include", PARAM_FIELDS),
    ONE_OF("direction", "preceding", "preceding|succeeding"),
    OPTIONAL("distance", PARAM_LIMIT, "1"),
    OPTIONAL("prefix", PARAM_TEXT, "_neighbor"),
    {0}};
static const struct parameter accumulate_parameters[] = {
    REQUIRED("function", PARAM_FUNCTIONS), ONE_OF("current", "include", "include|exclude"), {0}};
static const struct parameter window_parameters[] = {
    REQUIRED("function", PARAM_FUNCTIONS),
    REQUIRED("events", PARAM_LIMIT),
    ONE_OF("current", "include", "include|exclude"),
    {0}};
static const struct parameter time_window_parameters[] = {
    REQUIRED("function", PARAM_FUNCTIONS),
    REQUIRED("span", PARAM_SPAN),
    ONE_OF("current", "include", "include|exclude"),
    OPTIONAL("timestampfield", PARAM_FIELD, NULL),
    {0}};
static const struct parameter session_parameters[] = {
    OPTIONAL("function", PARAM_FUNCTIONS, NULL), OPTIONAL("maxpause", PARAM_SPAN, "15m"), {0}};
static const struct parameter series_parameters[] = {
    REQUIRED("collect", PARAM_FIELDS),       OPTIONAL("separator", PARAM_TEXT, "\n"),
    OPTIONAL("startmatch", PARAM_ANY, NULL), OPTIONAL("endmatch", PARAM_ANY, NULL),
    OPTIONAL("maxpause", PARAM_SPAN, NULL),  OPTIONAL("maxduration", PARAM_SPAN, NULL),
    IGNORED("memlimit", PARAM_ANY),          {0}};
static const struct parameter groups_parameters[] = {
    REQUIRED("field", PARAM_FIELDS),     REQUIRED("where", PARAM_ANY),
    OPTIONAL("least", PARAM_LIMIT, "1"), OPTIONAL("span", PARAM_SPAN, NULL),
    OPTIONAL("after", PARAM_SPAN, NULL), {0}};
static const struct parameter partition_parameters[] = {REQUIRED("function", PARAM_FUNCTIONS),
                                                        REQUIRED("condition", PARAM_ANY),
                                                        ONE_OF("split", "before", "before|after"),
                                                        {0}};

#define ORDER "records go by in order of time, rows behind an order in that order"

#define SEQUENCE(name_of, text, what, note, table, function)                                 \
    {                                                                                        \
        .name = name_of, .group = GROUP, .synopsis = text, .summary = what, .differs = note, \
        .parameters = table, .step = step_sequence, .ends = true, .which = function          \
    }

const struct function functions_sequence[] = {
    {.name = "split",
     .group = GROUP,
     .synopsis = "split(field=_events, strip=false)",
     .summary = "a row for each element of the array: field is the element, field.x what is in it, "
                "_index its number; a row without the array is dropped",
     .parameters = split_parameters,
     .step = step_split,
     .ends = true},
    {.name = "createEvents",
     .group = GROUP,
     .synopsis = "createEvents([texts])",
     .summary = "rows with these texts as @rawstring, in place of the input",
     .differs = "they have no @timestamp",
     .parameters = create_parameters,
     .step = step_create,
     .ends = true},
    {.name = "readFile",
     .group = GROUP,
     .synopsis = "readFile([files], include=[columns])",
     .summary = "the rows of CSV files or of tables of defineTable(), in place of the input",
     .differs = "files are in the folder of --lookup",
     .parameters = read_parameters,
     .step = step_read,
     .ends = true},
    SEQUENCE("neighbor",
             "neighbor([include], direction=preceding|succeeding, distance=1, prefix=_neighbor)",
             "adds fields of the row so many before or behind, as prefix.field", ORDER,
             neighbor_parameters, FUNCTION_NEIGHBOR),
    SEQUENCE("accumulate", "accumulate([functions], current=include|exclude)",
             "adds aggregates over the rows so far", ORDER, accumulate_parameters,
             FUNCTION_ACCUMULATE),
    SEQUENCE("slidingWindow", "slidingWindow([functions], events=, current=include|exclude)",
             "adds aggregates over the last so many rows", ORDER, window_parameters,
             FUNCTION_SLIDING_WINDOW),
    SEQUENCE("slidingTimeWindow",
             "slidingTimeWindow([functions], span=, current=include|exclude, timestampfield=)",
             "adds aggregates over the rows up to this one that are no older than the span",
             "whatever the order of the input; rows without a time are each by itself",
             time_window_parameters, FUNCTION_SLIDING_TIME_WINDOW),
    SEQUENCE("session", "session([functions], maxpause=15m)",
             "aggregates of rows with no longer pause between them; mostly in groupBy()",
             "rows without a time are left out", session_parameters, FUNCTION_SESSION),
    SEQUENCE("series",
             "series([collect], separator=\"\\n\", startmatch={}, endmatch={}, maxpause=, "
             "maxduration=)",
             "the values of each field in order of time, joined; @timestamp and _duration of the "
             "whole; mostly in groupBy()",
             "no limit of memory but --memory", series_parameters, FUNCTION_SERIES),
    SEQUENCE("partition", "partition([functions], condition={}, split=before|after)",
             "aggregates of the rows from one that satisfies the condition to the next", ORDER,
             partition_parameters, FUNCTION_PARTITION),
    {.name = "correlate",
     .group = GROUP,
     .synopsis = "correlate(a: { filter }, b: { filter | field <=> a.field } include: [fields], "
                 "within=, sequence=false, globalConstraints=[fields], root=a)",
     .summary =
         "one row for each of the root's for which there is one of every other query too, of "
         "the same linked values, within the span, in the order of the queries where it is "
         "a sequence; columns a.@timestamp, a.field for linked and included fields",
     .differs = "exact, whatever the order of the input; all queries must be linked by the same "
                "values; one result for each root, of the rows nearest to it",
     .step = step_correlate,
     .ends = true},
    {.name = "keepGroups",
     .group = GROUP,
     .synopsis = "keepGroups([fields], where={ filter }, least=1, span=, after=)",
     .summary = "leaves out rows whose key has fewer rows with the filter than that, or not within "
                "the span, nor so shortly before: for what costs more behind it; a few others may "
                "stay, so what follows must hold by itself",
     .differs = "a function of its own; selfJoinFilter() is exact, and reads the archive twice",
     .parameters = groups_parameters,
     .step = step_keep_groups,
     .ends = true},
    {0}};
