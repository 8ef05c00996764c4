#include "template.h"

#include <assert.h>
#include <stdlib.h>

static const char *const op_names[TEMPLATE_END] = {
#define X(name) [FIELD_##name] = #name,
    TEMPLATE_FIELDS(X)
#undef X
        [OPEN_JSON] = "json(",
    [CLOSE_JSON] = "json)",
    [OPEN_CSV] = "csv(",
    [CLOSE_CSV] = "csv)",
};

enum { REGIONS_DEEP = 4 };

static enum template_op op_named(const char *name, size_t length) {
    for (int op = 0; op < TEMPLATE_END; op++)
        if (strlen(op_names[op]) == length && !memcmp(op_names[op], name, length))
            return (enum template_op)op;
    assert(false && "a field of this name");
    return TEMPLATE_END;
}

bool template_compile(struct template *template, const char *source) {
    size_t count = 1;
    for (const char *at = source; (at = strstr(at, "${")); at += 2) count++;
    *template = (struct template){strdup(source), calloc(count, sizeof *template->steps)};
    if (!template->text || !template->steps) {
        template_free(template);
        return false;
    }
    for (char *c = template->text; *c; c++)
        if (*c == '\'') *c = '"';
    const char *at = template->text;
    for (size_t i = 0; i < count; i++) {
        const char *dollar = strstr(at, "${");
        size_t length = dollar ? (size_t)(dollar - at) : strlen(at);
        template->steps[i] = (struct template_step){{at, length}, TEMPLATE_END};
        if (!dollar) break;
        const char *close = strchr(dollar, '}');
        assert(close);
        template->steps[i].op = op_named(dollar + 2, (size_t)(close - dollar - 2));
        at = close + 1;
    }
    return true;
}

void template_free(struct template *template) {
    free(template->text);
    free(template->steps);
    *template = (struct template){0};
}

bool template_render(const struct template *template, const struct event *event,
                     struct builder *to) {
    size_t region[REGIONS_DEEP], deep = 0;
    for (const struct template_step *step = template->steps;; step++) {
        if (!builder_reserve(to, step->literal.length + FIELD_ROOM)) return false;
        builder_put_piece(to, step->literal);
        switch (step->op) {
            case TEMPLATE_END:
                return true;
            case OPEN_JSON:
            case OPEN_CSV:
                assert(deep < REGIONS_DEEP);
                region[deep++] = to->length;
                break;
            case CLOSE_JSON:
                if (!builder_escape_json(to, region[--deep])) return false;
                break;
            case CLOSE_CSV:
                if (!builder_escape_csv(to, region[--deep])) return false;
                break;
            default:
                field_render(step->op, event, to);
        }
    }
}
