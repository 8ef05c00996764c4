/* archive_test.c - the members of tar and zip archives, whole and damaged. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/packing.h"
#include "tests/unit/scarce.h"

static void fill(struct pack *pack, struct text text) {
    /* That it is a link, a zip says only in its directory. */
    if (archive_format(pack->archive) != ARCHIVE_FORMAT_ZIP)
        pack_add(pack, "link", AE_IFLNK, (struct text){"", 0});
    pack_add(pack, "a.json", AE_IFREG, text);
    pack_add(pack, "folder", AE_IFDIR, (struct text){"", 0});
    pack_add(pack, "../../up", AE_IFREG, (struct text){"up\n", 3});
    pack_add(pack, "empty", AE_IFREG, (struct text){"", 0});
    pack_add(pack, "two\nlines\x7F", AE_IFREG, (struct text){"12\n", 3});
    pack_close(pack);
}

Test(archive, members_of_tar_and_zip) {
    struct buffer text = {0};
    add_lines(&text, 5000);
    char log[200];
    snprintf(log, sizeof log, "a.json=%zu;../../up=3;empty=0;two?lines?=3;", text.length);
    static const struct {
        int format;
        const char *options;
    } cases[] = {{ARCHIVE_FORMAT_TAR_USTAR, NULL},
                 {ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE, NULL},
                 {ARCHIVE_FORMAT_TAR_GNUTAR, NULL},
                 {ARCHIVE_FORMAT_ZIP, NULL},
                 {ARCHIVE_FORMAT_ZIP, "zip:compression=store"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pack pack;
        struct buffer packed = {0};
        pack_open(&pack, cases[i].format, cases[i].options);
        fill(&pack, span(&text));
        expect_log(span(&pack.bytes), log);
        /* Behind another layer a zip cannot be read by its directory. */
        add_zstd(&packed, span(&pack.bytes), 0);
        expect_log(span(&packed), log);
        buffer_free(&packed);
        buffer_free(&pack.bytes);
    }
    buffer_free(&text);
}

Test(archive, layers_inside_members) {
    struct buffer text = {0}, packed = {0}, outer = {0};
    struct pack zip, tar;
    add_lines(&text, 300);
    add_gzip(&packed, span(&text));
    pack_open(&zip, ARCHIVE_FORMAT_ZIP, NULL);
    pack_add(&zip, "in/x.gz", AE_IFREG, span(&packed));
    pack_add(&zip, "y", AE_IFREG, (struct text){"yy\n", 3});
    pack_close(&zip);
    pack_open(&tar, ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE, NULL);
    pack_add(&tar, "first", AE_IFREG, (struct text){"1\n", 2});
    pack_add(&tar, "b.zip", AE_IFREG, span(&zip.bytes));
    pack_add(&tar, "last", AE_IFREG, (struct text){"2\n", 2});
    pack_close(&tar);
    add_filtered(&outer, span(&tar.bytes), ARCHIVE_FILTER_XZ);
    char log[200];
    snprintf(log, sizeof log, "first=2;b.zip!in/x.gz=%zu;b.zip!y=3;last=2;", text.length);
    expect_log(span(&outer), log);
    buffer_free(&text);
    buffer_free(&packed);
    buffer_free(&outer);
    buffer_free(&zip.bytes);
    buffer_free(&tar.bytes);
}

Test(archive, names_in_utf8_in_any_locale) {
    /* One stored member, flag 0x0800: its name is UTF-8. No directory: read from front to back. */
    static const char zip[] =
        "PK\x03\x04\x14\0\0\x08\0\0\0\0\0\0\xD8\xCE\x61\x4E\x02\0\0\0\x02\0\0\0\x03\0\0\0"
        "\xC3\xA9x"
        "1\n";
    struct outcome outcome = unpack((struct text){zip, sizeof zip - 1}, 100);
    cr_expect(strstr(log_of(&outcome), "\xC3\xA9x=2;"), "%s", log_of(&outcome));
    outcome_free(&outcome);
}

Test(archive, names_that_are_not_utf8) {
    static const int formats[] = {ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FORMAT_ZIP};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        struct pack pack;
        pack_open(&pack, formats[i], NULL);
        pack_add(&pack, "caf\xE9/x", AE_IFREG, (struct text){"1\n", 2});
        pack_close(&pack);
        expect_log(span(&pack.bytes), "caf\xEF\xBF\xBD/x=2;");
        buffer_free(&pack.bytes);
    }
}

/* A member has its own name or none is given: rows say where they come from. */
Test(archive, names_are_right_without_memory_too) {
    struct pack pack;
    struct trawl_error error;
    unsigned long asked, i = 0;
    pack_open(&pack, ARCHIVE_FORMAT_TAR_USTAR, NULL);
    pack_add(&pack, "one", AE_IFREG, (struct text){"1\n", 2});
    pack_add(&pack, "another one", AE_IFREG, (struct text){"2\n", 2});
    pack_close(&pack);
    do {
        i++;
        static const char *const names[] = {"one", "another one"};
        bool more = true;
        size_t members = 0;
        struct container *container = container_new(WINDOW_LOG);
        container_open_memory(container, span(&pack.bytes), NULL);
        scarce_begin(i, 1);
        enum trawl_status status = TRAWL_OK;
        while (status == TRAWL_OK && more) {
            char bytes[10];
            size_t got;
            status = container_next(container, &more, &error);
            if (status != TRAWL_OK || !more) break;
            status = container_read(container, bytes, sizeof bytes, &got, &error);
            if (status != TRAWL_OK) break;
            cr_assert_str_eq(container_member(container), names[members++]);
            cr_assert_eq(got, 2);
        }
        asked = scarce_end();
        cr_assert(status == TRAWL_OK ? members == 2 : status == TRAWL_MEMORY, "%lu", i);
        container_close(container, NULL);
        container_free(container);
    } while (asked >= i); /* one has failed */
    cr_assert_gt(i, 5);
    buffer_free(&pack.bytes);
}

Test(archive, skipping_members) {
    struct pack pack;
    struct buffer text = {0};
    struct trawl_error error;
    char bytes[100];
    size_t got;
    bool more;
    add_lines(&text, 5000);
    for (int zip = 0; zip < 2; zip++) {
        pack_open(&pack, zip ? ARCHIVE_FORMAT_ZIP : ARCHIVE_FORMAT_TAR_USTAR, NULL);
        fill(&pack, span(&text));
        struct container *container = container_new(WINDOW_LOG);
        container_open_memory(container, span(&pack.bytes), NULL);
        size_t members = 0;
        while (container_next(container, &more, &error) == TRAWL_OK && more) {
            members++;
            if (members == 1)
                cr_expect_eq(container_read(container, bytes, 10, &got, &error), TRAWL_OK);
            if (members == 4) {
                cr_expect_str_eq(container_member(container), "two?lines?");
                cr_expect_eq(container_read(container, bytes, 100, &got, &error), TRAWL_OK);
                cr_expect_eq(got, 3);
            }
        }
        cr_expect_eq(members, 4);
        container_close(container, NULL);
        container_free(container);
        buffer_free(&pack.bytes);
    }
    buffer_free(&text);
}

Test(archive, encrypted_members_are_refused_and_passed) {
    struct pack pack, open;
    pack_open(&pack, ARCHIVE_FORMAT_ZIP, "zip:encryption=traditional");
    pack_add(&pack, "s1", AE_IFREG, (struct text){"secret\n", 7});
    pack_add(&pack, "s2", AE_IFREG, (struct text){"secret\n", 7});
    pack_close(&pack);
    expect_log(span(&pack.bytes),
               "!R is encrypted; unpack the archive with its password first;s1=0;"
               "!R is encrypted; unpack the archive with its password first;s2=0;");
    pack_open(&open, ARCHIVE_FORMAT_TAR_USTAR, NULL);
    pack_add(&open, "e.zip", AE_IFREG, span(&pack.bytes));
    pack_add(&open, "plain", AE_IFREG, (struct text){"x\n", 2});
    pack_close(&open);
    struct outcome outcome = unpack(span(&open.bytes), 100);
    cr_expect_eq(outcome.troubles, 2);
    cr_expect(strstr(log_of(&outcome), "plain=2;"));
    outcome_free(&outcome);
    buffer_free(&pack.bytes);
    buffer_free(&open.bytes);
}

Test(archive, members_behind_a_damaged_one) {
    struct buffer text = {0};
    add_lines(&text, 20000);
    for (int streamed = 0; streamed < 2; streamed++) {
        struct pack pack;
        struct buffer packed = {0};
        pack_open(&pack, ARCHIVE_FORMAT_ZIP, NULL);
        pack_add(&pack, "a", AE_IFREG, span(&text));
        pack_add(&pack, "b", AE_IFREG, (struct text){"whole\n", 6});
        pack_close(&pack);
        memset(pack.bytes.data + pack.bytes.length / 2, 0xFF, 64); /* no deflate block */
        if (streamed) add_gzip(&packed, span(&pack.bytes));
        struct outcome outcome = unpack(streamed ? span(&packed) : span(&pack.bytes), 4096);
        cr_expect_eq(outcome.troubles, 1, "%s", log_of(&outcome));
        cr_expect(strstr(log_of(&outcome), "b=6;"), "%s", log_of(&outcome));
        /* Little of what stands before the damage is lost. */
        cr_expect_gt(outcome.text.length, text.length / 2 - (64 << 10));
        cr_expect_eq(memcmp(outcome.text.data, text.data, text.length / 3), 0);
        outcome_free(&outcome);
        buffer_free(&packed);
        buffer_free(&pack.bytes);
    }
    buffer_free(&text);
}

Test(archive, tar_members_behind_a_gap) {
    struct buffer text = {0}, packed = {0};
    struct pack pack;
    add_lines(&text, 3000);
    pack_open(&pack, ARCHIVE_FORMAT_TAR_USTAR, NULL);
    for (char name[2] = "a"; name[0] <= 'z'; name[0]++)
        pack_add(&pack, name, AE_IFREG, span(&text));
    pack_close(&pack);
    /* The tar in zstd frames of odd sizes, one of them broken: what follows is not aligned. */
    for (size_t from = 0; from < pack.bytes.length; from += 300001) {
        size_t length = pack.bytes.length - from, at = packed.length;
        if (length > 300001) length = 300001;
        add_zstd(&packed, (struct text){pack.bytes.data + from, length}, 0);
        if (from == 3 * 300001) memset(packed.data + at + 30, 0xFF, 1000);
    }
    struct outcome outcome = unpack(span(&packed), 1 << 16);
    char whole[40];
    cr_expect_eq(outcome.troubles, 1, "%s", log_of(&outcome));
    for (char name = 'a'; name <= 'z'; name++) {
        snprintf(whole, sizeof whole, "%c=%zu;", name, text.length);
        bool hit = name >= 'e' && name <= 'i'; /* members of about 170 KB around byte 900,000 */
        if (!hit) cr_expect(strstr(log_of(&outcome), whole), "%c", name);
    }
    outcome_free(&outcome);
    buffer_free(&text);
    buffer_free(&packed);
    buffer_free(&pack.bytes);
}

Test(archive, cut_archives_end) {
    struct pack pack[2];
    struct buffer text = {0};
    add_lines(&text, 20);
    for (int i = 0; i < 2; i++) {
        pack_open(&pack[i], i ? ARCHIVE_FORMAT_ZIP : ARCHIVE_FORMAT_TAR_USTAR, NULL);
        fill(&pack[i], span(&text));
        struct container *container = container_new(WINDOW_LOG);
        for (size_t length = 0; length < pack[i].bytes.length; length += 3) {
            struct text cut = {pack[i].bytes.data, length};
            struct outcome large = unpack_with(container, cut, 1 << 16);
            struct outcome small = unpack_with(container, cut, 17);
            cr_assert_str_eq(log_of(&large), log_of(&small));
            outcome_free(&large);
            outcome_free(&small);
        }
        container_free(container);
        buffer_free(&pack[i].bytes);
    }
    buffer_free(&text);
}

/* One member, which fills whole blocks, and `zeros` bytes behind it. */
static struct buffer tar_with_end(int format, struct text member, size_t zeros) {
    static const char none[10240] = {0};
    struct pack pack;
    pack_open(&pack, format, NULL);
    pack_add(&pack, "a.json", AE_IFREG, member);
    pack_close(&pack);
    pack.bytes.length -= 1024; /* two zero blocks are all that libarchive writes here */
    add(&pack.bytes, none, zeros);
    return pack.bytes;
}

Test(archive, a_tar_without_its_end_may_be_cut_short) {
    static const int formats[] = {ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE,
                                  ARCHIVE_FORMAT_TAR_GNUTAR};
    static const size_t ends[] = {512, 1024, 10240};
    char members[2][1024];
    memset(members[0], 'x', sizeof members[0]);
    memset(members[1], 0, sizeof members[1]); /* no end mark, though it looks like one */
    for (size_t i = 0; i < 3; i++) {
        for (size_t j = 0; j < 2; j++) {
            struct text member = {members[j], sizeof members[j]};
            for (size_t k = 0; k < 3; k++) {
                struct buffer tar = tar_with_end(formats[i], member, ends[k]), packed = {0};
                expect_log(span(&tar), "a.json=1024;");
                add_gzip(&packed, span(&tar));
                expect_log(span(&packed), "a.json=1024;");
                buffer_free(&packed);
                buffer_free(&tar);
            }
            struct buffer tar = tar_with_end(formats[i], member, 0), packed = {0};
            char fault[200];
            snprintf(fault, sizeof fault,
                     "ends without the mark of its end: it may be cut short "
                     "(byte %zu",
                     tar.length);
            struct outcome outcome = unpack(span(&tar), 100);
            cr_expect_eq(outcome.troubles, 1, "%s", log_of(&outcome));
            cr_expect(strstr(log_of(&outcome), "a.json=1024;"), "%s", log_of(&outcome));
            cr_expect(strstr(log_of(&outcome), fault), "%s", log_of(&outcome));
            outcome_free(&outcome);
            add_zstd(&packed, span(&tar), 0);
            outcome = unpack(span(&packed), 100);
            cr_expect_eq(outcome.troubles, 1, "%s", log_of(&outcome));
            cr_expect(strstr(log_of(&outcome), fault), "%s", log_of(&outcome));
            outcome_free(&outcome);
            buffer_free(&packed);
            buffer_free(&tar);
        }
    }
}
