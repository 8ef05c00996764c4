/* show.c - one record of an archive as it stands: found by reading its file as a hunt does. */
#include <inttypes.h>
#include <string.h>

#include "engine/base/error.h"
#include "engine/source.h"

static bool is_text(const struct record_wanted *wanted, const char *member) {
    if (!wanted->member || !member) return wanted->member == member;
    return strcmp(wanted->member, member) == 0;
}

bool record_wanted_in(struct record_wanted *wanted, const char *member) {
    bool same = is_text(wanted, member);
    wanted->elsewhere |= !same;
    if (same || !member) return true;
    size_t length = strlen(member);
    return wanted->member && strncmp(wanted->member, member, length) == 0 &&
           wanted->member[length] == '!';
}

bool record_wanted_at(struct record_wanted *wanted, const char *member, uint64_t offset,
                      struct text bytes) {
    if (!is_text(wanted, member)) return false;
    wanted->met = true;
    if (offset < wanted->offset && (wanted->before == UINT64_MAX || offset > wanted->before))
        wanted->before = offset;
    if (offset != wanted->offset) return false;
    wanted->found++;
    wanted->refused = !wanted->take(wanted->context, bytes.data, bytes.length);
    return true;
}

static enum trawl_status not_found(const struct trawl_hunt *hunt, const char *path,
                                   const struct record_wanted *wanted, struct trawl_error *error) {
    const struct trawl_summary *summary = trawl_hunt_summary(hunt);
    for (size_t i = 0; i < summary->fault_count; i++)
        if (summary->faults[i].kind <= TRAWL_FAULT_CHANGED)
            return error_set(error, TRAWL_DAMAGED, "%s", summary->faults[i].message);
    if (!wanted->met && wanted->member)
        return error_set(error, TRAWL_INVALID, "%s has no records in a member %s", path,
                         wanted->member);
    if (!wanted->met)
        return error_set(error, TRAWL_INVALID, "%s holds no record%s", path,
                         wanted->elsewhere ? " outside of its members: FILE!MEMBER:OFFSET" : "");
    if (wanted->before == UINT64_MAX)
        return error_set(error, TRAWL_INVALID, "no record begins at byte %" PRIu64, wanted->offset);
    return error_set(error, TRAWL_INVALID,
                     "no record begins at byte %" PRIu64
                     ": the one before it does at byte %" PRIu64,
                     wanted->offset, wanted->before);
}

static enum trawl_status look(struct trawl_hunt *hunt, const char *path,
                              struct record_wanted *wanted, struct trawl_error *error) {
    struct trawl_progress progress;
    hunt_want(hunt, wanted);
    enum trawl_status status = trawl_hunt_add(hunt, path, error);
    trawl_hunt_progress(hunt, &progress);
    if (status == TRAWL_OK && progress.files_total > 1)
        return error_set(error, TRAWL_INVALID, "%s is a folder: name the file", path);
    if (status == TRAWL_OK) status = trawl_hunt_run(hunt, NULL, error);
    if (wanted->refused)
        return error_set(error, TRAWL_CANCELLED, "whoever takes the record does not want it");
    if (wanted->found) return TRAWL_OK;
    return status == TRAWL_OK ? not_found(hunt, path, wanted, error) : status;
}

enum trawl_status trawl_show(const char *path, const char *member, uint64_t offset,
                             const struct trawl_options *options,
                             bool (*take)(void *context, const char *bytes, size_t length),
                             void *context, struct trawl_error *error) {
    static const char all[] = "count()";
    struct record_wanted wanted = {
        .member = member, .offset = offset, .before = UINT64_MAX, .take = take, .context = context};
    struct trawl_options one = options ? *options : (struct trawl_options){0};
    struct trawl_diagnostics *diagnostics;
    one.threads = 1;
    struct trawl_plan *plan = trawl_query_compile("show", all, strlen(all), NULL, &diagnostics);
    trawl_diagnostics_free(diagnostics);
    if (!plan) return error_memory(error);
    struct trawl_hunt *hunt = trawl_hunt_new(plan, &one, error);
    enum trawl_status status = TRAWL_MEMORY;
    if (hunt)
        status = look(hunt, path, &wanted, error);
    else if (error)
        status = error->status;
    trawl_hunt_free(hunt);
    trawl_plan_free(plan);
    return status;
}
