/* Against databases that are written here, byte by byte, by the MaxMind DB specification 2.0. */
#include "engine/scalar/network.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/scalar_call.h"

/* ---- writing databases ---- */

static void put_head(struct buffer *out, unsigned type, size_t size) {
    unsigned code = size < 29 ? (unsigned)size : 29;
    buffer_append_char(out, (char)(type < 8 ? type << 5 | code : code));
    if (type >= 8) buffer_append_char(out, (char)(type - 7));
    if (size >= 29) buffer_append_char(out, (char)(size - 29));
}
static void put_map(struct buffer *out, size_t pairs) {
    put_head(out, 7, pairs);
}
static void put_text(struct buffer *out, const char *text) {
    put_head(out, 2, strlen(text));
    buffer_append(out, text, strlen(text));
}
static void put_number(struct buffer *out, unsigned type, unsigned bytes, uint64_t value) {
    put_head(out, type, bytes);
    while (bytes-- > 0) buffer_append_char(out, (char)(value >> (8 * bytes)));
}
static void put_double(struct buffer *out, double value) {
    uint64_t bits;
    memcpy(&bits, &value, 8);
    put_number(out, 3, 8, bits);
}

/* A node's two sides: another node, a data offset with DATA added, or EMPTY. */
#define EMPTY UINT32_MAX
#define DATA 0x40000000u
struct tree {
    uint32_t sides[1000][2];
    uint32_t count;
    struct buffer data;
};

static void tree_start(struct tree *tree) {
    memset(tree, 0, sizeof *tree);
    tree->count = 1;
    tree->sides[0][0] = tree->sides[0][1] = EMPTY;
}

/* What is appended to tree->data next belongs to the network of an IPv6 database. */
static void tree_add(struct tree *tree, const char *network, int length) {
    uint8_t bytes[16] = {0};
    bool ipv4 = strchr(network, '.') != NULL;
    cr_assert_eq(inet_pton(ipv4 ? AF_INET : AF_INET6, network, ipv4 ? bytes + 12 : bytes), 1);
    if (ipv4) length += 96;
    uint32_t node = 0;
    for (int i = 0; i < length; i++) {
        uint32_t *side = &tree->sides[node][bytes[i / 8] >> (7 - i % 8) & 1];
        if (i == length - 1) {
            *side = DATA + (uint32_t)tree->data.length;
        } else {
            if (*side == EMPTY) {
                *side = tree->count++;
                tree->sides[*side][0] = tree->sides[*side][1] = EMPTY;
            }
            node = *side;
        }
    }
}

static void tree_write(struct tree *tree, const char *folder, const char *name, const char *type) {
    struct buffer out = {0};
    for (uint32_t i = 0; i < tree->count * 2; i++) {
        uint32_t side = tree->sides[i / 2][i % 2];
        uint32_t value = side == EMPTY  ? tree->count
                         : side >= DATA ? side - DATA + tree->count + 16
                                        : side;
        buffer_append(&out, (char[]){(char)(value >> 16), (char)(value >> 8), (char)value}, 3);
    }
    buffer_append(&out, (char[16]){0}, 16);
    buffer_append(&out, tree->data.data, tree->data.length);
    buffer_append(&out, "\xAB\xCD\xEFMaxMind.com", 14);
    put_map(&out, 9);
    put_text(&out, "node_count"), put_number(&out, 6, 4, tree->count);
    put_text(&out, "record_size"), put_number(&out, 5, 2, 24);
    put_text(&out, "ip_version"), put_number(&out, 5, 2, 6);
    put_text(&out, "database_type"), put_text(&out, type);
    put_text(&out, "languages"), put_head(&out, 11, 1), put_text(&out, "en");
    put_text(&out, "binary_format_major_version"), put_number(&out, 5, 2, 2);
    put_text(&out, "binary_format_minor_version"), put_number(&out, 5, 2, 0);
    put_text(&out, "build_epoch"), put_number(&out, 9, 8, 1773205202);
    put_text(&out, "description"), put_map(&out, 0);
    char path[300];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    cr_assert(file);
    fwrite(out.data, 1, out.length, file);
    fclose(file);
    buffer_free(&out);
    buffer_free(&tree->data);
}

static void write_city(const char *folder) {
    static struct tree tree;
    tree_start(&tree);
    tree_add(&tree, "81.2.69.0", 24);
    put_map(&tree.data, 4);
    put_text(&tree.data, "city"), put_map(&tree.data, 1);
    put_text(&tree.data, "names"), put_map(&tree.data, 2);
    put_text(&tree.data, "de"), put_text(&tree.data, "Wien");
    put_text(&tree.data, "en"), put_text(&tree.data, "Vienna");
    put_text(&tree.data, "country"), put_map(&tree.data, 1);
    put_text(&tree.data, "iso_code"), put_text(&tree.data, "AT");
    put_text(&tree.data, "location"), put_map(&tree.data, 2);
    put_text(&tree.data, "latitude"), put_double(&tree.data, 48.2082);
    put_text(&tree.data, "longitude"), put_double(&tree.data, 16.3738);
    put_text(&tree.data, "subdivisions"), put_head(&tree.data, 11, 1), put_map(&tree.data, 1);
    put_text(&tree.data, "iso_code"), put_text(&tree.data, "9");
    tree_add(&tree, "2001:db8::", 32);
    put_map(&tree.data, 1);
    put_text(&tree.data, "country"), put_map(&tree.data, 1);
    put_text(&tree.data, "iso_code"), put_text(&tree.data, "\xFF"); /* not UTF-8 */
    tree_write(&tree, folder, "a-City.mmdb", "GeoLite2-City");
}

static void write_asn(const char *folder) {
    static struct tree tree;
    tree_start(&tree);
    tree_add(&tree, "81.2.0.0", 16);
    put_map(&tree.data, 2);
    put_text(&tree.data, "autonomous_system_number"), put_number(&tree.data, 6, 4, 64512);
    put_text(&tree.data, "autonomous_system_organization"), put_text(&tree.data, "Example AG");
    tree_write(&tree, folder, "b-ASN.mmdb", "GeoLite2-ASN");
}

static void make_folder(char *folder) {
    strcpy(folder, "/tmp/trawl-network-XXXXXX");
    cr_assert(mkdtemp(folder));
}

static void remove_folder(const char *folder) {
    static const char *const names[] = {"a-City.mmdb", "b-ASN.mmdb", "c.mmdb", "notes.txt"};
    char path[300];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
}

/* ---- tests ---- */

static void *geo(const char *folder, enum geo_attribute attribute) {
    struct trawl_error error;
    void *data = geo_new(folder, attribute, &error);
    cr_assert(data, "%s", error.message);
    return data;
}

Test(scalar_network, places_and_networks) {
    char folder[40];
    make_folder(folder);
    write_city(folder);
    write_asn(folder);
    gives("AT", scalar_geo_text, geo(folder, GEO_COUNTRY), T("81.2.69.160"));
    gives("AT", scalar_geo_text, geo(folder, GEO_COUNTRY), T("::ffff:81.2.69.160"));
    gives("Vienna", scalar_geo_text, geo(folder, GEO_CITY), T("81.2.69.1"));
    gives("9", scalar_geo_text, geo(folder, GEO_STATE), T("81.2.69.1"));
    gives("48.2082", scalar_geo_number, geo(folder, GEO_LATITUDE), T("81.2.69.1"));
    gives("16.3738", scalar_geo_number, geo(folder, GEO_LONGITUDE), T("81.2.69.1"));
    gives("64512", scalar_geo_number, geo(folder, GEO_ASN), T("81.2.3.4"));
    gives("Example AG", scalar_geo_text, geo(folder, GEO_ORGANISATION), T("81.2.3.4"));
    gives(MISSING, scalar_geo_text, geo(folder, GEO_CITY), T("81.2.70.1"));
    gives(MISSING, scalar_geo_text, geo(folder, GEO_CITY), T("2001:db8::1"));
    gives("\xEF\xBF\xBD", scalar_geo_text, geo(folder, GEO_COUNTRY), T("2001:db8::1"));
    gives(MISSING, scalar_geo_text, geo(folder, GEO_CITY), T("localhost"));
    gives(MISSING, scalar_geo_text, geo(folder, GEO_CITY), T(""));
    gives(MISSING, scalar_geo_text, geo(folder, GEO_CITY), NONE);
    remove_folder(folder);
}

Test(scalar_network, what_is_missing_is_said) {
    struct trawl_error error = {0};
    cr_assert_null(geo_new(NULL, GEO_CITY, &error));
    cr_assert(strstr(error.message, "City"), "%s", error.message);
    cr_assert_null(geo_new("/nowhere/at/all", GEO_CITY, &error));
    cr_assert_eq(error.status, TRAWL_IO);
    cr_assert(strstr(error.message, "No such file"), "%s", error.message);
    char folder[40], path[60];
    make_folder(folder);
    write_asn(folder);
    cr_assert_null(geo_new(folder, GEO_CITY, &error));
    cr_assert_eq(error.status, TRAWL_INVALID);
    cr_assert(strstr(error.message, folder) && strstr(error.message, "City"), "%s", error.message);
    snprintf(path, sizeof path, "%s/c.mmdb", folder);
    FILE *file = fopen(path, "wb");
    fputs("this is no database", file);
    fclose(file);
    cr_assert_null(geo_new(folder, GEO_CITY, &error));
    cr_assert_eq(error.status, TRAWL_DAMAGED);
    cr_assert(strstr(error.message, "c.mmdb"), "%s", error.message);
    scalar_geo_text.data_free(geo(folder, GEO_ASN)); /* stands before it */
    remove_folder(folder);
}

Test(scalar_network, addresses) { /* RFC 5952 */
    gives("2001:db8::1", scalar_address, NULL, T("2001:0DB8:0:0:0:0:0:1"));
    gives("2001:db8:0:1:1:1:1:1", scalar_address, NULL, T("2001:db8:0:1:1:1:1:1"));
    gives("10.0.0.1", scalar_address, NULL, T("10.0.0.1"));
    gives("10.0.0.1", scalar_address, NULL, T("::ffff:10.0.0.1"));
    gives("::", scalar_address, NULL, T("0:0:0:0:0:0:0:0"));
    gives("10.0.0.1", scalar_address, NULL, T("10.0.0.1:443"));
    gives("2001:db8::1", scalar_address, NULL, T("[2001:0DB8::1]:65535"));
    gives("2001:db8::1", scalar_address, NULL, T("[2001:db8::1]"));
    gives("2001:db8::1:443", scalar_address, NULL, T("2001:db8::1:443"));
    static const char *const none[] = {"",
                                       "[",
                                       "[]",
                                       ":",
                                       ":1",
                                       "[:1",
                                       "]:1",
                                       "[]:1",
                                       "10.0.0.1:",
                                       "10.0.0.1:a",
                                       "[::1",
                                       "::1]",
                                       "10.0.0.1:123456",
                                       "[::1]:",
                                       "[::1]443"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        gives(MISSING, scalar_address, NULL, T(none[i]));
    gives(MISSING, scalar_address, NULL, T("10.0.0.256"));
    gives(MISSING, scalar_address, NULL, T("10.0.0.0/8"));
    gives(MISSING, scalar_address, NULL, T("host"));
    gives(MISSING, scalar_address, NULL, NONE);
}

Test(scalar_network, a_network_of_an_address) {
    gives("10.1.2.3", scalar_network, NULL, T("10.1.2.3:443"), N(32), N(64));
    gives("10.1.2.0/24", scalar_network, NULL, T("10.1.2.3"), N(24), N(64));
    gives("10.1.2.2/31", scalar_network, NULL, T("::ffff:10.1.2.3"), N(31), N(64));
    gives("0.0.0.0/0", scalar_network, NULL, T("10.1.2.3"), N(0), N(64));
    gives("2001:db8:1:2::/64", scalar_network, NULL, T("[2001:DB8:1:2:3:4:5:6]:80"), N(32), N(64));
    gives("2001:db8:1:2:3:4:5:4/127", scalar_network, NULL, T("2001:db8:1:2:3:4:5:5"), N(0),
          N(127));
    gives("2001:db8::1", scalar_network, NULL, T("2001:db8::1"), N(32), N(128));
    gives("2001:db8::1", scalar_network, NULL, T("2001:db8::1"), N(32), N(1000));
    gives("::/0", scalar_network, NULL, T("2001:db8::1"), N(32), N(0));
    gives(MISSING, scalar_network, NULL, T("2001:db8::1"), N(32), N(-1));
    gives(MISSING, scalar_network, NULL, T("2001:db8::1"), N(32), T("x"));
    gives(MISSING, scalar_network, NULL, T("host"), N(32), N(64));
    gives(MISSING, scalar_network, NULL, NONE, N(32), N(64));
}
