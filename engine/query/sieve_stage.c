/* sieve_stage.c - the step that leaves out what a costly one behind it has no use for. */
#include <stdlib.h>

#include "engine/operator/sieve.h"
#include "engine/query/sequence_stage.h"

static void destroy_sieve(void *spec) {
    operator_sieve.spec_free(spec);
}

static void add_index(struct compiler *c, size_t **list, size_t *count, size_t index) {
    size_t *grown = reallocarray(*list, *count + 1, sizeof *grown);
    if (!grown) compile_no_memory(c);
    *list = grown;
    grown[(*count)++] = index;
}

static void pass_on(struct compiler *c, void *context, struct text name, enum passing_claim claim,
                    size_t older) {
    struct sieve_spec *spec = context;
    (void)name;
    (void)claim;
    add_index(c, &spec->columns, &spec->column_count, older);
}

void step_keep_groups(struct compiler *c, struct flow *flow, const struct arguments *arguments) {
    struct sieve_spec *spec = compile_own(c, calloc(1, sizeof *spec), destroy_sieve);
    struct text *fields;
    size_t count = arguments_fields(arguments, "field", &fields);
    for (size_t i = 0; i < count; i++) {
        struct operand key = compile_field(c, flow, fields[i]);
        add_index(c, &spec->keys, &spec->key_count, compile_output(c, operand_text(c, key)));
    }
    spec->flag = sequence_flag(c, flow, arguments_value(arguments, "where"));
    uint64_t least = arguments_limit(arguments, "least");
    spec->span = arguments_span_ns(arguments, "span");
    spec->after = spec->span ? arguments_span_ns(arguments, "after") : 0;
    spec->time_column = spec->span ? compile_time_column(c, flow) : SIZE_MAX;
    if (spec->span && spec->time_column == SIZE_MAX)
        diagnose_error(c->diagnostics, arguments_span(arguments, "span"), NULL,
                       "keepGroups() with span= goes by time, and these rows have no @timestamp");
    /* Keys that share a counter may be let through, so a greater number may be taken for this. */
    spec->least = (uint8_t)(least > SIEVE_LEAST_MOST ? SIEVE_LEAST_MOST : least ? least : 1);
    compile_expand_stage(
        c, flow,
        &(struct passing){.kind = &operator_sieve, .spec = spec, .add = pass_on, .context = spec});
}
