/* crew.h - the workers of a run and what they share.
 *
 * A worker takes, in this order: text that another worker offered, the next input, or rest until
 * one of the two turns up; it leaves when no input is left and nobody is reading one. Everything a
 * worker finds stays in its feed until the end, when the feeds merge: the answer does not depend on
 * who read what. */
#ifndef TRAWL_ENGINE_CREW_H
#define TRAWL_ENGINE_CREW_H

#include <pthread.h>
#include <stdatomic.h>

#include "engine/execute.h"
#include "engine/faults.h"
#include "engine/gate.h"
#include "engine/source.h"

struct crew {
    const struct source *source;
    const struct trawl_plan *plan;
    struct reader_config config;
    uint64_t limit;
    unsigned threads;
    const struct input_list *inputs;
    struct gate *gate;

    atomic_bool cancelled; /* by the user, or because a worker failed */
    atomic_uint hungry; /* resting workers that no chunk waits for: a hint, read without the lock */
    atomic_uint_fast64_t bytes_read, text_bytes, records, files_done;

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t wake;
    size_t next_input;
    unsigned reading, resting; /* workers inside an input; waiting for something to do */
    struct chunk **chunks;     /* [threads], offered and not yet taken */
    size_t chunk_count;
    struct trawl_error failure; /* the first worker's that failed */
};

/* One worker's side of the run. */
struct feed {
    struct crew *crew;
    struct reader *reader;
    struct executor *executor;
    struct batch batch;
    struct tally tally;
    struct faults faults;
};

/* True: some resting worker will take the chunk, which is not the caller's any more. */
bool crew_offer(struct crew *crew, struct chunk *chunk);

/* Runs the plan over the feed's batch and empties it. */
enum trawl_status feed_run(struct feed *feed, struct trawl_error *error);

/* Runs all inputs. tally, top and faults receive the merged results. TRAWL_CANCELLED where
 * crew->cancelled was set from outside: the results hold what was found. */
enum trawl_status crew_run(struct crew *crew, struct tally *tally, struct top *top,
                           struct faults *faults, struct trawl_error *error);

#endif
