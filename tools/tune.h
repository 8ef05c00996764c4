/* tune.h - a tuning file: what is known to be harmless, with the reason.
 *
 *   - name: head-office-proxy
 *     hunt: compromised-cloud-account         # or a list; left out: every hunt
 *     when: { ipAddress: { cidr: 198.51.100.0/24 } }
 *     forget: { riskEventTypes_v2: anonymizedIPAddress }
 *     reason: all web traffic of head office leaves through this proxy
 *     expires: 2027-03-31                     # its last day, UTC
 *
 * `when` has a test for each field: a text, which the field equals; or glob, regex, cidr; or lists
 * of these, of which one must hold. An entry does one of `exclude: true`, `forget: {FIELD:
 * ELEMENTS}`, `clear: FLAGS`, `lower: N` (with `score: FIELD`). `at: rows` or `at: records` says
 * where (trawl_tuning_place). */
#ifndef TRAWL_TOOLS_TUNE_H
#define TRAWL_TOOLS_TUNE_H

#include "engine/trawl.h"
#include "tools/yaml_tree.h"

#define TUNE_ENTRIES 1000 /* in a file, at most */

struct tune_entry {
    struct trawl_tuning tuning; /* as the engine takes it */
    const char *const *hunts;   /* [hunt_count]; none: every hunt */
    size_t hunt_count;
    const char *expires; /* as written; NULL: never */
    int64_t end;         /* of that day: ms since 1970 */
    size_t line;         /* where it begins */
};

/* Owns everything that its entries point to. */
struct tune_file {
    char *path;
    struct tune_entry *entries;
    size_t count;
    struct yaml_tree *yaml;
    void **blocks; /* memory of the entries */
    size_t block_count;
};

/* False: see the error; the file is empty then. */
bool tune_parse(const char *path, const char *text, size_t length, struct tune_file *file,
                struct yaml_error *error);
void tune_free(struct tune_file *file);

#endif
