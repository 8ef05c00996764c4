#include "engine/hunt/gate.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

Test(gate, gives_up_to_its_budget) {
    struct gate *gate = gate_new(100);
    cr_assert_eq(gate_budget(gate), 100);
    cr_assert(gate_acquire(gate, 60));
    cr_assert(gate_acquire(gate, 40));
    cr_assert(gate_acquire(gate, 0));
    gate_release(gate, 60);
    cr_assert(gate_acquire(gate, 60));
    gate_free(gate);
    gate_free(NULL);
}

Test(gate, refuses_what_can_never_fit) {
    struct gate *gate = gate_new(100);
    cr_assert_not(gate_acquire(gate, 101));
    cr_assert_not(gate_acquire(gate, UINT64_MAX));
    cr_assert(gate_acquire(gate, 100));
    cr_assert_not(gate_acquire(gate, UINT64_MAX), "must not wrap around");
    gate_free(gate);
}

struct waiter {
    struct gate *gate;
    uint64_t bytes;
    atomic_int state; /* 0 waits, 1 granted, 2 refused */
};

static void *wait_for(void *argument) {
    struct waiter *waiter = argument;
    atomic_store(&waiter->state, gate_acquire(waiter->gate, waiter->bytes) ? 1 : 2);
    return NULL;
}

Test(gate, waits_until_bytes_come_back, .timeout = 20) {
    struct waiter waiter = {.gate = gate_new(100), .bytes = 50};
    pthread_t thread;
    cr_assert(gate_acquire(waiter.gate, 80));
    cr_assert_eq(pthread_create(&thread, NULL, wait_for, &waiter), 0);
    usleep(20000);
    cr_assert_eq(atomic_load(&waiter.state), 0);
    gate_release(waiter.gate, 20); /* 60 held: not yet */
    usleep(20000);
    cr_assert_eq(atomic_load(&waiter.state), 0);
    gate_release(waiter.gate, 10);
    pthread_join(thread, NULL);
    cr_assert_eq(atomic_load(&waiter.state), 1);
    gate_free(waiter.gate);
}

struct crowd {
    struct gate *gate;
    atomic_llong held;
    atomic_bool exceeded;
};

static void *come_and_go(void *argument) {
    struct crowd *crowd = argument;
    for (int i = 0; i < 5000; i++) {
        int bytes = 1 + i * 37 % 100;
        if (!gate_acquire(crowd->gate, (uint64_t)bytes)) return "refused";
        if (atomic_fetch_add(&crowd->held, bytes) + bytes > 100)
            atomic_store(&crowd->exceeded, true);
        atomic_fetch_sub(&crowd->held, bytes);
        gate_release(crowd->gate, (uint64_t)bytes);
    }
    return NULL;
}

Test(gate, many_threads_never_hold_more_than_the_budget, .timeout = 60) {
    struct crowd crowd = {.gate = gate_new(100)};
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, come_and_go, &crowd), 0);
    for (int i = 0; i < 4; i++) {
        void *trouble;
        pthread_join(threads[i], &trouble);
        cr_assert_null(trouble);
    }
    cr_assert_not(atomic_load(&crowd.exceeded));
    cr_assert(gate_acquire(crowd.gate, 100), "all came back");
    gate_free(crowd.gate);
}
