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

struct walk {
    const char *ending;
    void (*visit)(void *context, const char *path);
    void *context;
};

static bool walk_folder(const struct walk *walk, const char *path, unsigned depth);

/* What stands in a folder. A link to a file is as good as the file; one to a folder could lead in
 * circles. */
static bool walk_entry(const struct walk *walk, const char *path, unsigned depth) {
    struct stat status;
    if (lstat(path, &status) != 0) {
        say("%s: %s", path, strerror(errno));
        return false;
    }
    if (S_ISDIR(status.st_mode)) return walk_folder(walk, path, depth + 1);
    bool wanted = ends_with(path, walk->ending);
    if (S_ISLNK(status.st_mode) && stat(path, &status) != 0) {
        if (wanted) say("%s: %s", path, strerror(errno));
        return !wanted;
    }
    if (S_ISDIR(status.st_mode)) {
        say("%s: links to folders are not followed here", path);
        return true;
    }
    if (wanted) walk->visit(walk->context, path);
    return true;
}

static bool walk_folder(const struct walk *walk, const char *path, unsigned depth) {
    struct dirent **entries;
    int count = depth < DEEPEST ? scandir(path, &entries, NULL, compare_names) : -1;
    if (count < 0) {
        say("%s: %s", path, depth < DEEPEST ? strerror(errno) : "too many folders in folders");
        return false;
    }
    bool good = true, slash = path[strlen(path) - 1] == '/';
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        char *inner = NULL;
        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0) {
            if (asprintf(&inner, "%s%s%s", path, slash ? "" : "/", name) < 0) {
                say("out of memory");
                inner = NULL;
                good = false;
            }
        }
        if (inner) good = walk_entry(walk, inner, depth) && good;
        free(inner);
        free(entries[i]);
    }
    free(entries);
    return good;
}

bool source_each(const char *path, const char *ending,
                 void (*visit)(void *context, const char *path), void *context) {
    struct walk walk = {ending, visit, context};
    struct stat status;
    if (stat(path, &status) != 0) {
        say("%s: %s", path, strerror(errno));
        return false;
    }
    if (S_ISDIR(status.st_mode)) return walk_folder(&walk, path, 0);
    visit(context, path);
    return true;
}
