#include "tools/hunts/hunts.h"

#include <stdio.h>
#include <string.h>

const struct hunt_text *hunt_find(const char *name) {
    for (size_t i = 0; hunt_texts[i].name; i++) {
        if (strcmp(hunt_texts[i].name, name) == 0) return &hunt_texts[i];
    }
    return NULL;
}

/* The rest of the comment line that begins with `key`. */
static void read_line(const char *text, const char *key, char *value, size_t size) {
    *value = '\0';
    for (const char *line = text; strncmp(line, "//", 2) == 0;) {
        const char *end = strchrnul(line, '\n');
        const char *word = line + 2 + strspn(line + 2, " ");
        size_t length = strlen(key);
        if (strncmp(word, key, length) == 0 && word[length] == ':') {
            word += length + 1;
            word += strspn(word, " ");
            snprintf(value, size, "%.*s", (int)(end - word), word);
            return;
        }
        line = *end ? end + 1 : end;
    }
}

struct hunt_about hunt_about(const char *text) {
    struct hunt_about about;
    read_line(text, "title", about.title, sizeof about.title);
    read_line(text, "severity", about.severity, sizeof about.severity);
    read_line(text, "attack", about.attack, sizeof about.attack);
    return about;
}
