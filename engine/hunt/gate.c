#include "engine/hunt/gate.h"

#include <pthread.h>
#include <stdlib.h>

/* Whoever fits goes first, not whoever came first. */
struct gate {
    pthread_mutex_t lock;
    pthread_cond_t released; /* bytes came back */
    uint64_t budget;         /* constant */
    uint64_t held;           /* at most the budget */
};

struct gate *gate_new(uint64_t budget) {
    struct gate *gate = calloc(1, sizeof *gate);
    if (!gate) return NULL;
    gate->budget = budget;
    if (pthread_mutex_init(&gate->lock, NULL) != 0) {
        free(gate);
        return NULL;
    }
    if (pthread_cond_init(&gate->released, NULL) != 0) {
        pthread_mutex_destroy(&gate->lock);
        free(gate);
        return NULL;
    }
    return gate;
}

void gate_free(struct gate *gate) {
    if (!gate) return;
    pthread_cond_destroy(&gate->released);
    pthread_mutex_destroy(&gate->lock);
    free(gate);
}

bool gate_acquire(struct gate *gate, uint64_t bytes) {
    if (bytes > gate->budget) return false;
    pthread_mutex_lock(&gate->lock);
    while (bytes > gate->budget - gate->held) pthread_cond_wait(&gate->released, &gate->lock);
    gate->held += bytes;
    pthread_mutex_unlock(&gate->lock);
    return true;
}

void gate_release(struct gate *gate, uint64_t bytes) {
    pthread_mutex_lock(&gate->lock);
    gate->held -= bytes < gate->held ? bytes : gate->held;
    pthread_cond_broadcast(&gate->released);
    pthread_mutex_unlock(&gate->lock);
}

uint64_t gate_budget(const struct gate *gate) {
    return gate->budget;
}
