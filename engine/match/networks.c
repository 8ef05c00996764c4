/* A trie with compressed paths (D. R. Morrison's PATRICIA, 1968) in one array: a node stands for a
 * network, given by somebody or the longest one that holds both networks below it. The shape
 * depends on the networks alone, not on the order in which they came. */
#include "engine/match/networks.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <xxhash.h>

#define ADDRESS_BITS 128
#define MAPPED_BITS 96 /* before an IPv4 address that is mapped into IPv6 */

/* An address, its first bit the highest of `high`. */
struct address {
    uint64_t high, low;
};

struct trie_node {
    struct address prefix; /* zero behind its bits */
    uint32_t bits;
    uint32_t value; /* NETWORKS_NONE: only branches */
    uint32_t below[2];
};
#define NOWHERE UINT32_MAX

struct networks {
    struct trie_node *nodes;
    size_t count, capacity;
    uint32_t root;
    size_t networks; /* nodes with a value */
};

struct networks *networks_new(void) {
    struct networks *networks = calloc(1, sizeof *networks);
    if (networks) networks->root = NOWHERE;
    return networks;
}

void networks_free(struct networks *networks) {
    if (!networks) return;
    free(networks->nodes);
    free(networks);
}

/* ---- addresses ---------------------------------------------------------------------------- */

/* Four decimal numbers up to 255 without leading zeros. */
static bool parse_ipv4(struct text text, uint8_t bytes[4]) {
    size_t at = 0;
    for (int part = 0; part < 4; part++) {
        if (part > 0 && (at == text.length || text.data[at++] != '.')) return false;
        unsigned value = 0;
        size_t start = at;
        for (; at < text.length && text.data[at] >= '0' && text.data[at] <= '9'; at++) {
            if (at > start && value == 0) return false;
            value = value * 10 + (unsigned)(text.data[at] - '0');
            if (value > 255) return false;
        }
        if (at == start) return false;
        bytes[part] = (uint8_t)value;
    }
    return at == text.length;
}

static bool parse_ipv6(struct text text, uint8_t bytes[16]) {
    char copy[INET6_ADDRSTRLEN];
    if (text.length >= sizeof copy || memchr(text.data, '\0', text.length)) return false;
    memcpy(copy, text.data, text.length);
    copy[text.length] = '\0';
    return inet_pton(AF_INET6, copy, bytes) == 1;
}

static bool is_ipv6(struct text text) {
    return text.length > 0 && memchr(text.data, ':', text.length);
}

bool address_parse(struct text text, uint8_t bytes[16]) {
    if (is_ipv6(text)) return parse_ipv6(text, bytes);
    memset(bytes, 0, 10);
    bytes[10] = bytes[11] = 0xFF;
    return parse_ipv4(text, bytes + 12);
}

static uint64_t load_big_endian(const uint8_t bytes[8]) {
    uint64_t value = 0;
    for (int i = 0; i < 8; i++) value = value << 8 | bytes[i];
    return value;
}

static bool read_address(struct text text, struct address *address) {
    uint8_t bytes[16];
    if (!address_parse(text, bytes)) return false;
    *address = (struct address){load_big_endian(bytes), load_big_endian(bytes + 8)};
    return true;
}

/* The first `bits` bits set. */
static struct address mask_of(uint32_t bits) {
    struct address mask = {UINT64_MAX, UINT64_MAX};
    if (bits <= 64) {
        mask.low = 0;
        mask.high = bits == 0 ? 0 : UINT64_MAX << (64 - bits);
    } else if (bits < ADDRESS_BITS) {
        mask.low = UINT64_MAX << (ADDRESS_BITS - bits);
    }
    return mask;
}

static struct address cut(struct address address, uint32_t bits) {
    struct address mask = mask_of(bits);
    return (struct address){address.high & mask.high, address.low & mask.low};
}

static bool same_address(struct address a, struct address b) {
    return a.high == b.high && a.low == b.low;
}

/* The bit behind the first `at` bits. */
static unsigned bit_at(struct address address, uint32_t at) {
    return at < 64 ? (unsigned)(address.high >> (63 - at) & 1)
                   : (unsigned)(address.low >> (127 - at) & 1);
}

static uint32_t common_bits(struct address a, struct address b) {
    if (a.high != b.high) return (uint32_t)__builtin_clzll(a.high ^ b.high);
    if (a.low != b.low) return 64 + (uint32_t)__builtin_clzll(a.low ^ b.low);
    return ADDRESS_BITS;
}

/* ---- the trie ----------------------------------------------------------------------------- */

static bool read_length(struct text text, uint32_t most, uint32_t *length) {
    if (text.length == 0 || text.length > 3 || (text.length > 1 && text.data[0] == '0'))
        return false;
    *length = 0;
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') return false;
        *length = *length * 10 + (uint32_t)(text.data[i] - '0');
    }
    return *length <= most;
}

static bool read_network(struct text text, struct address *prefix, uint32_t *bits) {
    const char *slash = text.length > 0 ? memchr(text.data, '/', text.length) : NULL;
    struct text address = text;
    if (slash) address.length = (size_t)(slash - text.data);
    if (!read_address(address, prefix)) return false;
    uint32_t before = is_ipv6(address) ? 0 : MAPPED_BITS;
    uint32_t length = ADDRESS_BITS - before;
    if (slash) {
        struct text digits = {slash + 1, text.length - address.length - 1};
        if (!read_length(digits, length, &length)) return false;
    }
    *bits = before + length;
    *prefix = cut(*prefix, *bits);
    return true;
}

bool network_is_valid(struct text network) {
    struct address prefix;
    uint32_t bits;
    return read_network(network, &prefix, &bits);
}

/* Room for the two nodes that a network adds at most. */
static bool reserve_nodes(struct networks *networks) {
    if (networks->count + 2 <= networks->capacity) return true;
    size_t capacity = networks->capacity ? networks->capacity * 2 : 16;
    struct trie_node *nodes = reallocarray(networks->nodes, capacity, sizeof *nodes);
    if (!nodes) return false;
    networks->nodes = nodes;
    networks->capacity = capacity;
    return true;
}

static uint32_t add_trie_node(struct networks *networks, struct address prefix, uint32_t bits,
                              uint32_t value) {
    networks->nodes[networks->count] = (struct trie_node){prefix, bits, value, {NOWHERE, NOWHERE}};
    return (uint32_t)networks->count++;
}

static void insert(struct networks *networks, struct address prefix, uint32_t bits,
                   uint32_t value) {
    uint32_t *link = &networks->root;
    while (*link != NOWHERE) {
        struct trie_node *node = &networks->nodes[*link];
        uint32_t common = common_bits(prefix, node->prefix);
        if (common > bits) common = bits;
        if (common < node->bits) { /* something must stand between the link and the node */
            uint32_t old = *link;
            bool branches = common < bits;
            networks->networks++;
            *link = add_trie_node(networks, cut(prefix, common), common,
                                  branches ? NETWORKS_NONE : value);
            struct trie_node *between = &networks->nodes[*link];
            between->below[bit_at(node->prefix, common)] = old;
            if (branches)
                between->below[bit_at(prefix, common)] =
                    add_trie_node(networks, prefix, bits, value);
            return;
        }
        if (node->bits == bits) {
            networks->networks += node->value == NETWORKS_NONE;
            node->value = value;
            return;
        }
        link = &node->below[bit_at(prefix, node->bits)];
    }
    networks->networks++;
    *link = add_trie_node(networks, prefix, bits, value);
}

bool networks_add(struct networks *networks, struct text network, uint32_t value, bool *valid) {
    struct address prefix;
    uint32_t bits;
    *valid = read_network(network, &prefix, &bits);
    if (!*valid) return true;
    if (!reserve_nodes(networks)) return false;
    insert(networks, prefix, bits, value);
    return true;
}

uint32_t networks_find(const struct networks *networks, struct text address) {
    struct address wanted;
    uint32_t found = NETWORKS_NONE;
    if (!read_address(address, &wanted)) return found;
    for (uint32_t at = networks->root; at != NOWHERE;) {
        const struct trie_node *node = &networks->nodes[at];
        if (!same_address(cut(wanted, node->bits), node->prefix)) break;
        if (node->value != NETWORKS_NONE) found = node->value;
        if (node->bits == ADDRESS_BITS) break;
        at = node->below[bit_at(wanted, node->bits)];
    }
    return found;
}

/* ---- sets of networks --------------------------------------------------------------------- */

/* The value of exactly this network. */
static uint32_t value_of(const struct networks *networks, struct address prefix, uint32_t bits) {
    for (uint32_t at = networks->root; at != NOWHERE;) {
        const struct trie_node *node = &networks->nodes[at];
        if (node->bits > bits) break;
        if (node->bits == bits)
            return same_address(node->prefix, prefix) ? node->value : NETWORKS_NONE;
        at = node->below[bit_at(prefix, node->bits)];
    }
    return NETWORKS_NONE;
}

bool networks_equal(const struct networks *a, const struct networks *b) {
    if (a->networks != b->networks) return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct trie_node *node = &a->nodes[i];
        if (node->value != NETWORKS_NONE && value_of(b, node->prefix, node->bits) != node->value)
            return false;
    }
    return true;
}

/* A sum, so that the order of the nodes does not count. */
uint64_t networks_hash(const struct networks *networks) {
    uint64_t hash = networks->networks;
    for (size_t i = 0; i < networks->count; i++) {
        const struct trie_node *node = &networks->nodes[i];
        if (node->value == NETWORKS_NONE) continue;
        uint64_t key[] = {node->prefix.high, node->prefix.low, node->bits, node->value};
        hash += XXH3_64bits(key, sizeof key);
    }
    return hash;
}
