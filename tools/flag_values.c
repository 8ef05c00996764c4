#include "tools/flag_values.h"

#include <ctype.h>
#include <string.h>
#include <sys/stat.h>

/* A whole number in decimal; *rest is what follows it. */
static bool parse_digits(const char *text, uint64_t *number, const char **rest) {
    if (!isdigit((unsigned char)*text)) return false;
    uint64_t value = 0;
    for (; isdigit((unsigned char)*text); text++) {
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, (uint64_t)(*text - '0'), &value)) {
            return false;
        }
    }
    *number = value;
    *rest = text;
    return true;
}

bool parse_number(const char *text, uint64_t low, uint64_t high, uint64_t *number) {
    const char *rest;
    return parse_digits(text, number, &rest) && *rest == '\0' && *number >= low && *number <= high;
}

bool parse_size(const char *text, uint64_t *bytes) {
    static const char units[] = "KMGT";
    uint64_t number;
    const char *rest;
    if (!parse_digits(text, &number, &rest) || number == 0) return false;
    const char *unit = *rest ? strchr(units, toupper((unsigned char)*rest)) : NULL;
    if (unit) {
        if (__builtin_mul_overflow(number, UINT64_C(1) << (10 * (unit - units + 1)), &number)) {
            return false;
        }
        rest++;
        if (strcasecmp(rest, "iB") == 0) rest += 2;
    }
    if (strcasecmp(rest, "B") == 0) rest++;
    if (*rest) return false;
    *bytes = number;
    return true;
}

int choose(const char *value, const char *const *names) {
    for (int i = 0; names[i]; i++) {
        if (strcmp(value, names[i]) == 0) return i;
    }
    return -1;
}

const char *check_folder(const char *value) {
    struct stat status;
    return stat(value, &status) == 0 && S_ISDIR(status.st_mode) ? NULL
                                                                : "must be a folder that is there";
}

const char *parse_when(const char *value, enum when *when) {
    int choice = choose(value, (const char *const[]){"auto", "always", "never", NULL});
    if (choice < 0) return "must be auto, always or never";
    *when = (enum when)choice;
    return NULL;
}

const char *parse_time(const char *value, bool end, int64_t *ms) {
    /* 0 means that there is no limit, and nothing is as old as 1970. */
    if (trawl_time_read(value, end, ms) && *ms > 0) return NULL;
    return "must be a time like 2026-03-07T14:00:00Z, 2026-03-07 or -7d";
}
