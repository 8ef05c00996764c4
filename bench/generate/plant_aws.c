/* plant_aws.c - what is done with access keys. */
#include "layout.h"

static const char *const reconnaissance[] = {
    "GetCallerIdentity", "ListAttachedUserPolicies", "ListGroupsForUser",
    "ListBuckets",       "DescribeInstances",
};
enum { CALLS = sizeof reconnaissance / sizeof *reconnaissance };

static const struct agent stranger = {
    "aws-cli/1.22.34 Python/3.10.6 Linux/5.15.0-kali3-amd64 botocore/1.27.84", "", "", ""};
static const struct agent monitor = {
    "Boto3/1.37.11 md/Botocore#1.37.11 ua/2.1 os/linux#6.1.0 lang/python#3.11.2 inventory/3.2", "",
    "", ""};
static const struct agent newsletter = {
    "aws-sdk-java/2.31.6 md/io#sync ua/2.1 os/Linux#6.1.0 lang/java#21.0.6 newsletter/8", "", "",
    ""};

static struct event *call(struct planting *planting, size_t slot, ticks created, const char *name,
                          const struct user *user, const char *address) {
    struct event *event = planting_event(planting, SUBJECT_AWS, slot, created);
    event->call = aws_call(name);
    event->caller = CALLER_USER;
    event->user = user;
    event->agent = &stranger;
    strcpy(event->address, address);
    return event;
}

void plant_aws_recon(struct planting *planting) {
    size_t slot = planting_slot(planting);
    ticks start = planting_start(planting, slot) + 2 * TICKS_MINUTE;
    const struct user *victim = planting_user(planting);
    char address[ADDRESS_SIZE];
    planting_address(planting, address);
    for (unsigned i = 0; i < CALLS; i++)
        call(planting, slot, start + i * 19 * TICKS_SECOND, reconnaissance[i], victim, address);
}

void plant_monitoring(struct planting *planting) {
    size_t slot = planting_slot(planting);
    ticks start = planting_start(planting, slot) + 2 * TICKS_MINUTE;
    const struct user *program = planting_user(planting);
    const char *office =
        planting->layout->files[slot * planting->layout->shape_count].tenant->offices[0];
    for (unsigned i = 0; i < CALLS; i++)
        call(planting, slot, start + i * 10 * TICKS_MINUTE, reconnaissance[i], program, office)
            ->agent = &monitor;
    for (unsigned minute = 0; minute < 50; minute++) {
        ticks created = start + minute * TICKS_MINUTE + 20 * TICKS_SECOND;
        call(planting, slot, created, "ListBuckets", program, office)->agent = &monitor;
    }
}

/* Something that sends every day of the archive, in bursts. */
void plant_newsletter(struct planting *planting) {
    const struct layout *layout = planting->layout;
    const struct user *program = planting_user(planting);
    for (size_t slot = 0; slot < layout->slots && slot < 60; slot++) {
        if (slot % 3 == 2) continue; /* as planting_slot */
        const char *office = layout->files[slot * layout->shape_count].tenant->offices[0];
        ticks start = planting_start(planting, slot) + 12 * TICKS_MINUTE;
        for (unsigned i = 0; i < 40; i++)
            call(planting, slot, start + i * TICKS_SECOND, "SendEmail", program, office)->agent =
                &newsletter;
    }
}

void plant_messaging_abuse(struct planting *planting) {
    static const char *const first[] = {"GetCallerIdentity", "GetSendQuota", "ListIdentities",
                                        "UpdateAccountSendingEnabled", "SetSMSAttributes"};
    size_t slot = planting_slot(planting);
    ticks time = planting_start(planting, slot) + TICKS_MINUTE;
    const struct user *victim = planting_user(planting);
    char address[ADDRESS_SIZE];
    planting_address(planting, address);
    for (unsigned i = 0; i < 5; i++, time += 7 * TICKS_SECOND)
        call(planting, slot, time, first[i], victim, address);
    for (unsigned i = 0; i < 60; i++, time += 2 * TICKS_SECOND)
        call(planting, slot, time, i % 3 ? "SendEmail" : "Publish", victim, address);
}
