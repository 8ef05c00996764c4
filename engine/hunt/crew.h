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
#include "engine/hunt/lane.h"
#include "engine/hunt/ordered.h"
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
    struct lane *const *lanes; /* [lane_count], all of them reading */
    size_t lane_count;
    size_t longest_row; /* the most cells that a row of any lane has: `ordered` has all so long */
    const struct operator_resources *resources; /* [lane_count], of each worker's operators */
    /* Rows of lanes that stream go through it in input order, by one worker at a time: cells[0] is
     * the number of the lane, behind it are the row's (crew_ordered_row). NULL: they go to the
     * lane's sink as they come, by any worker. */
    struct ordered *ordered;
    bool rereadable; /* all inputs are: rows of a lane need not wait, if they are too many */
    bool prompt;     /* rows go out at the end of each input, not only when a batch is full */
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

/* One worker's side of a lane. */
struct feed_lane {
    struct feed *feed;
    struct pipeline *pipeline; /* NULL: the rows wait, those that ... */
    struct executor *executor; /* ... pass the plan's first filters here, ... */
    struct keeper *keeper;     /* ... and there */
    struct tally tally;        /* as the lane's */
    size_t column_count;       /* of its rows */
    struct datum *cells;       /* a row for `ordered`, which has its number before it */
};

/* One worker's side of the run. */
struct feed {
    struct crew *crew;
    struct reader *reader;
    struct feed_lane *lanes; /* [crew->lane_count] */
    struct segment *segment; /* of what is being read; NULL: none, or rows are not ordered */
    struct batch batch;
    struct tally tally; /* of the records */
    struct faults faults;
    struct trawl_error failure; /* met where it could not be returned; given by the next feed_row */
};

/* Runs all plans over the feed's batch and empties it. */
enum trawl_status feed_run(struct feed *feed, struct trawl_error *error);
/* Runs all that has gathered, so that its rows can go out. */
enum trawl_status feed_settle(struct feed *feed, struct trawl_error *error);
/* True: some worker will take the offer, which is not the caller's any more. */
bool crew_offer(struct crew *crew, struct offer offer);
/* Memory of chunks: at least so many bytes, data NULL: there is none; and what is not needed now.
 */
struct memory crew_spare(struct crew *crew, size_t capacity);
void crew_keep(struct crew *crew, struct memory *memory);

/* The sink of crew->ordered; context is the crew's lanes. */
enum trawl_status crew_ordered_row(void *context, const struct datum *cells, struct origin origin,
                                   struct trawl_error *error);

/* Reads all inputs. tally, faults and the lanes' tallies receive what the workers counted. Of a
 * lane with a barrier merged[lane] is the pipeline that holds all that the workers' barriers held,
 * else NULL; the caller frees them, also after a failure. TRAWL_OK also where *crew->stop was set,
 * but for the failure of a worker. */
enum trawl_status crew_run(struct crew *crew, struct tally *tally, struct faults *faults,
                           struct pipeline **merged, struct trawl_error *error);

#endif
