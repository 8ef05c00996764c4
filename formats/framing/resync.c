#include "formats/framing/resync.h"

#include "formats/framing/structure.h"

/* Moves over white space; false at the head's end, and at what may be a boundary: what stands
 * behind it belongs to something else. */
static bool over_blanks(struct text head, size_t *at) {
    while (*at < head.length && structure_blank(head.data[*at])) {
        bool line_end = head.data[(*at)++] == '\n';
        if (line_end && *at < head.length && head.data[*at] == '{') return false;
    }
    return *at < head.length;
}

/* Moves from a string's first quote to behind its last. */
static bool over_string(struct text head, size_t *at) {
    for (size_t i = *at + 1; i < head.length && head.data[i] != '\n'; i++) {
        if (head.data[i] == '\\') {
            i++;
        } else if (head.data[i] == '"') {
            *at = i + 1;
            return true;
        }
    }
    return false;
}

static bool over_character(struct text head, size_t *at, char c) {
    if (!over_blanks(head, at) || head.data[*at] != c) return false;
    ++*at;
    return true;
}

static bool over_scalar(struct text head, size_t *at) {
    if (!over_blanks(head, at)) return false;
    if (head.data[*at] == '"') return over_string(head, at);
    while (*at < head.length && !strchr(",{}[]\"\n", head.data[*at])) ++*at;
    return *at < head.length && head.data[*at] == ',';
}

bool signature_read(struct text head, struct signature *signature) {
    size_t at = 0;
    *signature = (struct signature){0};
    if (head.length > SIGNATURE_HEAD) head.length = SIGNATURE_HEAD;
    if (!over_character(head, &at, '{') || !over_blanks(head, &at) || head.data[at] != '"' ||
        !over_string(head, &at) || at > SIGNATURE_KEY)
        return false;
    memcpy(signature->first, head.data, at);
    signature->first_length = at;
    if (!over_character(head, &at, ':') || !over_scalar(head, &at) ||
        !over_character(head, &at, ',') || !over_blanks(head, &at) || head.data[at] != '"')
        return true;
    size_t start = at;
    /* A key that was cut off runs on to the next quote, over what seldom is in keys. */
    if (over_string(head, &at) && at - start <= SIGNATURE_KEY &&
        !memchr(head.data + start, ',', at - start) &&
        !memchr(head.data + start, '{', at - start)) {
        memcpy(signature->second, head.data + start, at - start);
        signature->second_length = at - start;
    }
    return true;
}

/* Is there a comma, a [ or a line break before text[at]? */
static bool may_start(struct text text, size_t at, char before, bool newline) {
    bool broken = false;
    while (at > 0 && structure_blank(text.data[at - 1])) broken |= text.data[--at] == '\n';
    char last = at > 0 ? text.data[at - 1] : before;
    if (at == 0) broken |= newline;
    return broken || last == ',' || last == '[' || last == 0;
}

size_t resync_find(const struct signature *signature, struct text text, size_t from, size_t to,
                   char before, bool newline) {
    size_t length = signature->first_length;
    while (from < to) {
        size_t most = to - from + length - 1;
        if (most > text.length - from) most = text.length - from;
        const char *found = memmem(text.data + from, most, signature->first, length);
        if (!found) break;
        size_t at = (size_t)(found - text.data);
        struct signature other;
        if (may_start(text, at, before, newline) &&
            signature_read((struct text){found, text.length - at}, &other) &&
            (signature->second_length == 0 ||
             (other.second_length == signature->second_length &&
              memcmp(other.second, signature->second, other.second_length) == 0)))
            return at;
        from = at + 1;
    }
    return RESYNC_NONE;
}

/* Is text[at], a { behind a newline, the start of a line after a line that ends in }? */
static bool is_boundary(struct text text, size_t at, char before) {
    while (at > 0 && structure_blank(text.data[at - 1])) at--;
    return (at > 0 ? text.data[at - 1] : before) == '}';
}

size_t boundary_find(struct text text, size_t from, size_t to, char before, char last) {
    if (from == 0 && to > 0 && last == '\n' && text.data[0] == '{' && before == '}') return 0;
    while (from + 1 < to) {
        const char *newline = memchr(text.data + from, '\n', to - from - 1);
        if (!newline) break;
        size_t at = (size_t)(newline - text.data) + 1;
        if (text.data[at] == '{' && is_boundary(text, at, before)) return at;
        from = at;
    }
    return RESYNC_NONE;
}

size_t boundary_find_last(struct text text) {
    size_t to = text.length > 0 ? text.length - 1 : 0;
    const char *newline;
    while (to > 0 && (newline = memrchr(text.data, '\n', to))) {
        size_t at = (size_t)(newline - text.data) + 1;
        if (text.data[at] == '{' && is_boundary(text, at, 0)) return at;
        to = at - 1;
    }
    return RESYNC_NONE;
}
