#include "engine/scalar/network.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <maxminddb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/document.h"
#include "engine/match/networks.h"
#include "engine/scalar/argument.h"

/* ---- attributes ------------------------------------------------------------------------------ */

/* Where a database keeps an attribute, and by which words in its type it is known to have it. */
static const struct attribute {
    const char *types[4];
    const char *path[6];
} attributes[] = {
    [GEO_COUNTRY] = {{"City", "Country", "Enterprise"}, {"country", "iso_code"}},
    [GEO_STATE] = {{"City", "Enterprise"}, {"subdivisions", "0", "iso_code"}},
    [GEO_CITY] = {{"City", "Enterprise"}, {"city", "names", "en"}},
    [GEO_LATITUDE] = {{"City", "Enterprise"}, {"location", "latitude"}},
    [GEO_LONGITUDE] = {{"City", "Enterprise"}, {"location", "longitude"}},
    [GEO_ASN] = {{"ASN", "ISP"}, {"autonomous_system_number"}},
    [GEO_ORGANISATION] = {{"ASN", "ISP"}, {"autonomous_system_organization"}},
};

struct geo {
    MMDB_s database;
    const struct attribute *attribute;
};

static void geo_free(void *data) {
    struct geo *geo = data;
    if (!geo) return;
    MMDB_close(&geo->database);
    free(geo);
}

/* ---- the folder ------------------------------------------------------------------------------ */

static int is_database(const struct dirent *entry) {
    size_t length = strlen(entry->d_name);
    return length > 5 && strcmp(entry->d_name + length - 5, ".mmdb") == 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool has_attribute(const struct geo *geo) {
    const char *type = geo->database.metadata.database_type;
    for (const char *const *word = geo->attribute->types; type && *word; word++)
        if (strstr(type, *word)) return true;
    return false;
}

/* Opens one file; *found: it has the attribute, and stays open. */
static enum trawl_status open_file(struct geo *geo, const char *folder, const char *name,
                                   bool *found, struct trawl_error *error) {
    char *path;
    if (asprintf(&path, "%s/%s", folder, name) < 0) return error_memory(error);
    int status = MMDB_open(path, MMDB_MODE_MMAP, &geo->database);
    if (status != MMDB_SUCCESS) {
        error_set(error, status == MMDB_OUT_OF_MEMORY_ERROR ? TRAWL_MEMORY : TRAWL_DAMAGED,
                  "%s: %s", path, MMDB_strerror(status));
        free(path);
        return status == MMDB_OUT_OF_MEMORY_ERROR ? TRAWL_MEMORY : TRAWL_DAMAGED;
    }
    free(path);
    *found = has_attribute(geo);
    if (!*found) MMDB_close(&geo->database);
    return TRAWL_OK;
}

/* Opens the first file of the folder that has the attribute. */
static enum trawl_status open_folder(struct geo *geo, const char *folder, bool *found,
                                     struct trawl_error *error) {
    struct dirent **entries;
    int count = scandir(folder, &entries, is_database, by_bytes);
    if (count < 0) return error_set(error, TRAWL_IO, "%s: %m", folder);
    enum trawl_status status = TRAWL_OK;
    for (int i = 0; i < count; i++) {
        if (status == TRAWL_OK && !*found)
            status = open_file(geo, folder, entries[i]->d_name, found, error);
        free(entries[i]);
    }
    free(entries);
    return status;
}

void *geo_new(const char *folder, enum geo_attribute attribute, struct trawl_error *error) {
    const struct attribute *wanted = &attributes[attribute];
    if (!folder) {
        error_set(error, TRAWL_INVALID,
                  "no folder of MMDB files is given (--geoip): one whose type says %s is needed",
                  wanted->types[0]);
        return NULL;
    }
    struct geo *geo = calloc(1, sizeof *geo);
    if (!geo) {
        error_memory(error);
        return NULL;
    }
    geo->attribute = wanted;
    bool found = false;
    enum trawl_status status = open_folder(geo, folder, &found, error);
    if (found) return geo;
    free(geo);
    if (status == TRAWL_OK)
        error_set(error, TRAWL_INVALID,
                  "%s has no MMDB file whose type says %s; put one there, such as GeoLite2-%s.mmdb",
                  folder, wanted->types[0], wanted->types[0]);
    return NULL;
}

/* ---- looking up ------------------------------------------------------------------------------ */

/* The address as the library takes it: IPv4 ones as such. */
static void to_socket_address(const uint8_t bytes[16], struct sockaddr_storage *address) {
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    *address = (struct sockaddr_storage){0};
    if (memcmp(bytes, mapped, sizeof mapped) == 0) {
        struct sockaddr_in *ipv4 = (struct sockaddr_in *)address;
        ipv4->sin_family = AF_INET;
        memcpy(&ipv4->sin_addr, bytes + 12, 4);
    } else {
        struct sockaddr_in6 *ipv6 = (struct sockaddr_in6 *)address;
        ipv6->sin6_family = AF_INET6;
        memcpy(&ipv6->sin6_addr, bytes, 16);
    }
}

static enum trawl_status damaged(int status, struct trawl_error *error) {
    return error_set(error, TRAWL_DAMAGED, "a database of addresses: %s", MMDB_strerror(status));
}

/* The attribute of the first argument; *found false: none is known. */
static enum trawl_status look_up(const struct scalar_call *call, MMDB_entry_data_s *data,
                                 bool *found, struct trawl_error *error) {
    const struct geo *geo = call->data;
    char room[NUMBER_TEXT];
    struct text text;
    uint8_t bytes[16];
    struct sockaddr_storage address;
    int status;
    *found = false;
    if (!argument_text(call, 0, room, &text) || !address_parse(text, bytes)) return TRAWL_OK;
    to_socket_address(bytes, &address);
    MMDB_lookup_result_s entry =
        MMDB_lookup_sockaddr(&geo->database, (const struct sockaddr *)&address, &status);
    if (status == MMDB_IPV6_LOOKUP_IN_IPV4_DATABASE_ERROR) return TRAWL_OK;
    if (status != MMDB_SUCCESS) return damaged(status, error);
    if (!entry.found_entry) return TRAWL_OK;
    status = MMDB_aget_value(&entry.entry, data, geo->attribute->path);
    if (status == MMDB_LOOKUP_PATH_DOES_NOT_MATCH_DATA_ERROR) return TRAWL_OK;
    if (status != MMDB_SUCCESS) return damaged(status, error);
    *found = data->has_data;
    return TRAWL_OK;
}

static enum trawl_status run_geo_text(const struct scalar_call *call, struct datum *result,
                                      struct trawl_error *error) {
    MMDB_entry_data_s data;
    bool found;
    enum trawl_status status = look_up(call, &data, &found, error);
    if (status != TRAWL_OK || !found || data.type != MMDB_DATA_TYPE_UTF8_STRING) return status;
    struct text text = {data.utf8_string, data.data_size};
    document_decode(CHARSET_UTF8, text, call->out); /* as valid as it says, or made so */
    return result_out(call, result, error);
}

static enum trawl_status run_geo_number(const struct scalar_call *call, struct datum *result,
                                        struct trawl_error *error) {
    MMDB_entry_data_s data;
    bool found;
    enum trawl_status status = look_up(call, &data, &found, error);
    if (status != TRAWL_OK || !found) return status;
    switch (data.type) {
        case MMDB_DATA_TYPE_DOUBLE:
            return result_number(result, data.double_value);
        case MMDB_DATA_TYPE_FLOAT:
            return result_number(result, (double)data.float_value);
        case MMDB_DATA_TYPE_UINT16:
            return result_number(result, data.uint16);
        case MMDB_DATA_TYPE_UINT32:
            return result_number(result, data.uint32);
        default:
            return TRAWL_OK;
    }
}

/* ---- addresses ------------------------------------------------------------------------------- */

/* The address in 192.0.2.1:443, [2001:db8::1]:443 and [2001:db8::1]; other texts as they are. */
static struct text without_port(struct text text) {
    if (text.length == 0) return text;
    const char *colon = memrchr(text.data, ':', text.length);
    size_t host = colon ? (size_t)(colon - text.data) : text.length;
    size_t port = colon ? text.length - host - 1 : 0;
    bool digits = port >= 1 && port <= 5;
    for (size_t i = 0; i < port; i++) digits &= colon[1 + i] >= '0' && colon[1 + i] <= '9';
    if (text.data[0] == '[') {
        if (digits && text.data[host - 1] == ']') text.length = host;
        if (text.data[text.length - 1] != ']') return text;
        return text.length > 2 ? (struct text){text.data + 1, text.length - 2} : text;
    }
    if (digits && !memchr(text.data, ':', host)) text.length = host;
    return text;
}

/* The address as printed: IPv4 ones as such. True: IPv4. */
static bool print_address(const uint8_t bytes[16], char printed[INET6_ADDRSTRLEN]) {
    struct sockaddr_storage address;
    to_socket_address(bytes, &address);
    bool ipv4 = address.ss_family == AF_INET;
    inet_ntop(address.ss_family, ipv4 ? bytes + 12 : bytes, printed, INET6_ADDRSTRLEN);
    return ipv4;
}

/* The first argument as an address; false: it is none. */
static bool read_address(const struct scalar_call *call, uint8_t bytes[16]) {
    char room[NUMBER_TEXT];
    struct text text;
    return argument_text(call, 0, room, &text) && address_parse(without_port(text), bytes);
}

static enum trawl_status run_address(const struct scalar_call *call, struct datum *result,
                                     struct trawl_error *error) {
    char printed[INET6_ADDRSTRLEN];
    uint8_t bytes[16];
    if (!read_address(call, bytes)) return TRAWL_OK;
    print_address(bytes, printed);
    buffer_append(call->out, printed, strlen(printed));
    return result_out(call, result, error);
}

/* Clears the host's bits: all from bit `first` of the 128 on. */
static void clear_host(uint8_t bytes[16], int first) {
    for (int bit = first; bit < 128; bit++) bytes[bit / 8] &= (uint8_t) ~(0x80 >> bit % 8);
}

static enum trawl_status run_network(const struct scalar_call *call, struct datum *result,
                                     struct trawl_error *error) {
    char printed[INET6_ADDRSTRLEN];
    uint8_t bytes[16];
    int64_t length;
    if (!read_address(call, bytes)) return TRAWL_OK;
    int bits = print_address(bytes, printed) ? 32 : 128;
    if (!argument_integer(call, bits == 32 ? 1 : 2, &length) || length < 0) return TRAWL_OK;
    if (length < bits) {
        clear_host(bytes, 128 - bits + (int)length);
        print_address(bytes, printed);
    }
    buffer_append(call->out, printed, strlen(printed));
    if (length < bits) buffer_printf(call->out, "/%d", (int)length);
    return result_out(call, result, error);
}

const struct scalar scalar_geo_text = {
    .name = "geo_text", .type = TYPE_TEXT, .run = run_geo_text, .data_free = geo_free};
const struct scalar scalar_geo_number = {
    .name = "geo_number", .type = TYPE_NUMBER, .run = run_geo_number, .data_free = geo_free};
const struct scalar scalar_address = {.name = "address", .type = TYPE_TEXT, .run = run_address};
const struct scalar scalar_network = {.name = "network", .type = TYPE_TEXT, .run = run_network};
