#include "tests/unit/syntax_print.h"

static const char *const symbols[] = {
    [OP_EQUAL] = "=",    [OP_NOT_EQUAL] = "!=",     [OP_LESS] = "<",    [OP_LESS_EQUAL] = "<=",
    [OP_GREATER] = ">",  [OP_GREATER_EQUAL] = ">=", [OP_LIKE] = "like", [OP_ADD] = "+",
    [OP_SUBTRACT] = "-", [OP_MULTIPLY] = "*",       [OP_DIVIDE] = "/",  [OP_REMAINDER] = "%",
    [OP_NEGATE] = "neg", [OP_NOT] = "not",          [OP_AND] = "and",   [OP_OR] = "or",
    [OP_LINK] = "<=>",
};

static void put(struct buffer *out, const char *text) {
    buffer_append(out, text, strlen(text));
}

static void put_text(struct buffer *out, const char *before, struct text text, const char *after) {
    put(out, before);
    buffer_append(out, text.data, text.length);
    put(out, after);
}

static void print_value(struct buffer *out, const struct value *value);

static void print_items(struct buffer *out, const struct value *value) {
    for (size_t i = 0; i < value->count; i++) {
        if (i) put(out, " ");
        print_value(out, value->items[i]);
    }
}

static void print_call(struct buffer *out, const struct call *call) {
    if (call->negated) put(out, "!");
    if (call->field.data) put_text(out, "", call->field, "=~");
    put_text(out, "", call->name, "(");
    for (size_t i = 0; i < call->count; i++) {
        const struct argument *argument = &call->arguments[i];
        if (i) put(out, " ");
        if (argument->name.length) put_text(out, "", argument->name, "=");
        print_value(out, argument->value);
    }
    put(out, ")");
}

static void print_regex(struct buffer *out, const struct value *value) {
    put_text(out, "/", value->text, "/");
    if (value->regex_flags & TRAWL_IGNORE_CASE) put(out, "i");
    if (value->regex_flags & TRAWL_MULTILINE) put(out, "m");
    if (value->regex_flags & TRAWL_DOTALL) put(out, "d");
    if (value->regex_flags & REGEX_GLOBAL) put(out, "g");
}

static void print_braces(struct buffer *out, const struct value *value) {
    if (value->text.length) put_text(out, "", value->text, ":");
    put(out, "{");
    print_pipeline(out, value->pipeline);
    put(out, "}");
    print_items(out, value);
}

static void print_value(struct buffer *out, const struct value *value) {
    switch (value->kind) {
        case VALUE_WORD:
            put_text(out, "", value->text, "");
            break;
        case VALUE_TEXT:
            put_text(out, "\"", value->text, "\"");
            break;
        case VALUE_NUMBER:
            put_text(out, "#", value->text, "");
            break;
        case VALUE_REGEX:
            print_regex(out, value);
            break;
        case VALUE_STAR:
            put(out, "*");
            break;
        case VALUE_CALL:
            print_call(out, value->call);
            break;
        case VALUE_PIPELINE:
            print_braces(out, value);
            break;
        case VALUE_PARAMETER:
            put_text(out, "?", value->text, value->count ? "=" : "");
            print_items(out, value);
            break;
        case VALUE_ARRAY:
            put(out, "[");
            print_items(out, value);
            put(out, "]");
            break;
        case VALUE_UNARY:
        case VALUE_BINARY:
            put(out, value->extension ? "(~" : "(");
            put(out, symbols[value->op]);
            put(out, " ");
            print_items(out, value);
            put(out, ")");
    }
}

static void print_filter(struct buffer *out, const struct filter *filter) {
    switch (filter->kind) {
        case FILTER_AND:
        case FILTER_OR:
        case FILTER_NOT:
            put(out, filter->kind == FILTER_AND  ? "(and"
                     : filter->kind == FILTER_OR ? "(or"
                                                 : "(not");
            for (size_t i = 0; i < filter->count; i++) {
                put(out, " ");
                print_filter(out, filter->children[i]);
            }
            put(out, ")");
            break;
        case FILTER_FIELD:
            put_text(out, "", filter->field, symbols[filter->op]);
            print_value(out, filter->pattern);
            break;
        case FILTER_TEXT:
            put(out, "text:");
            print_value(out, filter->pattern);
            break;
        case FILTER_CALL:
            print_call(out, filter->call);
            break;
        case FILTER_CONST:
            put(out, filter->truth ? "all" : "none");
    }
}

static void print_clauses(struct buffer *out, const struct step *step) {
    put(out, "{");
    for (size_t i = 0; i < step->clause_count; i++) {
        const struct clause *clause = &step->clauses[i];
        if (i) put(out, "; ");
        if (clause->guard) print_value(out, clause->guard);
        if (clause->guard) put(out, " => ");
        print_pipeline(out, clause->pipeline);
    }
    put(out, "}");
}

static void print_step(struct buffer *out, const struct step *step) {
    switch (step->kind) {
        case STEP_FILTER:
            print_filter(out, step->filter);
            break;
        case STEP_ASSIGN:
            put_text(out, step->indirect ? "`" : "", step->name, step->indirect ? "`:=" : ":=");
            print_value(out, step->value);
            break;
        case STEP_CALL:
            put(out, "call ");
            print_call(out, step->call);
            break;
        case STEP_SAVED:
            put(out, "saved ");
            print_call(out, step->call);
            break;
        case STEP_CASE:
            put(out, "case");
            print_clauses(out, step);
            break;
        case STEP_MATCH:
            put_text(out, "", step->name, " match");
            print_clauses(out, step);
            break;
        case STEP_STATS:
            put(out, "stats ");
            print_value(out, step->value);
    }
}

void print_pipeline(struct buffer *out, const struct pipeline *pipeline) {
    for (size_t i = 0; i < pipeline->count; i++) {
        if (i) put(out, " | ");
        print_step(out, &pipeline->steps[i]);
    }
}
