/* crew.h - the workers of one reading of the archive and what they share.
 *
 * A worker takes, in this order: text that another worker offered, the next input, or rest until
 * one of the two turns up; it leaves when no input is left and nobody is reading one. What a worker
 * counts stays in its feed until the end, when the feeds merge: the answer does not depend on who
 * read what. */
#ifndef TRAWL_ENGINE_CREW_H
#define TRAWL_ENGINE_CREW_H

#include <pthread.h>
#include <stdatomic.h>

#include "engine/hunt/faults.h"
#include "engine/hunt/gate.h"
#include "engine/hunt/ordered.h"
#include "engine/hunt/pipeline.h"
#include "engine/source.h"

/* What trawl_hunt_progress tells: read while others add. */
struct counters {
    atomic_uint_fast64_t bytes_read, text_bytes, records, files_done;
};

/* Text offered by a worker, and where its rows belong. */
struct offer {
    struct chunk *chunk;
    struct segment *segment; /* NULL: rows are not ordered */
};

struct crew {
    const struct source *source;
    const struct pipeline_setup *setup;
    struct operator_resources resources; /* of each worker's operators */
    /* Where rows of the result go; not used by a plan with a barrier. With `ordered` in input order
     * and by one worker at a time; without it as they come, by any. */
    struct row_sink rows;
    struct ordered *ordered;
    bool prompt; /* rows go out at the end of each input, not only when a batch is full */
    struct reader_config config;
    unsigned threads;
    const struct input_list *inputs;
    struct gate *gate;
    struct counters *counters;
    atomic_bool *stop; /* by the user, by a worker that failed, or when no more rows are wanted */

    atomic_uint hungry; /* chunks that workers will take soon: a hint, read without the lock */

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t wake;
    size_t next_input;
    unsigned reading, resting; /* workers inside an input; waiting for something to do */
    struct offer *offers;      /* [threads], not yet taken */
    size_t offer_count;
    struct memory *spares; /* [threads + 1], of chunks that were read */
    size_t spare_count;
    struct trawl_error failure; /* the first worker's that failed */
};

/* One worker's side of the run. */
struct feed {
    struct crew *crew;
    struct reader *reader;
    struct pipeline *pipeline;
    struct segment *segment; /* of what is being read; NULL: none, or rows are not ordered */
    struct batch batch;
    struct tally tally;
    struct faults faults;
    struct trawl_error failure; /* met where it could not be returned; given by the next feed_row */
};

/* Runs the plan over the feed's batch and empties it. */
enum trawl_status feed_run(struct feed *feed, struct trawl_error *error);
/* Runs all that has gathered, so that its rows can go out. */
enum trawl_status feed_settle(struct feed *feed, struct trawl_error *error);
/* True: some worker will take the offer, which is not the caller's any more. */
bool crew_offer(struct crew *crew, struct offer offer);
/* Memory of chunks: at least so many bytes, data NULL: there is none; and what is not needed now.
 */
struct memory crew_spare(struct crew *crew, size_t capacity);
void crew_keep(struct crew *crew, struct memory *memory);

/* Reads all inputs. tally and faults receive what the workers counted. Of a plan with a barrier
 * *merged is the pipeline that holds all that the workers' barriers held, else NULL; the caller
 * frees it, also after a failure. TRAWL_OK also where
 * *crew->stop was set, but for the failure of a worker. */
enum trawl_status crew_run(struct crew *crew, struct tally *tally, struct faults *faults,
                           struct pipeline **merged, struct trawl_error *error);

#endif
