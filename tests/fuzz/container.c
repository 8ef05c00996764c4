/* container.c - any bytes as a file: reading ends, stays inside the memory it is given, says each
 * trouble in words, and what comes out depends neither on what was read before nor (with one
 * exception) on how much is asked for at a time, nor on whether it is lent. */
#include "formats/container/container.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/buffer.h"

#define WINDOW_LOG 20      /* keeps the fuzzer's memory small */
#define TEXT_MAX (4 << 20) /* a bomb is given up here */
#define GUARD 64           /* bytes behind the room that must stay as they are */
#define ROOM_MAX ((size_t)1 << 17)
#define LENT SIZE_MAX /* instead of a room */
#define KEEP_MAX ((size_t)300 << 10)

#define REQUIRE(condition)         \
    do {                           \
        if (!(condition)) abort(); \
    } while (0)

struct outcome {
    struct buffer text, log;
    bool whole; /* not given up */
};

static struct text span(const struct buffer *buffer) {
    return (struct text){buffer->length > 0 ? buffer->data : "", buffer->length};
}

/* The bytes behind the room are watched here because sanitizers do not see into the assembly of the
 * decompressors. */
static enum trawl_status read_guarded(struct container *container, char *room, size_t size,
                                      size_t *got, struct trawl_error *error) {
    memset(room + size, 0xA5, GUARD);
    enum trawl_status status = container_read(container, room, size, got, error);
    for (size_t i = 0; i < GUARD; i++) REQUIRE((unsigned char)room[size + i] == 0xA5);
    REQUIRE(*got <= size);
    return status;
}

/* The same where the bytes are lent, of a stream that has given `text` from `start` on; more and
 * more of it is kept. *lends: they can be. */
static enum trawl_status lend_checked(struct container *container, const struct buffer *text,
                                      size_t start, struct text *lent, bool *lends,
                                      struct trawl_error *error) {
    size_t given = text->length - start, keep = given < KEEP_MAX ? given : given % KEEP_MAX;
    enum trawl_status status = container_lend(container, keep, lent, error);
    *lends = lent->data != NULL;
    if (keep > 0 && *lends)
        REQUIRE(memcmp(lent->data - keep, text->data + text->length - keep, keep) == 0);
    return status;
}

/* False: given up. */
static bool read_stream(struct container *container, char *room, size_t size,
                        struct outcome *outcome) {
    size_t start = outcome->text.length;
    for (bool lends = size == LENT;;) {
        struct trawl_error error = {0};
        struct text lent = {NULL, 0};
        size_t got = SIZE_MAX;
        enum trawl_status status = TRAWL_OK;
        if (lends) status = lend_checked(container, &outcome->text, start, &lent, &lends, &error);
        if (!lends && status == TRAWL_OK) {
            status = read_guarded(container, room, size == LENT ? ROOM_MAX : size, &got, &error);
            lent.data = room;
        } else {
            got = lent.length;
        }
        if (status != TRAWL_OK) {
            REQUIRE(status == TRAWL_DAMAGED || status == TRAWL_REFUSED);
            REQUIRE(error.status == status && error.message[0] != 0 && got == 0);
            REQUIRE(buffer_printf(&outcome->log, "!%d at %zu %s\n", status, outcome->text.length,
                                  error.message));
            continue;
        }
        if (got == 0) return true;
        REQUIRE(buffer_append(&outcome->text, lent.data, got));
        if (outcome->text.length > TEXT_MAX) return false;
    }
}

static struct outcome read_all(struct container *container, struct text bytes, size_t size) {
    struct outcome outcome = {.whole = true};
    char *room = malloc((size == LENT ? ROOM_MAX : size) + GUARD);
    bool more;
    REQUIRE(room && container_open_memory(container, bytes, NULL) == TRAWL_OK);
    while (outcome.whole) {
        REQUIRE(container_next(container, &more, NULL) == TRAWL_OK);
        if (!more) break;
        const char *member = container_member(container);
        for (const char *at = member; at && *at; at++) REQUIRE((unsigned char)*at >= 0x20);
        REQUIRE(buffer_printf(&outcome.log, "[%s] at %zu\n", member ? member : "",
                              outcome.text.length));
        outcome.whole = read_stream(container, room, size, &outcome);
    }
    REQUIRE(container_consumed(container) <= bytes.length);
    REQUIRE(container_close(container, NULL) == TRAWL_OK);
    free(room);
    return outcome;
}

static void outcome_free(struct outcome *outcome) {
    buffer_free(&outcome->text);
    buffer_free(&outcome->log);
}

static void require_same(const struct outcome *a, const struct outcome *b) {
    REQUIRE(text_equal(span(&a->text), span(&b->text)));
    REQUIRE(text_equal(span(&a->log), span(&b->log)));
}

/* ISA-L does not say where in its last copy it met malformed data: up to 258 bytes before the gap
 * are given out or not, as the room has it. */
static bool is_exact(const struct outcome *outcome) {
    static const char malformed[] = "malformed deflate";
    struct text log = span(&outcome->log);
    return outcome->whole && !memmem(log.data, log.length, malformed, sizeof malformed - 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct container *container = container_new(WINDOW_LOG);
    struct text bytes = {(const char *)data, size};
    REQUIRE(container);
    struct outcome large = read_all(container, bytes, ROOM_MAX);
    struct outcome small = read_all(container, bytes, 1 + size % 300);
    struct outcome again = read_all(container, bytes, ROOM_MAX);
    struct outcome lent = read_all(container, bytes, LENT);
    require_same(&large, &again);
    if (is_exact(&large) && lent.whole) require_same(&large, &lent);
    if (is_exact(&large) && small.whole) require_same(&large, &small);
    outcome_free(&large);
    outcome_free(&small);
    outcome_free(&again);
    outcome_free(&lent);
    container_free(container);
    return 0;
}
