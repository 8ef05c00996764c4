#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/twin/generate.h"

uint64_t random_bits(struct generator *g) {
    uint64_t z = g->state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

unsigned random_below(struct generator *g, unsigned below) {
    return (unsigned)(random_bits(g) % below);
}

bool chance(struct generator *g, unsigned percent) {
    return random_below(g, 100) < percent;
}

/* ---- strings ------------------------------------------------------------------------------ */

static void put_unit(struct generator *g, struct string *to, unsigned unit) {
    string_format(to, chance(g, 50) ? "\\u%04x" : "\\u%04X", unit);
}

/* Length and value of the valid UTF-8 sequence at text. */
static size_t code_point_at(const unsigned char *text, unsigned *code_point) {
    size_t length = text[0] < 0x80 ? 1 : text[0] < 0xe0 ? 2 : text[0] < 0xf0 ? 3 : 4;
    *code_point = length == 1 ? text[0] : text[0] & (0xffu >> (length + 1));
    for (size_t i = 1; i < length; i++) *code_point = *code_point << 6 | (text[i] & 0x3f);
    return length;
}

static void put_character(struct generator *g, struct string *to, const char *text, size_t length,
                          unsigned code_point) {
    static const char needed[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    const char *found = code_point < 0x80 ? strchr(needed, (int)code_point) : NULL;
    if (found && *found && chance(g, 80)) {
        string_put(to, '\\');
        string_put(to, letters[found - needed]);
    } else if (code_point < 0x20 || found || chance(g, g->needless)) {
        if (code_point == '/' && chance(g, 50)) {
            string_text(to, "\\/");
        } else if (code_point >= 0x10000) {
            put_unit(g, to, 0xd800 + ((code_point - 0x10000) >> 10));
            put_unit(g, to, 0xdc00 + ((code_point - 0x10000) & 0x3ff));
        } else {
            put_unit(g, to, code_point);
        }
    } else {
        string_add(to, text, length);
    }
}

void put_string(struct generator *g, struct string *to, const char *text) {
    string_put(to, '"');
    while (*text) {
        if (*text == MARK_UNIT) {
            string_text(to, "\\u");
            string_add(to, text + 1, 4);
            text += 5;
        } else if (*text == MARK_BYTE) {
            string_put(to, text[1]);
            text += 2;
        } else {
            unsigned code_point;
            size_t length = code_point_at((const unsigned char *)text, &code_point);
            put_character(g, to, text, length, code_point);
            text += length;
        }
    }
    string_put(to, '"');
}

static bool lone_surrogate(const char *text) {
    return strchr(text, MARK_UNIT) || strstr(text, "\\ud8") || strstr(text, "\\udc");
}

void random_name(struct generator *g, struct string *to) {
    static const char *const plain[] = {
        "ann@contoso.example", "Bob Miller",   "svc-backup@fabrikam.example",
        "Office 365",          "Azure Portal", "x",
        "203.0.113.7",         "a/b//c",
    };
    static const char *const odd[] = {
        "",
        " ",
        "Zo\u00eb \u5317\u4eac \U0001f600",
        "a \"quoted\" name",
        "back\\slash \\\\u0026 \\u0022",
        "\"riskState\":\"atRisk\"",
        "\",\"riskState\":\"atRisk\",\"x\":\"",
        "{\"riskState\":\"atRisk\",\"riskLevelDuringSignIn\":\"high\"}",
        "[\"passwordSpray\"]",
        "tab\there\nline\r\nend",
        "\x01\x02\x1f\x7f",
        "\u2028\u2029\ufeff\u00a0",
        "}",
        "},{",
        "]}\n{",
        "lone \xff"
        "d800 surrogate",
        "\xff"
        "DC00",
        "\xff"
        "d83d\xff"
        "d83d\xff"
        "de00",
        "nul \xff"
        "0000 inside",
        "null",
        "true",
        "0",
        "=cmd|' /C calc'!A0",
        "'",
        ",",
        "ends in a backslash\\",
    };
    static const char *const broken[] = {
        "bad \xfe\xff byte", "\xfe\xc3",
        "\xfe\xe2\xfe\x82",  "\xfe\xf0\xfe\x9f\xfe\x98 end",
        "\xfe\xc0\xfe\xaf",  "\xfe\xed\xfe\xa0\xfe\x80",
    };
    if (g->broken_text && chance(g, 4)) {
        string_text(to, PICK(g, broken));
    } else if (chance(g, 25)) {
        const char *chosen = PICK(g, odd);
        if (!g->no_lone || !lone_surrogate(chosen)) string_text(to, chosen);
    } else if (chance(g, 2)) {
        for (unsigned i = 100 + random_below(g, 400); i > 0; i--) {
            string_put(to, "abc \"\\{}[]:,"[random_below(g, 12)]);
        }
    } else {
        string_text(to, PICK(g, plain));
    }
}

void random_case(struct generator *g, const char *text, char *to, size_t size) {
    unsigned how = random_below(g, 6);
    size_t i = 0;
    for (; text[i] && i + 1 < size; i++) {
        char c = text[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (letter && (how == 0 || (how == 1 && chance(g, 50)))) c = (char)(c ^ 0x20);
        if (letter && how == 2) c = (char)(c | 0x20);
        to[i] = c;
    }
    to[i] = '\0';
}

void put_odd_value(struct generator *g, struct string *to) {
    static const char *const odd[] = {
        "null",
        "true",
        "false",
        "0",
        "-0",
        "1.50",
        "1e5",
        "-0.1E-7",
        "12345678901234567890123",
        "{}",
        "[]",
        "[null]",
        "[[]]",
        "[\"high\"]",
        "[\"a\",[1,[2,null]],true,{\"k\":1.0,\"z\":null,\"k\":2}]",
        "{\"riskState\":\"atRisk\",\"n\":[1,2.50,\"x\"],\"t\":true}",
        "{\"a\\u0022b\":\"\\n\\u0001\\/\",\"\":{}}",
        "[ 1 , { \"a\" : [ ] } ]",
        "\"\"",
        "\" high\"",
        "\"high \"",
        "\"h\\u0069gh\"",
        "\"\\ud800\"",
        "[\"\\udc00\",\"x\"]",
    };
    const char *chosen = PICK(g, odd);
    string_text(to, g->no_lone && lone_surrogate(chosen) ? "[]" : chosen);
}

/* ---- objects ------------------------------------------------------------------------------ */

static void put_space(struct generator *g, struct string *to, bool before) {
    if (g->loose == 1 && !before) string_put(to, ' ');
    if (g->loose == 2) {
        for (unsigned count = random_below(g, 3); count > 0; count--) {
            string_put(to, chance(g, 70) ? ' ' : '\t');
        }
    }
}

void member_begin(struct generator *g, struct members *m, const char *key) {
    if (m->count == sizeof m->ends / sizeof *m->ends) abort();
    put_string(g, &m->text, key);
    put_space(g, &m->text, true);
    string_put(&m->text, ':');
    put_space(g, &m->text, false);
}

void member_end(struct members *m) {
    m->ends[m->count++] = m->text.length;
}

void member_string(struct generator *g, struct members *m, const char *key, const char *value) {
    member_begin(g, m, key);
    put_string(g, &m->text, value);
    member_end(m);
}

void member_raw(struct generator *g, struct members *m, const char *key, const char *json) {
    member_begin(g, m, key);
    string_text(&m->text, json);
    member_end(m);
}

void put_object(struct generator *g, struct string *to, struct members *m) {
    size_t order[sizeof m->ends / sizeof *m->ends];
    for (size_t i = 0; i < m->count; i++) order[i] = i;
    if (g->shuffled) {
        for (size_t i = m->count; i > 1; i--) {
            size_t other = random_below(g, (unsigned)i), held = order[i - 1];
            order[i - 1] = order[other];
            order[other] = held;
        }
    }
    string_put(to, '{');
    for (size_t i = 0; i < m->count; i++) {
        size_t start = order[i] == 0 ? 0 : m->ends[order[i] - 1];
        if (i > 0) {
            put_space(g, to, true);
            string_put(to, ',');
        }
        if (i > 0 || g->loose == 2) put_space(g, to, false);
        string_add(to, m->text.data + start, m->ends[order[i]] - start);
    }
    if (g->loose == 2) put_space(g, to, true);
    string_put(to, '}');
    string_free(&m->text);
    m->count = 0;
}

/* ---- pretty printing ---------------------------------------------------------------------- */

static void break_line(struct string *to, const char *newline, unsigned spaces) {
    string_text(to, newline);
    while (spaces-- > 0) string_put(to, ' ');
}

void put_pretty(struct string *to, struct bytes json, unsigned indent, unsigned depth,
                const char *newline) {
    bool quoted = false;
    for (size_t i = 0; i < json.length; i++) {
        char c = json.data[i];
        if (quoted) {
            string_put(to, c);
            if (c == '\\') string_put(to, json.data[++i]);
            if (c == '"') quoted = false;
            continue;
        }
        if (c == ' ' || c == '\t') continue;
        if (c == '"') quoted = true;
        if (c == '{' || c == '[') {
            size_t next = i + 1;
            while (json.data[next] == ' ' || json.data[next] == '\t') next++;
            string_put(to, c);
            if (json.data[next] == '}' || json.data[next] == ']') {
                string_put(to, json.data[next]);
                i = next;
            } else {
                break_line(to, newline, ++depth * indent);
            }
        } else if (c == '}' || c == ']') {
            break_line(to, newline, --depth * indent);
            string_put(to, c);
        } else if (c == ',') {
            string_put(to, c);
            break_line(to, newline, depth * indent);
        } else {
            string_put(to, c);
            if (c == ':') string_put(to, ' ');
        }
    }
}
