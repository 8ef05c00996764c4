/* trawl_about: what this build is made of. */
#define PCRE2_CODE_UNIT_WIDTH 8

#include <archive.h>
#include <hs.h>
#include <isa-l.h>
#include <pcre2.h>
#include <xxhash.h>
#include <zstd.h>

#include "engine/base/buffer.h"
#include "engine/base/cpu.h"
#include "engine/trawl.h"
#include "formats/json/version.h"

static void isa_line(struct buffer *to) {
    buffer_printf(to, "instruction sets:");
    for (enum isa isa = ISA_WESTMERE; isa < ISA_COUNT; isa++) {
        const char *note = isa == isa_best()                         ? " (used)"
                           : isa_by_name(isa_name(isa)) == ISA_COUNT ? " (not on this machine)"
                                                                     : "";
        buffer_printf(to, "%s %s%s", isa ? "," : "", isa_name(isa), note);
    }
    buffer_printf(to, "\n");
}

size_t trawl_about(char *text, size_t size) {
    struct buffer about = {0};
    buffer_printf(&about, "trawl %s\n", TRAWL_VERSION);
    isa_line(&about);

    char pcre2[64] = "?"; /* "10.42 2022-12-11" */
    if (pcre2_config(PCRE2_CONFIG_VERSION, NULL) <= (int)sizeof pcre2) {
        pcre2_config(PCRE2_CONFIG_VERSION, pcre2);
    }
    unsigned xxhash = XXH_versionNumber();
    buffer_printf(&about, "simdjson %s\n", json_library_version());
    buffer_printf(&about, "hyperscan %s\n", hs_version());
    buffer_printf(&about, "pcre2 %s\n", pcre2);
    buffer_printf(&about, "zstd %s\n", ZSTD_versionString());
    buffer_printf(&about, "isa-l %d.%d.%d\n", ISAL_MAJOR_VERSION, ISAL_MINOR_VERSION,
                  ISAL_PATCH_VERSION); /* of the headers: the library does not tell */
    buffer_printf(&about, "%s\n", archive_version_string()); /* "libarchive 3.6.2" */
    buffer_printf(&about, "xxhash %u.%u.%u\n", xxhash / 10000, xxhash / 100 % 100, xxhash % 100);

    size_t length = about.length;
    if (size) {
        size_t copied = length < size ? length : size - 1;
        if (copied) memcpy(text, about.data, copied);
        text[copied] = '\0';
    }
    buffer_free(&about);
    return length;
}
