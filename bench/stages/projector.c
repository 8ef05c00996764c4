#include "bench/stages/projector.h"

#include <stdlib.h>

bool projector_init(struct projector *projector, const struct program *program, enum isa isa) {
    *projector = (struct projector){0};
    const char **names = calloc(program->field_count + 1, sizeof *names);
    if (!names) return false;
    for (size_t i = 0; i < program->field_count; i++) names[i] = program->fields[i].name;
    struct projection *projection = &projector->projection;
    bool made = projection_init(projection, names, program->field_count) &&
                json_row_init(&projector->row, projection->paths) &&
                (projector->parser = json_parser_new(isa)) &&
                (projector->layout = json_layout_new(projection->paths, isa));
    free(names);
    return made;
}

void projector_free(struct projector *projector) {
    json_layout_free(projector->layout);
    json_parser_free(projector->parser);
    json_row_free(&projector->row);
    projection_free(&projector->projection);
}

bool projector_read(struct projector *projector, enum projection_way way, struct text line) {
    const char *message;
    enum json_outcome outcome =
        way == BY_LAYOUT ? json_project_alike(projector->parser, projector->layout, line,
                                              &projector->row, &message)
                         : json_project(projector->parser, projector->projection.paths, line,
                                        way == VALIDATED, &projector->row, &message);
    return outcome == JSON_OK;
}
