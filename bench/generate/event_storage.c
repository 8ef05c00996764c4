#include "event.h"

#include <stddef.h>
#include <stdio.h>

static const struct blob_request requests[] = {
    {"GetBlob", "StorageRead", 200, "Success", false, 46},
    {"GetBlobProperties", "StorageRead", 200, "Success", false, 20},
    {"ListBlobs", "StorageRead", 200, "Success", true, 8},
    {"GetContainerProperties", "StorageRead", 200, "Success", true, 4},
    {"PutBlob", "StorageWrite", 201, "Success", false, 12},
    {"PutBlock", "StorageWrite", 201, "Success", false, 6},
    {"DeleteBlob", "StorageDelete", 202, "Success", false, 2},
    {"GetBlob", "StorageRead", 404, "BlobNotFound", false, 2},
    {"ListContainers", "StorageRead", 200, "Success", true, 0},
};
enum { REQUESTS = sizeof requests / sizeof *requests };

static const struct agent programs[] = {
    {"azsdk-net-Storage.Blobs/12.24.0 (.NET 8.0.14; Linux)", "", "", ""},
    {"azsdk-python-storage-blob/12.25.0 Python/3.11.2 (Linux-6.1.0-x86_64)", "", "", ""},
    {"Microsoft Azure Storage Explorer, 1.37.0, win32, azcopy-node, 2.0.0", "", "", ""},
    {"AzCopy/10.28.0 Azure-Storage/0.15 (go1.23.1; Windows_NT)", "", "", ""},
};

const struct blob_request *blob_request(const char *operation) {
    for (unsigned i = 0; i < REQUESTS; i++)
        if (!strcmp(requests[i].operation, operation)) return &requests[i];
    return NULL;
}

void event_draw_storage(struct event *event, struct random *random, const struct world *world,
                        const struct tenant *tenant, ticks emitted) {
    *event = (struct event){.subject = SUBJECT_STORAGE, .tenant = tenant};
    for (int i = 0; i < 6; i++) event->ids[i] = random_next(random);
    event->dice = random_next(random);
    event->emitted = emitted;
    event->created = emitted - random_below(random, 5) * TICKS_SECOND / 5;
    event->user = world_user(world, random);
    event->place = &places[event->user->place];
    event->identity = (enum identity)random_below(random, 3);
    event->agent = &programs[event->user->agent % 4];
    strcpy(event->address, tenant->offices[event->user->office]);
    if (event->identity == IDENTITY_OAUTH) { /* programs of our own; people come with the plants */
        event->caller = CALLER_SERVICE;
        snprintf(event->address, sizeof event->address, "10.1.%u.%u", event->user->office,
                 1 + event->user->agent);
    }
    uint32_t slot = random_below(random, 100);
    unsigned i = 0;
    while (slot >= requests[i].weight) slot -= requests[i++].weight; /* they add up to 100 */
    event->request = &requests[i];
    event->blob = random_below(random, 5000);
    if (!strcmp(event->request->operation, "GetBlob") && event->request->status == 200)
        event->body = 512 + random_below(random, 400000);
}
