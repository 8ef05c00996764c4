#include "tests/twin/hostile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct file {
    char name[100];
};

static int by_name(const void *a, const void *b) {
    return strcmp(((const struct file *)a)->name, ((const struct file *)b)->name);
}

/* Names that lie about their contents, in folders whose order is not the order of their entries. */
static void choose_name(struct generator *g, struct file *file, unsigned number) {
    static const char *const folders[] = {"", "", "a/", "a-b/", "a.b/", "Z/", "a/b/", "\u00e9/"};
    static const char *const suffixes[] = {".json", ".json.gz", ".json.zst", ".csv",
                                           "",      ".zip",     ".log"};
    snprintf(file->name, sizeof file->name, "%s%c %u%s", PICK(g, folders),
             "aAbzZ_"[random_below(g, 6)], number, PICK(g, suffixes));
}

static bool make_folders(char *path, size_t from) {
    for (char *slash = strchr(path + from, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool good = mkdir(path, 0777) == 0 || errno == EEXIST;
        *slash = '/';
        if (!good) return false;
    }
    return true;
}

static bool write_file(const char *folder, const char *name, struct bytes bytes) {
    char path[4096];
    if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) >= sizeof path) return false;
    if (!make_folders(path, strlen(folder) + 1)) return false;
    FILE *file = fopen(path, "wb");
    if (!file) return false;
    bool good = fwrite(bytes.data, 1, bytes.length, file) == bytes.length;
    return fclose(file) == 0 && good;
}

bool hostile_archive(const struct hostile_options *options, const char *folder,
                     void (*take)(void *context, const void *bytes, size_t length), void *context) {
    struct generator g = {.state = options->seed, .reference = options->reference};
    struct file *files = calloc(options->files + 1, sizeof *files);
    if (!files) abort();
    for (unsigned i = 0; i < options->files; i++) choose_name(&g, &files[i], i);
    qsort(files, options->files, sizeof *files, by_name);

    bool good = true;
    for (unsigned i = 0; i < options->files && good; i++) {
        struct string texts[4] = {{0}}, packed = {0};
        struct bytes views[4];
        size_t count = !options->reference && chance(&g, 15) ? 1 + random_below(&g, 4) : 0;
        for (size_t t = 0; t < count + (count == 0); t++) {
            put_text(&g, &texts[t], options->records);
            views[t] = string_bytes(&texts[t]);
            take(context, views[t].data, views[t].length);
        }
        if (count > 0) {
            pack_archive(&g, &packed, views, count);
        } else {
            pack_text(&g, &packed, views[0]);
        }
        good = write_file(folder, files[i].name, string_bytes(&packed));
        for (size_t t = 0; t < 4; t++) string_free(&texts[t]);
        string_free(&packed);
    }
    free(files);
    return good;
}
