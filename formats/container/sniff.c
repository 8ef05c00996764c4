/* sniff.c - the signatures. Sources: RFC 8878 3.1 (zstd), RFC 1952 2.3.1 (gzip), .xz file format
 * 1.1.0 section 2.1.1, bzip2's block magic (BCD of pi, and of its square root for an empty file),
 * LZ4 frame format 1.6, PKWARE APPNOTE 4.3 (zip), POSIX.1-2017 pax "ustar Interchange Format". */
#include "formats/container/sniff.h"

#include <string.h>

struct signature {
    enum content content;
    size_t length;
    const char *bytes;
};

static const struct signature signatures[] = {
    {CONTENT_ZSTD, 4, "\x28\xB5\x2F\xFD"},
    {CONTENT_GZIP, 2, "\x1F\x8B"},
    {CONTENT_ZIP, 4, "PK\x03\x04"},
    {CONTENT_ZIP, 4, "PK\x05\x06"}, /* no members: the end record alone */
    {CONTENT_ZIP, 4, "PK\x07\x08"}, /* once in several volumes */
    {CONTENT_XZ, 6, "\xFD\x37zXZ\0"},
    {CONTENT_LZ4, 4, "\x04\x22\x4D\x18"},
    {CONTENT_7ZIP, 6, "7z\xBC\xAF\x27\x1C"},
    {CONTENT_RAR, 6, "Rar!\x1A\x07"},
};

static bool is_zstd_skippable(const unsigned char *bytes, size_t length) {
    return length >= 4 && (bytes[0] & 0xF0) == 0x50 && memcmp(bytes + 1, "\x2A\x4D\x18", 3) == 0;
}

/* Input that ends within the magic is bzip2 cut short. The magic is text but for its last bytes:
 * what tells "BZh9 is text" from it is that nothing else may follow, not even a line's end. */
static bool is_bzip2(const unsigned char *bytes, size_t length) {
    enum { LEVEL_END = 4, MAGIC = 6 };
    if (length < LEVEL_END || memcmp(bytes, "BZh", 3) != 0) return false;
    size_t magic = length - LEVEL_END < MAGIC ? length - LEVEL_END : MAGIC;
    return bytes[3] >= '1' && bytes[3] <= '9' &&
           (memcmp(bytes + LEVEL_END, "\x31\x41\x59\x26\x53\x59", magic) == 0 ||
            memcmp(bytes + LEVEL_END, "\x17\x72\x45\x38\x50\x90", magic) == 0);
}

/* Sums as the header's author may have: over unsigned or (old Sun tar) signed bytes. */
bool tar_header(const unsigned char *block, size_t length) {
    enum { BLOCK = 512, FIELD = 148, FIELD_END = 156 };
    if (length < BLOCK || block[0] == 0) return false;
    long stored = 0, plain = 0, with_signs = 0;
    size_t i = FIELD, digits = 0;
    while (i < FIELD_END && block[i] == ' ') i++;
    for (; i < FIELD_END && block[i] >= '0' && block[i] <= '7'; i++, digits++)
        stored = stored * 8 + (block[i] - '0');
    if (digits == 0 || (i < FIELD_END && block[i] != ' ' && block[i] != 0)) return false;
    for (i = 0; i < BLOCK; i++) {
        unsigned char byte = i >= FIELD && i < FIELD_END ? ' ' : block[i];
        plain += byte;
        with_signs += (signed char)byte;
    }
    return stored == plain || stored == with_signs;
}

/* "ustar" and the byte behind it, which no text has (NUL), or which is followed by one (GNU); a
 * damaged first header is still a tar's. Without them (the format of 1979) the checksum decides. */
static bool is_tar(const unsigned char *bytes, size_t length) {
    enum { MAGIC = 257 };
    if (length >= MAGIC + 8 &&
        (memcmp(bytes + MAGIC, "ustar\0", 6) == 0 || memcmp(bytes + MAGIC, "ustar  \0", 8) == 0))
        return true;
    return tar_header(bytes, length);
}

enum content sniff(const unsigned char *bytes, size_t length) {
    for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++)
        if (length >= signatures[i].length &&
            memcmp(bytes, signatures[i].bytes, signatures[i].length) == 0)
            return signatures[i].content;
    if (is_zstd_skippable(bytes, length)) return CONTENT_ZSTD;
    if (is_bzip2(bytes, length)) return CONTENT_BZIP2;
    if (is_tar(bytes, length)) return CONTENT_TAR;
    return CONTENT_PLAIN;
}

const char *content_name(enum content content) {
    switch (content) {
        case CONTENT_PLAIN:
            return "plain";
        case CONTENT_ZSTD:
            return "zstd";
        case CONTENT_GZIP:
            return "gzip";
        case CONTENT_XZ:
            return "xz";
        case CONTENT_BZIP2:
            return "bzip2";
        case CONTENT_LZ4:
            return "lz4";
        case CONTENT_TAR:
            return "tar";
        case CONTENT_ZIP:
            return "zip";
        case CONTENT_7ZIP:
            return "7-Zip";
        case CONTENT_RAR:
            return "RAR";
    }
    return "plain";
}
