#include "plant.h"

#include <stdio.h>
#include <stdlib.h>

#include "layout.h"

#define SIGNIN (1u << SUBJECT_SIGNIN)
#define AWS (1u << SUBJECT_AWS)
#define STORAGE (1u << SUBJECT_STORAGE)

static const struct {
    const char *name;
    void (*plant)(struct planting *planting);
    unsigned needs; /* bits of 1 << subject */
    bool look_alike;
    const char *about;
} kinds[PLANTS] = {
    {"account-takeover", plant_account_takeover, SIGNIN, false,
     "three sign-ins of a stolen account: rows of score 3, 2 and 1"},
    {"password-spray", plant_password_spray, SIGNIN, false,
     "40 users fail (50126) from one address in 8 minutes, one succeeds later"},
    {"anonymizing-proxy", plant_anonymizing_proxy, SIGNIN, false,
     "a sign-in through an anonymising proxy: a row of score 2"},
    {"token-reuse", plant_token_reuse, SIGNIN | STORAGE, false,
     "blobs read with a user's OAuth token from an address without sign-in"},
    {"aws-recon", plant_aws_recon, AWS, false, "five calls that try out a stolen key in 2 minutes"},
    {"storage-exfil", plant_storage_exfil, STORAGE, false,
     "300 big blobs read in 20 minutes with a SAS from a new address"},
    {"messaging-abuse", plant_messaging_abuse, AWS, false,
     "a stolen key looks at SES and SNS, then sends"},
    {"nat-gateway", plant_nat_gateway, SIGNIN, true,
     "an office's address: many users, some mistype, all succeed"},
    {"forgetful-user", plant_forgetful_user, SIGNIN, true,
     "one user fails 15 times, then succeeds"},
    {"slow-spray", plant_slow_spray, SIGNIN, true,
     "40 users fail from one address, one in each file"},
    {"monitoring", plant_monitoring, AWS, true,
     "a monitor lists buckets each minute, and makes the five calls 10 minutes apart"},
    {"backup-sas", plant_backup_sas, STORAGE, true,
     "300 blobs read with a SAS by a backup that always does"},
    {"browsing", plant_browsing, SIGNIN | STORAGE, true,
     "a user reads blobs from where they signed in"},
    {"late-records", plant_late_records, SIGNIN | STORAGE, true,
     "the same, but the sign-in's record comes in a later file"},
    {"newsletter", plant_newsletter, AWS, true, "a key sends 40 mails in a minute, day after day"},
};

const char *plant_name(enum plant_kind kind) {
    return kinds[kind].name;
}

const char *plant_about(enum plant_kind kind) {
    return kinds[kind].about;
}

bool plant_needs(enum plant_kind kind, enum subject subject) {
    return kinds[kind].needs >> subject & 1;
}

size_t planting_slot(struct planting *planting) {
    size_t slot = random_below(&planting->random, planting->layout->slots);
    return slot % 3 == 2 ? slot - 1 : slot; /* every third one is of non-interactive sign-ins */
}

ticks planting_start(const struct planting *planting, size_t slot) {
    return planting->layout->files[slot * planting->layout->shape_count].start;
}

static size_t file_of(const struct layout *layout, enum subject subject, size_t slot) {
    size_t file = slot * layout->shape_count;
    while (shapes[layout->files[file].shape].subject != subject) file++;
    return file;
}

/* A place for one more event; NULL: out of memory. */
static struct planted *append(struct plants *plants) {
    if ((plants->count & (plants->count - 1)) == 0) { /* full: the capacity is a power of two */
        size_t capacity = plants->count ? 2 * plants->count : 1;
        struct planted **events = realloc(plants->events, capacity * sizeof *events);
        if (!events) return NULL;
        plants->events = events;
    }
    struct planted *planted = calloc(1, sizeof *planted);
    if (!planted) return NULL;
    planted->number = plants->count;
    return plants->events[plants->count++] = planted;
}

struct event *planting_event(struct planting *planting, enum subject subject, size_t slot,
                             ticks created) {
    size_t number = file_of(planting->layout, subject, slot);
    struct event *event = &planting->scratch;
    struct planted *planted = append(planting->plants);
    if (planted) {
        planted->plant = kinds[planting->kind].name;
        planted->look_alike = kinds[planting->kind].look_alike;
        planted->file = number;
        event = &planted->event;
    } else {
        planting->no_memory = true;
    }
    do { /* until it is a plain success of a person */
        file_draw(&planting->layout->files[number], event, &planting->random, planting->world,
                  created, 0);
    } while (event->error || event->denied || event->level != LEVEL_NONE ||
             event->home != event->resource || event->caller == CALLER_SERVICE);
    event->created = created;
    event->emitted = created + (subject == SUBJECT_SIGNIN ? 20 * TICKS_SECOND : 0);
    return event;
}

const struct user *planting_user(struct planting *planting) {
    return &planting->world->users[2000 + random_below(&planting->random, 8000)];
}

void planting_address(struct planting *planting, char address[ADDRESS_SIZE]) {
    snprintf(address, ADDRESS_SIZE, "203.0.113.%u", 1 + random_below(&planting->random, 254));
}

static int by_emission(const void *left, const void *right) {
    const struct planted *a = *(struct planted *const *)left, *b = *(struct planted *const *)right;
    if (a->event.emitted != b->event.emitted) return a->event.emitted < b->event.emitted ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

/* Hands every file its events, sorted. */
static bool deal(const struct plants *plants, struct layout *layout) {
    for (size_t i = 0; i < plants->count; i++)
        layout->files[plants->events[i]->file].planted_count++;
    for (size_t i = 0; i < plants->count; i++) {
        struct file *file = &layout->files[plants->events[i]->file];
        if (!file->planted) {
            file->planted = calloc(file->planted_count, sizeof *file->planted);
            if (!file->planted) return false;
            file->planted_count = 0;
        }
        file->planted[file->planted_count++] = plants->events[i];
    }
    for (size_t i = 0; i < layout->count; i++) {
        struct file *file = &layout->files[i];
        if (file->planted_count > 1)
            qsort(file->planted, file->planted_count, sizeof *file->planted, by_emission);
    }
    return true;
}

bool plants_make(struct plants *plants, struct layout *layout, const struct world *world,
                 uint64_t seed, const struct plant_order *orders, unsigned order_count) {
    *plants = (struct plants){0};
    struct planting planting = {.world = world, .layout = layout, .plants = plants};
    for (unsigned i = 0; i < order_count; i++) {
        planting.kind = orders[i].kind;
        for (unsigned n = 0; n < orders[i].count && !planting.no_memory; n++) {
            planting.random = random_stream(seed, RANDOM_PLANT, (uint64_t)orders[i].kind << 32 | n);
            kinds[orders[i].kind].plant(&planting);
        }
    }
    return !planting.no_memory && deal(plants, layout);
}

void plants_free(struct plants *plants) {
    for (size_t i = 0; i < plants->count; i++) free(plants->events[i]);
    free(plants->events);
    *plants = (struct plants){0};
}
