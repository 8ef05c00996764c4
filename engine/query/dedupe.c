/* dedupe.c - of records that are one event, delivered more than once, only the first goes on. */
#include <stdlib.h>
#include <string.h>

#include "engine/operator/unique.h"
#include "engine/query/compile.h"

static void destroy_unique(void *spec) {
    operator_unique.spec_free(spec);
}

/* What pass_on adds to. */
struct making {
    struct unique_spec *spec;
    struct program *program; /* of the stage */
};

/* The ledger counts flags among the outputs of the first stage by their names. */
static void name_output(struct compiler *c, struct program_output *output, struct text name) {
    if (output->name[0] != '#') return; /* it has one */
    char *copy = strndup(name.data, name.length);
    if (!copy) compile_no_memory(c);
    free(output->name);
    output->name = copy;
}

static void pass_on(struct compiler *c, void *context, struct text name, enum passing_claim claim,
                    size_t older) {
    struct making *making = context;
    struct unique_spec *spec = making->spec;
    (void)claim;
    size_t *columns = reallocarray(spec->columns, spec->column_count + 1, sizeof *columns);
    if (!columns) compile_no_memory(c);
    spec->columns = columns;
    columns[spec->column_count++] = older;
    if (older < making->program->output_count)
        name_output(c, &making->program->outputs[older], name);
}

void compile_dedupe(struct compiler *c, struct flow *flow) {
    if (!c->options->dedupe || !flow->top || c->plan->given || c->stage->before) return;
    struct program *p = compile_program(c);
    struct making *making = compile_alloc(c, sizeof *making);
    bool alone = flow->alone;
    making->program = p;
    making->spec = compile_own(c, calloc(1, sizeof *making->spec), destroy_unique);
    /* What the record is known by, else all of it; whatever the query calls by these names. */
    node_id key = program_coalesce(p, program_field_weak(p, "@event_id"),
                                   program_field_weak(p, "@rawstring"));
    making->spec->key = compile_output(c, key);
    compile_expand_stage(
        c, flow,
        &(struct passing){
            .kind = &operator_unique, .spec = making->spec, .add = pass_on, .context = making});
    flow->alone = alone;
}
