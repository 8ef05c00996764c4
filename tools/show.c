#include "tools/show.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/say.h"

/* A file, or whatever else may be read as one: members are in no folder. */
static bool is_file(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && !S_ISDIR(status.st_mode);
}

bool show_parse(char *text, char **member, uint64_t *offset) {
    char *colon = strrchr(text, ':'), *end;
    *member = NULL;
    if (!colon || colon == text || strspn(colon + 1, "0123456789") != strlen(colon + 1) ||
        !colon[1])
        return false;
    errno = 0;
    *offset = strtoumax(colon + 1, &end, 10);
    if (errno) return false;
    *colon = '\0';
    if (is_file(text)) return true;
    for (char *mark = strchr(text, '!'); mark; mark = strchr(mark + 1, '!')) {
        *mark = '\0';
        if (is_file(text) && mark[1]) {
            *member = mark + 1;
            return true;
        }
        *mark = '!';
    }
    return true;
}

static bool print(void *context, const char *bytes, size_t length) {
    ++*(unsigned *)context;
    return fwrite(bytes, 1, length, stdout) == length && putchar('\n') != EOF;
}

bool show_record(const struct settings *settings) {
    char *member, *path = strdup(settings->show);
    uint64_t offset;
    unsigned records = 0;
    struct trawl_error error = {0};
    if (!path) {
        say("out of memory");
        return false;
    }
    bool shown = show_parse(path, &member, &offset);
    if (!shown) {
        say("--show must be FILE:OFFSET or FILE!MEMBER:OFFSET, not \"%s\"", settings->show);
    } else if (trawl_show(path, member, offset, &settings->engine, print, &records, &error) !=
               TRAWL_OK) {
        say("%s: %s", settings->show, error.message);
        shown = false;
    } else if (records > 1) {
        say("%s: %u members have this name, and each has a record there", settings->show, records);
    }
    free(path);
    return shown;
}
