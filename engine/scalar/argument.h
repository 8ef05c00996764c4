/* argument.h - what every scalar does with its arguments and its result. */
#ifndef TRAWL_ENGINE_SCALAR_ARGUMENT_H
#define TRAWL_ENGINE_SCALAR_ARGUMENT_H

#include "engine/base/error.h"
#include "engine/scalar.h"

/* Doubles below this hold every integer. */
#define INTEGER_MOST 9007199254740992.0 /* 2^53 */

/* The argument as a text, whose data is never NULL; `room` holds a printed number. False: missing,
 * or not given. */
static inline bool argument_text(const struct scalar_call *call, size_t index,
                                 char room[NUMBER_TEXT], struct text *text) {
    if (index >= call->count || !datum_as_text(&call->args[index], room, text)) return false;
    if (text->length == 0) text->data = "";
    return true;
}
static inline bool argument_number(const struct scalar_call *call, size_t index, double *number) {
    return index < call->count && datum_as_number(&call->args[index], number);
}
static inline bool argument_present(const struct scalar_call *call, size_t index) {
    return index < call->count && call->args[index].kind != DATUM_MISSING;
}
/* The argument as an integer, its fraction cut off, at most 2^53 either way. */
static inline bool argument_integer(const struct scalar_call *call, size_t index,
                                    int64_t *integer) {
    double number;
    if (!argument_number(call, index, &number)) return false;
    if (number > INTEGER_MOST) number = INTEGER_MOST;
    if (number < -INTEGER_MOST) number = -INTEGER_MOST;
    *integer = (int64_t)number;
    return true;
}

static inline enum trawl_status result_flag(struct datum *result, bool flag) {
    *result = datum_number(flag ? 1 : 0);
    return TRAWL_OK;
}
/* The number, or missing where it is not finite. */
static inline enum trawl_status result_number(struct datum *result, double number) {
    if (__builtin_isfinite(number)) *result = datum_number(number);
    return TRAWL_OK;
}
/* What stands in call->out. */
static inline enum trawl_status result_out(const struct scalar_call *call, struct datum *result,
                                           struct trawl_error *error) {
    if (call->out->failed) return error_memory(error);
    *result =
        datum_text((struct text){call->out->length ? call->out->data : "", call->out->length});
    return TRAWL_OK;
}
/* A piece of an argument's text: it stays where it is, unless that is the room of a number. */
static inline enum trawl_status result_piece(const struct scalar_call *call, size_t index,
                                             struct text piece, struct datum *result,
                                             struct trawl_error *error) {
    if (call->args[index].kind == DATUM_TEXT) {
        *result = datum_text(piece);
        return TRAWL_OK;
    }
    buffer_append(call->out, piece.data, piece.length);
    return result_out(call, result, error);
}

#endif
