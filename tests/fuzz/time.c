/* time_parse against a second reading of time.h that shares nothing with it: regular expressions of
 * the C library, and a calendar that counts year by year and month by month. */
#include "engine/base/time.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>

#define ISO                                                                 \
    "^([0-9]{4})-([0-9]{2})-([0-9]{2})[T ]([0-9]{2}):([0-9]{2}):([0-9]{2})" \
    "(\\.[0-9]{1,9})?(Z|([+-])([0-9]{2}):?([0-9]{2}))?$"
#define MONTH_FIRST \
    "^([0-9]{1,2})/([0-9]{1,2})/([0-9]{4}) ([0-9]{1,2}):([0-9]{2}):([0-9]{2})( [AP]M)?$"
#define EPOCH "^([0-9]{10}|[0-9]{13}|[0-9]{16})$"
#define GROUPS 12

enum form { FORM_ISO, FORM_MONTH_FIRST, FORM_EPOCH, FORM_COUNT };

/* Compiled once: that takes far longer than a match. */
static const regex_t *compiled(enum form form) {
    static const char *const patterns[FORM_COUNT] = {ISO, MONTH_FIRST, EPOCH};
    static regex_t regexes[FORM_COUNT];
    static bool done[FORM_COUNT];
    if (!done[form] && regcomp(&regexes[form], patterns[form], REG_EXTENDED) != 0) abort();
    done[form] = true;
    return &regexes[form];
}

static bool matches(enum form form, const char *string, regmatch_t *groups) {
    return regexec(compiled(form), string, GROUPS, groups, 0) == 0;
}

static long number(const char *string, regmatch_t group) {
    char digits[8] = {0};
    memcpy(digits, string + group.rm_so, (size_t)(group.rm_eo - group.rm_so));
    return strtol(digits, NULL, 10);
}

static bool is_leap(long year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static bool seconds_of(const long *f, __int128 *seconds) {
    const int lengths[] = {31, is_leap(f[0]) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (f[0] == 0 || f[1] < 1 || f[1] > 12 || f[2] < 1 || f[2] > lengths[f[1] - 1] || f[3] > 23 ||
        f[4] > 59)
        return false;
    long days = 0;
    for (long year = 1970; year < f[0]; year++) days += is_leap(year) ? 366 : 365;
    for (long year = f[0]; year < 1970; year++) days -= is_leap(year) ? 366 : 365;
    for (long month = 1; month < f[1]; month++) days += lengths[month - 1];
    days += f[2] - 1;
    *seconds = ((days * 24 + f[3]) * 60 + f[4]) * 60 + (f[5] > 59 ? 59 : f[5]);
    return true;
}

static bool slow_parse(const char *string, int64_t *nanoseconds) {
    regmatch_t g[GROUPS];
    __int128 result = 0;
    if (matches(FORM_EPOCH, string, g)) {
        result = strtoll(string, NULL, 10);
        for (size_t length = strlen(string); length < 19; length++) result *= 10;
    } else if (matches(FORM_ISO, string, g)) {
        long f[6];
        for (int i = 0; i < 6; i++) f[i] = number(string, g[i + 1]);
        if (!seconds_of(f, &result)) return false;
        if (g[9].rm_so >= 0) {
            long zone = number(string, g[10]) * 3600 + number(string, g[11]) * 60;
            result += string[g[9].rm_so] == '-' ? zone : -zone;
        }
        char fraction[] = "000000000";
        if (g[7].rm_so >= 0)
            memcpy(fraction, string + g[7].rm_so + 1, (size_t)(g[7].rm_eo - g[7].rm_so - 1));
        result = result * 1000000000 + strtol(fraction, NULL, 10);
    } else if (matches(FORM_MONTH_FIRST, string, g)) {
        const int order[] = {3, 1, 2, 4, 5, 6};
        long f[6];
        for (int i = 0; i < 6; i++) f[i] = number(string, g[order[i]]);
        if (g[7].rm_so >= 0) f[3] = f[3] % 12 + (string[g[7].rm_so + 1] == 'P' ? 12 : 0);
        if (!seconds_of(f, &result)) return false;
        result *= 1000000000;
    } else {
        return false;
    }
    if (result > INT64_MAX) result = INT64_MAX;
    if (result < INT64_MIN + 2) result = INT64_MIN;
    *nanoseconds = (int64_t)result;
    return true;
}

static void check(const char *data, size_t size) {
    char *exact = malloc(size ? size : 1), *string = malloc(size + 1);
    if (!exact || !string) abort();
    if (size) memcpy(exact, data, size);
    if (size) memcpy(string, data, size);
    string[size] = '\0';
    int64_t parsed = 0, expected = 0;
    bool fast = time_parse((struct text){exact, size}, &parsed);
    bool slow = memchr(string, '\0', size) == NULL && slow_parse(string, &expected);
    if (fast != slow || (fast && parsed != expected)) {
        fprintf(stderr, "'%s': %d %lld, expected %d %lld\n", string, fast, (long long)parsed, slow,
                (long long)expected);
        abort();
    }
    free(exact);
    free(string);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    check((const char *)data, size);
    /* Also as the shape of a time: each byte picks a character that times are made of. */
    static const char alphabet[] = "00001111222334567899-:/+. TZAPM ";
    char mapped[64];
    if (size > sizeof mapped) return 0;
    for (size_t i = 0; i < size; i++) mapped[i] = alphabet[data[i] % (sizeof alphabet - 1)];
    check(mapped, size);
    return 0;
}
