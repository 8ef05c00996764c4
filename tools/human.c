#include "tools/human.h"

#include <inttypes.h>
#include <stdbool.h>

#include "engine/trawl.h"
#include "tools/utf8.h"

struct human human_count(uint64_t count) {
    struct human human;
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, count);
    char *to = human.text;
    for (int i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0) *to++ = ',';
        *to++ = digits[i];
    }
    *to = '\0';
    return human;
}

struct human human_bytes(double bytes) {
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    struct human human;
    size_t unit = 0;
    while (bytes >= 999.5 && unit + 1 < sizeof units / sizeof *units) {
        bytes /= 1024;
        unit++;
    }
    int decimals = unit == 0 || bytes >= 99.95 ? 0 : bytes >= 9.995 ? 1 : 2; /* three digits */
    snprintf(human.text, sizeof human.text, "%.*f %s", decimals, bytes, units[unit]);
    return human;
}

struct human human_time(double seconds) {
    struct human human;
    if (!(seconds >= 0)) seconds = 0;
    if (seconds > 1e9) seconds = 1e9;
    if (seconds < 99.95) {
        snprintf(human.text, sizeof human.text, "%.*f s", seconds < 9.995 ? 2 : 1, seconds);
        return human;
    }
    uint64_t whole = (uint64_t)(seconds + 0.5);
    if (whole < 3600) {
        snprintf(human.text, sizeof human.text, "%" PRIu64 ":%02" PRIu64 " min", whole / 60,
                 whole % 60);
    } else {
        snprintf(human.text, sizeof human.text, "%" PRIu64 ":%02" PRIu64 ":%02" PRIu64 " h",
                 whole / 3600, whole / 60 % 60, whole % 60);
    }
    return human;
}

struct human human_ratio(double ratio) {
    struct human human;
    snprintf(human.text, sizeof human.text, "%.*fx", ratio < 99.95 ? 1 : 0, ratio);
    return human;
}

struct human human_share(uint64_t part, uint64_t whole) {
    struct human human;
    double share = whole ? 100 * (double)part / (double)whole : 0;
    const char *edge = part < whole && share >= 99.5 ? "over "
                       : part && share < 0.5         ? "under "
                                                     : "";
    snprintf(human.text, sizeof human.text, "%s%.0f %%", edge,
             *edge == 'o'   ? 99
             : *edge == 'u' ? 1
                            : share);
    return human;
}

struct human human_instant(int64_t ms) {
    struct human human;
    trawl_time_print(ms, human.text, sizeof human.text);
    return human;
}

/* Marks of direction, joiners of no width, line and paragraph separators, the byte order mark. */
static bool is_deceptive(uint32_t code) {
    return code == 0x61C || (code >= 0x200B && code <= 0x200F) ||
           (code >= 0x2028 && code <= 0x202E) || (code >= 0x2060 && code <= 0x206F) ||
           code == 0xFEFF;
}

void print_foreign(FILE *to, const char *text) {
    while (*text) {
        uint32_t code;
        size_t length = utf8_next(text, &code);
        if (length == 0) {
            fprintf(to, "\\x%02x", (unsigned char)*text);
            length = 1;
        } else if (code < 0x20 || code == 0x7F) {
            fprintf(to, "\\x%02x", (unsigned)code);
        } else if ((code >= 0x80 && code < 0xA0) || is_deceptive(code)) {
            fprintf(to, "\\u%04x", (unsigned)code);
        } else {
            fwrite(text, 1, length, to);
        }
        text += length;
    }
}
