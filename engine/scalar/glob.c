#include "engine/scalar/glob.h"

#include <stdlib.h>

#include "engine/base/error.h"
#include "engine/base/fold.h"

struct glob {
    bool ignore_case;
    size_t count;
    struct text *patterns;
    struct buffer arena;
};

/* What stands before the first star and behind the last one is at the ends; what stands between two
 * stars is looked for at the first place behind what came before. */
bool glob_matches(struct text pattern, struct text text) {
    const char *star = memchr(pattern.data, '*', pattern.length);
    if (!star) return text_equal(pattern, text);
    const char *last = memrchr(pattern.data, '*', pattern.length);
    size_t before = (size_t)(star - pattern.data);
    size_t behind = (size_t)(pattern.data + pattern.length - (last + 1));
    if (text.length < before + behind || memcmp(text.data, pattern.data, before) != 0 ||
        memcmp(text.data + text.length - behind, last + 1, behind) != 0)
        return false;
    const char *at = text.data + before, *limit = text.data + text.length - behind;
    while (star < last) {
        const char *piece = star + 1;
        star = memchr(piece, '*', (size_t)(last + 1 - piece));
        size_t length = (size_t)(star - piece);
        at = memmem(at, (size_t)(limit - at), piece, length);
        if (!at) return false;
        at += length;
    }
    return true;
}

static void glob_free(void *data) {
    struct glob *glob = data;
    if (!glob) return;
    buffer_free(&glob->arena);
    free(glob->patterns);
    free(glob);
}

static bool add_pattern(struct glob *glob, struct text pattern) {
    struct buffer folded = {0};
    bool good = true;
    if (glob->ignore_case) {
        good = text_fold(pattern, &folded);
        pattern = (struct text){folded.data, folded.length};
    }
    glob->patterns[glob->count] = (struct text){NULL, pattern.length};
    good = good && buffer_append(&glob->arena, pattern.data, pattern.length);
    glob->count += good;
    buffer_free(&folded);
    return good;
}

void *glob_new(const struct text *patterns, size_t count, bool ignore_case) {
    struct glob *glob = calloc(1, sizeof *glob);
    if (!glob) return NULL;
    glob->ignore_case = ignore_case;
    glob->patterns = calloc(count + 1, sizeof *glob->patterns);
    bool good = glob->patterns && buffer_reserve(&glob->arena, 1);
    for (size_t i = 0; good && i < count; i++) good = add_pattern(glob, patterns[i]);
    if (!good) {
        glob_free(glob);
        return NULL;
    }
    const char *at = glob->arena.data;
    for (size_t i = 0; i < count; at += glob->patterns[i++].length) glob->patterns[i].data = at;
    return glob;
}

static enum trawl_status run_glob(const struct scalar_call *call, struct datum *result,
                                  struct trawl_error *error) {
    const struct glob *glob = call->data;
    char room[NUMBER_TEXT];
    struct text text;
    if (!datum_as_text(&call->args[0], room, &text)) return TRAWL_OK;
    if (glob->ignore_case) {
        if (!text_fold(text, call->out)) return error_memory(error);
        text = (struct text){call->out->data, call->out->length};
    }
    bool matches = false;
    for (size_t i = 0; !matches && i < glob->count; i++)
        matches = glob_matches(glob->patterns[i], text);
    *result = datum_number(matches);
    return TRAWL_OK;
}

const struct scalar scalar_glob = {
    .name = "glob", .type = TYPE_FLAG, .run = run_glob, .data_free = glob_free};
