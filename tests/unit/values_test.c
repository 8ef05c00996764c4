/* Values that no list has, in columns of both encodings, merged in several ways. */
#include "engine/hunt/values.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static const struct value_list plain_list = {(const char *const[]){"low", "High", NULL}, false};
static const struct value_list element_list = {(const char *const[]){"a", "b", NULL}, true};

static void open_values(struct values *values) {
    cr_assert(values_init(values, 3));
    values->fields[0].known = &plain_list;
    values->fields[1].known = &element_list;
}

static void append(struct batch *batch, size_t column, const char *value) {
    cr_assert(value ? column_append(&batch->columns[column], text_of(value))
                    : column_append_missing(&batch->columns[column]));
}

/* NULL: missing. The third field is any text. */
static void add_row(struct batch *batch, const char *value, const char *elements, uint64_t place) {
    append(batch, 0, value);
    append(batch, 1, elements);
    append(batch, 2, "whatever");
    batch_commit(batch, (struct origin){1, 0, place});
}

static void expect(const struct value_field *field, size_t at, const char *text, uint64_t records,
                   uint64_t place) {
    cr_assert_lt(at, field->count);
    cr_expect_str_eq(field->items[at].text, text);
    cr_expect_eq(field->items[at].records, records);
    cr_expect_eq(field->items[at].origin.offset, place);
}

Test(values, what_no_list_has_is_counted) {
    struct values values;
    struct batch batch;
    open_values(&values);
    cr_assert(batch_init(&batch, 3));
    add_row(&batch, "low", "a,b", 10);
    add_row(&batch, "LOW", "A, b", 20);
    add_row(&batch, "", "", 30);
    add_row(&batch, NULL, NULL, 40);
    add_row(&batch, "lower", "a,c,b", 50);
    add_row(&batch, "high", "c", 60);
    add_row(&batch, "lower", "d,a", 70);
    add_row(&batch, "Lower", "low", 80);
    values_look(&values, &batch);
    cr_expect_eq(values.fields[0].count, 2);
    expect(&values.fields[0], 0, "Lower", 1, 80);
    expect(&values.fields[0], 1, "lower", 2, 50);
    cr_expect_eq(values.fields[1].count, 3);
    expect(&values.fields[1], 0, "c", 2, 50);
    expect(&values.fields[1], 1, "d", 1, 70);
    expect(&values.fields[1], 2, "low", 1, 80);
    cr_expect_eq(values.fields[2].count, 0);
    cr_expect_not(values.fields[0].more || values.failed);
    /* An earlier place of the same value, in a batch that comes later. */
    batch_reset(&batch);
    add_row(&batch, "lower", NULL, 5);
    values_look(&values, &batch);
    expect(&values.fields[0], 1, "lower", 3, 5);
    batch_free(&batch);
    values_free(&values);
}

/* So many different values that the column turns plain, and few of them are kept. */
Test(values, the_first_in_byte_order_are_kept_whoever_met_them) {
    struct values all[3];
    struct batch batch;
    cr_assert(batch_init(&batch, 3));
    for (int v = 0; v < 3; v++) open_values(&all[v]);
    for (int round = 0; round < 4; round++) {
        batch_reset(&batch);
        for (int i = 0; i < 3000; i++) {
            char value[16];
            int number = (i * 7919 + round) % 3000;
            snprintf(value, sizeof value, "v%04d", number);
            add_row(&batch, value, "a", (uint64_t)(round * 3000 + i));
        }
        values_look(&all[0], &batch);
        values_look(&all[1 + round % 2], &batch);
    }
    values_merge(&all[2], &all[1]);
    const struct value_field *one = &all[0].fields[0], *other = &all[2].fields[0];
    cr_assert_eq(one->count, VALUES_MOST);
    cr_assert_eq(other->count, VALUES_MOST);
    cr_expect(one->more && other->more);
    for (size_t i = 0; i < VALUES_MOST; i++) {
        char value[16];
        snprintf(value, sizeof value, "v%04zu", i);
        cr_expect_str_eq(one->items[i].text, value);
        cr_expect_eq(one->items[i].records, 4);
        cr_expect_str_eq(other->items[i].text, value);
        cr_expect_eq(other->items[i].records, 4);
        cr_expect_eq(origin_compare(&one->items[i].origin, &other->items[i].origin), 0);
    }
    for (int v = 0; v < 3; v++) values_free(&all[v]);
    batch_free(&batch);
}

Test(values, long_values_are_cut_between_characters) {
    struct values values;
    struct batch batch;
    open_values(&values);
    cr_assert(batch_init(&batch, 3));
    char long_one[400];
    memset(long_one, 'x', sizeof long_one);
    long_one[VALUES_LONGEST - 1] = '\xC3'; /* and its second byte behind the cut */
    long_one[VALUES_LONGEST] = '\xA9';
    long_one[sizeof long_one - 1] = '\0';
    add_row(&batch, long_one, ",,", 1);
    values_look(&values, &batch);
    cr_assert_eq(values.fields[0].count, 1);
    cr_expect_eq(strlen(values.fields[0].items[0].text), VALUES_LONGEST - 1);
    cr_expect_eq(values.fields[1].count, 0);
    batch_free(&batch);
    values_free(&values);
}
