#include "shuffle.h"

#include <stdlib.h>

/* Of one object; those behind them stay where they are. */
enum { MEMBERS_MOST = 256 };

/* Behind the string that begins with the quote at `at`. */
static const char *string_end(const char *at) {
    for (at++; *at != '"'; at++) at += *at == '\\';
    return at + 1;
}

/* Behind the member at `at`: at the comma or the bracket that ends it. */
static const char *member_end(const char *at) {
    for (unsigned depth = 0;; at++) {
        if (*at == '"') at = string_end(at);
        if (!depth && (*at == ',' || *at == '}')) return at;
        if (*at == '{' || *at == '[') depth++;
        if (*at == '}' || *at == ']') depth--;
    }
}

static void put_object(const char *from, char **to, struct random *random);

static void put_text(char **to, const char *from, const char *end) {
    memcpy(*to, from, (size_t)(end - from));
    *to += end - from;
}

static void put_member(struct piece member, char **to, struct random *random) {
    const char *value = string_end(member.data) + 1, *end = member.data + member.length;
    put_text(to, member.data, value);
    if (*value == '{')
        put_object(value, to, random);
    else
        put_text(to, value, end);
}

static void put_object(const char *from, char **to, struct random *random) {
    struct piece members[MEMBERS_MOST];
    unsigned count = 0;
    const char *at = from + 1;
    while (*at != '}' && count < MEMBERS_MOST) {
        const char *end = member_end(at);
        members[count++] = (struct piece){at, (size_t)(end - at)};
        at = end + (*end == ',');
    }
    *(*to)++ = '{';
    for (unsigned left = count; left; left--) {
        unsigned chosen = random_below(random, left);
        put_member(members[chosen], to, random);
        members[chosen] = members[left - 1];
        if (left > 1 || *at != '}') *(*to)++ = ',';
    }
    const char *end = at;
    while (*end != '}') end = member_end(end + (*end == ','));
    put_text(to, at, end + 1);
}

bool shuffle_members(struct builder *builder, size_t start, struct random *random) {
    size_t length = builder->length - start;
    if (!length || builder->data[start] != '{') return true;
    char *text = malloc(length);
    if (!text) return false;
    memcpy(text, builder->data + start, length);
    char *to = builder->data + start;
    put_object(text, &to, random);
    free(text);
    return true;
}
