/* tune_when.c - the conditions of an entry. */
#include <stdlib.h>

#include "engine/base/error.h"
#include "engine/base/fold.h"
#include "engine/match/networks.h"
#include "engine/match/pattern.h"
#include "engine/query/tune.h"
#include "engine/scalar/glob.h"
#include "engine/scalar/network.h"

static bool is_network(const char *value, struct trawl_error *error) {
    bool valid = false;
    struct networks *networks = networks_new();
    bool good = networks && networks_add(networks, text_of(value), 0, &valid);
    networks_free(networks);
    if (!good) return error_memory(error), false;
    if (!valid)
        error_set(error, TRAWL_INVALID,
                  "\"%s\" is no network like 198.51.100.0/24 or 2001:db8::/32", value);
    return valid;
}

static bool is_pattern(const char *value, struct trawl_error *error) {
    struct pattern pattern = {0};
    enum trawl_status status = pattern_init(&pattern, value, 0, error);
    if (status == TRAWL_OK) pattern_free(&pattern);
    return status == TRAWL_OK;
}

bool trawl_test_takes(enum trawl_test test, const char *value, struct trawl_error *error) {
    switch (test) {
        case TRAWL_CIDR:
            return is_network(value, error);
        case TRAWL_REGEX:
            return is_pattern(value, error);
        default:
            return true;
    }
}

struct text tune_identity(struct compiler *c, const char *const *values, size_t count) {
    size_t size = 0;
    for (size_t i = 0; i < count; i++) size += strlen(values[i]) + 1;
    char *identity = compile_alloc(c, size), *at = identity;
    for (size_t i = 0; i < count; i++) at = stpcpy(at, values[i]) + 1;
    return (struct text){identity, size};
}

struct operand tune_field(struct compiler *c, struct scope *scope, struct text name) {
    return scope_get(c, scope_makes(c, scope, name) ? scope : scope_lowest(scope), name, false);
}

static void destroy_networks(void *networks) {
    networks_free(networks);
}

static node_id inside(struct compiler *c, node_id text, const struct trawl_condition *condition) {
    struct program *p = compile_program(c);
    struct networks *networks = compile_own(c, networks_new(), destroy_networks);
    for (size_t i = 0; i < condition->value_count; i++) {
        bool valid;
        if (!networks_add(networks, text_of(condition->values[i]), 0, &valid)) compile_no_memory(c);
    }
    struct operand field = operand_of(text);
    struct operand address = call_scalar(c, &scalar_address, NULL, text_of(""), &field, 1);
    compile_disown(c, networks);
    return program_inside(p, address.node, networks);
}

static node_id equals(struct compiler *c, node_id text, const struct trawl_condition *condition) {
    struct text *values = compile_alloc(c, (condition->value_count + 1) * sizeof *values);
    for (size_t i = 0; i < condition->value_count; i++)
        values[i] = compile_folded(c, text_of(condition->values[i]));
    struct program *p = compile_program(c);
    return program_in(p, program_lower(p, text), values, condition->value_count);
}

static node_id like(struct compiler *c, node_id text, const struct trawl_condition *condition) {
    struct text *patterns = compile_alloc(c, (condition->value_count + 1) * sizeof *patterns);
    for (size_t i = 0; i < condition->value_count; i++) patterns[i] = text_of(condition->values[i]);
    void *data = glob_new(patterns, condition->value_count, true);
    scalar_data(c, &scalar_glob, data);
    struct text identity = tune_identity(c, condition->values, condition->value_count);
    struct operand field = operand_of(text);
    return call_scalar(c, &scalar_glob, data, identity, &field, 1).node;
}

static node_id matches(struct compiler *c, node_id text, const struct trawl_condition *condition) {
    struct program *p = compile_program(c);
    node_id any = program_flag(p, false);
    for (size_t i = 0; i < condition->value_count; i++)
        any = program_or(p, any, program_matches(p, text, condition->values[i], 0));
    return any;
}

static node_id holds(struct compiler *c, node_id text, const struct trawl_condition *condition) {
    switch (condition->test) {
        case TRAWL_CIDR:
            return inside(c, text, condition);
        case TRAWL_GLOB:
            return like(c, text, condition);
        case TRAWL_REGEX:
            return matches(c, text, condition);
        default:
            return equals(c, text, condition);
    }
}

node_id tune_when(struct compiler *c, struct scope *scope, const struct trawl_tuning *entry) {
    struct program *p = compile_program(c);
    node_id all = program_flag(p, true);
    for (size_t i = 0; i < entry->condition_count; i++) {
        const struct trawl_condition *condition = &entry->conditions[i];
        node_id text = operand_text(c, tune_field(c, scope, text_of(condition->field)));
        all = program_and(p, all, holds(c, text, condition));
    }
    return all;
}
