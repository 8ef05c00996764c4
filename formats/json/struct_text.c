/* struct_text.c - structures as SQL engines print them into a cell of CSV: {a=1, b={c=x y},
 * d=null}, made into JSON. Nothing is quoted in them: a value ends at ", " with a name and "="
 * behind it, or at its structure's last brace. */
#include "formats/json/internal.h"

#define STRUCT_DEPTH 16

struct printed {
    const char *at, *end;
    struct buffer *to;
    unsigned depth;
};

static bool is_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* The length of a name with "=" behind it; 0: there is none. */
static size_t name_length(const char *at, const char *end) {
    size_t length = 0;
    while (at + length < end && is_name(at[length])) length++;
    return at + length < end && at[length] == '=' ? length : 0;
}

/* Whether the next member begins here: ", name=". */
static bool is_next(const char *at, const char *end) {
    return end - at > 2 && at[0] == ',' && at[1] == ' ' && name_length(at + 2, end) > 0;
}

static void put_plain(struct printed *p) {
    const char *start = p->at;
    unsigned open = 0; /* braces that the value has itself */
    for (; p->at < p->end && (open || !is_next(p->at, p->end)); p->at++) {
        if (*p->at == '{') open++;
        if (*p->at == '}' && open-- == 0) break;
    }
    struct text value = {start, (size_t)(p->at - start)};
    if (text_equal(value, text_of("null")))
        buffer_append(p->to, "null", 4);
    else
        json_quote(value, p->to);
}

static bool put_struct(struct printed *p) {
    if (++p->depth > STRUCT_DEPTH || p->at == p->end || *p->at != '{') return false;
    char before = '{';
    for (p->at++; p->at < p->end && *p->at != '}'; before = ',') {
        if (before == ',') p->at += 2; /* is_next */
        size_t length = name_length(p->at, p->end);
        if (length == 0) return false;
        buffer_append_char(p->to, before);
        json_quote((struct text){p->at, length}, p->to);
        buffer_append_char(p->to, ':');
        p->at += length + 1;
        if (p->at + 1 < p->end && *p->at == '{' && name_length(p->at + 1, p->end)) {
            if (!put_struct(p)) return false;
        } else {
            put_plain(p);
        }
        if (p->at < p->end && *p->at != '}' && !is_next(p->at, p->end)) return false;
    }
    if (p->at == p->end || before == '{') return false;
    p->at++;
    p->depth--;
    return buffer_append_char(p->to, '}');
}

bool json_is_struct(struct text text) {
    return text.length > 3 && text.data[0] == '{' &&
           name_length(text.data + 1, text.data + text.length) > 0;
}

bool json_of_struct(struct text text, struct buffer *to) {
    struct printed printed = {.at = text.data, .end = text.data + text.length, .to = to};
    return put_struct(&printed) && printed.at == printed.end && !to->failed;
}
