#include "engine/hunt/faults.h"

#include <stdlib.h>
#include <string.h>

static bool is_full(const struct faults *faults, enum trawl_fault_kind kind) {
    bool of_records = kind == TRAWL_FAULT_MALFORMED || kind == TRAWL_FAULT_OVERSIZED ||
                      kind == TRAWL_FAULT_REPAIRED;
    return faults->kept[kind] >= (of_records ? FAULTS_KEPT : FAULTS_MOST);
}

static void fault_clear(struct fault *fault) {
    free(fault->path);
    free(fault->member);
    free(fault->message);
}

/* Total order, so that the same faults come out in the same order whoever found them. */
static int fault_compare(const void *left, const void *right) {
    const struct fault *a = left, *b = right;
    int order = origin_compare(&a->origin, &b->origin);
    if (order == 0) order = (int)a->kind - (int)b->kind;
    if (order == 0) order = strcmp(a->path, b->path);
    return order ? order : strcmp(a->message, b->message);
}

/* The kept fault of a kind that is last in input order. */
static size_t last_of(const struct faults *faults, enum trawl_fault_kind kind) {
    size_t last = SIZE_MAX;
    for (size_t i = 0; i < faults->count; i++) {
        if (faults->items[i].kind != kind) continue;
        if (last == SIZE_MAX || fault_compare(&faults->items[i], &faults->items[last]) > 0)
            last = i;
    }
    return last;
}

/* Takes ownership of the fault's strings. Does not count. */
static void keep(struct faults *faults, struct fault fault) {
    if (!fault.path || !fault.message) {
        fault_clear(&fault);
        return;
    }
    if (is_full(faults, fault.kind)) {
        struct fault *last = &faults->items[faults->last[fault.kind]];
        if (fault_compare(&fault, last) < 0) {
            struct fault old = *last;
            *last = fault;
            fault = old;
            faults->last[fault.kind] = last_of(faults, fault.kind);
        }
        fault_clear(&fault);
        return;
    }
    if (faults->count == faults->capacity) {
        size_t capacity = faults->capacity ? faults->capacity * 2 : 16;
        struct fault *items = realloc(faults->items, capacity * sizeof *items);
        if (!items) {
            fault_clear(&fault);
            return;
        }
        faults->items = items;
        faults->capacity = capacity;
    }
    faults->items[faults->count++] = fault;
    faults->kept[fault.kind]++;
    if (is_full(faults, fault.kind)) faults->last[fault.kind] = last_of(faults, fault.kind);
}

void faults_add(struct faults *faults, enum trawl_fault_kind kind, const char *path,
                const char *member, struct origin origin, const char *message) {
    faults->totals[kind]++;
    /* One worker meets records in ascending order within a file, so nearly every fault past the
     * first few is later than those kept: no need to copy its strings to find that out. */
    if (is_full(faults, kind) &&
        origin_compare(&origin, &faults->items[faults->last[kind]].origin) > 0)
        return;
    keep(faults, (struct fault){kind, origin, strdup(path), member ? strdup(member) : NULL,
                                strdup(message)});
}

void faults_merge(struct faults *to, struct faults *from) {
    for (size_t i = 0; i < from->count; i++) keep(to, from->items[i]);
    for (size_t k = 0; k < FAULT_KINDS; k++) to->totals[k] += from->totals[k];
    free(from->items);
    *from = (struct faults){0};
}

void faults_sort(struct faults *faults) {
    if (faults->count > 1)
        qsort(faults->items, faults->count, sizeof *faults->items, fault_compare);
}

void faults_free(struct faults *faults) {
    for (size_t i = 0; i < faults->count; i++) fault_clear(&faults->items[i]);
    free(faults->items);
    *faults = (struct faults){0};
}
