/* plant_storage.c - what is read from storage accounts, by thieves and by their owners. */
#include "layout.h"

static const struct agent azcopy = {"AzCopy/10.28.0 Azure-Storage/0.15 (go1.23.1; linux)", "", "",
                                    ""};
static const struct agent backup = {"NightlyBackup/5.1 azsdk-net-Storage.Blobs/12.24.0", "", "",
                                    ""};
static const struct agent explorer = {
    "Microsoft Azure Storage Explorer, 1.37.0, win32, azcopy-node, 2.0.0", "", "", ""};

static struct event *request(struct planting *planting, size_t slot, ticks created,
                             const char *operation, enum identity identity, const struct user *user,
                             const char *address, const struct agent *agent) {
    struct event *event = planting_event(planting, SUBJECT_STORAGE, slot, created);
    event->request = blob_request(operation);
    event->identity = identity;
    event->caller = CALLER_USER;
    event->user = user;
    event->agent = agent;
    strcpy(event->address, address);
    bool reads = !strcmp(operation, "GetBlob");
    event->body = reads ? 20000 + random_below(&planting->random, 400000) : 0;
    return event;
}

/* Looks around, then reads blobs with the user's token. */
static void read_blobs(struct planting *planting, size_t slot, ticks time, const struct user *user,
                       const char *address, const struct agent *agent) {
    request(planting, slot, time, "ListContainers", IDENTITY_OAUTH, user, address, agent);
    time += 4 * TICKS_SECOND;
    request(planting, slot, time, "ListBlobs", IDENTITY_OAUTH, user, address, agent);
    for (unsigned i = 0; i < 20; i++) {
        time += 3 * TICKS_SECOND;
        request(planting, slot, time, "GetBlob", IDENTITY_OAUTH, user, address, agent)->blob =
            4000 + i;
    }
}

static void read_many(struct planting *planting, size_t slot, const struct user *user,
                      const char *address, const struct agent *agent, uint64_t body) {
    ticks start = planting_start(planting, slot) + 20 * TICKS_MINUTE;
    for (unsigned i = 0; i < 300; i++) {
        struct event *event = request(planting, slot, start + i * 4 * TICKS_SECOND, "GetBlob",
                                      IDENTITY_SAS, user, address, agent);
        event->blob = 4000 + i;
        event->body = body + random_below(&planting->random, 1 << 20);
    }
}

/* The user signs in at home; the record comes with the file of slot `logged`. */
static void sign_in(struct planting *planting, size_t logged, ticks created, ticks emitted,
                    const struct user *user) {
    struct event *event = planting_event(planting, SUBJECT_SIGNIN, logged, created);
    event->user = user;
    event->emitted = emitted;
    event->app = &apps[9]; /* Azure Portal */
    strcpy(event->address, user->address);
}

void plant_token_reuse(struct planting *planting) {
    size_t slot = planting_slot(planting);
    ticks start = planting_start(planting, slot) + 5 * TICKS_MINUTE;
    const struct user *victim = planting_user(planting);
    char address[ADDRESS_SIZE];
    planting_address(planting, address);
    sign_in(planting, slot, start, start + 20 * TICKS_SECOND, victim); /* where the token is from */
    read_blobs(planting, slot, start + 25 * TICKS_MINUTE, victim, address, &azcopy);
}

void plant_browsing(struct planting *planting) {
    size_t slot = planting_slot(planting);
    ticks start = planting_start(planting, slot) + 5 * TICKS_MINUTE;
    const struct user *user = planting_user(planting);
    sign_in(planting, slot, start, start + 20 * TICKS_SECOND, user);
    read_blobs(planting, slot, start + 10 * TICKS_MINUTE, user, user->address, &explorer);
}

void plant_late_records(struct planting *planting) {
    size_t slot = planting_slot(planting), logged = slot;
    ticks start = planting_start(planting, slot) + 5 * TICKS_MINUTE;
    const struct user *user = planting_user(planting);
    /* The next interactive file of the same tenant, or the end of this one. */
    ticks emitted = start + 55 * TICKS_MINUTE;
    const struct layout *layout = planting->layout;
    size_t shape_count = layout->shape_count;
    for (size_t next = slot + 1; next < layout->slots && logged == slot; next++) {
        if (next % 3 == 2 ||
            layout->files[next * shape_count].tenant != layout->files[slot * shape_count].tenant)
            continue;
        logged = next;
        emitted = planting_start(planting, next) + TICKS_SECOND;
    }
    sign_in(planting, logged, start, emitted, user);
    read_blobs(planting, slot, start + 10 * TICKS_MINUTE, user, user->address, &explorer);
}

void plant_storage_exfil(struct planting *planting) {
    size_t slot = planting_slot(planting);
    char address[ADDRESS_SIZE];
    planting_address(planting, address);
    read_many(planting, slot, planting_user(planting), address, &azcopy, 50u << 20);
}

void plant_backup_sas(struct planting *planting) {
    size_t slot = planting_slot(planting);
    const struct user *program = planting_user(planting);
    /* The same program at the same place the days before as well: in every other slot a little. */
    for (size_t other = 0; other < planting->layout->slots && other < 30; other++) {
        ticks start = planting_start(planting, other) + 15 * TICKS_MINUTE;
        if (other != slot)
            request(planting, other, start, "GetBlob", IDENTITY_SAS, program, "10.2.0.7", &backup);
    }
    read_many(planting, slot, program, "10.2.0.7", &backup, 1 << 20);
}
