#include "tools/tuning.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "tools/query_text.h"
#include "tools/say.h"

#define FILE_NAME "tune.yaml"

/* ---- reading ------------------------------------------------------------------------------ */

/* Up to a byte more than is taken; NULL: said why. */
static char *read_text(const char *path, size_t *length) {
    FILE *file = fopen(path, "re");
    struct stat about;
    if (!file) {
        say("%s: %s", path, strerror(errno));
        return NULL;
    }
    errno = EISDIR;
    bool readable = fstat(fileno(file), &about) == 0 && !S_ISDIR(about.st_mode);
    char *text = readable ? malloc(YAML_LONGEST + 1) : NULL;
    *length = text ? fread(text, 1, YAML_LONGEST + 1, file) : 0;
    if (!text || ferror(file)) {
        say("%s: %s", path, strerror(errno));
        free(text);
        text = NULL;
    }
    fclose(file);
    return text;
}

const struct tune_entry *tuning_find(const struct tuning *tuning, const char *name,
                                     const struct tune_file **file) {
    for (size_t f = 0; f < tuning->count; f++) {
        for (size_t i = 0; i < tuning->files[f].count; i++) {
            if (strcmp(tuning->files[f].entries[i].tuning.name, name) != 0) continue;
            if (file) *file = &tuning->files[f];
            return &tuning->files[f].entries[i];
        }
    }
    return NULL;
}

/* Names must differ across the files too: the ledger tells entries by them. */
static bool check_names(const struct tuning *tuning, const struct tune_file *added) {
    for (size_t i = 0; i < added->count; i++) {
        const struct tune_file *file;
        const char *name = added->entries[i].tuning.name;
        const struct tune_entry *other = tuning_find(tuning, name, &file);
        if (!other) continue;
        say("%s:%zu: there are two entries %s: the first in %s:%zu", added->path,
            added->entries[i].line, name, file->path, other->line);
        return false;
    }
    return true;
}

static bool load(struct tuning *tuning, const char *path) {
    size_t length;
    struct tune_file file;
    struct yaml_error error;
    if (tuning->count == TUNE_FILES) {
        say("%s: there are over %d files of tuning", path, TUNE_FILES);
        return false;
    }
    char *text = read_text(path, &length);
    if (!text) return false;
    bool good = tune_parse(path, text, length, &file, &error);
    free(text);
    if (!good) {
        say("%s:%zu:%zu: %s", path, error.line, error.column, error.message);
        return false;
    }
    if (!check_names(tuning, &file)) {
        tune_free(&file);
        return false;
    }
    tuning->files[tuning->count++] = file;
    return true;
}

/* ---- files that are there by themselves --------------------------------------------------- */

static bool same_file(const char *a, const char *b) {
    struct stat first, second;
    return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

/* One that is not there is none; one that cannot be read is an error. */
static bool load_if_there(struct tuning *tuning, const char *path) {
    struct stat about;
    if (stat(path, &about) != 0 && (errno == ENOENT || errno == ENOTDIR)) return true;
    for (size_t i = 0; i < tuning->count; i++)
        if (same_file(path, tuning->files[i].path)) return true;
    if (load(tuning, path)) return true;
    say("--no-tune leaves %s out", path);
    return false;
}

static bool load_own(struct tuning *tuning) {
    char path[4096];
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    int length = 0;
    if (config && *config == '/')
        length = snprintf(path, sizeof path, "%s/trawl/" FILE_NAME, config);
    else if (home && *home)
        length = snprintf(path, sizeof path, "%s/.config/trawl/" FILE_NAME, home);
    if (length <= 0 || (size_t)length >= sizeof path) return true;
    return load_if_there(tuning, path);
}

static bool load_beside(struct tuning *tuning, const char *query) {
    char path[4096];
    const char *slash = strrchr(query, '/');
    int folder = slash ? (int)(slash - query) + 1 : 0;
    int length = snprintf(path, sizeof path, "%.*s" FILE_NAME, folder, query);
    if (length <= 0 || (size_t)length >= sizeof path) return true;
    return load_if_there(tuning, path);
}

static bool load_found(const struct settings *settings, struct tuning *tuning) {
    bool typed = settings->query_count > 0, good = true;
    for (size_t i = 0; i < settings->query_count; i++)
        typed = typed && settings->queries[i].kind == QUERY_TEXT;
    if (typed) return true;
    good = load_own(tuning);
    for (size_t i = 0; good && i < settings->query_count; i++)
        if (settings->queries[i].kind == QUERY_FILE)
            good = load_beside(tuning, settings->queries[i].value);
    return good;
}

bool tuning_load(const struct settings *settings, struct tuning *tuning) {
    *tuning =
        (struct tuning){.day = settings->tune_day ? settings->tune_day : (int64_t)time(NULL) * 1000,
                        .listing = settings->query.suppressed};
    bool good = true;
    for (size_t i = 0; good && i < settings->tune_count; i++)
        good = load(tuning, settings->tune[i]);
    if (!settings->tune_count && !settings->no_tune) {
        tuning->found = true;
        good = load_found(settings, tuning);
    }
    if (good && settings->query.suppressed && !tuning->count) {
        say("--show-suppressed: there is no tuning (--tune FILE)");
        good = false;
    }
    if (!good) tuning_free(tuning);
    return good;
}

void tuning_free(struct tuning *tuning) {
    for (size_t i = 0; i < tuning->count; i++) tune_free(&tuning->files[i]);
    *tuning = (struct tuning){0};
}

/* ---- what is in force --------------------------------------------------------------------- */

static bool is_of(const struct tune_entry *entry, const char *query) {
    const char *slash = strrchr(query, '/');
    const char *name = slash ? slash + 1 : query;
    for (size_t i = 0; i < entry->hunt_count; i++)
        if (strcmp(entry->hunts[i], name) == 0) return true;
    return entry->hunt_count == 0;
}

enum tuning_state tuning_state(const struct tuning *tuning, const struct tune_entry *entry,
                               const char *query) {
    /* A query that is typed asks what it says. */
    bool typed = strcmp(query, TYPED_QUERY) == 0;
    if (!is_of(entry, query) || (typed && tuning->found)) return TUNING_ELSEWHERE;
    return entry->expires && entry->end <= tuning->day ? TUNING_EXPIRED : TUNING_IN_FORCE;
}

struct trawl_tuning *tuning_select(const struct tuning *tuning, const char *query, size_t *count) {
    size_t all = 0;
    for (size_t f = 0; tuning && f < tuning->count; f++) all += tuning->files[f].count;
    struct trawl_tuning *selected = calloc(all + 1, sizeof *selected);
    *count = 0;
    for (size_t f = 0; tuning && selected && f < tuning->count; f++) {
        for (size_t i = 0; i < tuning->files[f].count; i++) {
            const struct tune_entry *entry = &tuning->files[f].entries[i];
            if (tuning_state(tuning, entry, query) == TUNING_IN_FORCE)
                selected[(*count)++] = entry->tuning;
        }
    }
    return selected;
}
