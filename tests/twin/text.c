#include "tests/twin/text.h"

#include <stdlib.h>
#include <string.h>

/* ---- encodings ---------------------------------------------------------------------------- */

static unsigned unit_at(struct bytes raw, size_t at, bool big) {
    unsigned a = (unsigned char)raw.data[at], b = (unsigned char)raw.data[at + 1];
    return big ? a << 8 | b : b << 8 | a;
}

static void decode_utf16(struct bytes raw, bool big, struct string *to) {
    size_t at = 2;
    while (at + 1 < raw.length) {
        unsigned unit = unit_at(raw, at, big);
        at += 2;
        if (unit < 0xd800 || unit > 0xdfff) {
            string_code_point(to, unit);
            continue;
        }
        unsigned low = unit < 0xdc00 && at + 1 < raw.length ? unit_at(raw, at, big) : 0;
        if (low >= 0xdc00 && low < 0xe000) {
            at += 2;
            string_code_point(to, 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
        } else {
            string_code_point(to, 0xfffd);
        }
    }
    if (at < raw.length) string_code_point(to, 0xfffd);
}

/* Table 3-7 of the Unicode standard: the length of the well-formed sequence at data, or minus the
 * length of the maximal subpart of an ill-formed one. */
static int sequence(const unsigned char *data, size_t left) {
    unsigned char lead = data[0], low = 0x80, high = 0xbf;
    int length;
    if (lead < 0x80) return 1;
    if (lead >= 0xc2 && lead <= 0xdf) {
        length = 2;
    } else if (lead >= 0xe0 && lead <= 0xef) {
        length = 3;
        if (lead == 0xe0) low = 0xa0;
        if (lead == 0xed) high = 0x9f;
    } else if (lead >= 0xf0 && lead <= 0xf4) {
        length = 4;
        if (lead == 0xf0) low = 0x90;
        if (lead == 0xf4) high = 0x8f;
    } else {
        return -1;
    }
    for (int i = 1; i < length; i++) {
        if ((size_t)i >= left || data[i] < low || data[i] > high) return -i;
        low = 0x80;
        high = 0xbf;
    }
    return length;
}

static void decode_utf8(struct bytes raw, struct string *to) {
    size_t at = 0;
    while (at < raw.length) {
        int length = sequence((const unsigned char *)raw.data + at, raw.length - at);
        if (length > 0) {
            string_add(to, raw.data + at, (size_t)length);
            at += (size_t)length;
        } else {
            string_code_point(to, 0xfffd);
            at += (size_t)-length;
        }
    }
}

struct bytes text_decode(struct pool *arena, struct bytes raw) {
    struct string text = {0};
    if (bytes_start_with(raw, BYTES("\xff\xfe"))) {
        decode_utf16(raw, false, &text);
    } else if (bytes_start_with(raw, BYTES("\xfe\xff"))) {
        decode_utf16(raw, true, &text);
    } else {
        decode_utf8(raw, &text);
    }
    struct bytes copy = pool_copy(arena, string_bytes(&text));
    string_free(&text);
    while (bytes_start_with(copy, BYTES("\xef\xbb\xbf"))) {
        copy = (struct bytes){copy.data + 3, copy.length - 3};
    }
    return copy;
}

/* ---- CSV ---------------------------------------------------------------------------------- */

/* One cell from text[*at] up to the comma or line end behind it. */
static struct bytes csv_cell(struct pool *arena, struct bytes text, size_t *at) {
    struct string cell = {0};
    bool quoted = *at < text.length && text.data[*at] == '"';
    if (quoted) ++*at;
    while (*at < text.length) {
        char c = text.data[*at];
        if (quoted && c == '"') {
            ++*at;
            if (*at < text.length && text.data[*at] == '"') {
                string_put(&cell, '"');
                ++*at;
            } else {
                quoted = false;
            }
            continue;
        }
        if (!quoted && (c == ',' || c == '\n' || c == '\r')) break;
        string_put(&cell, c);
        ++*at;
    }
    struct bytes copy = pool_copy(arena, string_bytes(&cell));
    string_free(&cell);
    return copy;
}

bool twin_csv_row(struct pool *arena, struct bytes text, size_t *at, struct bytes **cells,
                  size_t *count) {
    *count = 0;
    *cells = NULL;
    if (*at >= text.length) return false;
    size_t capacity = 0;
    while (*at < text.length && text.data[*at] != '\n' && text.data[*at] != '\r') {
        for (;;) {
            if (*count == capacity) {
                capacity = capacity ? capacity * 2 : 64;
                struct bytes *grown = pool_take(arena, capacity * sizeof *grown);
                if (*count > 0) memcpy(grown, *cells, *count * sizeof *grown);
                *cells = grown;
            }
            (*cells)[(*count)++] = csv_cell(arena, text, at);
            if (*at >= text.length || text.data[*at] != ',') break;
            ++*at;
        }
        break;
    }
    if (*at < text.length && text.data[*at] == '\r') ++*at;
    if (*at < text.length && text.data[*at] == '\n') ++*at;
    return true;
}

/* ---- instants ----------------------------------------------------------------------------- */

struct scan {
    const char *at, *end;
    bool bad;
};

/* Between `least` and `most` digits. */
static int number(struct scan *s, int least, int most) {
    int value = 0, count = 0;
    while (count < most && s->at < s->end && *s->at >= '0' && *s->at <= '9') {
        value = value * 10 + (*s->at++ - '0');
        count++;
    }
    if (count < least) s->bad = true;
    return value;
}

static bool accept(struct scan *s, char c) {
    if (s->at >= s->end || *s->at != c) return false;
    s->at++;
    return true;
}

static void expect(struct scan *s, char c) {
    if (!accept(s, c)) s->bad = true;
}

struct moment {
    int year, month, day, hour, minute, second, fraction, zone_sign, zone_hour, zone_minute;
};

static bool leap(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Counts the days one year and one month at a time. */
static bool seconds_of(const struct moment *m, __int128 *seconds) {
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (m->year < 1 || m->month < 1 || m->month > 12 || m->day < 1 || m->hour > 23 ||
        m->minute > 59)
        return false;
    int length = lengths[m->month - 1] + (m->month == 2 && leap(m->year));
    if (m->day > length) return false;
    long days = m->day - 1;
    for (int year = 1970; year < m->year; year++) days += 365 + leap(year);
    for (int year = m->year; year < 1970; year++) days -= 365 + leap(year);
    for (int month = 1; month < m->month; month++) {
        days += lengths[month - 1] + (month == 2 && leap(m->year));
    }
    int second = m->second > 59 ? 59 : m->second;
    *seconds = (__int128)days * 86400 + m->hour * 3600 + m->minute * 60 + second;
    return true;
}

static bool month_first(struct bytes text, struct moment *m) {
    struct scan s = {text.data, text.data + text.length, false};
    m->month = number(&s, 1, 2);
    expect(&s, '/');
    m->day = number(&s, 1, 2);
    expect(&s, '/');
    m->year = number(&s, 4, 4);
    expect(&s, ' ');
    m->hour = number(&s, 1, 2);
    expect(&s, ':');
    m->minute = number(&s, 2, 2);
    expect(&s, ':');
    m->second = number(&s, 2, 2);
    if (s.at < s.end) {
        expect(&s, ' ');
        bool after_noon = accept(&s, 'P');
        if (!after_noon) expect(&s, 'A');
        expect(&s, 'M');
        m->hour = m->hour % 12 + (after_noon ? 12 : 0);
    }
    return !s.bad && s.at == s.end;
}

static bool year_first(struct bytes text, struct moment *m) {
    struct scan s = {text.data, text.data + text.length, false};
    m->year = number(&s, 4, 4);
    expect(&s, '-');
    m->month = number(&s, 2, 2);
    expect(&s, '-');
    m->day = number(&s, 2, 2);
    if (!accept(&s, 'T')) expect(&s, ' ');
    m->hour = number(&s, 2, 2);
    expect(&s, ':');
    m->minute = number(&s, 2, 2);
    expect(&s, ':');
    m->second = number(&s, 2, 2);
    if (accept(&s, '.')) {
        const char *start = s.at;
        m->fraction = number(&s, 1, 9);
        for (long count = s.at - start; count < 9; count++) m->fraction *= 10;
    }
    if (s.at < s.end && !accept(&s, 'Z')) {
        m->zone_sign = accept(&s, '+') ? 1 : -1;
        if (m->zone_sign < 0) expect(&s, '-');
        m->zone_hour = number(&s, 2, 2);
        accept(&s, ':');
        m->zone_minute = number(&s, 2, 2);
    }
    return !s.bad && s.at == s.end;
}

static bool all_digits(struct bytes text) {
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') return false;
    }
    return true;
}

bool twin_instant(struct bytes text, __int128 *nanoseconds) {
    if (!text.data) return false;
    if ((text.length == 10 || text.length == 13 || text.length == 16) && all_digits(text)) {
        long long unit = text.length == 10 ? 1000000000 : text.length == 13 ? 1000000 : 1000;
        *nanoseconds = (__int128)strtoll(text.data, NULL, 10) * unit;
        return true;
    }
    struct moment m = {0};
    if (!month_first(text, &m)) {
        m = (struct moment){0};
        if (!year_first(text, &m)) return false;
    }
    __int128 seconds;
    if (!seconds_of(&m, &seconds)) return false;
    seconds -= m.zone_sign * (m.zone_hour * 3600 + m.zone_minute * 60);
    *nanoseconds = seconds * 1000000000 + m.fraction;
    return true;
}
