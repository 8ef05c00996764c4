#include "engine/query/diagnose.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "engine/base/buffer.h"

static struct trawl_diagnostics *of(const char *text) {
    return diagnostics_new(text, strlen(text));
}

Test(diagnose, places) {
    struct trawl_diagnostics *diagnostics =
        of("first\r\ngr\xC3\xB6\xC3\x9F"
           "e=x | y\n\nlast");
    cr_assert(!diagnostics_failed(diagnostics));
    diagnose_error(diagnostics, (struct span){22, 4}, "hint", "in the %s line", "last");
    diagnose_error(diagnostics, (struct span){14, 1}, NULL, "behind two bytes twice");
    diagnose_warning(diagnostics, (struct span){0, 400}, NULL, "a long span");
    diagnose_error(diagnostics, (struct span){26, 0}, NULL, "at the end");
    cr_assert(diagnostics_failed(diagnostics));
    cr_assert_eq(trawl_diagnostics_count(diagnostics), 4);

    struct trawl_diagnostic given = trawl_diagnostics_get(diagnostics, 0);
    cr_assert(given.warning && given.line == 1 && given.column == 1 && given.length == 5);
    cr_assert_str_eq(given.source, "first");
    cr_assert_null(given.hint);
    given = trawl_diagnostics_get(diagnostics, 1);
    cr_assert(!given.warning && given.line == 2 && given.column == 6 && given.length == 1);
    cr_assert_str_eq(given.source,
                     "gr\xC3\xB6\xC3\x9F"
                     "e=x | y");
    given = trawl_diagnostics_get(diagnostics, 2);
    cr_assert(given.line == 4 && given.column == 1 && given.length == 4);
    cr_assert_str_eq(given.message, "in the last line");
    cr_assert_str_eq(given.hint, "hint");
    given = trawl_diagnostics_get(diagnostics, 3);
    cr_assert(given.line == 4 && given.column == 5 && given.length == 1);
    trawl_diagnostics_free(diagnostics);
}

Test(diagnose, once) {
    struct trawl_diagnostics *diagnostics = of("abc");
    diagnose_warning(diagnostics, (struct span){0, 1}, NULL, "of %s", "this");
    diagnose_warning(diagnostics, (struct span){1, 1}, NULL, "of %s", "this");
    cr_assert_eq(trawl_diagnostics_count(diagnostics), 1);
    diagnose_warning(diagnostics, (struct span){2, 1}, NULL, "of %s", "that");
    cr_assert_eq(trawl_diagnostics_count(diagnostics), 2);
    cr_assert(!diagnostics_failed(diagnostics));
    diagnose_error(diagnostics, (struct span){0, 1}, NULL, "first");
    diagnose_error(diagnostics, (struct span){0, 3}, NULL, "second at the same place");
    diagnose_error(diagnostics, (struct span){1, 1}, NULL, "first"); /* elsewhere: another one */
    cr_assert_eq(trawl_diagnostics_count(diagnostics), 4);
    trawl_diagnostics_free(diagnostics);
}

Test(diagnose, many) {
    char text[251];
    memset(text, 'x', sizeof text);
    struct trawl_diagnostics *diagnostics = diagnostics_new(text, sizeof text);
    for (uint32_t i = 0; i < 250; i++) {
        diagnose_error(diagnostics, (struct span){i, 1}, NULL, "error %u", i);
    }
    cr_assert_eq(trawl_diagnostics_count(diagnostics), 101);
    struct trawl_diagnostic last = trawl_diagnostics_get(diagnostics, 100);
    cr_assert_str_eq(last.message, "and 150 more errors");
    cr_assert_eq(last.column, 101);
    trawl_diagnostics_free(diagnostics);
}

Test(diagnose, empty_and_out_of_range) {
    struct trawl_diagnostics *diagnostics = diagnostics_new(NULL, 0);
    diagnose_error(diagnostics, (struct span){7, 9}, NULL, "beyond");
    struct trawl_diagnostic given = trawl_diagnostics_get(diagnostics, 0);
    cr_assert(given.line == 1 && given.column == 1 && given.length == 1);
    cr_assert_str_eq(given.source, "");
    trawl_diagnostics_free(diagnostics);
    trawl_diagnostics_free(NULL);
}

Test(diagnose, nearest) {
    static const char *const names[] = {"riskState", "riskLevel", "userName"};
    cr_assert_str_eq(trawl_nearest("riskStat", names, 3), "riskState");
    cr_assert_str_eq(trawl_nearest("usreName", names, 3), "userName");
    cr_assert_null(trawl_nearest("country", names, 3));
    cr_assert_null(trawl_nearest("", names, 3));
    cr_assert_null(trawl_nearest("x", NULL, 0));
}
