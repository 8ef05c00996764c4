/* saved.c - saved queries: $name() stands for the steps of the file NAME.cql. */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "engine/query/compile.h"

#define SAVED_DEPTH 20  /* inside one another */
#define MOST_SAVED 5000 /* each as often as it is used */

/* The whole file, of at most SYNTAX_LENGTH bytes and one more; owned by the compiler. data NULL:
 * errno. */
static struct text read_file(struct compiler *c, const char *path) {
    struct stat about;
    if (stat(path, &about) != 0) return (struct text){NULL, 0};
    if (!S_ISREG(about.st_mode)) {
        errno = S_ISDIR(about.st_mode) ? EISDIR : EINVAL;
        return (struct text){NULL, 0};
    }
    size_t most = (uint64_t)about.st_size < SYNTAX_LENGTH ? (size_t)about.st_size : SYNTAX_LENGTH;
    char *bytes = compile_alloc(c, most + 1); /* may leave: before the file is open */
    FILE *file = fopen(path, "re");
    if (!file) return (struct text){NULL, 0};
    size_t length = fread(bytes, 1, most + 1, file);
    int failure = ferror(file) ? errno : 0;
    fclose(file);
    errno = failure;
    return failure ? (struct text){NULL, 0} : (struct text){bytes, length};
}

static size_t saved_arguments(struct compiler *c, const struct call *call,
                              struct parameter_value **values) {
    *values = compile_alloc(c, (call->count + 1) * sizeof **values);
    size_t count = 0;
    for (size_t i = 0; i < call->count; i++) {
        const struct argument *argument = &call->arguments[i];
        const struct value *value = compile_resolve(c, argument->value);
        struct text literal = value_literal(value);
        if (!argument->name.length || !literal.data) {
            diagnose_error(c->diagnostics, argument->span, "$name(parameter=\"value\")",
                           "a saved query takes named texts");
            continue;
        }
        (*values)[count++] = (struct parameter_value){argument->name, literal};
    }
    return count;
}

static void destroy_diagnostics(void *diagnostics) {
    trawl_diagnostics_free(diagnostics);
}

/* What is wrong inside the saved query, said at the place of the call: its own places are in
 * another text. */
static void forward(struct compiler *c, const struct trawl_diagnostics *inner,
                    const struct call *call, const char *path) {
    for (size_t i = 0; i < trawl_diagnostics_count(inner); i++) {
        struct trawl_diagnostic found = trawl_diagnostics_get(inner, i);
        if (!found.warning)
            diagnose_error(c->diagnostics, call->name_span, found.hint, "%s:%zu:%zu: %s", path,
                           found.line, found.column, found.message);
    }
}

static void inline_query(struct compiler *c, struct flow *flow, const struct call *call,
                         struct text text, const char *path) {
    struct parameter_value *values;
    size_t count = saved_arguments(c, call, &values);
    compile_flush(c, flow);
    struct compiler outer = *c;
    struct rest rest = {call->name, outer.next, outer.last, outer.rest};
    c->rest = &rest;
    c->arguments = values;
    c->argument_count = count;
    c->diagnostics = compile_own(c, diagnostics_new(text.data, text.length), destroy_diagnostics);
    c->syntax = compile_parse(c, text, c->diagnostics);
    c->depth++;
    compile_steps(c, flow, syntax_pipeline(c->syntax));
    compile_flush(c, flow);
    struct trawl_diagnostics *inner = c->diagnostics;
    c->argument_count = outer.argument_count;
    c->arguments = outer.arguments;
    c->diagnostics = outer.diagnostics;
    c->syntax = outer.syntax;
    c->depth = outer.depth;
    compile_back_to(c, &outer);
    forward(c, inner, call, path);
}

static struct text saved_path(struct compiler *c, const struct call *call) {
    return compile_printf(c, "%s/%.*s.cql", c->options->saved, (int)call->name.length,
                          call->name.data);
}

const struct pipeline *compile_saved_pipeline(struct compiler *c, const struct call *call) {
    if (!c->options->saved || !compile_inside_folder(call->name)) return NULL;
    struct text text = read_file(c, saved_path(c, call).data);
    if (!text.data) return NULL;
    struct trawl_diagnostics *unsaid =
        compile_own(c, diagnostics_new(text.data, text.length), destroy_diagnostics);
    return syntax_pipeline(compile_parse(c, text, unsaid));
}

/* Whether the saved query is one of those that are being inlined. */
static bool is_inside(const struct compiler *c, struct text name) {
    for (const struct rest *rest = c->rest; rest; rest = rest->outer)
        if (text_equal(rest->name, name)) return true;
    return false;
}

void compile_saved(struct compiler *c, struct flow *flow, const struct step *step) {
    const struct call *call = step->call;
    if (!c->options->saved) {
        struct text what =
            compile_printf(c, "the saved query $%.*s(): give its folder with --saved, as NAME.cql",
                           (int)call->name.length, call->name.data);
        compile_need(c, step->span, "--saved FOLDER, with the query in NAME.cql", what.data);
        return;
    }
    if (c->saved_count++ == MOST_SAVED)
        compile_give_up(c, "this is too much of saved queries in one another");
    if (c->depth == SAVED_DEPTH) {
        diagnose_error(c->diagnostics, step->span, NULL,
                       "saved queries stand more than %d deep in one another", SAVED_DEPTH);
        return;
    }
    if (is_inside(c, call->name)) {
        diagnose_error(c->diagnostics, step->span, NULL, "the saved query %.*s stands in itself",
                       (int)call->name.length, call->name.data);
        return;
    }
    if (!compile_inside_folder(call->name)) {
        diagnose_error(c->diagnostics, step->span, NULL, "this is no name of a saved query");
        return;
    }
    struct text path = saved_path(c, call);
    struct text text = read_file(c, path.data);
    if (text.data)
        inline_query(c, flow, call, text, path.data);
    else
        diagnose_error(c->diagnostics, step->span, NULL, "%s: %s", path.data, strerror(errno));
}
