#include "engine/gate.h"

#include <pthread.h>
#include <stdlib.h>

/* Whoever fits goes first, not whoever came first: a worker may hold a reservation while it asks
 * for one of another purpose, and must not queue behind somebody who waits for the first. */
struct gate {
    pthread_mutex_t lock;
    pthread_cond_t released; /* bytes came back, or the gate was cancelled */
    uint64_t budget;         /* constant */
    uint64_t held;           /* at most the budget */
    bool cancelled;
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

static bool fits(const struct gate *gate, uint64_t bytes) {
    return bytes <= gate->budget - gate->held;
}

bool gate_acquire(struct gate *gate, uint64_t bytes) {
    if (bytes > gate->budget) return false;
    pthread_mutex_lock(&gate->lock);
    while (!gate->cancelled && !fits(gate, bytes)) pthread_cond_wait(&gate->released, &gate->lock);
    bool granted = !gate->cancelled;
    if (granted) gate->held += bytes;
    pthread_mutex_unlock(&gate->lock);
    return granted;
}

bool gate_try(struct gate *gate, uint64_t bytes) {
    pthread_mutex_lock(&gate->lock);
    bool granted = !gate->cancelled && fits(gate, bytes);
    if (granted) gate->held += bytes;
    pthread_mutex_unlock(&gate->lock);
    return granted;
}

void gate_release(struct gate *gate, uint64_t bytes) {
    pthread_mutex_lock(&gate->lock);
    gate->held -= bytes < gate->held ? bytes : gate->held;
    pthread_cond_broadcast(&gate->released);
    pthread_mutex_unlock(&gate->lock);
}

void gate_cancel(struct gate *gate) {
    pthread_mutex_lock(&gate->lock);
    gate->cancelled = true;
    pthread_cond_broadcast(&gate->released);
    pthread_mutex_unlock(&gate->lock);
}

uint64_t gate_budget(const struct gate *gate) {
    return gate->budget;
}
