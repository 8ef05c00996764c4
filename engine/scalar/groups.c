#include "engine/scalar/groups.h"

#include <stdlib.h>

#include "engine/scalar/pattern.h"

/* ---- names ----------------------------------------------------------------------------------- */

void group_names_free(struct group_names *names) {
    for (size_t i = 0; i < names->name_count; i++) free(names->names[i]);
    free(names->names);
    free(names->numbers);
    *names = (struct group_names){0};
}

size_t group_names_find(const struct group_names *names, struct text name) {
    for (size_t i = 0; i < names->name_count; i++)
        if (text_equal(text_of(names->names[i]), name)) return i;
    return SIZE_MAX;
}

static bool add_name(struct group_names *names, struct text name) {
    char **grown = realloc(names->names, (names->name_count + 1) * sizeof *grown);
    if (!grown) return false;
    names->names = grown;
    grown[names->name_count] = strndup(name.data, name.length);
    if (!grown[names->name_count]) return false;
    names->name_count++;
    return true;
}

static bool add_number(struct group_names *names, struct text name, uint32_t number) {
    size_t index = group_names_find(names, name);
    if (index == SIZE_MAX) {
        if (!add_name(names, name)) return false;
        index = names->name_count - 1;
    }
    struct group_number *grown = realloc(names->numbers, (names->number_count + 1) * sizeof *grown);
    if (!grown) return false;
    names->numbers = grown;
    grown[names->number_count++] = (struct group_number){index, number};
    return true;
}

/* The first group of that name; 0: there is none. */
static uint32_t first_number(const struct group_names *names, struct text name) {
    size_t index = group_names_find(names, name);
    for (size_t i = 0; i < names->number_count; i++)
        if (names->numbers[i].name == index) return names->numbers[i].number;
    return 0;
}

/* ---- the walk -------------------------------------------------------------------------------- */

/* Walks the pattern twice: to find the names, then to write. */
struct walk {
    const char *at;
    struct group_names *names;
    struct buffer *out; /* NULL: the first time */
    uint32_t groups;
    bool failed; /* no memory */
};

static void copy(struct walk *walk, const char *from, const char *to) {
    if (walk->out && !buffer_append(walk->out, from, (size_t)(to - from))) walk->failed = true;
    walk->at = to;
}

/* Copies up to and with `end`, or the rest where it does not come. */
static void copy_until(struct walk *walk, size_t skip, const char *end) {
    size_t left = strlen(walk->at);
    const char *from = walk->at + (skip < left ? skip : left);
    const char *found = strstr(from, end);
    copy(walk, walk->at, found ? found + strlen(end) : from + strlen(from));
}

/* A class, from its bracket. A ] that comes first is one of its characters. */
static void copy_class(struct walk *walk) {
    const char *at = walk->at + 1;
    if (*at == '^') at++;
    if (*at == ']') at++;
    while (*at && *at != ']') {
        const char *end = NULL;
        if (at[0] == '\\' && at[1] == 'Q')
            end = strstr(at, "\\E");
        else if (at[0] == '[' && (at[1] == ':' || at[1] == '.' || at[1] == '='))
            end = strstr(at + 2, (char[]){at[1], ']', '\0'});
        if (end)
            at = end + 2;
        else
            at += at[0] == '\\' && at[1] ? 2 : 1;
    }
    copy(walk, walk->at, *at ? at + 1 : at);
}

/* The name from `start` to its closing character; empty where it is not closed. */
static struct text name_at(const char *start, char close) {
    const char *end = strchr(start, close);
    return (struct text){start, end ? (size_t)(end - start) : 0};
}

/* Writes a reference to a group by its number, in place of what stands from walk->at to `end`. */
static void refer(struct walk *walk, struct text name, const char *format, const char *end) {
    uint32_t number = name.length ? first_number(walk->names, name) : 0;
    if (number == 0) {
        copy(walk, walk->at, walk->at + 2);
        return;
    }
    if (walk->out) {
        buffer_append(walk->out, format, strcspn(format, "N"));
        buffer_printf(walk->out, "%u", number);
        format += strcspn(format, "N") + 1;
        walk->failed |= !buffer_append(walk->out, format, strlen(format));
    }
    walk->at = end;
}

/* An escape: \k<name>, \k{name}, \k'name', \g{name}, or one that stays. */
static void walk_escape(struct walk *walk) {
    const char *at = walk->at;
    if (at[1] == 'Q') {
        copy_until(walk, 2, "\\E");
        return;
    }
    char close = at[1] && at[2] == '<' ? '>' : at[1] && at[2] == '{' ? '}' : '\'';
    bool by_name =
        (at[1] == 'k' && at[2] && strchr("<{'", at[2])) || (at[1] == 'g' && at[2] == '{');
    if (by_name) {
        struct text name = name_at(at + 3, close);
        refer(walk, name, "\\g{N}", at + 4 + name.length);
    } else {
        copy(walk, at, at + (at[1] ? 2 : 1));
    }
}

/* What opens a named group, (?<, (?P< or (?': its length, and the character that closes the name;
 * 0: something else does. */
static size_t named_opening(const char *at, char *close) {
    *close = '>';
    if (strncmp(at, "(?P<", 4) == 0) return 4;
    if (strncmp(at, "(?<", 3) == 0 && at[3] != '=' && at[3] != '!') return 3;
    *close = '\'';
    return strncmp(at, "(?'", 3) == 0 ? 3 : 0;
}

static void walk_named(struct walk *walk, size_t opening, char close) {
    struct text name = name_at(walk->at + opening, close);
    if (name.length == 0) {
        copy(walk, walk->at, walk->at + opening);
        return;
    }
    walk->groups++;
    if (!walk->out)
        walk->failed |= !add_number(walk->names, name, walk->groups);
    else
        walk->failed |= !buffer_append_char(walk->out, '(');
    walk->at = name.data + name.length + 1;
}

/* (?P=name), (?P>name), (?&name): what stands in front of the name; 0: it is none of these. */
static size_t reference_opening(const char *at, const char **format) {
    *format = "\\g{N}";
    if (strncmp(at, "(?P=", 4) == 0) return 4;
    *format = "(?N)";
    if (strncmp(at, "(?P>", 4) == 0) return 4;
    return strncmp(at, "(?&", 3) == 0 ? 3 : 0;
}

static void walk_parenthesis(struct walk *walk) {
    const char *at = walk->at, *format;
    char close;
    size_t opening = named_opening(at, &close);
    if (opening) {
        walk_named(walk, opening, close);
    } else if ((opening = reference_opening(at, &format))) {
        struct text name = name_at(at + opening, ')');
        refer(walk, name, format, at + opening + name.length + 1);
    } else if (strncmp(at, "(?#", 3) == 0) {
        copy_until(walk, 3, ")");
    } else if (strncmp(at, "(?(", 3) == 0 && at[3] != '?' && at[3] != '*') {
        copy_until(walk, 3, ")"); /* a condition is no group */
    } else {
        if (at[1] != '?' && at[1] != '*') walk->groups++;
        copy(walk, at, at + 1);
    }
}

static bool walk_all(struct walk *walk) {
    while (*walk->at && !walk->failed) {
        if (*walk->at == '\\')
            walk_escape(walk);
        else if (*walk->at == '[')
            copy_class(walk);
        else if (*walk->at == '(')
            walk_parenthesis(walk);
        else
            copy(walk, walk->at, walk->at + strcspn(walk->at + 1, "\\[(") + 1);
    }
    return !walk->failed;
}

bool groups_rewrite(const char *regex, struct group_names *names, struct buffer *out) {
    struct walk read = {.at = regex, .names = names}, write = {regex, names, out, 0, false};
    return walk_all(&read) && walk_all(&write);
}

bool regex_plain_groups(const char *regex, struct buffer *out) {
    struct group_names names = {0};
    bool good = groups_rewrite(regex, &names, out);
    group_names_free(&names);
    return good;
}

bool regex_quote(struct text text, struct buffer *out) {
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (c == '\0') {
            buffer_append(out, "\\x00", 4);
            continue;
        }
        if (strchr("\\^$.[]|()?*+{}-#&~", c)) buffer_append_char(out, '\\');
        buffer_append_char(out, c);
    }
    return !out->failed;
}
