#include "engine/operator/multiset.h"

#include <stdlib.h>

struct multiset_node {
    struct multiset_node *left, *right;
    uint64_t count, total; /* of this text; of the whole tree below */
    uint64_t priority;     /* greater than those below */
    size_t length, payload_length;
    char bytes[]; /* the text, then the payload */
};

static struct text node_text(const struct multiset_node *node) {
    return (struct text){node->bytes, node->length};
}

static size_t node_size(const struct multiset_node *node) {
    return sizeof *node + node->length + node->payload_length;
}

static int compare(struct text a, struct text b) {
    size_t length = a.length < b.length ? a.length : b.length;
    int order = length ? memcmp(a.data, b.data, length) : 0;
    return order ? order : (a.length > b.length) - (a.length < b.length);
}

static uint64_t total(const struct multiset_node *node) {
    return node ? node->total : 0;
}

static void count_total(struct multiset_node *node) {
    node->total = node->count + total(node->left) + total(node->right);
}

/* Into what is less than the text and what is not. */
static void split(struct multiset_node *node, struct text text, struct multiset_node **less,
                  struct multiset_node **rest) {
    if (!node) {
        *less = *rest = NULL;
        return;
    }
    if (compare(node_text(node), text) < 0) {
        split(node->right, text, &node->right, rest);
        *less = node;
    } else {
        split(node->left, text, less, &node->left);
        *rest = node;
    }
    count_total(node);
}

/* All of `left` is less than all of `right`. */
static struct multiset_node *join(struct multiset_node *left, struct multiset_node *right) {
    if (!left) return right;
    if (!right) return left;
    if (left->priority > right->priority) {
        left->right = join(left->right, right);
        count_total(left);
        return left;
    }
    right->left = join(left, right->left);
    count_total(right);
    return right;
}

/* splitmix64 */
static uint64_t next_priority(struct multiset *set) {
    uint64_t z = (set->random += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static struct multiset_node *find(const struct multiset *set, struct text text) {
    struct multiset_node *node = set->root;
    while (node) {
        int order = compare(text, node_text(node));
        if (order == 0) break;
        node = order < 0 ? node->left : node->right;
    }
    return node;
}

/* Changes the totals from the root down to the text's node. */
static void change(struct multiset *set, const struct multiset_node *to, int by) {
    struct multiset_node *node = set->root;
    while (node != to) {
        node->total += (uint64_t)by;
        node = compare(node_text(to), node_text(node)) < 0 ? node->left : node->right;
    }
    node->total += (uint64_t)by;
    node->count += (uint64_t)by;
}

static bool insert(struct multiset *set, struct text text, struct text payload) {
    struct multiset_node *node = malloc(sizeof *node + text.length + payload.length);
    if (!node) return false;
    *node = (struct multiset_node){.count = 1,
                                   .total = 1,
                                   .priority = next_priority(set),
                                   .length = text.length,
                                   .payload_length = payload.length};
    if (text.length) memcpy(node->bytes, text.data, text.length);
    if (payload.length) memcpy(node->bytes + text.length, payload.data, payload.length);
    struct multiset_node *less, *rest;
    split(set->root, text, &less, &rest);
    set->root = join(join(less, node), rest);
    set->distinct++;
    set->bytes += node_size(node);
    return true;
}

bool multiset_add(struct multiset *set, struct text text, struct text payload) {
    struct multiset_node *node = find(set, text);
    if (node)
        change(set, node, 1);
    else if (!insert(set, text, payload))
        return false;
    set->count++;
    return true;
}

/* The link that leads to the node, with the totals on the way lowered. */
static struct multiset_node **unlink_path(struct multiset *set, const struct multiset_node *to) {
    struct multiset_node **link = &set->root;
    while (*link != to) {
        (*link)->total--;
        link = compare(node_text(to), node_text(*link)) < 0 ? &(*link)->left : &(*link)->right;
    }
    return link;
}

void multiset_remove(struct multiset *set, struct text text) {
    struct multiset_node *node = find(set, text);
    if (!node) return;
    set->count--;
    if (node->count > 1) {
        change(set, node, -1);
        return;
    }
    struct multiset_node **link = unlink_path(set, node);
    *link = join(node->left, node->right);
    set->distinct--;
    set->bytes -= node_size(node);
    free(node);
}

bool multiset_at(const struct multiset *set, uint64_t rank, struct text *text,
                 struct text *payload) {
    const struct multiset_node *node = set->root;
    if (rank >= set->count) return false;
    for (;;) {
        uint64_t before = total(node->left);
        if (rank < before) {
            node = node->left;
        } else if (rank - before < node->count) {
            *text = node_text(node);
            *payload = (struct text){node->bytes + node->length, node->payload_length};
            return true;
        } else {
            rank -= before + node->count;
            node = node->right;
        }
    }
}

static bool each(const struct multiset_node *node, bool (*visit)(void *context, struct text text),
                 void *context) {
    return !node || (each(node->left, visit, context) && visit(context, node_text(node)) &&
                     each(node->right, visit, context));
}

void multiset_each(const struct multiset *set, bool (*visit)(void *context, struct text text),
                   void *context) {
    each(set->root, visit, context);
}

static void free_tree(struct multiset_node *node) {
    if (!node) return;
    free_tree(node->left);
    free_tree(node->right);
    free(node);
}

void multiset_clear(struct multiset *set) {
    free_tree(set->root);
    *set = (struct multiset){.random = set->random};
}
