/* gate.h - a shared budget for the few things that are big: decompression windows and long records.
 *
 * A worker asks before it allocates and waits while others hold too much. It never waits while it
 * holds a reservation of its own for the same purpose, and a request larger than the whole budget
 * is refused at once, so the wait always ends. */
#ifndef TRAWL_ENGINE_GATE_H
#define TRAWL_ENGINE_GATE_H

#include "engine/trawl.h"

struct gate;

struct gate *gate_new(uint64_t budget);
void gate_free(struct gate *gate);
/* Blocks until `bytes` fit. False: more than the budget, or the gate was cancelled. */
bool gate_acquire(struct gate *gate, uint64_t bytes);
/* Never blocks. False: it does not fit now. */
bool gate_try(struct gate *gate, uint64_t bytes);
void gate_release(struct gate *gate, uint64_t bytes);
void gate_cancel(struct gate *gate); /* wakes and refuses every waiter, now and later */
uint64_t gate_budget(const struct gate *gate);

#endif
