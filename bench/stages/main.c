/* trawl-stages: CPU time of each stage of a hunt over an archive of NDJSON, as JSON. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/stages/stages.h"
#include "tools/hunts/hunts.h"

static const char help[] =
    "usage: trawl-stages [-n ROUNDS] [--hunt NAME] PATH\n\n"
    "Runs each stage of a hunt on its own over an archive of NDJSON, in one thread, and prints "
    "the\n"
    "seconds of CPU that each took in each round, as JSON. A round before them is not counted.\n";

struct arguments {
    unsigned rounds;
    const char *hunt, *path;
    bool help;
};

static bool read_arguments(struct arguments *arguments, int argc, char **argv) {
    static const struct option options[] = {{"hunt", required_argument, NULL, 'H'},
                                            {"rounds", required_argument, NULL, 'n'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    *arguments = (struct arguments){.rounds = 5, .hunt = DEFAULT_HUNT};
    for (int option; (option = getopt_long(argc, argv, "n:h", options, NULL)) != -1;) {
        if (option == 'H') arguments->hunt = optarg;
        if (option == 'n') arguments->rounds = (unsigned)strtoul(optarg, NULL, 10);
        if (option == 'h') arguments->help = true;
        if (option == '?') return false;
    }
    if (argc - optind == 1) arguments->path = argv[optind];
    return arguments->help || (arguments->path && arguments->rounds);
}

static struct trawl_plan *compile(const char *name) {
    const struct hunt_text *hunt = hunt_find(name);
    if (!hunt) {
        fprintf(stderr, "trawl-stages: no hunt %s\n", name);
        return NULL;
    }
    struct trawl_diagnostics *diagnostics = NULL;
    struct trawl_plan *plan =
        trawl_query_compile(hunt->name, hunt->text, hunt->length, NULL, &diagnostics);
    trawl_diagnostics_free(diagnostics);
    if (!plan) fprintf(stderr, "trawl-stages: %s does not compile\n", name);
    return plan;
}

static void print(const struct pass *passes, unsigned rounds) {
    printf("{\"files\":%" PRIu64 ",\"text_bytes\":%" PRIu64 ",\"records\":%" PRIu64
           ",\"by_layout\":%" PRIu64 ",\"matched\":%" PRIu64 ",\"shown\":%" PRIu64 ",\"seconds\":{",
           passes->files, passes->text_bytes, passes->records, passes->by_layout, passes->matched,
           passes->shown);
    for (int stage = 0; stage < STAGES; stage++) {
        printf("%s\"%s\":[", stage ? "," : "", stage_names[stage]);
        for (unsigned round = 0; round < rounds; round++)
            printf("%s%.6f", round ? "," : "", passes[round].seconds[stage]);
        printf("]");
    }
    printf("}}\n");
}

static bool run(const struct arguments *arguments, const struct trawl_plan *plan) {
    struct trawl_error error = {.status = TRAWL_OK};
    struct stages *stages = stages_new(plan, &error);
    struct pass *passes = calloc(arguments->rounds, sizeof *passes);
    enum trawl_status status = stages && passes ? TRAWL_OK : TRAWL_MEMORY;
    for (unsigned round = 0; status == TRAWL_OK && round <= arguments->rounds; round++)
        status = stages_pass(stages, arguments->path, &passes[round ? round - 1 : 0], &error);
    if (status == TRAWL_OK)
        print(passes, arguments->rounds);
    else
        fprintf(stderr, "trawl-stages: %s\n", error.message);
    free(passes);
    stages_free(stages);
    return status == TRAWL_OK;
}

int main(int argc, char **argv) {
    struct arguments arguments;
    if (!read_arguments(&arguments, argc, argv)) {
        fputs(help, stderr);
        return 2;
    }
    if (arguments.help) return fputs(help, stdout) < 0 ? 2 : 0;
    struct trawl_plan *plan = compile(arguments.hunt);
    bool done = plan && run(&arguments, plan);
    trawl_plan_free(plan);
    return done && !fflush(stdout) ? 0 : 2;
}
