/* expand_stage.c - stages whose operator passes rows on: what a name means behind it. */
#include <stdlib.h>

#include "engine/operator/expand.h"
#include "engine/query/compile.h"

/* A stage that ended with an operator that passes rows on. */
struct passed {
    struct stage *stage;
    struct passing passing;
};

/* ---- names behind the operator ------------------------------------------------------------ */

static size_t add_column(struct compiler *c, struct stage *stage, struct text name,
                         enum value_type type) {
    size_t count = stage->column_count;
    stage->columns = compile_grow(c, stage->columns, count, sizeof *stage->columns);
    stage->types = compile_grow(c, stage->types, count, sizeof *stage->types);
    stage->printed = compile_grow(c, stage->printed, count, sizeof *stage->printed);
    stage->columns[count] = compile_text(c, name);
    stage->types[count] = stage->printed[count] = type;
    return stage->column_count++;
}

/* The value of before as an output of the stage; SIZE_MAX: it is missing in all rows. */
static size_t output_of(struct compiler *c, struct scope *scope, struct text name, bool wanted,
                        enum value_type *type) {
    struct operand value = scope_get(c, scope, name, wanted);
    node_id node = value.known == NO_NODE ? value.node : operand_text(c, value);
    if (node == operand_missing(c).node) return SIZE_MAX;
    *type = program_type(compile_program(c), node);
    return compile_output(c, node);
}

/* The column of a name that is asked for the first time; SIZE_MAX: there is nothing. */
static size_t ask(struct compiler *c, struct passed *passed, struct text name, bool wanted) {
    const struct passing *passing = &passed->passing;
    enum passing_claim claim = passing->claim && !scope_is_origin(c, name)
                                   ? passing->claim(passing->context, name)
                                   : PASSING_NAME;
    enum value_type type = TYPE_TEXT;
    size_t older = SIZE_MAX;
    if (claim != PASSING_MADE) {
        struct stage *now = c->stage;
        c->stage = passed->stage;
        older =
            output_of(c, passed->stage->flow.scope, name, wanted && claim == PASSING_NAME, &type);
        c->stage = now;
    }
    if (claim == PASSING_NAME && older == SIZE_MAX) return SIZE_MAX;
    if (claim == PASSING_OVER) type = TYPE_TEXT;
    passing->add(c, passing->context, name, claim, older);
    size_t column = add_column(c, passed->stage, name, type);
    const struct program *before = passed->stage->program;
    if (claim == PASSING_NAME && older < before->output_count)
        passed->stage->printed[column] =
            compile_printed(passed->stage, before->outputs[older].node);
    return column;
}

static struct operand passed_field(struct compiler *c, void *context, struct text name,
                                   bool wanted) {
    struct passed *passed = context;
    const struct stage *stage = passed->stage;
    size_t column = 0;
    while (column < stage->column_count && !text_equal(stage->columns[column], name)) column++;
    if (column == stage->column_count) column = ask(c, passed, name, wanted);
    return column == SIZE_MAX ? operand_missing(c) : compile_column(c, stage, column);
}

/* Columns of before and of the operator; NULL: not known, as before. */
static const struct text *names_behind(struct compiler *c, struct scope *before,
                                       const struct passing *passing, size_t *count) {
    struct text *names, *all;
    *count = 0;
    if (scope_open(before)) return NULL;
    size_t known = scope_names(c, before, &names);
    all = compile_alloc(c, (known + passing->count + 1) * sizeof *all);
    for (size_t i = 0; i < known; i++) all[(*count)++] = names[i];
    for (size_t i = 0; i < passing->count; i++) {
        bool again = false;
        for (size_t k = 0; k < known; k++) again = again || text_equal(names[k], passing->names[i]);
        if (!again) all[(*count)++] = passing->names[i];
    }
    return all;
}

void compile_expand_stage(struct compiler *c, struct flow *flow, const struct passing *passing) {
    struct scope *before = flow->scope;
    bool aggregated = flow->aggregated;
    struct passed *passed = compile_alloc(c, sizeof *passed);
    size_t count;
    passed->stage = c->stage;
    passed->passing = *passing;
    compile_end_stage(c, flow, passing->kind, passing->spec, NULL, NULL, 0);
    /* In arrays that can grow. */
    passed->stage->columns = NULL;
    passed->stage->types = passed->stage->printed = NULL;
    for (size_t i = 0; i < passing->count; i++) {
        compile_mention(c, passing->names[i]);
        add_column(c, passed->stage, passing->names[i], passing->types[i]);
    }
    const struct text *names = names_behind(c, before, passing, &count);
    flow->scope = scope_bottom(c, passed_field, passed, names, count);
    flow->aggregated = aggregated;
}

/* ---- rows of a table ---------------------------------------------------------------------- */

struct expansion {
    struct expansion *before; /* that the step asked for earlier */
    const struct stage *stage;
    const struct lookup *lookup;
    struct operand *keys;
    struct text *hidden; /* [key_count]: what the keys are called on their way */
    size_t key_count;
    const struct text *names;
    size_t count;
    bool keep, fill;
    struct span span;
};

static void destroy_expand(void *spec) {
    operator_expand.spec_free(spec);
}

void compile_expand_column(struct compiler *c, struct expand_spec *spec,
                           struct expand_column column) {
    struct expand_column *columns =
        reallocarray(spec->columns, spec->column_count + 1, sizeof *columns);
    if (!columns) {
        free(column.path);
        compile_no_memory(c);
    }
    spec->columns = columns;
    columns[spec->column_count++] = column;
}

static void pass_column(struct compiler *c, void *context, struct text name,
                        enum passing_claim claim, size_t older) {
    (void)name;
    (void)claim;
    compile_expand_column(c, context,
                          (struct expand_column){EXPAND_PASSED, older, NULL, SIZE_MAX, false});
}

struct expand_spec *compile_expand_spec(struct compiler *c, enum expand_kind kind) {
    struct expand_spec *spec = compile_own(c, calloc(1, sizeof *spec), destroy_expand);
    spec->kind = kind;
    spec->again = c->stage->before && c->stage->before->kind == &operator_expand;
    return spec;
}

void compile_rows_of(struct compiler *c, struct flow *flow, const struct lookup *lookup,
                     struct operand *keys, size_t key_count, const struct text *names, size_t count,
                     bool keep, bool fill, struct span span) {
    if (!flow->top && c->next)
        diagnose_error(c->diagnostics, span, "put it at the end of the clause",
                       "several rows of a table can be had at the end of a clause only");
    struct expansion *expansion = compile_alloc(c, sizeof *expansion);
    *expansion = (struct expansion){.before = c->expansion,
                                    .stage = c->stage,
                                    .lookup = lookup,
                                    .keys = keys,
                                    .hidden = compile_alloc(c, (key_count + 1) * sizeof *names),
                                    .key_count = key_count,
                                    .names = names,
                                    .count = count,
                                    .keep = keep,
                                    .fill = fill,
                                    .span = span};
    c->expansion = expansion;
}

void compile_rows_where(struct compiler *c, const struct expansion *before, node_id taken) {
    for (struct expansion *at = c->expansion; at != before; at = at->before) {
        for (size_t i = 0; i < at->key_count; i++)
            at->keys[i] = operand_select(c, taken, at->keys[i], operand_missing(c));
        at->keep = true;
    }
}

static void set_keys(struct compiler *c, struct flow *flow, const struct expansion *expansion,
                     struct expand_spec *spec) {
    spec->keys = calloc(expansion->key_count + 1, sizeof *spec->keys);
    if (!spec->keys) compile_no_memory(c);
    for (; spec->key_count < expansion->key_count; spec->key_count++) {
        struct operand key = scope_get(c, flow->scope, expansion->hidden[spec->key_count], false);
        spec->keys[spec->key_count] = compile_output(c, operand_text(c, key));
    }
}

static void expand(struct compiler *c, struct flow *flow, const struct expansion *expansion) {
    struct expand_spec *spec = compile_expand_spec(c, EXPAND_LOOKUP);
    enum value_type *types = compile_alloc(c, (expansion->count + 1) * sizeof *types);
    spec->lookup = expansion->lookup;
    spec->keep = expansion->keep;
    set_keys(c, flow, expansion, spec);
    for (size_t i = 0; i < expansion->count; i++) {
        size_t older = output_of(c, flow->scope, expansion->names[i], false, &types[i]);
        types[i] = TYPE_TEXT;
        compile_expand_column(c, spec,
                              (struct expand_column){EXPAND_CELL, expansion->key_count + i, NULL,
                                                     older, expansion->fill});
    }
    compile_expand_stage(c, flow,
                         &(struct passing){.kind = &operator_expand,
                                           .spec = spec,
                                           .names = expansion->names,
                                           .types = types,
                                           .count = expansion->count,
                                           .add = pass_column,
                                           .context = spec});
}

/* Gives the keys names, so that they pass the stages before their own. The first asked for is the
 * first to be made. */
static struct expansion *in_order(struct compiler *c, struct flow *flow) {
    struct expansion *ordered = NULL;
    for (struct expansion *at = c->expansion, *before; at; at = before) {
        before = at->before;
        at->before = ordered;
        ordered = at;
    }
    size_t number = 0;
    for (struct expansion *at = ordered; at; at = at->before) {
        for (size_t i = 0; i < at->key_count; i++) {
            at->hidden[i] = compile_printf(c, "#key%zu", number++);
            flow->scope = scope_bind(c, flow->scope, at->hidden[i], at->keys[i]);
        }
    }
    return ordered;
}

void compile_expansion(struct compiler *c, struct flow *flow) {
    if (!c->expansion || !flow->top) return;
    if (c->expansion->stage != c->stage) {
        diagnose_error(c->diagnostics, c->expansion->span, "put it into a step of its own",
                       "several rows of a table cannot be had inside an aggregate");
        c->expansion = NULL;
        return;
    }
    compile_tune(c, flow);
    const struct expansion *ordered = in_order(c, flow);
    c->expansion = NULL;
    compile_dedupe(c, flow);
    for (const struct expansion *at = ordered; at; at = at->before) expand(c, flow, at);
    for (const struct expansion *at = ordered; at; at = at->before)
        for (size_t i = 0; i < at->key_count; i++)
            flow->scope = scope_drop(c, flow->scope, at->hidden[i]);
}
