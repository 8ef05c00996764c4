#include "tests/unit/naive.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/time.h"
#include "tests/unit/columns.h"

/* ---- scalars ------------------------------------------------------------------------------ */

static struct text text_of_datum(const struct datum *datum, char room[NUMBER_TEXT]) {
    struct text text = {"-", 1};
    datum_as_text(datum, room, &text);
    return text;
}

static enum trawl_status joined(const struct scalar_call *call, struct datum *result,
                                struct trawl_error *error) {
    (void)error;
    char room[NUMBER_TEXT];
    size_t exes = 0;
    cr_assert_eq(call->out->length, 0);
    cr_assert(call->scratch == call->data, "scratch_new was asked with data");
    for (size_t i = 0; i < call->count; i++) {
        struct text text = text_of_datum(&call->args[i], room);
        exes += text_equal(text, text_of("x"));
        buffer_append_char(call->out, '[');
        buffer_append(call->out, text.data, text.length);
        buffer_append_char(call->out, ']');
    }
    if (exes < 3) *result = datum_text((struct text){call->out->data, call->out->length});
    return TRAWL_OK;
}

static double length_of(const struct datum *args, size_t count) {
    char room[NUMBER_TEXT];
    double length = 0;
    for (size_t i = 0; i < count; i++)
        length +=
            args[i].kind == DATUM_MISSING ? 1000 : (double)text_of_datum(&args[i], room).length;
    return length;
}

static enum trawl_status length(const struct scalar_call *call, struct datum *result,
                                struct trawl_error *error) {
    (void)error;
    *result = datum_number(length_of(call->args, call->count));
    return TRAWL_OK;
}

static enum trawl_status is_long(const struct scalar_call *call, struct datum *result,
                                 struct trawl_error *error) {
    (void)error;
    if (call->count) *result = datum_number(length_of(call->args, call->count) > 5);
    return TRAWL_OK;
}

static void *same_scratch(const void *data) {
    return (void *)data;
}
static void scratch_left(void *scratch) {
    cr_assert(scratch);
}

static const struct scalar scalar_joined = {"joined",     TYPE_TEXT,    joined, free,
                                            same_scratch, scratch_left, NULL};
static const struct scalar scalar_length = {"length", TYPE_NUMBER, length, NULL, NULL, NULL, NULL};
static const struct scalar scalar_long = {"long", TYPE_FLAG, is_long, NULL, NULL, NULL, NULL};

/* ---- making ------------------------------------------------------------------------------- */

static const char *const words[] = {"red",  "blue", "",   "x",     "gr\303\274n", "Red",
                                    "true", "1",    "10", "false", "2.5",         "GR\303\234N"};
enum { WORDS = 12 };
static const char *const subnets[] = {"10.0.0.0/8", "10.1.0.0/16", "2001:db8::/32", "0.0.0.0/0"};

static uint32_t add(struct naive *naive, struct naive_expression e) {
    cr_assert_neq(e.node, NO_NODE, "kind %d: %s", e.kind, naive->program->failure.message);
    e.type = program_type(naive->program, e.node);
    naive->expressions[naive->count] = e;
    return naive->count++;
}

void naive_init(struct naive *naive, uint32_t field_count) {
    *naive = (struct naive){.program = program_new(), .field_count = field_count};
    cr_assert(naive->program);
    struct program *p = naive->program;
    char name[20];
    for (uint32_t f = 0; f < field_count; f++) {
        snprintf(name, sizeof name, "field%u", f);
        add(naive,
            (struct naive_expression){.kind = N_FIELD, .a = f, .node = program_field(p, name)});
    }
    for (uint32_t i = 0; i < WORDS; i++)
        add(naive,
            (struct naive_expression){
                .kind = N_TEXT, .words = {words[i]}, .node = program_text(p, text_of(words[i]))});
    static const double numbers[] = {0, 1, -2.5, 10, 1e300};
    for (uint32_t i = 0; i < 5; i++)
        add(naive,
            (struct naive_expression){
                .kind = N_NUMBER, .number = numbers[i], .node = program_number(p, numbers[i])});
    for (uint32_t i = 0; i < 2; i++)
        add(naive,
            (struct naive_expression){.kind = N_FLAG, .number = i, .node = program_flag(p, i)});
    static const enum value_type types[] = {TYPE_TEXT, TYPE_NUMBER, TYPE_TIME};
    for (uint32_t i = 0; i < 3; i++)
        add(naive,
            (struct naive_expression){.kind = N_MISSING, .node = program_missing(p, types[i])});
    add(naive, (struct naive_expression){
                   .kind = N_TIME, .a = 3, .node = program_time(p, naive->expressions[3].node)});
}

void naive_free(struct naive *naive) {
    program_free(naive->program);
}

uint32_t naive_pick(const struct naive *naive, uint64_t *seed, enum value_type type) {
    for (;;) {
        uint32_t i = random_below(seed, naive->count);
        if (naive->expressions[i].type == type) return i;
    }
}

static node_id node_of(const struct naive *naive, uint32_t expression) {
    return naive->expressions[expression].node;
}

static struct networks *random_networks(struct naive_expression *e, uint64_t *seed) {
    struct networks *networks = networks_new();
    for (size_t i = 0; i < 2; i++) {
        bool valid;
        e->words[i] = subnets[random_below(seed, 4)];
        cr_assert(networks_add(networks, text_of(e->words[i]), (uint32_t)i, &valid) && valid);
    }
    return networks;
}

static node_id random_in(struct naive *naive, struct naive_expression *e, uint64_t *seed) {
    struct text values[4];
    e->count = random_below(seed, 5);
    for (size_t i = 0; i < e->count; i++) {
        e->words[i] = words[random_below(seed, WORDS)];
        values[i] = text_of(e->words[i]);
    }
    if (e->count == 1) return program_equals(naive->program, node_of(naive, e->a), e->words[0]);
    return program_in(naive->program, node_of(naive, e->a), values, e->count);
}

static node_id random_call(struct naive *naive, struct naive_expression *e, uint64_t *seed,
                           const struct scalar *scalar) {
    node_id operands[4];
    e->count = random_below(seed, 4);
    for (size_t i = 0; i < e->count; i++) {
        e->operands[i] = naive_pick(naive, seed, random_below(seed, 4) ? TYPE_TEXT : TYPE_NUMBER);
        if (random_below(seed, 2)) e->operands[i] = naive->field_count + random_below(seed, WORDS);
        if (random_below(seed, 8) == 0) e->operands[i] = naive_pick(naive, seed, TYPE_FLAG);
        operands[i] = node_of(naive, e->operands[i]);
    }
    return program_call(naive->program, scalar, scalar == &scalar_joined ? malloc(1) : NULL,
                        text_of("same"), operands, e->count);
}

static node_id random_sum(struct naive *naive, struct naive_expression *e, uint64_t *seed) {
    node_id flags[4];
    e->count = random_below(seed, 5);
    for (size_t i = 0; i < e->count; i++)
        flags[i] = node_of(naive, e->operands[i] = naive_pick(naive, seed, TYPE_FLAG));
    return program_sum(naive->program, flags, e->count);
}

static enum value_type random_type(uint64_t *seed) {
    static const enum value_type types[] = {TYPE_TEXT, TYPE_TEXT,   TYPE_NUMBER,
                                            TYPE_FLAG, TYPE_NUMBER, TYPE_TIME};
    return types[random_below(seed, 6)];
}

/* What a kind takes. */
static enum value_type operand_type(enum naive_kind kind, uint64_t *seed) {
    switch (kind) {
        case N_TO_TEXT:
        case N_TO_NUMBER:
        case N_PRESENT:
        case N_SELECT:
        case N_COALESCE:
            return random_type(seed);
        case N_ARITHMETIC:
        case N_NEGATE:
        case N_COMPARE:
            return TYPE_NUMBER;
        case N_MILLIS:
            return TYPE_TIME;
        case N_AND:
        case N_OR:
        case N_NOT:
            return TYPE_FLAG;
        default:
            return TYPE_TEXT;
    }
}

static node_id make(struct naive *naive, struct naive_expression *e, uint64_t *seed) {
    struct program *p = naive->program;
    node_id a = node_of(naive, e->a), b = node_of(naive, e->b);
    char regex[40];
    switch (e->kind) {
        case N_LOWER:
            return program_lower(p, a);
        case N_TO_TEXT:
            return program_to_text(p, a);
        case N_JOINED:
            return random_call(naive, e, seed, &scalar_joined);
        case N_TO_NUMBER:
            return program_to_number(p, a);
        case N_ARITHMETIC:
            e->op = NODE_ADD + (random_below(seed, 2) ? 0 : random_below(seed, 5));
            return program_arithmetic(p, e->op, a, b);
        case N_NEGATE:
            return program_negate(p, a);
        case N_SUM:
            return random_sum(naive, e, seed);
        case N_MILLIS:
            return program_millis(p, a);
        case N_LENGTH:
            return random_call(naive, e, seed, &scalar_length);
        case N_TIME:
            return program_time(p, a);
        case N_PRESENT:
            return program_present(p, a);
        case N_IN:
            return random_in(naive, e, seed);
        case N_SAME:
            return program_same(p, a, b);
        case N_DIFFERS:
            return program_differs(p, a, b);
        case N_EQUIVALENT:
            return program_equivalent(p, a, b);
        case N_COMPARE:
            e->op = NODE_LESS + random_below(seed, 3);
            return program_compare(p, e->op, a, b);
        case N_CONTAINS:
            e->words[0] = words[random_below(seed, 6)];
            return program_matches(p, a, e->words[0], 0);
        case N_STARTS: /* by Hyperscan and PCRE2, or by PCRE2 alone */
            e->words[0] = words[random_below(seed, 6)];
            snprintf(regex, sizeof regex, "%s%s", random_below(seed, 2) ? "^" : "\\A", e->words[0]);
            return program_matches(p, a, regex, 0);
        case N_INSIDE:
            return program_inside(p, a, random_networks(e, seed));
        case N_LONG:
            return random_call(naive, e, seed, &scalar_long);
        case N_AND:
            return program_and(p, a, b);
        case N_OR:
            return program_or(p, a, b);
        case N_NOT:
            return program_not(p, a);
        case N_SELECT:
            e->c = naive_pick(naive, seed, TYPE_FLAG);
            return program_select(p, node_of(naive, e->c), a, b);
        case N_COALESCE:
            return program_coalesce(p, a, b);
        default:
            return NO_NODE;
    }
}

static bool is_leaf(enum naive_kind kind) {
    return kind == N_FIELD || kind == N_TEXT || kind == N_MISSING || kind == N_NUMBER ||
           kind == N_FLAG;
}

void naive_grow(struct naive *naive, uint64_t *seed) {
    struct naive_expression e = {.kind = random_below(seed, N_KINDS)};
    if (is_leaf(e.kind) || random_below(seed, 4) == 0) e.kind = N_SELECT;
    enum value_type type = operand_type(e.kind, seed);
    e.a = naive_pick(naive, seed, type);
    e.b = naive_pick(naive, seed, type);
    e.node = make(naive, &e, seed);
    add(naive, e);
}

/* ---- meaning ------------------------------------------------------------------------------ */

/* Texts of one row. */
struct row_memory {
    char bytes[1 << 20];
    size_t used;
};

static struct text keep(struct row_memory *memory, struct text text) {
    cr_assert(memory->used + text.length <= sizeof memory->bytes);
    char *to = memory->bytes + memory->used;
    if (text.length) memcpy(to, text.data, text.length);
    memory->used += text.length;
    return (struct text){to, text.length};
}

static struct naive_value text_value(struct text text) {
    return (struct naive_value){.present = true, .text = text};
}
static struct naive_value number_value(double number) {
    return (struct naive_value){.present = isfinite(number), .number = number};
}
static struct naive_value flag_value(bool flag) {
    return (struct naive_value){.present = true, .flag = flag};
}

/* ASCII, and the one other capital among the tests' values. */
static struct text lowered(struct row_memory *memory, struct text text) {
    struct text copy = keep(memory, text);
    char *to = (char *)copy.data;
    for (size_t i = 0; i < copy.length; i++) {
        unsigned char c = (unsigned char)to[i];
        if (c < 0x80) to[i] = (char)tolower(c);
        if (i > 0 && c == 0x9C && (unsigned char)to[i - 1] == 0xC3) to[i] = (char)0xBC;
    }
    return copy;
}

static struct naive_value as_text(struct row_memory *memory, enum value_type type,
                                  struct naive_value value) {
    char printed[NUMBER_TEXT];
    if (!value.present || type == TYPE_TEXT) return value;
    if (type == TYPE_FLAG) return text_value(text_of(value.flag ? "true" : "false"));
    return text_value(keep(memory, (struct text){printed, number_print(value.number, printed)}));
}

static struct naive_value as_number(enum value_type type, struct naive_value value) {
    double number;
    if (type == TYPE_FLAG || !value.present) return (struct naive_value){0};
    if (type != TYPE_TEXT) return number_value(value.number);
    return number_parse(value.text, &number) ? number_value(number) : (struct naive_value){0};
}

static struct naive_value as_time(struct naive_value value) {
    value.present = value.present && time_parse(value.text, &value.time);
    if (value.present) value.number = floor((double)value.time / 1e6);
    return value;
}

static double calculated(enum node_op op, double a, double b) {
    switch (op) {
        case NODE_ADD:
            return a + b;
        case NODE_SUBTRACT:
            return a - b;
        case NODE_MULTIPLY:
            return a * b;
        case NODE_DIVIDE:
            return a / b;
        default:
            return fmod(a, b);
    }
}

static bool equivalent(struct text a, struct text b) {
    double x, y;
    if (number_parse(a, &x) && number_parse(b, &y)) return x == y;
    return text_equal(a, b);
}

static size_t arguments(const struct naive *naive, const struct naive_expression *e,
                        const struct naive_value *values, struct row_memory *memory,
                        struct datum args[4]) {
    for (size_t i = 0; i < e->count; i++) {
        struct naive_value text =
            as_text(memory, naive->expressions[e->operands[i]].type, values[e->operands[i]]);
        args[i] = text.present ? datum_text(text.text) : datum_missing();
    }
    return e->count;
}

static struct naive_value joined_value(struct row_memory *memory, const struct datum *args,
                                       size_t count) {
    struct buffer out = {0};
    struct datum result = datum_missing();
    char data;
    struct scalar_call call = {&data, &data, args, count, &out};
    joined(&call, &result, NULL);
    struct naive_value value = {0};
    if (result.kind == DATUM_TEXT) value = text_value(keep(memory, result.text));
    buffer_free(&out);
    return value;
}

static bool in_words(const struct naive_expression *e, struct text text) {
    for (size_t i = 0; i < e->count; i++)
        if (text_equal(text, text_of(e->words[i]))) return true;
    return false;
}

static bool inside(const struct naive_expression *e, struct text text) {
    bool found = false;
    for (size_t i = 0; i < 2; i++) {
        struct networks *networks = networks_new();
        bool valid;
        networks_add(networks, text_of(e->words[i]), 1, &valid);
        found |= networks_find(networks, text) == 1;
        networks_free(networks);
    }
    return found;
}

static bool contains(struct text text, const char *word) {
    return strlen(word) == 0 || memmem(text.data, text.length, word, strlen(word));
}

static struct naive_value meaning(const struct naive *naive, const struct naive_expression *e,
                                  const struct naive_value *values, const char *const *fields,
                                  struct row_memory *memory) {
    struct naive_value a = values[e->a], b = values[e->b], none = {0};
    enum value_type a_type = naive->expressions[e->a].type;
    bool both = a.present && b.present;
    double sum = 0;
    struct datum args[4];
    switch (e->kind) {
        case N_FIELD:
            return fields[e->a] ? text_value(text_of(fields[e->a])) : none;
        case N_TEXT:
            return text_value(text_of(e->words[0]));
        case N_NUMBER:
            return number_value(e->number);
        case N_FLAG:
            return flag_value(e->number != 0);
        case N_LOWER:
            return a.present ? text_value(lowered(memory, a.text)) : none;
        case N_TO_TEXT:
            return as_text(memory, a_type, a);
        case N_JOINED:
            return joined_value(memory, args, arguments(naive, e, values, memory, args));
        case N_TO_NUMBER:
            return as_number(a_type, a);
        case N_ARITHMETIC:
            return both ? number_value(calculated(e->op, a.number, b.number)) : none;
        case N_NEGATE:
            return a.present ? number_value(-a.number) : none;
        case N_SUM:
            for (size_t i = 0; i < e->count; i++) sum += values[e->operands[i]].flag;
            return number_value(sum);
        case N_MILLIS:
            return a.present ? number_value(a.number) : none;
        case N_LENGTH:
            return number_value(length_of(args, arguments(naive, e, values, memory, args)));
        case N_TIME:
            return as_time(a);
        case N_PRESENT:
            return flag_value(a.present);
        case N_IN:
            return flag_value(a.present && in_words(e, a.text));
        case N_SAME:
            return flag_value(both && text_equal(a.text, b.text));
        case N_DIFFERS:
            return flag_value(both && !text_equal(a.text, b.text));
        case N_EQUIVALENT:
            return flag_value(both && equivalent(a.text, b.text));
        case N_COMPARE:
            return flag_value(both && (e->op == NODE_LESS         ? a.number < b.number
                                       : e->op == NODE_LESS_EQUAL ? a.number <= b.number
                                                                  : a.number == b.number));
        case N_CONTAINS:
            return flag_value(a.present && contains(a.text, e->words[0]));
        case N_STARTS:
            return flag_value(a.present && a.text.length >= strlen(e->words[0]) &&
                              memcmp(a.text.data, e->words[0], strlen(e->words[0])) == 0);
        case N_INSIDE:
            return flag_value(a.present && inside(e, a.text));
        case N_LONG:
            return flag_value(length_of(args, arguments(naive, e, values, memory, args)) > 5);
        case N_AND:
            return flag_value(a.flag && b.flag);
        case N_OR:
            return flag_value(a.flag || b.flag);
        case N_NOT:
            return flag_value(!a.flag);
        case N_SELECT:
            return values[e->c].flag ? a : b;
        case N_COALESCE:
            return a.present ? a : b;
        default:
            return none;
    }
}

const struct naive_value *naive_row(const struct naive *naive, const char *const *fields) {
    static struct row_memory memory;
    static struct naive_value values[NAIVE_MOST];
    memory.used = 0;
    for (uint32_t i = 0; i < naive->count; i++)
        values[i] = meaning(naive, &naive->expressions[i], values, fields, &memory);
    return values;
}
