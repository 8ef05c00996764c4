#include "tools/help.h"

#include <string.h>

#include "tools/flags.h"
#include "tools/wrap.h"

#define USAGE "Usage: trawl [OPTIONS] PATH...\n"
#define NARROWEST 40
#define WIDEST 100 /* longer lines are hard to read, however wide the terminal */

static const char *const category_titles[] = {
    [CATEGORY_HUNT] = "The hunt", [CATEGORY_QUERY] = "The query", [CATEGORY_OUTPUT] = "Output",
    [CATEGORY_INPUT] = "Reading", [CATEGORY_OTHER] = "Other",
};

/* "-o, --output FILE" */
static int flag_spelling(const struct flag *flag, char *text, size_t size) {
    const char *argument = flag->argument ? flag->argument : "";
    const char *gap = *argument && *argument != '[' ? " " : "";
    if (flag->letter) {
        return snprintf(text, size, "-%c, --%s%s%s", flag->letter, flag->name, gap, argument);
    }
    return snprintf(text, size, "    --%s%s%s", flag->name, gap, argument);
}

void help_short(FILE *to) {
    fputs("Hunts through compressed logs, in place.\n\n" USAGE
          "PATH is a file, a folder, or - for standard input.\n\n",
          to);
    for (size_t i = 0; i < flag_count; i++) {
        if (flags[i].category == CATEGORY_TEST) continue;
        char spelling[64];
        flag_spelling(&flags[i], spelling, sizeof spelling);
        fprintf(to, "  %-24s %s\n", spelling, flags[i].summary);
    }
}

static void describe(FILE *to, const struct flag *flag, unsigned width) {
    char spelling[64];
    flag_spelling(flag, spelling, sizeof spelling);
    fprintf(to, "  %s\n", spelling);
    char text[1024];
    if (flag->details) {
        snprintf(text, sizeof text, "%s. %s", flag->summary, flag->details);
    } else {
        snprintf(text, sizeof text, "%s.", flag->summary);
    }
    if (text[0] >= 'a' && text[0] <= 'z') {
        text[0] = (char)(text[0] - 'a' + 'A');
    }
    wrap(to, text, 10, width);
}

struct entry {
    const char *name, *meaning;
};

static void list(FILE *to, const char *title, const struct entry *entries, unsigned width) {
    fprintf(to, "\n%s:\n", title);
    for (; entries->name; entries++) {
        fprintf(to, "  %s\n", entries->name);
        wrap(to, entries->meaning, 10, width);
    }
}

void help_long(FILE *to, unsigned width) {
    if (width < NARROWEST) width = NARROWEST;
    if (width > WIDEST) width = WIDEST;
    fputs(USAGE "\n", to);
    wrap(to,
         "Hunts through archives of cloud-identity logs where they lie: JSON or CSV, plain or "
         "compressed, one file or folders of them. What a file is, is told by its content. PATH is "
         "a file, a folder (read with all that is in it, in byte order of names) or - for standard "
         "input.",
         0, width);
    fputc('\n', to);
    wrap(to,
         "The rows go to standard output. A summary of what was read, what was not and what was "
         "found goes to standard error.",
         0, width);
    for (enum flag_category category = 0; category < CATEGORY_TEST; category++) {
        fprintf(to, "\n%s:\n", category_titles[category]);
        for (size_t i = 0; i < flag_count; i++) {
            if (flags[i].category == category) describe(to, &flags[i], width);
        }
    }
    static const struct entry statuses[] = {
        {"0", "All input was read whole."},
        {"2", "The hunt could not run, or its result could not be written."},
        {"3",
         "The hunt is done and its rows are there, but some input was not read whole, or a field "
         "stops and --strict-fields is given: the summary says which and why."},
        {"130", "Interrupted. The rows found until then are printed."},
        {NULL, NULL},
    };
    list(to, "Exit status", statuses, width);
    static const struct entry examples[] = {
        {"trawl /mnt/evidence/entra", "Show the rows of highest score as a table."},
        {"trawl -o hits.ndjson --stats run.json /mnt/evidence",
         "Keep the rows, and the record of the run beside them."},
        {"trawl -e 'ConsoleLogin | top(sourceIPAddress)' trail/", "Hunt with a query of your own."},
        {"aws s3 cp s3://logs/day.json.gz - | trawl -", "Read standard input."},
        {NULL, NULL},
    };
    list(to, "Examples", examples, width);
}
