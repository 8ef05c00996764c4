#include "engine/scalar/table.h"

#include "tests/unit/scalar_call.h"

/* Names of owners by host and port; two rows of web:443, and one cell that is a number. */
static struct lookup *owners(void) {
    static const struct datum rows[][4] = {
        {{DATUM_TEXT, {"web", 3}, 0}, {DATUM_TEXT, {"80", 2}, 0}, {DATUM_TEXT, {"ann", 3}, 0}},
        {{DATUM_TEXT, {"web", 3}, 0}, {DATUM_TEXT, {"443", 3}, 0}, {DATUM_TEXT, {"bob", 3}, 0}},
        {{DATUM_TEXT, {"web", 3}, 0}, {DATUM_TEXT, {"443", 3}, 0}, {DATUM_TEXT, {"eve", 3}, 0}},
        {{DATUM_TEXT, {"db", 2}, 0}, {DATUM_TEXT, {"5432", 4}, 0}, {DATUM_NUMBER, {NULL, 0}, 1.5}},
    };
    struct trawl_error error;
    struct lookup *lookup = lookup_new(LOOKUP_EXACT, false, 2, 4, 10, LOOKUP_FIRST);
    cr_assert(lookup);
    for (size_t i = 0; i < 4; i++) {
        char order[] = {(char)('0' + i), '\0'};
        cr_assert_eq(lookup_add(lookup, rows[i], text_of(order), &error), TRAWL_OK);
    }
    cr_assert_eq(lookup_freeze(lookup, &error), TRAWL_OK);
    return lookup;
}

Test(scalar_table, rows_and_cells) {
    struct lookup *lookup = owners();
    gives("1", scalar_lookup_found, table_new(lookup, 0, 0), T("web"), T("80"));
    gives("0", scalar_lookup_found, table_new(lookup, 1, 0), T("web"), T("80"));
    gives("1", scalar_lookup_found, table_new(lookup, 1, 0), T("web"), T("443"));
    gives("0", scalar_lookup_found, table_new(lookup, 0, 0), T("web"), T("81"));
    gives("0", scalar_lookup_found, table_new(lookup, 0, 0), T("web"), NONE);
    gives("2", scalar_lookup_rows, table_new(lookup, 0, 0), T("web"), N(443));
    gives("0", scalar_lookup_rows, table_new(lookup, 0, 0), NONE, NONE);
    gives("bob", scalar_lookup_cell, table_new(lookup, 0, 2), T("web"), T("443"));
    gives("eve", scalar_lookup_cell, table_new(lookup, 1, 2), T("web"), T("443"));
    gives("web", scalar_lookup_cell, table_new(lookup, 0, 0), T("web"), T("443"));
    gives("1.5", scalar_lookup_cell, table_new(lookup, 0, 2), T("db"), N(5432));
    gives(MISSING, scalar_lookup_cell, table_new(lookup, 0, 3), T("db"), N(5432));
    gives(MISSING, scalar_lookup_cell, table_new(lookup, 2, 2), T("web"), T("443"));
    gives(MISSING, scalar_lookup_cell, table_new(lookup, 0, 2), T("web"), T("1"));
    lookup_free(lookup);
}
