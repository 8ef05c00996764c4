#include "truth.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "template.h"

/* What is said of an event, by its subject. */
static const char *const about[] = {
    [SUBJECT_SIGNIN] =
        "'time':'${created}Z','user':'${upn}','ip':'${address}','event':'SignIn',"
        "'result':'${error}'",
    [SUBJECT_AWS] =
        "'time':'${created}Z','user':'${upn}','ip':'${address}','event':'${call}',"
        "'access_key':'${access_key}'",
    [SUBJECT_STORAGE] =
        "'time':'${created}Z','user':'${upn}','ip':'${address}',"
        "'event':'${operation}','object_id':'${user_id}'",
};

static const char *word(bool value) {
    return value ? "true" : "false";
}

static void put_summary(FILE *out, const struct counts *counts, const struct plants *plants,
                        const struct options *options) {
    fprintf(out,
            "{\"summary\":true,\"seed\":%" PRIu64 ",\"files\":%" PRIu64 ",\"text_bytes\":%" PRIu64
            ",\"records\":%" PRIu64
            ",\"malformed\":0,\"planted\":%zu,\"successful_signins\":%" PRIu64
            ",\"is_high_risk\":%" PRIu64 ",\"has_risky_event\":%" PRIu64
            ",\"cross_tenant_mfa\":%" PRIu64 ",\"matched\":%" PRIu64 ",\"score_1\":%" PRIu64
            ",\"score_2\":%" PRIu64 ",\"score_3\":%" PRIu64 "}\n",
            options->seed, counts->files, counts->text_bytes, counts->records, plants->count,
            counts->signed_in, counts->is_high_risk, counts->has_risky_event,
            counts->cross_tenant_mfa, counts->score[1] + counts->score[2] + counts->score[3],
            counts->score[1], counts->score[2], counts->score[3]);
}

/* False: out of memory. */
static bool put_planted(FILE *out, const struct planted *planted, const struct layout *layout,
                        const struct options *options, const struct template *templates,
                        struct builder *text) {
    const struct file *file = &layout->files[planted->file];
    text->length = 0;
    if (!file_put_path(file, planted->file, options, text)) return false;
    fprintf(out, "{\"attack\":\"%s\",\"look_alike\":%s,\"file\":\"%s\",\"record\":%" PRIu64 ",",
            planted->plant, word(planted->look_alike), text->data + strlen(options->folder) + 1,
            planted->record);
    text->length = 0;
    if (!template_render(&templates[planted->event.subject], &planted->event, text)) return false;
    fwrite(text->data, 1, text->length, out);
    struct flags flags = event_flags(&planted->event, shapes[file->shape].has_risk);
    fprintf(out,
            ",\"expect\":{\"is_high_risk\":%s,\"has_risky_event\":%s,\"cross_tenant_mfa\":%s,"
            "\"threat_score\":%u}}\n",
            word(flags.is_high_risk), word(flags.has_risky_event), word(flags.cross_tenant_mfa),
            flags.score);
    return true;
}

bool truth_write(const char *path, const struct counts *counts, const struct plants *plants,
                 const struct layout *layout, const struct options *options, char *message,
                 size_t room) {
    FILE *out = fopen(path, "we");
    if (!out) {
        snprintf(message, room, "%s: %s", path, strerror(errno));
        return false;
    }
    struct template templates[3] = {{0}};
    struct builder text = {0};
    bool memory = true;
    for (int i = 0; i < 3 && memory; i++) memory = template_compile(&templates[i], about[i]);
    put_summary(out, counts, plants, options);
    for (size_t i = 0; i < plants->count && memory; i++)
        memory = put_planted(out, plants->events[i], layout, options, templates, &text);
    for (int i = 0; i < 3; i++) template_free(&templates[i]);
    builder_free(&text);
    bool written = !ferror(out);
    written &= !fclose(out);
    if (!memory)
        snprintf(message, room, "out of memory");
    else if (!written)
        snprintf(message, room, "%s: %s", path, strerror(errno));
    return memory && written;
}
