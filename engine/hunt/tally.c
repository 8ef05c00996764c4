#include "engine/hunt/tally.h"

#include <stdlib.h>

_Static_assert(HOURS_SHAPES == TALLY_SHAPES, "hours of every shape");
_Static_assert(FORMS_SHAPES == TALLY_SHAPES, "forms of every shape");

/* At least one, so that NULL always means out of memory. */
static uint64_t *counters(size_t count) {
    return calloc(count ? count : 1, sizeof(uint64_t));
}

bool tally_init(struct tally *tally, const struct program *program) {
    *tally = (struct tally){
        .field_count = program->field_count,
        .step_count = program->step_count,
        .output_count = program->output_count,
        .present = counters(TALLY_SHAPES * program->field_count),
        .encodings = counters(TALLY_ENCODINGS * program->field_count),
        .kept = counters(program->step_count),
        .flag_rows = counters(program->output_count),
    };
    bool good = forms_init(&tally->forms, program->field_count) &&
                values_init(&tally->values, program->field_count);
    if (good && tally->present && tally->encodings && tally->kept && tally->flag_rows) return true;
    tally_free(tally);
    return false;
}

void tally_free(struct tally *tally) {
    free(tally->present);
    free(tally->encodings);
    free(tally->kept);
    free(tally->flag_rows);
    names_free(&tally->names);
    hours_free(&tally->hours);
    forms_free(&tally->forms);
    values_free(&tally->values);
    *tally = (struct tally){0};
}

static void add(uint64_t *to, const uint64_t *from, size_t count) {
    for (size_t i = 0; i < count; i++) to[i] += from[i];
}

void tally_settle(struct tally *tally) {
    forms_settle(&tally->forms);
    for (unsigned s = 0; s < TALLY_SHAPES; s++)
        for (size_t f = 0; f < tally->field_count; f++)
            tally->present[s * tally->field_count + f] += forms_present(&tally->forms, s, f);
}

void tally_merge(struct tally *to, const struct tally *from) {
    to->files += from->files;
    to->files_whole += from->files_whole;
    to->bytes_read += from->bytes_read;
    to->text_bytes += from->text_bytes;
    to->malformed += from->malformed;
    to->oversized += from->oversized;
    to->repaired += from->repaired;
    to->padding_bytes += from->padding_bytes;
    to->fast_read += from->fast_read;
    to->fast_declined += from->fast_declined;
    to->fast_paused += from->fast_paused;
    to->fast_never += from->fast_never;
    to->fast_alike += from->fast_alike;
    to->unpack_time += from->unpack_time;
    to->unpack_samples += from->unpack_samples;
    to->work_time += from->work_time;
    to->matched += from->matched;
    to->unknown += from->unknown;
    to->untimed += from->untimed;
    names_merge(&to->names, &from->names);
    hours_merge(&to->hours, &from->hours);
    forms_merge(&to->forms, &from->forms);
    values_merge(&to->values, &from->values);
    add(to->shape_records, from->shape_records, TALLY_SHAPES);
    add(to->present, from->present, TALLY_SHAPES * to->field_count);
    add(to->encodings, from->encodings, TALLY_ENCODINGS * to->field_count);
    add(to->kept, from->kept, to->step_count);
    add(to->flag_rows, from->flag_rows, to->output_count);
    add(to->scores, from->scores, TALLY_SCORES);
}
