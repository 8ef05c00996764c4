/* projector.h - the values that a plan reads, found in a line of JSON, and no more: no shape, no
 * columns. */
#ifndef STAGES_PROJECTOR_H
#define STAGES_PROJECTOR_H

#include "engine/program/program.h"
#include "formats/projection.h"

enum projection_way { BY_LAYOUT, BY_PARSER, VALIDATED };

struct projector {
    struct projection projection;
    struct json_parser *parser;
    struct json_layout *layout;
    struct json_row row;
};

/* False: out of memory; projector_free either way. */
bool projector_init(struct projector *projector, const struct program *program, enum isa isa);
void projector_free(struct projector *projector);
/* False: the line is not one record. */
bool projector_read(struct projector *projector, enum projection_way way, struct text line);

#endif
