#include <stdlib.h>
#include <string.h>

#include "formats/output/output.h"

bool emitter_init(struct emitter *out, const struct trawl_sink *sink) {
    *out = (struct emitter){.sink = *sink, .block = malloc(EMITTER_BLOCK)};
    return out->block;
}

void emitter_free(struct emitter *out) {
    free(out->block);
    out->block = NULL;
}

bool emitter_flush(struct emitter *out) {
    if (!out->refused && out->length &&
        !out->sink.write(out->sink.context, out->block, out->length)) {
        out->refused = true;
    }
    out->length = 0;
    return !out->refused;
}

void emit(struct emitter *out, const char *bytes, size_t length) {
    while (length && !out->refused) {
        size_t part = EMITTER_BLOCK - out->length;
        if (part > length) part = length;
        memcpy(out->block + out->length, bytes, part);
        out->length += part;
        bytes += part;
        length -= part;
        if (out->length == EMITTER_BLOCK) emitter_flush(out);
    }
}

void emit_text(struct emitter *out, const char *terminated) {
    emit(out, terminated, strlen(terminated));
}

void emit_char(struct emitter *out, char c) {
    emit(out, &c, 1);
}

void emit_repeated(struct emitter *out, char c, size_t times) {
    for (size_t i = 0; i < times; i++) emit_char(out, c);
}
