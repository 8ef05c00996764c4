/* plant.h - attacks, and ordinary behaviour that looks like them, put into an archive. */
#ifndef GENERATE_PLANT_H
#define GENERATE_PLANT_H

#include "event.h"

enum plant_kind {
    PLANT_ACCOUNT_TAKEOVER,
    PLANT_PASSWORD_SPRAY,
    PLANT_ANONYMIZING_PROXY,
    PLANT_TOKEN_REUSE,
    PLANT_AWS_RECON,
    PLANT_STORAGE_EXFIL,
    PLANT_MESSAGING_ABUSE,
    PLANT_NAT_GATEWAY,
    PLANT_FORGETFUL_USER,
    PLANT_SLOW_SPRAY,
    PLANT_MONITORING,
    PLANT_BACKUP_SAS,
    PLANT_BROWSING,
    PLANT_LATE_RECORDS,
    PLANT_NEWSLETTER,
    PLANTS,
};

/* So many of a kind. */
struct plant_order {
    enum plant_kind kind;
    unsigned count;
};

/* An event of a plant. */
struct planted {
    size_t number; /* in the order of planting */
    const char *plant;
    bool look_alike; /* no hunt for attacks should report it */
    size_t file;
    uint64_t record; /* its number in the file, from 0; known once the file is written */
    struct event event;
};

struct plants {
    struct planted **events; /* in the order they were planted */
    size_t count;
};

struct layout;

/* What planting one thing needs to know; see plant_*.c. */
struct planting {
    const struct world *world;
    struct layout *layout;
    struct plants *plants;
    enum plant_kind kind;
    struct random random;
    bool no_memory;
    struct event scratch;
};

/* As on the command line, and for its help. */
const char *plant_name(enum plant_kind kind);
const char *plant_about(enum plant_kind kind);
/* Does it need a shape with events of this subject? */
bool plant_needs(enum plant_kind kind, enum subject subject);

/* Plants all that is ordered, and gives every file its part. The layout holds every subject that
 * the plants need. False: out of memory; plants_free is due all the same. */
bool plants_make(struct plants *plants, struct layout *layout, const struct world *world,
                 uint64_t seed, const struct plant_order *orders, unsigned order_count);
void plants_free(struct plants *plants);

/* ---- for the plants themselves ------------------------------------------------------------------
 */

/* A slot of the layout, of interactive sign-ins. */
size_t planting_slot(struct planting *planting);
/* When the slot's time begins. */
ticks planting_start(const struct planting *planting, size_t slot);
/* An event of the slot, at the time given: drawn like an ordinary one that raises no flag, to be
 * changed. It stands in the slot's first file of the subject. Out of memory: a scratch event. */
struct event *planting_event(struct planting *planting, enum subject subject, size_t slot,
                             ticks created);
/* Somebody who is neither very active nor hardly there. */
const struct user *planting_user(struct planting *planting);
/* An address that no ordinary event comes from. */
void planting_address(struct planting *planting, char address[ADDRESS_SIZE]);

/* plant_signin.c */
void plant_account_takeover(struct planting *planting);
void plant_password_spray(struct planting *planting);
void plant_anonymizing_proxy(struct planting *planting);
void plant_nat_gateway(struct planting *planting);
void plant_forgetful_user(struct planting *planting);
void plant_slow_spray(struct planting *planting);
/* plant_aws.c */
void plant_aws_recon(struct planting *planting);
void plant_messaging_abuse(struct planting *planting);
void plant_monitoring(struct planting *planting);
void plant_newsletter(struct planting *planting);
/* plant_storage.c */
void plant_token_reuse(struct planting *planting);
void plant_storage_exfil(struct planting *planting);
void plant_backup_sas(struct planting *planting);
void plant_browsing(struct planting *planting);
void plant_late_records(struct planting *planting);

#endif
