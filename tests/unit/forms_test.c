/* forms_test.c - counts of forms against plain ones, whoever counts what, in any order. */
#include "engine/hunt/forms.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define FIELDS 11
#define HOUR 3600

struct record {
    unsigned shape;
    uint8_t seen[16]; /* two words */
    int64_t second;
    struct origin origin;
};

static void add(struct forms *forms, const struct record *record) {
    uint64_t words[2];
    memcpy(words, record->seen, sizeof words);
    forms_add(forms, record->shape, words, record->second, record->origin);
}

/* What a plain count of the records of a stretch says. */
static void expect_count(const struct record *records, size_t count, unsigned shape, int64_t since,
                         int64_t until, size_t field, unsigned form,
                         const struct form_count *told) {
    uint64_t n = 0;
    const struct record *first = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct record *record = &records[i];
        bool dated = record->second >= 0 && record->second < INT64_C(230) * 8766 * HOUR;
        int64_t second = dated ? record->second : FORMS_UNDATED;
        if (record->shape != shape || second < since || second >= until ||
            record->seen[field] != form)
            continue;
        n++;
        if (!first || (dated && record->second < first->second) ||
            ((!dated || record->second == first->second) &&
             origin_compare(&record->origin, &first->origin) < 0))
            first = record;
    }
    cr_assert_eq(told ? told->records : 0, n);
    if (!told) return;
    cr_assert_eq(told->form, form);
    cr_assert_eq(origin_compare(&told->origin, &first->origin), 0);
    if (since != FORMS_UNDATED) cr_assert_eq(told->second, first->second);
}

static void expect_counts(const struct forms *forms, const struct record *records, size_t count) {
    for (unsigned shape = 0; shape < 3; shape++) {
        const struct form_shape *told = &forms->shapes[shape];
        for (size_t field = 0; field < FIELDS; field++) {
            uint64_t present = 0, wanted = 0;
            for (size_t i = 0; i < count; i++)
                wanted += records[i].shape == shape && records[i].seen[field] != 0;
            for (unsigned form = 0; form < 4; form++) {
                for (size_t i = 0; i < told->count; i++) {
                    int64_t length = (int64_t)forms_hours(told) * HOUR;
                    int64_t since = told->stretches[i]->number * length;
                    const struct form_count *one = forms_find(told->stretches[i], field, form);
                    expect_count(records, count, shape, since, since + length, field, form, one);
                    if (form && one) present += one->records;
                }
                if (!told->undated) continue;
                const struct form_count *one = forms_find(told->undated, field, form);
                expect_count(records, count, shape, FORMS_UNDATED, FORMS_UNDATED + 1, field, form,
                             one);
                if (form && one) present += one->records;
            }
            uint64_t undated = 0;
            for (size_t i = 0; i < count; i++)
                undated += records[i].shape == shape &&
                           (records[i].second < 0 || records[i].second > INT64_C(7258118400));
            cr_assert_eq(forms_undated(forms, shape), undated);
            cr_assert_eq(present, wanted);
            cr_assert_eq(forms_present(forms, shape, field), wanted);
        }
    }
}

/* Equal in all that can be asked. */
static void expect_equal(const struct forms *a, const struct forms *b) {
    cr_assert_not(a->failed || b->failed);
    for (unsigned s = 0; s < FORMS_SHAPES; s++) {
        const struct form_shape *x = &a->shapes[s], *y = &b->shapes[s];
        cr_assert_eq(x->count, y->count);
        cr_assert_eq(x->level, y->level);
        cr_assert_eq(!x->undated, !y->undated);
        for (size_t i = 0; i < x->count; i++) {
            cr_assert_eq(x->stretches[i]->number, y->stretches[i]->number);
            cr_assert(i == 0 || x->stretches[i - 1]->number < x->stretches[i]->number);
            for (size_t f = 0; f < a->field_count; f++)
                for (unsigned form = 0; form < FORMS_MOST; form++) {
                    const struct form_count *c = forms_find(x->stretches[i], f, form),
                                            *d = forms_find(y->stretches[i], f, form);
                    cr_assert_eq(!c, !d);
                    if (!c) continue;
                    cr_assert_eq(c->records, d->records);
                    cr_assert_eq(c->second, d->second);
                    cr_assert_eq(origin_compare(&c->origin, &d->origin), 0);
                }
        }
    }
}

static struct record *make_records(size_t count, int64_t hours, unsigned *seed) {
    struct record *records = calloc(count, sizeof *records);
    uint8_t seen[16] = {0};
    for (size_t i = 0; i < count; i++) {
        /* Runs, and times that are nearly in order. */
        if (rand_r(seed) % 8 == 0) seen[rand_r(seed) % FIELDS] = (uint8_t)(rand_r(seed) % 4);
        struct record *record = &records[i];
        record->shape = rand_r(seed) % 16 == 0 ? (unsigned)rand_r(seed) % 3 : 1;
        memcpy(record->seen, seen, sizeof seen);
        record->second = (int64_t)i * hours * HOUR / (int64_t)count + rand_r(seed) % 200;
        if (rand_r(seed) % 50 == 0) record->second = FORMS_UNDATED;
        if (rand_r(seed) % 500 == 0) record->second = rand_r(seed) % 2 ? -5 : INT64_MAX;
        record->origin = (struct origin){(uint32_t)i / 100, (uint32_t)i / 50 % 2, i % 50};
    }
    return records;
}

static void shuffle(struct record *records, size_t count, unsigned *seed) {
    for (size_t i = count; i > 1; i--) {
        size_t j = (size_t)rand_r(seed) % i;
        struct record other = records[j];
        records[j] = records[i - 1];
        records[i - 1] = other;
    }
}

/* Counted by some, one block of records each in turn, and merged in an order of its own. */
static void count_shared(struct forms *all, const struct record *records, size_t count,
                         unsigned counters, unsigned *seed) {
    struct forms each[5];
    for (unsigned c = 0; c < counters; c++) cr_assert(forms_init(&each[c], FIELDS));
    for (size_t i = 0; i < count;) {
        struct forms *one = &each[(unsigned)rand_r(seed) % counters];
        for (size_t left = 1 + (size_t)rand_r(seed) % 40; left && i < count; left--)
            add(one, &records[i++]);
    }
    cr_assert(forms_init(all, FIELDS));
    for (unsigned c = counters; c-- > 0;) {
        forms_settle(&each[c]);
        forms_merge(all, &each[c]);
        forms_free(&each[c]);
    }
}

Test(forms, counts_are_those_of_the_records) {
    unsigned seed = 1;
    struct record *records = make_records(3000, 40, &seed);
    for (int round = 0; round < 4; round++) {
        struct forms forms;
        count_shared(&forms, records, 3000, 1 + (unsigned)round, &seed);
        cr_assert_eq(forms_hours(&forms.shapes[1]), 1);
        expect_counts(&forms, records, 3000);
        forms_free(&forms);
        shuffle(records, 3000, &seed);
    }
    free(records);
}

Test(forms, more_hours_than_are_told_apart_become_longer_stretches) {
    static const int64_t years[] = {1, 3, 60, 200};
    static const unsigned hours[] = {4, 8, 7 * 24, 56 * 24};
    for (size_t y = 0; y < sizeof years / sizeof *years; y++) {
        unsigned seed = 5;
        size_t count = 40000;
        struct record *records = make_records(count, years[y] * 8766, &seed);
        struct forms in_order, shared;
        count_shared(&in_order, records, count, 1, &seed);
        shuffle(records, count, &seed);
        count_shared(&shared, records, count, 4, &seed);
        cr_expect_eq(forms_hours(&in_order.shapes[1]), hours[y], "%d years: %u hours",
                     (int)years[y], forms_hours(&in_order.shapes[1]));
        cr_expect_leq(in_order.shapes[1].count, FORMS_STRETCHES);
        expect_equal(&in_order, &shared);
        forms_free(&in_order);
        forms_free(&shared);
        free(records);
    }
}

Test(forms, the_longest_stretches_hold_all_years_of_many_fields) {
    struct forms forms;
    size_t fields = 3000;
    cr_assert(forms_init(&forms, fields));
    cr_assert_lt(forms.most, 300);
    uint64_t *seen = calloc(FORMS_WORDS(fields), sizeof *seen);
    for (int64_t i = 0; i < 2000; i++)
        forms_add(&forms, 4, seen, i * 1000 * HOUR, (struct origin){0, 0, (uint64_t)i});
    forms_settle(&forms);
    cr_expect_not(forms.failed);
    cr_expect_leq(forms.shapes[4].count, forms.most);
    cr_expect_eq(forms_present(&forms, 4, 2999), 0);
    free(seen);
    forms_free(&forms);
}

Test(forms, a_program_without_fields) {
    struct forms forms;
    cr_assert(forms_init(&forms, 0));
    for (int i = 0; i < 10; i++) forms_add(&forms, 1, NULL, i * HOUR, (struct origin){0, 0, 0});
    forms_settle(&forms);
    cr_expect_eq(forms.shapes[1].count, 10);
    cr_expect_not(forms.failed);
    forms_free(&forms);
}
