#include "tools/source.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/say.h"

#define LONGEST ((size_t)16 << 20) /* more is no query; the compiler has its own, lower limit */
#define DEEPEST 64

bool source_read(const char *path, struct source_text *text) {
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    *text = (struct source_text){.owned = true};
    if (!file) {
        say("%s: %s", path, strerror(errno));
        return false;
    }
    size_t capacity = 0, got;
    errno = 0;
    do {
        if (text->length == capacity) {
            capacity = capacity ? capacity * 2 : 16384;
            char *grown = realloc(text->data, capacity + 1);
            if (!grown) break;
            text->data = grown;
        }
        got = fread(text->data + text->length, 1, capacity - text->length, file);
        text->length += got;
    } while (got && text->length < LONGEST);
    bool whole = text->data && feof(file) && !ferror(file);
    if (!whole) say("%s: %s", path, errno ? strerror(errno) : "is too long for a query");
    if (file != stdin) fclose(file);
    if (whole)
        text->data[text->length] = '\0';
    else
        source_free(text);
    return whole;
}

void source_free(struct source_text *text) {
    if (text->owned) free(text->data);
    *text = (struct source_text){0};
}

static bool ends_with(const char *name, const char *ending) {
    size_t length = strlen(name), wanted = strlen(ending);
    return length >= wanted && strcmp(name + length - wanted, ending) == 0;
}

static int compare_names(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool walk(const char *path, const char *ending, unsigned depth,
                 void (*visit)(void *context, const char *path), void *context) {
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, compare_names);
    if (count < 0) {
        say("%s: %s", path, strerror(errno));
        return false;
    }
    bool good = true;
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        char inner[4096];
        int length = snprintf(inner, sizeof inner, "%s/%s", path, name);
        struct stat status;
        bool fits = length > 0 && (size_t)length < sizeof inner;
        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && fits &&
            lstat(inner, &status) == 0) {
            if (S_ISDIR(status.st_mode) && depth < DEEPEST)
                good = walk(inner, ending, depth + 1, visit, context) && good;
            else if (S_ISREG(status.st_mode) && ends_with(name, ending))
                visit(context, inner);
        }
        free(entries[i]);
    }
    free(entries);
    return good;
}

bool source_each(const char *path, const char *ending,
                 void (*visit)(void *context, const char *path), void *context) {
    struct stat status;
    if (stat(path, &status) != 0) {
        say("%s: %s", path, strerror(errno));
        return false;
    }
    if (S_ISDIR(status.st_mode)) return walk(path, ending, 0, visit, context);
    visit(context, path);
    return true;
}
