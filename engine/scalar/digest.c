/* digest.c - digests, hashes and entropy. */
#include <math.h>
#include <md5.h>
#include <sha.h>
#include <sha2.h>
#include <stdlib.h>
#include <xxhash.h>

#include "engine/scalar/argument.h"
#include "engine/scalar/text.h"

#define DIGEST_MOST 64

/* ---- digests --------------------------------------------------------------------------------- */

union digest_state {
    MD5_CTX md5;
    SHA_CTX sha1;
    SHA2_CTX sha2;
};

/* One of libmd's functions, in one shape. */
struct digest {
    void (*init)(union digest_state *state);
    void (*update)(union digest_state *state, const uint8_t *bytes, size_t length);
    void (*final)(uint8_t *digest, union digest_state *state);
    size_t length;
};

#define DIGEST(name, prefix, member, size)                                                      \
    static void name##_init(union digest_state *state) {                                        \
        prefix##Init(&state->member);                                                           \
    }                                                                                           \
    static void name##_update(union digest_state *state, const uint8_t *bytes, size_t length) { \
        prefix##Update(&state->member, bytes, length);                                          \
    }                                                                                           \
    static void name##_final(uint8_t *digest, union digest_state *state) {                      \
        prefix##Final(digest, &state->member);                                                  \
    }                                                                                           \
    static const struct digest name = {name##_init, name##_update, name##_final, size}

DIGEST(md5, MD5, md5, 16);
DIGEST(sha1, SHA1, sha1, 20);
DIGEST(sha256, SHA256, sha2, 32);
DIGEST(sha512, SHA512, sha2, 64);

static enum trawl_status run_digest(const struct digest *digest, const struct scalar_call *call,
                                    struct datum *result, struct trawl_error *error) {
    static const char digits[] = "0123456789abcdef";
    union digest_state state;
    uint8_t bytes[DIGEST_MOST];
    bool any = false;
    digest->init(&state);
    for (size_t i = 0; i < call->count; i++) {
        char room[NUMBER_TEXT];
        struct text text;
        if (!argument_text(call, i, room, &text)) continue;
        any = true;
        if (text.length) digest->update(&state, (const uint8_t *)text.data, text.length);
    }
    if (!any) return TRAWL_OK;
    digest->final(bytes, &state);
    for (size_t i = 0; i < digest->length; i++)
        buffer_append(call->out, (char[]){digits[bytes[i] >> 4], digits[bytes[i] & 15]}, 2);
    return result_out(call, result, error);
}

static enum trawl_status run_md5(const struct scalar_call *call, struct datum *result,
                                 struct trawl_error *error) {
    return run_digest(&md5, call, result, error);
}
static enum trawl_status run_sha1(const struct scalar_call *call, struct datum *result,
                                  struct trawl_error *error) {
    return run_digest(&sha1, call, result, error);
}
static enum trawl_status run_sha256(const struct scalar_call *call, struct datum *result,
                                    struct trawl_error *error) {
    return run_digest(&sha256, call, result, error);
}
static enum trawl_status run_sha512(const struct scalar_call *call, struct datum *result,
                                    struct trawl_error *error) {
    return run_digest(&sha512, call, result, error);
}

/* ---- hash ------------------------------------------------------------------------------------ */

struct hash {
    uint64_t limit, seed;
};

void *hash_new(uint64_t limit, uint64_t seed) {
    struct hash *hash = malloc(sizeof *hash);
    if (hash) *hash = (struct hash){limit ? limit : UINT64_C(1) << 32, seed};
    return hash;
}

static enum trawl_status run_hash(const struct scalar_call *call, struct datum *result,
                                  struct trawl_error *error) {
    (void)error;
    const struct hash *hash = call->data;
    uint64_t value = hash->seed;
    for (size_t i = 0; i < call->count; i++) {
        char room[NUMBER_TEXT];
        struct text text;
        if (!argument_text(call, i, room, &text)) return TRAWL_OK;
        value = XXH3_64bits_withSeed(text.length ? text.data : "", text.length, value);
    }
    return result_number(result, (double)(value % hash->limit));
}

/* ---- entropy --------------------------------------------------------------------------------- */

static enum trawl_status run_entropy(const struct scalar_call *call, struct datum *result,
                                     struct trawl_error *error) {
    (void)error;
    char room[NUMBER_TEXT];
    struct text text;
    size_t counts[256] = {0};
    if (!argument_text(call, 0, room, &text)) return TRAWL_OK;
    for (size_t i = 0; i < text.length; i++) counts[(unsigned char)text.data[i]]++;
    double entropy = 0, length = (double)text.length;
    for (size_t i = 0; i < 256; i++)
        if (counts[i]) entropy += (double)counts[i] / length * log2(length / (double)counts[i]);
    return result_number(result, entropy);
}

const struct scalar scalar_md5 = {.name = "md5", .type = TYPE_TEXT, .run = run_md5};
const struct scalar scalar_sha1 = {.name = "sha1", .type = TYPE_TEXT, .run = run_sha1};
const struct scalar scalar_sha256 = {.name = "sha256", .type = TYPE_TEXT, .run = run_sha256};
const struct scalar scalar_sha512 = {.name = "sha512", .type = TYPE_TEXT, .run = run_sha512};
const struct scalar scalar_hash = {
    .name = "hash", .type = TYPE_NUMBER, .run = run_hash, .data_free = free};
const struct scalar scalar_entropy = {.name = "entropy", .type = TYPE_NUMBER, .run = run_entropy};
