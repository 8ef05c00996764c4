#include "tests/twin/json.h"

#include <stdlib.h>
#include <string.h>

struct parse {
    struct pool *arena;
    const char *data;
    size_t at, end;
    unsigned depth;
};

static struct tree *parse_value(struct parse *p);

static void skip_space(struct parse *p) {
    while (p->at < p->end && strchr(" \t\r\n", p->data[p->at]) && p->data[p->at]) p->at++;
}

static bool take(struct parse *p, char c) {
    if (p->at >= p->end || p->data[p->at] != c) return false;
    p->at++;
    return true;
}

static struct tree *new_tree(struct parse *p, enum tree_kind kind) {
    struct tree *tree = pool_take(p->arena, sizeof *tree);
    *tree = (struct tree){.kind = kind};
    return tree;
}

static bool parse_hex(struct parse *p, unsigned *unit) {
    if (p->end - p->at < 4) return false;
    *unit = 0;
    for (int i = 0; i < 4; i++) {
        char c = p->data[p->at++];
        unsigned digit;
        if (c >= '0' && c <= '9') {
            digit = (unsigned)(c - '0');
        } else if (c >= 'a' && c <= 'f') {
            digit = (unsigned)(c - 'a') + 10;
        } else if (c >= 'A' && c <= 'F') {
            digit = (unsigned)(c - 'A') + 10;
        } else {
            return false;
        }
        *unit = *unit * 16 + digit;
    }
    return true;
}

/* After \u. */
static bool parse_code_point(struct parse *p, struct string *to) {
    unsigned unit;
    if (!parse_hex(p, &unit)) return false;
    if (unit >= 0xd800 && unit < 0xdc00 && p->end - p->at >= 6 && p->data[p->at] == '\\' &&
        p->data[p->at + 1] == 'u') {
        size_t before = p->at;
        unsigned low;
        p->at += 2;
        if (!parse_hex(p, &low)) return false;
        if (low >= 0xdc00 && low < 0xe000) {
            string_code_point(to, 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
            return true;
        }
        p->at = before;
    }
    string_code_point(to, unit >= 0xd800 && unit < 0xe000 ? 0xfffd : unit);
    return true;
}

static bool parse_characters(struct parse *p, struct string *to) {
    static const char escapes[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
    while (p->at < p->end) {
        char c = p->data[p->at++];
        if (c == '"') return true;
        if ((unsigned char)c < 0x20) return false;
        if (c != '\\') {
            string_put(to, c);
            continue;
        }
        if (p->at >= p->end) return false;
        c = p->data[p->at++];
        if (c == 'u') {
            if (!parse_code_point(p, to)) return false;
            continue;
        }
        const char *found = c ? strchr(escapes, c) : NULL;
        if (!found) return false;
        string_put(to, means[found - escapes]);
    }
    return false;
}

static bool parse_string(struct parse *p, struct bytes *text) {
    if (!take(p, '"')) return false;
    struct string characters = {0};
    bool good = parse_characters(p, &characters);
    if (good) *text = pool_copy(p->arena, string_bytes(&characters));
    string_free(&characters);
    return good;
}

static bool digits(struct parse *p) {
    size_t start = p->at;
    while (p->at < p->end && p->data[p->at] >= '0' && p->data[p->at] <= '9') p->at++;
    return p->at > start;
}

static struct tree *parse_number(struct parse *p) {
    size_t start = p->at;
    take(p, '-');
    if (!take(p, '0') && !digits(p)) return NULL;
    if (take(p, '.') && !digits(p)) return NULL;
    if (take(p, 'e') || take(p, 'E')) {
        if (!take(p, '+')) take(p, '-');
        if (!digits(p)) return NULL;
    }
    struct tree *tree = new_tree(p, TREE_TEXT);
    tree->text = pool_copy(p->arena, (struct bytes){p->data + start, p->at - start});
    return tree;
}

static struct tree *parse_word(struct parse *p, const char *word, enum tree_kind kind) {
    size_t length = strlen(word);
    if (p->end - p->at < length || memcmp(p->data + p->at, word, length) != 0) return NULL;
    p->at += length;
    return new_tree(p, kind);
}

static void add_item(struct tree *tree, struct tree *item, const struct bytes *key) {
    if (key && tree_find(tree, *key)) return;
    if ((tree->count & (tree->count - 1)) == 0) {
        size_t capacity = tree->count ? tree->count * 2 : 1;
        tree->items = realloc(tree->items, capacity * sizeof *tree->items);
        tree->keys = realloc(tree->keys, capacity * sizeof *tree->keys);
        if (!tree->items || !tree->keys) abort();
    }
    tree->keys[tree->count] = key ? *key : (struct bytes){0};
    tree->items[tree->count++] = item;
}

static bool parse_items(struct parse *p, struct tree *tree, char close) {
    p->at++;
    skip_space(p);
    if (take(p, close)) return true;
    for (;;) {
        struct bytes key = {0};
        skip_space(p);
        if (tree->kind == TREE_OBJECT) {
            if (!parse_string(p, &key)) return false;
            skip_space(p);
            if (!take(p, ':')) return false;
        }
        struct tree *item = parse_value(p);
        if (!item) return false;
        add_item(tree, item, tree->kind == TREE_OBJECT ? &key : NULL);
        skip_space(p);
        if (take(p, close)) return true;
        if (!take(p, ',')) return false;
    }
}

static struct tree *parse_list(struct parse *p, enum tree_kind kind, char close) {
    struct tree *tree = new_tree(p, kind);
    if (++p->depth > 900) return NULL;
    bool good = parse_items(p, tree, close);
    p->depth--;
    /* The growing arrays move into the arena. */
    struct tree **items = pool_take(p->arena, tree->count * sizeof *items);
    struct bytes *keys = pool_take(p->arena, tree->count * sizeof *keys);
    if (tree->count > 0) {
        memcpy(items, tree->items, tree->count * sizeof *items);
        memcpy(keys, tree->keys, tree->count * sizeof *keys);
    }
    free(tree->items);
    free(tree->keys);
    tree->items = items;
    tree->keys = keys;
    return good ? tree : NULL;
}

static struct tree *parse_value(struct parse *p) {
    skip_space(p);
    if (p->at >= p->end) return NULL;
    switch (p->data[p->at]) {
        case '{':
            return parse_list(p, TREE_OBJECT, '}');
        case '[':
            return parse_list(p, TREE_ARRAY, ']');
        case '"': {
            struct tree *tree = new_tree(p, TREE_TEXT);
            return parse_string(p, &tree->text) ? tree : NULL;
        }
        case 'n':
            return parse_word(p, "null", TREE_NULL);
        case 't':
            return parse_word(p, "true", TREE_TRUE);
        case 'f':
            return parse_word(p, "false", TREE_FALSE);
        default:
            return parse_number(p);
    }
}

struct tree *tree_parse_at(struct pool *arena, struct bytes text, size_t *at) {
    struct parse p = {.arena = arena, .data = text.data, .at = *at, .end = text.length};
    struct tree *tree = parse_value(&p);
    *at = p.at;
    return tree;
}

struct tree *tree_parse(struct pool *arena, struct bytes text) {
    struct parse p = {.arena = arena, .data = text.data, .end = text.length};
    struct tree *tree = parse_value(&p);
    skip_space(&p);
    return p.at == p.end ? tree : NULL;
}

const struct tree *tree_find(const struct tree *object, struct bytes key) {
    if (!object || object->kind != TREE_OBJECT) return NULL;
    for (size_t i = 0; i < object->count; i++) {
        if (bytes_equal(object->keys[i], key)) return object->items[i];
    }
    return NULL;
}

const struct tree *tree_get(const struct tree *object, struct bytes key) {
    const struct tree *found = tree_find(object, key);
    return found && found->kind != TREE_NULL ? found : NULL;
}

bool tree_is_text(const struct tree *tree, const char *text) {
    return tree && tree->kind == TREE_TEXT &&
           bytes_equal(tree->text, (struct bytes){text, strlen(text)});
}

bool tree_truthy(const struct tree *tree) {
    if (!tree || tree->kind == TREE_NULL || tree->kind == TREE_FALSE) return false;
    if (tree->kind == TREE_TEXT) return tree->text.length > 0;
    return tree->kind == TREE_TRUE || tree->count > 0;
}

void twin_quote(struct string *to, struct bytes text) {
    string_put(to, '"');
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        switch (c) {
            case '"':
                string_text(to, "\\\"");
                break;
            case '\\':
                string_text(to, "\\\\");
                break;
            case '\b':
                string_text(to, "\\b");
                break;
            case '\f':
                string_text(to, "\\f");
                break;
            case '\n':
                string_text(to, "\\n");
                break;
            case '\r':
                string_text(to, "\\r");
                break;
            case '\t':
                string_text(to, "\\t");
                break;
            default:
                if (c < 0x20) {
                    string_format(to, "\\u%04x", c);
                } else {
                    string_put(to, (char)c);
                }
        }
    }
    string_put(to, '"');
}

static void dump(struct string *to, const struct tree *tree) {
    switch (tree->kind) {
        case TREE_NULL:
            string_text(to, "null");
            return;
        case TREE_FALSE:
            string_text(to, "false");
            return;
        case TREE_TRUE:
            string_text(to, "true");
            return;
        case TREE_TEXT:
            twin_quote(to, tree->text);
            return;
        case TREE_ARRAY:
        case TREE_OBJECT:
            break;
    }
    bool object = tree->kind == TREE_OBJECT;
    string_put(to, object ? '{' : '[');
    for (size_t i = 0; i < tree->count; i++) {
        if (i > 0) string_put(to, ',');
        if (object) {
            twin_quote(to, tree->keys[i]);
            string_put(to, ':');
        }
        dump(to, tree->items[i]);
    }
    string_put(to, object ? '}' : ']');
}

static void add_text(struct string *to, const struct tree *tree) {
    switch (tree->kind) {
        case TREE_NULL:
            return;
        case TREE_FALSE:
            string_text(to, "false");
            return;
        case TREE_TRUE:
            string_text(to, "true");
            return;
        case TREE_TEXT:
            string_add(to, tree->text.data, tree->text.length);
            return;
        case TREE_OBJECT:
            dump(to, tree);
            return;
        case TREE_ARRAY:
            for (size_t i = 0; i < tree->count; i++) {
                if (i > 0) string_put(to, ',');
                add_text(to, tree->items[i]);
            }
    }
}

struct bytes tree_text(struct pool *arena, const struct tree *tree) {
    if (!tree || tree->kind == TREE_NULL) return (struct bytes){0};
    struct string text = {0};
    add_text(&text, tree);
    struct bytes copy = pool_copy(arena, string_bytes(&text));
    string_free(&text);
    return copy;
}
