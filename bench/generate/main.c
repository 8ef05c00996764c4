/* trawl-generate - archives of logs that look real, from a seed. See bench/README.md. */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "generate.h"
#include "truth.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 2 };

static int fail(const char *message) {
    fprintf(stderr, "trawl-generate: %s\n", message);
    return EXIT_FAILED;
}

static int fail_on(const char *path) {
    fprintf(stderr, "trawl-generate: %s: %s\n", path, strerror(errno));
    return EXIT_FAILED;
}

/* Files of an earlier run would make the truth a lie. Sets errno. */
static bool make_empty_folder(const char *path) {
    if (mkdir(path, 0777) && errno != EEXIST) return false;
    DIR *folder = opendir(path);
    if (!folder) return false;
    const struct dirent *entry;
    unsigned entries = 0;
    while ((entry = readdir(folder)))
        entries += strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
    closedir(folder);
    errno = ENOTEMPTY;
    return entries == 0;
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int make(const struct options *options, const char *truth) {
    struct world world = {0};
    struct layout layout = {0};
    struct plants plants = {0};
    struct counts counts;
    char message[1024] = "out of memory";
    double start = seconds();
    bool done = layout_make(&layout, &world, options) &&
                plants_make(&plants, &layout, &world, options->seed, options->plants,
                            options->plant_count) &&
                generate(&layout, &world, options, &counts, message, sizeof message) &&
                truth_write(truth, &counts, &plants, &layout, options, message, sizeof message);
    if (done && !options->quiet)
        fprintf(stderr,
                "%" PRIu64 " records, %" PRIu64
                " files, %.1f MB of text in %.1f MB, %.1f s; "
                "the truth is in %s\n",
                counts.records, counts.files, (double)counts.text_bytes * 1e-6,
                (double)counts.bytes * 1e-6, seconds() - start, truth);
    plants_free(&plants);
    layout_free(&layout);
    world_free(&world);
    return done ? EXIT_DONE : fail(message);
}

int main(int argc, char **argv) {
    struct options options;
    char message[512];
    if (!options_parse(&options, argc, argv, message, sizeof message)) return fail(message);
    if (options.help) return options_help() ? EXIT_DONE : fail_on("standard output");
    /* libarchive writes a zip's times in local time. */
    if (setenv("TZ", "UTC0", 1)) return fail(strerror(errno));

    char *folder = strdup(options.folder);
    if (!folder) return fail("out of memory");
    for (size_t end = strlen(folder); end > 1 && folder[end - 1] == '/';) folder[--end] = 0;
    options.folder = folder;
    char *beside = NULL;
    int status;
    if (!options.truth && asprintf(&beside, "%s.truth.ndjson", folder) < 0)
        status = fail("out of memory");
    else if (!make_empty_folder(folder))
        status = fail_on(folder);
    else
        status = make(&options, options.truth ? options.truth : beside);
    free(beside);
    free(folder);
    return status;
}
