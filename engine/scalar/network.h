/* network.h - scalars over addresses: what databases of networks know of them.
 *
 * Databases are MMDB files (MaxMind's format) of a folder: those whose type says City or Country
 * give places, those that say ASN or ISP give networks. */
#ifndef TRAWL_ENGINE_SCALAR_NETWORK_H
#define TRAWL_ENGINE_SCALAR_NETWORK_H

#include "engine/scalar.h"

enum geo_attribute {
    GEO_COUNTRY, /* ISO 3166 code */
    GEO_STATE,   /* ISO 3166-2 code, without the country */
    GEO_CITY,    /* English name */
    GEO_LATITUDE,
    GEO_LONGITUDE,
    GEO_ASN, /* number */
    GEO_ORGANISATION,
};

/* The database, of those in the folder, that has the attribute; several are taken in byte order of
 * their names. folder NULL, or none in it: NULL, and error says what to do. One data for each node;
 * files are mapped, so many of one file cost its memory once. */
void *geo_new(const char *folder, enum geo_attribute attribute, struct trawl_error *error);
/* data: geo_new, of an attribute that is a text; of one that is a number. (address): IPv4 or IPv6;
 * missing: no address, or not known. */
extern const struct scalar scalar_geo_text, scalar_geo_number;

/* (address): in its usual spelling: IPv6 compressed and in lower case (RFC 5952), IPv4 inside
 * of it as such; missing: it is no address. */
extern const struct scalar scalar_address;

/* (address, length4, length6): the network of so many bits, as 192.0.2.0/24, that the IPv4 or IPv6
 * address is in; the address alone where the network has no other; missing: it is no address. */
extern const struct scalar scalar_network;

#endif
