/* Framing: the same frames however the text comes in - in pieces of any size, through any amount of
 * memory, lent, cut at boundaries into chunks, with damage reported in the middle. */
#include "tests/fuzz/framing_caller.h"

static void fail(const char *why, const struct caller *a, const struct caller *b) {
    fprintf(stderr, "%s\n---- one\n%.*s---- other\n%.*s", why, (int)a->log.length, a->log.data,
            (int)b->log.length, b->log.data);
    abort();
}

static void compare(const char *why, const struct caller *a, const struct caller *b) {
    if (a->wrong) fail(a->wrong, a, a);
    if (b->wrong) fail(b->wrong, b, b);
    if (!text_equal((struct text){a->log.data, a->log.length},
                    (struct text){b->log.data, b->log.length}))
        fail(why, a, b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2) return 0;
    static const uint64_t limits[] = {1 << 20, 300, 40, 7};
    uint64_t max_record = limits[data[0] % 4];
    size_t gap = data[0] & 4 ? (size_t)data[1] * 2 : SIZE_MAX;
    struct text text = {(const char *)data + 2, size - 2};
    bool utf16 = text.length >= 2 &&
                 ((data[2] == 0xFF && data[3] == 0xFE) || (data[2] == 0xFE && data[3] == 0xFF));
    struct text source = utf16 ? (struct text){0} : text;
    if (gap > text.length) gap = SIZE_MAX;

    struct caller whole = {.max_record = max_record, .source = source};
    caller_run(&whole, pieces_of(text, SIZE_MAX / 2, gap));
    struct caller bytes = {.max_record = max_record, .source = source, .block = 16};
    caller_run(&bytes, pieces_of(text, 1, gap));
    compare("byte by byte", &whole, &bytes);
    struct caller varied = {.max_record = max_record, .source = source, .block = 100};
    caller_run(&varied, pieces_of(text, 0, gap));
    compare("in pieces", &whole, &varied);
    struct caller lent = {.max_record = max_record, .source = source, .block = 100};
    caller_run(&lent, pieces_lent(text, 0, gap, SIZE_MAX));
    compare("lent", &whole, &lent);
    struct caller kept = {.max_record = max_record, .source = source, .block = 100};
    caller_run(&kept, pieces_lent(text, data[0] & 8 ? 0 : 1, gap, data[1] % 64));
    compare("lent to begin with", &whole, &kept);
    struct caller cut = {.max_record = max_record, .source = source, .cut = true};
    cut.block = data[1] % 128 + 1;
    caller_run(&cut, data[0] & 16 ? pieces_lent(text, 0, gap, SIZE_MAX) : pieces_of(text, 0, gap));
    compare("cut into chunks", &whole, &cut);
    /* What is behind damage in binary data is not read. */
    if (whole.text_bytes != bytes.text_bytes || whole.text_bytes != cut.text_bytes ||
        whole.text_bytes != lent.text_bytes || whole.text_bytes != kept.text_bytes ||
        (!utf16 && gap == SIZE_MAX && whole.text_bytes != text.length))
        fail("text bytes", &whole, &cut);
    caller_free(&whole);
    caller_free(&bytes);
    caller_free(&varied);
    caller_free(&lent);
    caller_free(&kept);
    caller_free(&cut);
    return 0;
}
