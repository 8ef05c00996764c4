#include "engine/hunt/sizes.h"

#include <pthread.h>
#include <stdlib.h>

/* Sizes asked for in one call: some milliseconds, where the files are near. */
#define ASKED_MOST 2048

struct sizes {
    pthread_mutex_t lock; /* guards what follows */
    size_t next;          /* inputs before it are counted */
    uint64_t total;
    bool unknown; /* of some input */
};

struct sizes *sizes_new(void) {
    struct sizes *sizes = calloc(1, sizeof *sizes);
    if (!sizes) return NULL;
    if (pthread_mutex_init(&sizes->lock, NULL) == 0) return sizes;
    free(sizes);
    return NULL;
}

void sizes_free(struct sizes *sizes) {
    if (!sizes) return;
    pthread_mutex_destroy(&sizes->lock);
    free(sizes);
}

uint64_t size_now(const struct source *source, const struct input *input) {
    uint64_t size = input->size == INPUT_SIZE_LATER ? source->size(input->path) : input->size;
    return size == INPUT_SIZE_UNKNOWN ? 0 : size;
}

uint64_t sizes_total(struct sizes *sizes, const struct source *source,
                     const struct input_list *inputs) {
    pthread_mutex_lock(&sizes->lock);
    for (size_t asked = 0; sizes->next < inputs->count && asked < ASKED_MOST; sizes->next++) {
        const struct input *input = &inputs->items[sizes->next];
        if (input->skipped) continue;
        asked += input->size == INPUT_SIZE_LATER;
        sizes->unknown |= input->size == INPUT_SIZE_UNKNOWN;
        sizes->total += size_now(source, input);
    }
    bool known = sizes->next == inputs->count && !sizes->unknown;
    uint64_t total = known ? sizes->total : 0;
    pthread_mutex_unlock(&sizes->lock);
    return total;
}
