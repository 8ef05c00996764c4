/* networks.h - a set of IPv4 and IPv6 networks as one binary trie over 128 bits: a look-up costs at
 * most the length of the longest prefix, however many networks there are. An IPv4 address is its
 * IPv4-mapped IPv6 address. */
#ifndef TRAWL_ENGINE_NETWORKS_H
#define TRAWL_ENGINE_NETWORKS_H

#include "engine/base/buffer.h"

struct networks;

struct networks *networks_new(void);
void networks_free(struct networks *networks);
/* "10.0.0.0/8", "2001:db8::/32", or an address alone. value: any number but NETWORKS_NONE; of equal
 * networks the last added stays. *valid false: not a network. False: out of memory. */
bool networks_add(struct networks *networks, struct text network, uint32_t value, bool *valid);
#define NETWORKS_NONE UINT32_MAX
/* Whether networks_add would take it. */
bool network_is_valid(struct text network);
/* The value of the longest network that holds the address; NETWORKS_NONE: no such network, or not
 * an address. */
uint32_t networks_find(const struct networks *networks, struct text address);
bool networks_equal(const struct networks *a, const struct networks *b);
uint64_t networks_hash(const struct networks *networks);

/* 16 bytes in network order; IPv4 mapped. A zone ("%eth0") and brackets are refused. */
bool address_parse(struct text text, uint8_t bytes[16]);

#endif
