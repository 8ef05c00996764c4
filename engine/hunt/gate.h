/* gate.h - a shared budget for what is big: long decompression windows.
 *
 * A worker asks before it allocates and waits while others hold too much. It never asks while it
 * holds, and a request larger than the whole budget is refused at once, so the wait always ends. */
#ifndef TRAWL_ENGINE_GATE_H
#define TRAWL_ENGINE_GATE_H

#include "engine/trawl.h"

struct gate;

struct gate *gate_new(uint64_t budget);
void gate_free(struct gate *gate);
/* Blocks until `bytes` fit. False: more than the budget. */
bool gate_acquire(struct gate *gate, uint64_t bytes);
void gate_release(struct gate *gate, uint64_t bytes);
uint64_t gate_budget(const struct gate *gate);

#endif
