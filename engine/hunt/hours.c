#include "engine/hunt/hours.h"

#include <stdlib.h>
#include <string.h>

#define PAGE_HOURS 512
#define HOURS_MOST (INT64_C(230) * 8766) /* of the years 1970 to 2199 */

/* ---- pages -------------------------------------------------------------------------------- */

static bool grow(void **items, size_t *capacity, size_t count, size_t size) {
    if (count < *capacity) return true;
    size_t wanted = *capacity ? *capacity * 2 : 4;
    void *grown = realloc(*items, wanted * size);
    if (!grown) return false;
    *items = grown;
    *capacity = wanted;
    return true;
}

/* The first page whose number is not below. */
static size_t page_place(const struct hour_account *account, uint32_t number) {
    size_t low = 0, high = account->page_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (account->pages[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* NULL: out of memory. */
static struct hour_page *page_of(struct hour_shape *shape, struct hour_account *account,
                                 uint32_t number) {
    if (account->last < account->page_count && account->pages[account->last].number == number)
        return &account->pages[account->last];
    size_t at = page_place(account, number);
    account->last = at;
    if (at < account->page_count && account->pages[at].number == number) return &account->pages[at];
    void *pages = account->pages;
    if (!grow(&pages, &account->page_capacity, account->page_count, sizeof *account->pages))
        return NULL;
    account->pages = pages;
    memmove(account->pages + at + 1, account->pages + at,
            (account->page_count - at) * sizeof *account->pages);
    account->pages[at] = (struct hour_page){.number = number};
    account->page_count++;
    shape->page_count++;
    return &account->pages[at];
}

static bool merge_pages(struct hour_shape *shape, struct hour_account *to,
                        const struct hour_account *from) {
    for (size_t i = 0; i < from->page_count; i++) {
        struct hour_page *page = page_of(shape, to, from->pages[i].number);
        if (!page) return false;
        for (size_t w = 0; w < 8; w++) page->bits[w] |= from->pages[i].bits[w];
    }
    to->records += from->records;
    to->undated += from->undated;
    return true;
}

static void account_free(struct hour_account *account) {
    free(account->name);
    free(account->pages);
}

/* ---- accounts ----------------------------------------------------------------------------- */

static bool is_named(const struct hour_account *account, struct text name) {
    if (!name.data || !account->name) return !name.data && !account->name;
    return strncmp(account->name, name.data, name.length) == 0 &&
           account->name[name.length] == '\0';
}

/* A name up to what tells accounts apart. */
static struct text cut(struct text name) {
    const char *end = name.data ? memchr(name.data, '\0', name.length) : NULL;
    if (end) name.length = (size_t)(end - name.data);
    if (name.length > HOURS_ACCOUNT_MOST) name.length = HOURS_ACCOUNT_MOST;
    return name;
}

/* NULL: out of memory. */
static struct hour_account *account_of(struct hour_shape *shape, struct text name) {
    if (shape->merged) return &shape->accounts[0];
    name = cut(name);
    if (shape->last < shape->count && is_named(&shape->accounts[shape->last], name))
        return &shape->accounts[shape->last];
    for (size_t i = 0; i < shape->count; i++) {
        if (!is_named(&shape->accounts[i], name)) continue;
        shape->last = i;
        return &shape->accounts[i];
    }
    char *copy = name.data ? strndup(name.data, name.length) : NULL;
    void *accounts = shape->accounts;
    if ((name.data && !copy) ||
        !grow(&accounts, &shape->capacity, shape->count, sizeof *shape->accounts)) {
        free(copy);
        return NULL;
    }
    shape->accounts = accounts;
    shape->last = shape->count;
    shape->accounts[shape->count] = (struct hour_account){.name = copy};
    return &shape->accounts[shape->count++];
}

/* All accounts become one, without a name. */
static bool merge_accounts(struct hour_shape *shape) {
    struct hour_shape one = {.merged = true};
    struct hour_account all = {0};
    bool good = true;
    for (size_t i = 0; good && i < shape->count; i++)
        good = merge_pages(&one, &all, &shape->accounts[i]);
    one.accounts = good ? malloc(sizeof *one.accounts) : NULL;
    if (!one.accounts) {
        account_free(&all);
        return false;
    }
    one.accounts[0] = all;
    one.count = one.capacity = 1;
    for (size_t i = 0; i < shape->count; i++) account_free(&shape->accounts[i]);
    free(shape->accounts);
    *shape = one;
    return true;
}

static bool keep_bounds(struct hour_shape *shape) {
    bool over = shape->count > HOURS_ACCOUNTS || shape->page_count > HOURS_PAGES;
    return shape->merged || !over || merge_accounts(shape);
}

/* ---- the set ------------------------------------------------------------------------------ */

bool hours_add(struct hours *hours, unsigned number, struct text name, bool dated, int64_t ms) {
    struct hour_shape *shape = &hours->shapes[number];
    struct hour_account *account = account_of(shape, name);
    if (!account) return false;
    int64_t hour = ms / HOUR_MS;
    account->records++;
    if (!dated || ms < 0 || hour >= HOURS_MOST) {
        account->undated++;
        return keep_bounds(shape);
    }
    struct hour_page *page = page_of(shape, account, (uint32_t)(hour / PAGE_HOURS));
    if (!page) return false;
    unsigned bit = (unsigned)(hour % PAGE_HOURS);
    page->bits[bit / 64] |= UINT64_C(1) << (bit % 64);
    return keep_bounds(shape);
}

static bool merge_shape(struct hour_shape *to, const struct hour_shape *from) {
    if (from->merged && !to->merged && !merge_accounts(to)) return false;
    for (size_t i = 0; i < from->count; i++) {
        const struct hour_account *account = &from->accounts[i];
        struct text name = account->name ? text_of(account->name) : (struct text){NULL, 0};
        struct hour_account *same = account_of(to, name);
        if (!same || !merge_pages(to, same, account) || !keep_bounds(to)) return false;
    }
    return true;
}

void hours_merge(struct hours *to, const struct hours *from) {
    to->failed = to->failed || from->failed;
    for (size_t s = 0; s < HOURS_SHAPES && !to->failed; s++)
        to->failed = !merge_shape(&to->shapes[s], &from->shapes[s]);
}

void hours_free(struct hours *hours) {
    for (size_t s = 0; s < HOURS_SHAPES; s++) {
        for (size_t i = 0; i < hours->shapes[s].count; i++)
            account_free(&hours->shapes[s].accounts[i]);
        free(hours->shapes[s].accounts);
    }
    *hours = (struct hours){0};
}

static int compare_accounts(const void *a, const void *b) {
    const struct hour_account *x = a, *y = b;
    if (!x->name || !y->name) return !!x->name - !!y->name;
    return strcmp(x->name, y->name);
}

void hours_sort(struct hours *hours) {
    for (size_t s = 0; s < HOURS_SHAPES; s++) {
        struct hour_shape *shape = &hours->shapes[s];
        if (shape->count > 1)
            qsort(shape->accounts, shape->count, sizeof *shape->accounts, compare_accounts);
    }
}

/* ---- what is in it ------------------------------------------------------------------------ */

int64_t hours_first(const struct hour_account *account) {
    if (!account->page_count) return HOUR_NONE;
    const struct hour_page *page = &account->pages[0];
    size_t w = 0;
    while (!page->bits[w]) w++;
    return (int64_t)page->number * PAGE_HOURS + (int64_t)w * 64 + __builtin_ctzll(page->bits[w]);
}

int64_t hours_last(const struct hour_account *account) {
    if (!account->page_count) return HOUR_NONE;
    const struct hour_page *page = &account->pages[account->page_count - 1];
    size_t w = 7;
    while (!page->bits[w]) w--;
    return (int64_t)page->number * PAGE_HOURS + (int64_t)w * 64 + 63 -
           __builtin_clzll(page->bits[w]);
}

uint64_t hours_count(const struct hour_account *account) {
    uint64_t count = 0;
    for (size_t i = 0; i < account->page_count; i++)
        for (size_t w = 0; w < 8; w++)
            count += (uint64_t)__builtin_popcountll(account->pages[i].bits[w]);
    return count;
}

size_t hours_missing(const struct hour_account *account, int64_t first, int64_t end,
                     void (*visit)(void *context, int64_t from, int64_t to), void *context) {
    size_t count = 0;
    int64_t next = first; /* the hour behind those that are told of */
    for (size_t i = 0; i < account->page_count * 8; i++) {
        const struct hour_page *page = &account->pages[i / 8];
        for (uint64_t bits = page->bits[i % 8]; bits; bits &= bits - 1) {
            int64_t hour =
                (int64_t)page->number * PAGE_HOURS + (int64_t)(i % 8) * 64 + __builtin_ctzll(bits);
            if (hour > next) {
                if (visit) visit(context, next, hour);
                count++;
            }
            next = hour + 1;
        }
    }
    if (next < end) {
        if (visit) visit(context, next, end);
        count++;
    }
    return count;
}
