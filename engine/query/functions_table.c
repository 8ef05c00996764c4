/* functions_table.c - rows matched with tables: CSV files, and what sub-queries found.
 *
 * A sub-query is a plan of its own that runs first, over the whole archive; its rows fill a lookup
 * whose first columns are the key. */
#include <stdlib.h>

#include "engine/base/error.h"
#include "engine/query/aggregates.h"
#include "engine/query/table.h"
#include "engine/scalar/table.h"

#define GROUP "functions: tables"

/* A table of defineTable. */
struct named_table {
    struct named_table *next;
    struct text name;
    const struct pipeline *pipeline;
    struct text *columns;
    size_t column_count;
    struct syntax *syntax; /* that the pipeline is of */
};

/* ---- lookups of sub-queries --------------------------------------------------------------- */

static void destroy_lookup(void *lookup) {
    lookup_free(lookup);
}

/* lookup NULL: the rows stand in place of the archive. */
static void plan_append_table(struct compiler *c, struct trawl_plan *sub, struct lookup *lookup) {
    struct plan_table *tables =
        reallocarray(c->plan->tables, c->plan->table_count + 1, sizeof *tables);
    if (!tables) compile_no_memory(c);
    c->plan->tables = tables;
    compile_disown(c, lookup);
    compile_disown(c, sub);
    tables[c->plan->table_count++] = (struct plan_table){.plan = sub, .lookup = lookup};
}

/* A pipeline that is tuned is followed more than once: what its calls made is made once. */
struct made_table {
    struct made_table *next;
    const struct syntax *syntax; /* of the call that stands at the place */
    uint32_t offset;
    const struct trawl_plan *plan; /* that has the table */
    struct table table;
};

static bool made_before(const struct compiler *c, const struct call *call, struct table *table) {
    for (const struct made_table *made = c->made_tables; made; made = made->next) {
        if (made->syntax != c->syntax || made->offset != call->span.offset || made->plan != c->plan)
            continue;
        *table = made->table;
        return true;
    }
    return false;
}

static void note_made(struct compiler *c, const struct call *call, const struct table *table) {
    if (!c->tune) return;
    struct made_table *made = compile_alloc(c, sizeof *made);
    *made = (struct made_table){c->made_tables, c->syntax, call->span.offset, c->plan, *table};
    c->made_tables = made;
}

/* Adds the plan as a table of the plan that is being compiled. */
static void plan_add_table(struct compiler *c, struct trawl_plan *sub, struct table *table,
                           const struct text *columns, size_t count, size_t keys,
                           struct table_options options) {
    table->columns = (struct text *)columns;
    table->source = sub;
    table->column_count = count;
    table->key_count = keys;
    table->lookup = compile_own(
        c, lookup_new(options.mode, options.ignore_case, keys, count, options.rows, options.pick),
        destroy_lookup);
    plan_append_table(c, sub, table->lookup);
}

/* The keys and then the others, each once. */
static size_t key_columns(struct compiler *c, const struct text *keys, size_t key_count,
                          const struct text *others, size_t other_count, struct text **columns) {
    *columns = compile_alloc(c, (key_count + other_count + 1) * sizeof **columns);
    size_t count = 0;
    for (size_t i = 0; i < key_count; i++) (*columns)[count++] = keys[i];
    for (size_t i = 0; i < other_count; i++)
        if (table_find_column(keys, key_count, others[i]) == SIZE_MAX)
            (*columns)[count++] = others[i];
    return count;
}

/* ---- matching ----------------------------------------------------------------------------- */

static bool is_number(const struct table *table, size_t column) {
    if (!table->source || !table->source->stage_count) return false;
    const struct plan_stage *last = plan_last(table->source);
    return column < last->column_count && last->columns[column].type == TYPE_NUMBER;
}

/* The flag of rows that the table has; binds its columns that are no keys unless `plain`. */
static node_id probe(struct compiler *c, struct flow *flow, const struct table *table,
                     const struct text *fields, bool plain, bool fill) {
    struct operand *keys = compile_alloc(c, (table->key_count + 1) * sizeof *keys);
    for (size_t i = 0; i < table->key_count; i++) keys[i] = compile_field(c, flow, fields[i]);
    void *data = table_new(table->lookup, 0, 0);
    scalar_data(c, &scalar_lookup_found, data);
    struct text identity = compile_printf(c, "%p", (void *)table->lookup);
    struct operand found =
        call_scalar(c, &scalar_lookup_found, data, identity, keys, table->key_count);
    for (size_t i = table->key_count; !plain && i < table->column_count; i++) {
        data = table_new(table->lookup, 0, i);
        scalar_data(c, &scalar_lookup_cell, data);
        identity = compile_printf(c, "%p %zu", (void *)table->lookup, i);
        struct operand cell =
            call_scalar(c, &scalar_lookup_cell, data, identity, keys, table->key_count);
        if (is_number(table, i))
            cell = operand_of(program_to_number(compile_program(c), cell.node));
        else if (fill) {
            /* What was asked for and is missing in a row that was found is empty. */
            node_id empty = program_text(compile_program(c), text_of(""));
            node_id text = program_coalesce(compile_program(c), cell.node, empty);
            cell = operand_select(c, found.node, operand_of(text), operand_missing(c));
        }
        flow_assign(c, flow, table->columns[i], cell);
    }
    return found.node;
}

/* The rows of the table as rows of the flow: the flag lets all go on to where they are made. */
static node_id probe_all(struct compiler *c, struct flow *flow, const struct table *table,
                         const struct text *fields, bool keep, bool fill, struct span span) {
    struct operand *keys = compile_alloc(c, (table->key_count + 1) * sizeof *keys);
    for (size_t i = 0; i < table->key_count; i++) keys[i] = compile_field(c, flow, fields[i]);
    compile_rows_of(c, flow, table->lookup, keys, table->key_count,
                    table->columns + table->key_count, table->column_count - table->key_count, keep,
                    fill, span);
    /* Rows of a clause that are not found must not count as taken by it. */
    if (flow->top || keep) return program_flag(compile_program(c), true);
    return probe(c, flow, table, fields, true, false);
}

static enum lookup_mode mode_of(struct text mode) {
    if (text_equal(mode, text_of("glob"))) return LOOKUP_GLOB;
    return text_equal(mode, text_of("cidr")) ? LOOKUP_CIDR : LOOKUP_EXACT;
}

static const struct named_table *find_table(const struct compiler *c, struct text name) {
    for (const struct named_table *table = c->tables; table; table = table->next)
        if (text_equal(table->name, name)) return table;
    return NULL;
}

bool table_columns(struct compiler *c, struct text name, const struct text **columns,
                   size_t *count) {
    const struct named_table *named = find_table(c, name);
    if (!named) return false;
    *columns = named->columns;
    *count = named->column_count;
    return true;
}

/* The plan that makes its rows. It sees the tables that were defined before it: not itself. */
static struct trawl_plan *plan_of(struct compiler *c, const struct named_table *named,
                                  const struct text *columns, size_t count) {
    struct syntax *syntax = c->syntax;
    struct named_table *tables = c->tables;
    c->syntax = named->syntax;
    c->tables = named->next;
    struct trawl_plan *plan = compile_plan(c, named->pipeline, columns, count);
    c->syntax = syntax;
    c->tables = tables;
    return plan;
}

void table_gather(struct compiler *c, struct text name, const struct text *columns, size_t count) {
    plan_append_table(c, plan_of(c, find_table(c, name), columns, count), NULL);
}

/* A table of defineTable, keyed as this match wants it. */
static void use_table(struct compiler *c, const struct named_table *named, struct table *table,
                      const struct text *keys, size_t key_count, const struct text *wanted,
                      size_t wanted_count, struct table_options options) {
    struct text *columns;
    size_t count = key_columns(c, keys, key_count, wanted ? wanted : named->columns,
                               wanted ? wanted_count : named->column_count, &columns);
    struct trawl_plan *sub = plan_of(c, named, columns, count);
    plan_add_table(c, sub, table, columns, count, key_count, options);
}

static bool match_is_strict(const struct arguments *arguments) {
    return !arguments_has(arguments, "strict") || arguments_flag(arguments, "strict");
}

static node_id test_match(struct compiler *c, struct flow *flow, const struct arguments *arguments,
                          bool plain) {
    struct text *fields, *keys, *wanted;
    struct text file = arguments_text(arguments, "file");
    if (arguments_has(arguments, "table")) file = arguments_text(arguments, "table");
    size_t field_count = arguments_fields(arguments, "field", &fields);
    size_t key_count = arguments_texts(arguments, "column", &keys);
    size_t wanted_count = arguments_texts(arguments, "include", &wanted);
    if (!key_count) {
        keys = fields;
        key_count = field_count;
    }
    if (!wanted_count || (wanted_count == 1 && text_equal(wanted[0], text_of("*")))) wanted = NULL;
    struct table_options options = {mode_of(arguments_text(arguments, "mode")),
                                    arguments_flag(arguments, "ignoreCase"),
                                    arguments_limit(arguments, "nrows"), LOOKUP_LAST};
    struct program *p = compile_program(c);
    if (!file.data || key_count != field_count ||
        (options.mode != LOOKUP_EXACT && key_count != 1)) {
        diagnose_error(c->diagnostics, arguments->call->span, arguments->function->synopsis,
                       !file.data                 ? "match() needs file="
                       : key_count != field_count ? "match() has not as many columns as fields"
                                                  : "glob and cidr match one field");
        return program_flag(p, true);
    }
    struct table table = {0};
    const struct named_table *named = find_table(c, file);
    bool made = made_before(c, arguments->call, &table);
    if (!made && named) {
        use_table(c, named, &table, keys, key_count, wanted, wanted_count, options);
    } else if (!made && arguments_flag(arguments, "optional") && !table_is_given(c, file)) {
        for (size_t i = 0; i < field_count; i++) compile_field(c, flow, fields[i]);
        for (size_t i = 0; wanted && i < wanted_count; i++)
            flow_bind(c, flow, wanted[i], operand_missing(c));
        return program_flag(p, !match_is_strict(arguments));
    } else if (!made) {
        struct table_shape shape = {keys, key_count, wanted, wanted_count};
        if (!table_load(c, file, arguments_span(arguments, "file"), shape, options, &table)) {
            for (size_t i = 0; i < field_count; i++) compile_field(c, flow, fields[i]);
            return program_flag(p, true);
        }
    }
    if (!made) note_made(c, arguments->call, &table);
    bool strict = match_is_strict(arguments);
    if (options.rows > 1 && !plain)
        return probe_all(c, flow, &table, fields, !strict, false, arguments->call->span);
    node_id found = probe(c, flow, &table, fields, plain, false);
    return strict ? found : program_flag(p, true);
}

static void step_define_table(struct compiler *c, struct flow *flow,
                              const struct arguments *arguments) {
    struct text *columns;
    const struct pipeline *pipeline = arguments_value(arguments, "query")->pipeline;
    size_t count = arguments_texts(arguments, "include", &columns);
    bool all = count == 0 || (count == 1 && text_equal(columns[0], text_of("*")));
    (void)flow;
    /* Compiled here for its errors and columns; again where it is matched, for the key. */
    struct trawl_plan *sub = compile_plan(c, pipeline, all ? NULL : columns, count);
    if (all && !diagnostics_failed(c->diagnostics)) {
        const struct plan_stage *last = plan_last(sub);
        count = last->column_count;
        columns = compile_alloc(c, (count + 1) * sizeof *columns);
        for (size_t i = 0; i < count; i++)
            columns[i] = compile_text(c, text_of(last->columns[i].name));
    }
    struct named_table *named = compile_alloc(c, sizeof *named);
    *named = (struct named_table){c->tables,
                                  arguments_text(arguments, "name"),
                                  pipeline,
                                  columns,
                                  all && diagnostics_failed(c->diagnostics) ? 0 : count,
                                  c->syntax};
    c->tables = named;
}

/* ---- join --------------------------------------------------------------------------------- */

/* Makes the table; false: its query is in error. */
static bool make_join(struct compiler *c, const struct arguments *arguments,
                      const struct text *keys, size_t key_count, uint64_t most,
                      struct table *table) {
    struct text *wanted, *columns;
    size_t wanted_count = arguments_texts(arguments, "include", &wanted);
    const struct pipeline *pipeline = arguments_value(arguments, "query")->pipeline;
    if (wanted_count == 1 && text_equal(wanted[0], text_of("*"))) {
        struct trawl_plan *all = compile_plan(c, pipeline, NULL, 0);
        if (diagnostics_failed(c->diagnostics)) return false;
        const struct plan_stage *last = plan_last(all);
        wanted_count = last->column_count;
        wanted = compile_alloc(c, (wanted_count + 1) * sizeof *wanted);
        for (size_t i = 0; i < wanted_count; i++)
            wanted[i] = compile_text(c, text_of(last->columns[i].name));
    }
    size_t count = key_columns(c, keys, key_count, wanted, wanted_count, &columns);
    struct trawl_plan *sub = compile_plan(c, pipeline, columns, count);
    plan_add_table(c, sub, table, columns, count, key_count,
                   (struct table_options){LOOKUP_EXACT, false, most, LOOKUP_FIRST});
    note_made(c, arguments->call, table);
    return true;
}

static node_id test_join(struct compiler *c, struct flow *flow, const struct arguments *arguments,
                         bool plain) {
    struct text *fields, *keys;
    struct program *p = compile_program(c);
    size_t field_count = arguments_fields(arguments, "field", &fields);
    size_t key_count = arguments_texts(arguments, "key", &keys);
    if (!key_count) {
        keys = fields;
        key_count = field_count;
    }
    if (key_count != field_count) {
        diagnose_error(c->diagnostics, arguments->call->span, arguments->function->synopsis,
                       "join() has not as many keys as fields");
        return program_flag(p, true);
    }
    struct table table = {0};
    uint64_t most = arguments_limit(arguments, "max");
    if (!made_before(c, arguments->call, &table) &&
        !make_join(c, arguments, keys, key_count, most, &table))
        return program_flag(p, true);
    bool left = text_equal(arguments_text(arguments, "mode"), text_of("left"));
    if (most > 1 && !plain)
        return probe_all(c, flow, &table, fields, left, true, arguments->call->span);
    node_id found = probe(c, flow, &table, fields, plain, true);
    return left ? program_flag(p, true) : found;
}

/* ---- selfJoinFilter ----------------------------------------------------------------------- */

struct self_join {
    struct text *keys;
    size_t key_count;
    const struct value *where;
};

/* Keys for which each condition is true of some row. */
static void group_conditions(struct compiler *c, struct flow *flow, void *context) {
    const struct self_join *join = context;
    struct aggregates aggregates = {.where = NO_NODE};
    for (size_t i = 0; i < join->key_count; i++)
        aggregates_key(c, &aggregates, join->keys[i], compile_field(c, flow, join->keys[i]));
    size_t count = join->where->kind == VALUE_ARRAY ? join->where->count : 1;
    for (size_t i = 0; i < count; i++) {
        const struct value *condition =
            join->where->kind == VALUE_ARRAY ? join->where->items[i] : join->where;
        if (condition->kind != VALUE_PIPELINE) {
            diagnose_error(c->diagnostics, condition->span, "where=[{ filter }, { filter }]",
                           "expected a filter in { }");
            continue;
        }
        struct flow inner = {.scope = flow->scope, .alive = NO_NODE};
        compile_clause(c, &inner, condition->pipeline);
        aggregates.where = inner.alive;
        struct text name = compile_printf(c, "#where%zu", i);
        aggregates_add(c, &aggregates, AGGREGATE_COUNT, name);
        aggregates_column(c, &aggregates, name, TYPE_NUMBER);
    }
    aggregates.where = NO_NODE;
    compile_flush(c, flow);
    aggregates_end(c, flow, &aggregates, (struct group_order){.limit = UINT64_MAX});
    struct program *p = compile_program(c);
    for (size_t i = 0; i < aggregates.column_count; i++) {
        node_id hits = operand_number(c, scope_get(c, flow->scope, aggregates.names[i], false));
        flow_filter(c, flow, program_compare(p, NODE_LESS, program_number(p, 0), hits));
    }
    flow->scope = scope_only(c, flow->scope, join->keys, join->key_count);
}

/* Rows for which one of the conditions is true. */
static node_id any_condition(struct compiler *c, struct flow *flow, const struct value *where) {
    struct program *p = compile_program(c);
    size_t count = where->kind == VALUE_ARRAY ? where->count : 1;
    node_id any = program_flag(p, false);
    for (size_t i = 0; i < count; i++) {
        const struct value *condition = where->kind == VALUE_ARRAY ? where->items[i] : where;
        if (condition->kind != VALUE_PIPELINE) continue;
        struct flow inner = {.scope = flow->scope, .alive = NO_NODE};
        compile_clause(c, &inner, condition->pipeline);
        any = program_or(p, any, inner.alive == NO_NODE ? program_flag(p, true) : inner.alive);
    }
    return any;
}

static node_id test_self_join(struct compiler *c, struct flow *flow,
                              const struct arguments *arguments, bool plain) {
    struct self_join join = {.where = arguments_value(arguments, "where")};
    join.key_count = arguments_fields(arguments, "field", &join.keys);
    (void)plain;
    if (!flow->top || flow->aggregated || c->depth) {
        diagnose_error(c->diagnostics, arguments->call->span, NULL,
                       "selfJoinFilter() is a step of the query's own pipeline, before any "
                       "aggregate");
        return program_flag(compile_program(c), true);
    }
    struct pipeline before = {(struct step *)c->first, (size_t)(c->at - c->first), {0, 0}};
    struct trawl_plan *sub = compile_plan_with(c, &before, group_conditions, &join);
    struct table table = {0};
    plan_add_table(c, sub, &table, join.keys, join.key_count, join.key_count,
                   (struct table_options){LOOKUP_EXACT, false, 1, LOOKUP_FIRST});
    node_id found = probe(c, flow, &table, join.keys, true, false);
    if (!arguments_flag(arguments, "prefilter")) return found;
    return program_and(compile_program(c), found, any_condition(c, flow, join.where));
}

static const struct parameter match_parameters[] = {OPTIONAL("file", PARAM_TEXT, NULL),
                                                    OPTIONAL("table", PARAM_TEXT, NULL),
                                                    REQUIRED("field", PARAM_FIELDS),
                                                    OPTIONAL("column", PARAM_TEXTS, NULL),
                                                    OPTIONAL("include", PARAM_TEXTS, NULL),
                                                    ONE_OF("mode", "string", "string|glob|cidr"),
                                                    OPTIONAL("ignoreCase", PARAM_FLAG, "false"),
                                                    OPTIONAL("strict", PARAM_FLAG, "true"),
                                                    OPTIONAL("nrows", PARAM_LIMIT, "1"),
                                                    OPTIONAL("optional", PARAM_FLAG, "false"),
                                                    IGNORED("glob", PARAM_FLAG),
                                                    {0}};
static const struct parameter define_parameters[] = {REQUIRED("query", PARAM_PIPELINE),
                                                     OPTIONAL("include", PARAM_TEXTS, NULL),
                                                     REQUIRED("name", PARAM_TEXT),
                                                     IGNORED("start", PARAM_ANY),
                                                     IGNORED("end", PARAM_ANY),
                                                     IGNORED("view", PARAM_ANY),
                                                     {0}};
static const struct parameter join_parameters[] = {REQUIRED("query", PARAM_PIPELINE),
                                                   REQUIRED("field", PARAM_FIELDS),
                                                   OPTIONAL("key", PARAM_TEXTS, NULL),
                                                   OPTIONAL("include", PARAM_TEXTS, NULL),
                                                   ONE_OF("mode", "inner", "inner|left"),
                                                   OPTIONAL("max", PARAM_LIMIT, "1"),
                                                   IGNORED("limit", PARAM_LIMIT),
                                                   IGNORED("start", PARAM_ANY),
                                                   IGNORED("end", PARAM_ANY),
                                                   IGNORED("repo", PARAM_ANY),
                                                   IGNORED("view", PARAM_ANY),
                                                   IGNORED("live", PARAM_ANY),
                                                   {0}};
static const struct parameter self_parameters[] = {REQUIRED("field", PARAM_FIELDS),
                                                   REQUIRED("where", PARAM_ANY),
                                                   OPTIONAL("prefilter", PARAM_FLAG, "false"),
                                                   {0}};
const struct function functions_table[] = {
    {.name = "match",
     .group = GROUP,
     .synopsis = "match(file, field=, column=field, include=all, mode=string|glob|cidr, "
                 "ignoreCase=false, strict=true, nrows=1, optional=false)",
     .summary = "rows of a CSV file or table that have the field's value; adds their columns",
     .differs =
         "of several rows with one key the last nrows; optional=true, which is trawl's own: a "
         "file that is not there has no rows, and include= says its columns",
     .parameters = match_parameters,
     .test = test_match},
    {.name = "defineTable",
     .group = GROUP,
     .synopsis = "defineTable(query={...}, include=[columns], name=)",
     .summary = "a table for match(), made by a query that runs first",
     .parameters = define_parameters,
     .step = step_define_table},
    {.name = "join",
     .group = GROUP,
     .synopsis = "join(query={...}, field=, key=field, include=[columns], mode=inner|left, "
                 "max=1)",
     .summary = "rows for which the sub-query has one with the same key; !join(): has none",
     .differs = "no limit of rows; of several with one key the first max in input order",
     .parameters = join_parameters,
     .test = test_join},
    {.name = "selfJoinFilter",
     .group = GROUP,
     .synopsis = "selfJoinFilter([fields], where=[{ filter }, { filter }])",
     .summary = "rows whose key has, somewhere, a row for each of the filters",
     .differs = "exact",
     .parameters = self_parameters,
     .test = test_self_join},
    {0}};
