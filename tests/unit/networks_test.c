#include "engine/match/networks.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/columns.h"

static void add(struct networks *networks, const char *network, uint32_t value) {
    bool valid;
    cr_assert(networks_add(networks, text_of(network), value, &valid));
    cr_assert(valid, "%s", network);
}

static uint32_t find(const struct networks *networks, const char *address) {
    return networks_find(networks, text_of(address));
}

Test(networks, the_longest_network_wins) {
    struct networks *networks = networks_new();
    cr_expect_eq(find(networks, "10.0.0.1"), NETWORKS_NONE);
    add(networks, "10.1.0.0/16", 2);
    add(networks, "10.0.0.0/8", 1);
    add(networks, "10.1.2.3", 3);
    add(networks, "192.168.7.9/24", 4); /* bits behind the length do not count */
    add(networks, "2001:db8::/32", 5);
    add(networks, "2001:db8::1", 6);
    cr_expect_eq(find(networks, "10.2.0.0"), 1);
    cr_expect_eq(find(networks, "10.1.255.255"), 2);
    cr_expect_eq(find(networks, "10.1.2.3"), 3);
    cr_expect_eq(find(networks, "10.1.2.4"), 2);
    cr_expect_eq(find(networks, "11.0.0.0"), NETWORKS_NONE);
    cr_expect_eq(find(networks, "9.255.255.255"), NETWORKS_NONE);
    cr_expect_eq(find(networks, "192.168.7.255"), 4);
    cr_expect_eq(find(networks, "192.168.8.0"), NETWORKS_NONE);
    cr_expect_eq(find(networks, "2001:db8:ffff::"), 5);
    cr_expect_eq(find(networks, "2001:DB8::1"), 6);
    cr_expect_eq(find(networks, "2001:db9::"), NETWORKS_NONE);
    cr_expect_eq(find(networks, "::ffff:10.1.2.3"), 3, "mapped");
    add(networks, "10.0.0.0/8", 7);
    cr_expect_eq(find(networks, "10.2.0.0"), 7, "the last added stays");
    add(networks, "0.0.0.0/0", 8);
    cr_expect_eq(find(networks, "11.0.0.0"), 8);
    cr_expect_eq(find(networks, "2001:db9::"), NETWORKS_NONE);
    add(networks, "::/0", 9);
    cr_expect_eq(find(networks, "2001:db9::"), 9);
    cr_expect_eq(find(networks, "11.0.0.0"), 8);
    networks_free(networks);
}

Test(networks, what_is_no_network) {
    static const char *const cases[] = {
        "",           "x",           "10.0.0.0/33", "10.0.0.0/",    "10.0.0.0/-1", "10.0.0.0/08",
        "10.0.0/8",   "10.0.0.0/8 ", " 10.0.0.0/8", "::1/129",      "::1/",        "10.0.0.0/8/8",
        "10.0.0.256", "/8",          "10.0.0.0/+8", "10.0.0.0/1e1", "::1/1000"};
    struct networks *networks = networks_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool valid = true;
        cr_expect(networks_add(networks, text_of(cases[i]), 1, &valid));
        cr_expect_not(valid, "%s", cases[i]);
    }
    cr_expect_eq(find(networks, "10.0.0.0"), NETWORKS_NONE);
    networks_free(networks);
    networks_free(NULL);
}

/* The C library's readers are the definition. */
Test(networks, addresses) {
    static const char *const cases[] = {"1.2.3.4",
                                        "255.255.255.255",
                                        "0.0.0.0",
                                        "01.2.3.4",
                                        "1.2.3",
                                        "1.2.3.4.",
                                        "1.2.3.4.5",
                                        "256.1.1.1",
                                        "1..2.3",
                                        " 1.2.3.4",
                                        "1.2.3.4 ",
                                        "0x1.2.3.4",
                                        "1.2.3.04",
                                        "00.0.0.0",
                                        "+1.2.3.4",
                                        "1.2.3.-4",
                                        "::",
                                        "::1",
                                        "fe80::1",
                                        "fe80::1%eth0",
                                        "[::1]",
                                        ":::",
                                        "1:2:3:4:5:6:7:8",
                                        "1:2:3:4:5:6:7:8:9",
                                        "::1.2.3.4",
                                        "::ffff:1.2.3.4",
                                        "12345::",
                                        "g::",
                                        "1.2.3.4:80",
                                        "99999999999.1.1.1",
                                        ".",
                                        ":"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t bytes[16] = {1}, six[16], four[4];
        bool read = address_parse(text_of(cases[i]), bytes);
        if (inet_pton(AF_INET6, cases[i], six) == 1) {
            cr_expect(read, "%s", cases[i]);
            cr_expect_arr_eq(bytes, six, 16, "%s", cases[i]);
        } else if (inet_pton(AF_INET, cases[i], four) == 1) {
            uint8_t mapped[16] = {[10] = 0xFF, [11] = 0xFF};
            memcpy(mapped + 12, four, 4);
            cr_expect(read, "%s", cases[i]);
            cr_expect_arr_eq(bytes, mapped, 16, "%s", cases[i]);
        } else {
            cr_expect_not(read, "%s", cases[i]);
        }
    }
    uint8_t bytes[16];
    cr_expect_not(address_parse((struct text){"::1\0", 4}, bytes));
    cr_expect_not(address_parse((struct text){"1.2.3.4\0", 8}, bytes));
    cr_expect_not(address_parse((struct text){NULL, 0}, bytes));
}

/* Few bits vary, so that networks nest and repeat. */
static void random_network(uint64_t *seed, char text[64], uint32_t *address, uint32_t *bits) {
    *bits = random_below(seed, 33);
    *address = random_below(seed, 16) << 28 | random_below(seed, 4) << 14 | random_below(seed, 16);
    snprintf(text, 64, "%u.%u.%u.%u/%u", *address >> 24, *address >> 16 & 255, *address >> 8 & 255,
             *address & 255, *bits);
}

Test(networks, as_a_list_of_networks_says) {
    enum { MANY = 300 };
    uint64_t seed = 99;
    for (int round = 0; round < 30; round++) {
        struct networks *networks = networks_new();
        uint32_t addresses[MANY], bits[MANY];
        char text[64];
        for (uint32_t i = 0; i < MANY; i++) {
            random_network(&seed, text, &addresses[i], &bits[i]);
            if (round % 2 && bits[i] < 6) bits[i] = 32, *strchr(text, '/') = '\0';
            add(networks, text, i);
        }
        for (int k = 0; k < 1000; k++) {
            uint32_t address, ignored, expected = NETWORKS_NONE, longest = 0;
            random_network(&seed, text, &address, &ignored);
            *strchr(text, '/') = '\0';
            for (uint32_t i = 0; i < MANY; i++) {
                uint32_t mask = bits[i] ? UINT32_MAX << (32 - bits[i]) : 0;
                if ((address & mask) != (addresses[i] & mask) || bits[i] < longest) continue;
                longest = bits[i];
                expected = i;
            }
            cr_assert_eq(find(networks, text), expected, "%s", text);
        }
        networks_free(networks);
    }
}

Test(networks, equal_sets_in_any_order) {
    enum { MANY = 200 };
    uint64_t seed = 5;
    struct networks *a = networks_new(), *b = networks_new();
    static char texts[MANY][64];
    for (uint32_t i = 0; i < MANY; i++) {
        uint32_t address, bits;
        random_network(&seed, texts[i], &address, &bits);
        add(a, texts[i], 1);
    }
    for (uint32_t i = MANY; i-- > 0;) {
        if (i == 0) cr_expect_not(networks_equal(a, b) && networks_hash(a) != networks_hash(b));
        add(b, texts[i], 1);
    }
    cr_expect(networks_equal(a, b) && networks_equal(b, a));
    cr_expect_eq(networks_hash(a), networks_hash(b));
    add(b, texts[0], 2);
    cr_expect_not(networks_equal(a, b));
    cr_expect_neq(networks_hash(a), networks_hash(b));
    add(b, texts[0], 1);
    cr_expect(networks_equal(a, b));
    add(b, "2001:db8::/33", 1);
    cr_expect_not(networks_equal(a, b));
    cr_expect_not(networks_equal(b, a));
    networks_free(a);
    networks_free(b);
}
