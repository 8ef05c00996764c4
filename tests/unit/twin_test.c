/* The whole hunt against its slow twin, over archives of hostile records: equal bytes and equal
 * counts, whatever the number of threads and the instruction set. */
#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/cpu.h"
#include "engine/trawl.h"
#include "tests/twin/hostile.h"
#include "tests/twin/twin.h"
#include "tools/hunts/hunts.h"

/* ---- an archive and what the twin says of it ---------------------------------------------- */

struct scene {
    uint64_t seed;
    char folder[100];
    struct twin *twin;
};

static void take(void *twin, const void *bytes, size_t length) {
    twin_add(twin, bytes, length);
}

static struct scene scene_make(struct hostile_options options) {
    struct scene scene = {.seed = options.seed, .twin = twin_new()};
    const char *place = getenv("TMPDIR");
    snprintf(scene.folder, sizeof scene.folder, "%.60s/trawl-twin-XXXXXX", place ? place : "/tmp");
    cr_assert_not_null(mkdtemp(scene.folder));
    cr_assert(hostile_archive(&options, scene.folder, take, scene.twin), "writing below %s",
              scene.folder);
    return scene;
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *walk) {
    (void)status, (void)kind, (void)walk;
    return remove(path);
}

static void scene_free(struct scene *scene) {
    nftw(scene->folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    twin_free(scene->twin);
}

/* ---- the hunt ----------------------------------------------------------------------------- */

static bool append(void *to, const char *bytes, size_t length) {
    string_add(to, bytes, length);
    return true;
}

static uint64_t count_of(const struct trawl_count *counts, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(counts[i].name, name) == 0) return counts[i].count;
    }
    return 0;
}

static void compare_counts(const struct trawl_summary *s, const struct twin_counts *t,
                           const char *run) {
    cr_expect_eq(s->hunted + s->unrecognised, t->records, "%s: %ju records, not %ju", run,
                 (uintmax_t)(s->hunted + s->unrecognised), (uintmax_t)t->records);
    cr_expect_eq(s->malformed, t->malformed, "%s: %ju malformed, not %ju", run,
                 (uintmax_t)s->malformed, (uintmax_t)t->malformed);
    cr_expect_eq(s->records, s->hunted + s->malformed + s->oversized + s->unrecognised,
                 "%s: the ledger does not add up", run);
    uint64_t shaped = 0;
    for (size_t i = 0; i < s->shape_count; i++) shaped += s->shapes[i].records;
    cr_expect(shaped == s->hunted || shaped == s->hunted + s->unrecognised,
              "%s: %ju records by shape", run, (uintmax_t)shaped);
    cr_expect_eq(s->steps[0].count, t->successful, "%s: %ju successful, not %ju", run,
                 (uintmax_t)s->steps[0].count, (uintmax_t)t->successful);
    cr_expect_eq(s->matched, t->matched, "%s: %ju matched, not %ju", run, (uintmax_t)s->matched,
                 (uintmax_t)t->matched);
    cr_expect_eq(count_of(s->flags, s->flag_count, "is_high_risk"), t->high_risk, "%s", run);
    cr_expect_eq(count_of(s->flags, s->flag_count, "has_risky_event"), t->risky_event, "%s", run);
    cr_expect_eq(count_of(s->flags, s->flag_count, "cross_tenant_mfa"), t->cross_tenant, "%s", run);
    for (int score = 1; score <= 3; score++) {
        char name[] = {(char)('0' + score), '\0'};
        cr_expect_eq(count_of(s->scores, s->score_count, name), t->score[score], "%s: score %d",
                     run, score);
    }
    cr_expect(s->complete, "%s: not complete", run);
}

/* Says which row differs first, not only that one does. */
static void compare_rows(struct bytes got, struct bytes want, const char *run) {
    size_t at = 0, line = 1, start = 0;
    while (at < got.length && at < want.length && got.data[at] == want.data[at]) {
        if (got.data[at++] == '\n') {
            line++;
            start = at;
        }
    }
    if (at == got.length && at == want.length) return;
    size_t got_end = strcspn(got.data + start, "\n"), want_end = strcspn(want.data + start, "\n");
    cr_expect(false, "%s: row %zu is\n%.*s\nnot\n%.*s", run, line, (int)got_end, got.data + start,
              (int)want_end, want.data + start);
}

static void hunt_and_compare(const struct scene *scene, const struct trawl_options *options) {
    char run[200];
    snprintf(run, sizeof run, "seed %ju, %u threads, %s%s", (uintmax_t)scene->seed,
             options->threads, options->isa, options->validate ? ", validated" : "");
    struct trawl_error error = {0};
    const struct hunt_text *query = hunt_find("compromised-cloud-account");
    cr_assert_not_null(query);
    struct trawl_diagnostics *diagnostics;
    struct trawl_plan *plan =
        trawl_query_compile(query->name, query->text, query->length, NULL, &diagnostics);
    cr_assert_not_null(plan, "%s", run);
    trawl_diagnostics_free(diagnostics);
    struct trawl_hunt *hunt = trawl_hunt_new(plan, options, &error);
    cr_assert_not_null(hunt, "%s: %s", run, error.message);
    cr_assert_eq(trawl_hunt_add(hunt, scene->folder, &error), TRAWL_OK, "%s: %s", run,
                 error.message);
    struct string rows = {0};
    struct trawl_sink sink = {.write = append, .context = &rows};
    struct trawl_writer *writer = trawl_writer_new(plan, TRAWL_NDJSON, &sink, &error);
    cr_assert_not_null(writer);
    struct trawl_rows to = trawl_writer_rows(writer);
    cr_assert_eq(trawl_hunt_run(hunt, &to, &error), TRAWL_OK, "%s: %s", run, error.message);
    cr_assert_eq(trawl_writer_finish(writer, &error), TRAWL_OK, "%s: %s", run, error.message);
    trawl_writer_free(writer);
    string_put(&rows, '\0');
    size_t length;
    char *want = twin_rows(scene->twin, options->limit ? options->limit : 1000, &length);
    compare_rows((struct bytes){rows.data, rows.length - 1}, (struct bytes){want, length}, run);
    compare_counts(trawl_hunt_summary(hunt), twin_counts(scene->twin), run);

    free(want);
    string_free(&rows);
    trawl_hunt_free(hunt);
    trawl_plan_free(plan);
}

/* Threads and instruction sets take turns, so that every pair occurs within a few seeds. In the
 * environment TWIN_ROUNDS asks for so many times as many seeds. */
static void hunt_seeds(uint64_t first, uint64_t count, struct hostile_options options) {
    const char *rounds = getenv("TWIN_ROUNDS");
    if (rounds) count *= strtoull(rounds, NULL, 10);
    for (uint64_t seed = first; seed < first + count; seed++) {
        options.seed = seed;
        struct scene scene = scene_make(options);
        for (enum isa isa = ISA_WESTMERE; isa <= isa_best(); isa++) {
            struct trawl_options run = {
                .threads = 1 + (unsigned)((seed + isa) % 4),
                .isa = isa_name(isa),
                .validate = (seed + isa) % 3 == 0,
                .limit = seed % 5 == 0 ? 7 : 0,
                .max_record = UINT64_C(1) << 20,
            };
            hunt_and_compare(&scene, &run);
        }
        scene_free(&scene);
    }
}

Test(twin, small_archives) {
    hunt_seeds(1, 60, (struct hostile_options){.files = 4, .records = 12});
}

Test(twin, one_record_each) {
    hunt_seeds(1000000, 60, (struct hostile_options){.files = 12, .records = 1});
}

/* Texts long enough to be cut and shared between workers. */
Test(twin, long_texts) {
    hunt_seeds(2000000, 6, (struct hostile_options){.files = 2, .records = 2500});
}

Test(twin, many_files) {
    hunt_seeds(3000000, 3, (struct hostile_options){.files = 150, .records = 4});
}

Test(twin, no_files) {
    hunt_seeds(4000000, 1, (struct hostile_options){.files = 0, .records = 1});
}
