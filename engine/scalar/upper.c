#include <glib.h>

#include "engine/scalar/argument.h"
#include "engine/scalar/character.h"
#include "engine/scalar/text.h"

static enum trawl_status run_upper(const struct scalar_call *call, struct datum *result,
                                   struct trawl_error *error) {
    char room[NUMBER_TEXT];
    struct text text;
    if (!argument_text(call, 0, room, &text)) return TRAWL_OK;
    buffer_reserve(call->out, text.length);
    for (size_t at = 0, end; at < text.length; at = end) {
        end = character_end(text, at);
        if (end == at + 1)
            buffer_append_char(call->out, g_ascii_toupper(text.data[at]));
        else
            character_append(call->out, g_unichar_toupper(character_decode(text, at, end)));
    }
    return result_out(call, result, error);
}

const struct scalar scalar_upper = {.name = "upper", .type = TYPE_TEXT, .run = run_upper};
