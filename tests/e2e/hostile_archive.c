/* hostile-archive SEED FILES RECORDS FOLDER: writes a hostile archive that the reference
 * implementation can read too, and prints what the twin finds in it. With --any as a fifth word
 * the archive holds what only trawl reads, too; with --counts the twin prints its counters. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/twin/hostile.h"
#include "tests/twin/twin.h"

static void take(void *twin, const void *bytes, size_t length) {
    twin_add(twin, bytes, length);
}

int main(int count, char **words) {
    if (count < 5) {
        fputs("usage: hostile-archive SEED FILES RECORDS FOLDER [--any] [--counts]\n", stderr);
        return 2;
    }
    struct hostile_options options = {
        .seed = strtoull(words[1], NULL, 10),
        .files = (unsigned)strtoul(words[2], NULL, 10),
        .records = (unsigned)strtoul(words[3], NULL, 10),
        .reference = true,
    };
    bool counts = false;
    for (int i = 5; i < count; i++) {
        if (strcmp(words[i], "--any") == 0) options.reference = false;
        if (strcmp(words[i], "--counts") == 0) counts = true;
    }
    mkdir(words[4], 0777);
    struct twin *twin = twin_new();
    if (!hostile_archive(&options, words[4], take, twin)) {
        fprintf(stderr, "hostile-archive: cannot write below %s\n", words[4]);
        twin_free(twin);
        return 2;
    }
    size_t length;
    char *rows = twin_rows(twin, 1000, &length);
    const struct twin_counts *c = twin_counts(twin);
    if (counts) {
        printf(
            "{\"records\": %ju, \"malformed\": %ju, \"successful_signins\": %ju, "
            "\"is_high_risk\": %ju, \"has_risky_event\": %ju, \"cross_tenant_mfa\": %ju, "
            "\"matched\": %ju, \"score_1\": %ju, \"score_2\": %ju, \"score_3\": %ju}\n",
            (uintmax_t)c->records, (uintmax_t)c->malformed, (uintmax_t)c->successful,
            (uintmax_t)c->high_risk, (uintmax_t)c->risky_event, (uintmax_t)c->cross_tenant,
            (uintmax_t)c->matched, (uintmax_t)c->score[1], (uintmax_t)c->score[2],
            (uintmax_t)c->score[3]);
    } else {
        fwrite(rows, 1, length, stdout);
    }
    free(rows);
    twin_free(twin);
    return 0;
}
