/* sniff.h - what bytes are packed in, told by how they begin. */
#ifndef TRAWL_FORMATS_CONTAINER_SNIFF_H
#define TRAWL_FORMATS_CONTAINER_SNIFF_H

#include <stdbool.h>
#include <stddef.h>

enum content {
    CONTENT_PLAIN, /* none of the others */
    CONTENT_ZSTD,
    CONTENT_GZIP,
    CONTENT_XZ,
    CONTENT_BZIP2,
    CONTENT_LZ4,
    CONTENT_TAR,
    CONTENT_ZIP,
    CONTENT_7ZIP, /* recognised, not read: the memory that it needs cannot be limited */
    CONTENT_RAR,
};

#define SNIFF_LENGTH 512 /* enough to tell; a tar header is the longest */

/* `length` may be less where the input is shorter. */
enum content sniff(const unsigned char *bytes, size_t length);
const char *content_name(enum content content);

/* Does a 512-byte block have the checksum of a tar header? */
bool tar_header(const unsigned char *block, size_t length);

#endif
