/* Files of tuning: any bytes are entries that keep their promises, or an error with a place. */
#include <stdlib.h>
#include <string.h>

#include "tools/tune.h"

#define MUST(condition) \
    if (!(condition)) abort()

static void check_texts(const char *const *texts, size_t count) {
    MUST(count > 0);
    for (size_t i = 0; i < count; i++) MUST(texts[i] && *texts[i]);
}

static void check_targets(const struct trawl_tuning *tuning) {
    switch (tuning->act) {
        case TRAWL_EXCLUDE:
            MUST(tuning->target_count == 0);
            break;
        case TRAWL_LOWER:
            MUST(tuning->by > 0 && tuning->target_count <= 1);
            break;
        default:
            MUST(tuning->target_count > 0);
    }
    for (size_t i = 0; i < tuning->target_count; i++) {
        MUST(tuning->targets[i].name && *tuning->targets[i].name);
        if (tuning->act == TRAWL_FORGET)
            check_texts(tuning->targets[i].values, tuning->targets[i].value_count);
    }
}

static void check_entry(const struct tune_file *file, size_t index) {
    const struct tune_entry *entry = &file->entries[index];
    const struct trawl_tuning *tuning = &entry->tuning;
    MUST(tuning->name && *tuning->name && !strchr(tuning->name, '\n'));
    MUST(tuning->reason && *tuning->reason && !strchr(tuning->reason, '\n'));
    MUST(tuning->condition_count > 0 && entry->line > 0);
    MUST(tuning->place == TRAWL_ANYWHERE || tuning->act == TRAWL_EXCLUDE);
    if (entry->hunt_count) check_texts(entry->hunts, entry->hunt_count);
    for (size_t i = 0; i < tuning->condition_count; i++) {
        const struct trawl_condition *condition = &tuning->conditions[i];
        check_texts(condition->values, condition->value_count);
        for (size_t v = 0; v < condition->value_count; v++)
            MUST(trawl_test_takes(condition->test, condition->values[v], NULL));
    }
    check_targets(tuning);
    for (size_t i = 0; i < index; i++)
        MUST(strcmp(file->entries[i].tuning.name, tuning->name) != 0);
}

/* What is accepted compiles into any query: no entry is a cause to refuse it. */
static void check_weaving(const struct tune_file *file) {
    static const char *const queries[] = {
        "a=* | f := if(a=\"1\", then=\"true\", else=\"false\") | s := b | table([a, s], limit=3) | "
        "sort(s)",
        "a=* | b := lower(a) | groupBy(b, function=[count(), max(c, as=s)]) | s > 1 | sort(s)",
    };
    struct trawl_tuning entries[16];
    size_t count = 0;
    for (; count < file->count && count < 16; count++) entries[count] = file->entries[count].tuning;
    for (size_t i = 0; i < 4; i++) {
        const struct trawl_query_options options = {
            .tuning = entries, .tuning_count = count, .suppressed = i >= 2};
        struct trawl_diagnostics *diagnostics;
        struct trawl_plan *plan = trawl_query_compile("q", queries[i % 2], strlen(queries[i % 2]),
                                                      &options, &diagnostics);
        MUST(plan && *trawl_plan_explain(plan));
        trawl_diagnostics_free(diagnostics);
        trawl_plan_free(plan);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct tune_file file;
    struct yaml_error error;
    char *exact = malloc(size ? size : 1);
    if (!exact) abort();
    if (size) memcpy(exact, data, size);
    if (tune_parse("tune.yaml", exact, size, &file, &error)) {
        MUST(file.count > 0);
        for (size_t i = 0; i < file.count; i++) check_entry(&file, i);
        check_weaving(&file);
    } else {
        MUST(file.count == 0 && !file.entries && !file.yaml);
        MUST(error.line > 0 && error.column > 0 && *error.message);
        MUST(!strchr(error.message, '\n'));
    }
    tune_free(&file);
    free(exact);
    return 0;
}
