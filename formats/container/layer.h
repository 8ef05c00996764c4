/* layer.h - inside formats/container: how the ways of packing are stacked.
 *
 *   file -> pull 0 -> zstd -> pull 1 -> tar -> pull 2 -> gzip -> pull 3 -> container_read
 *
 * A layer is a stream of bytes made out of the stream below it. It takes its input from a `pull`, a
 * buffer over the layer below in which the first bytes can be looked at before anybody decides what
 * they are; the decoder chosen then goes on in the same buffer, so nothing is copied for looking.
 *
 * Trouble travels upwards once and leaves a gap: read gives out all bytes before the gap, then the
 * status and its reason, then (if called again) what can be decoded behind it, or the end. A layer
 * whose input has a gap forwards the trouble, and looks behind the gap for the next place from
 * which it can decode. */
#ifndef TRAWL_FORMATS_CONTAINER_LAYER_H
#define TRAWL_FORMATS_CONTAINER_LAYER_H

#include <sys/types.h>

#include "engine/base/error.h"
#include "engine/source.h"
#include "formats/container/sniff.h"

/* ---- memory for windows -------------------------------------------------------------------- */

/* A window longer than this is always asked for. */
#define LONG_WINDOW (UINT64_C(8) << 20)
/* Up to this much, counted over all layers of a container, the others need no asking. */
#define LENDER_ALLOWANCE (UINT64_C(12) << 20)

/* What the layers of one container have taken for windows and dictionaries. */
struct lender {
    struct feed *feed; /* NULL: no gate */
    uint64_t allowed;  /* bytes out under the allowance */
    bool gated;        /* something is reserved in the feed's gate */
};

/* One layer's share. Zero-initialised: nothing taken. */
struct loan {
    uint64_t bytes;
    bool gated;
};

/* Waits in the feed's gate where the bytes exceed the allowance. TRAWL_REFUSED: more than the
 * memory limit, or a second long window inside a first (waiting while holding could wait forever).
 * TRAWL_CANCELLED: the run was cancelled. `loan` must be empty. */
enum trawl_status loan_take(struct loan *loan, struct lender *lender, uint64_t bytes,
                            struct trawl_error *error);
void loan_return(struct loan *loan, struct lender *lender); /* an empty loan is fine */

/* ---- layers -------------------------------------------------------------------------------- */

struct layer;
struct pull;

/* The most that lend can keep. */
#define LAYER_KEEP ((size_t)512 << 10)

struct layer_type {
    struct layer *(*create)(void); /* NULL: out of memory */
    void (*destroy)(struct layer *layer);
    /* Starts over layer->in, which stands at the first byte; layer->content says which of several
     * ways of packing it is. On failure the layer is closed. */
    enum trawl_status (*open)(struct layer *layer, struct trawl_error *error);
    /* Ends; keeps buffers for the next open, as far as they are of ordinary size. */
    void (*close)(struct layer *layer);
    /* Up to `room` (> 0) bytes; *got 0 with TRAWL_OK is the end. *got is 0 where it fails. */
    enum trawl_status (*read)(struct layer *layer, char *to, size_t room, size_t *got,
                              struct trawl_error *error);
    /* NULL, or as read, without the copy: *text is what comes next, in the layer's memory, valid
     * until the next call. The `keep` bytes that were given last, by either call, stand before it
     * (where they stood or copied there) whatever the status is; TEXT_PADDING bytes behind it can
     * be read. data NULL: it cannot be done, and nothing happened, but what the status says. */
    enum trawl_status (*lend)(struct layer *layer, size_t keep, struct text *text,
                              struct trawl_error *error);
    /* Archives only, else NULL: moves read to the next member. *name (NULL: none) is valid until
     * the next call. *more false with TRAWL_OK is the end; on failure there may be more. */
    enum trawl_status (*next)(struct layer *layer, bool *more, const char **name,
                              struct trawl_error *error);
};

struct layer {
    const struct layer_type *type;
    struct pull *in;
    struct lender *lender;
    enum content content;
    unsigned window_log; /* largest zstd window accepted, as a power of two */
    unsigned level;      /* 0: packed directly in the file */
    bool plain;          /* what it gives is text, not a further layer; known once it was told */
};

extern const struct layer_type layer_zstd;
extern const struct layer_type layer_gzip;
extern const struct layer_type layer_filter;  /* xz, bzip2, lz4 */
extern const struct layer_type layer_archive; /* tar, zip */

/* What an offset in a message counts: "" in the file itself, else a phrase that says so. */
const char *layer_whose(const struct layer *layer);

/* ---- the file at the bottom ---------------------------------------------------------------- */

/* The folder of the last files: those of one folder are opened by their names alone, which spares
 * the system the way to it. */
struct folder {
    int fd;             /* -1: not open */
    struct buffer path; /* ends in a slash */
};

/* Zero-initialised but for the folder's fd, see file_init. */
struct file {
    struct layer base; /* read only; opened by the calls below */
    struct feed *feed;
    const char *path; /* the caller's; NULL: memory */
    struct folder folder;
    int fd;
    bool regular, own, ended;
    bool unknown;       /* it was not looked at yet: the first read does that */
    bool whole;         /* the first read gave all there was, so no change can have been missed */
    struct text memory; /* path NULL */
    uint64_t at;        /* position */
    uint64_t farthest;  /* bytes from the start that were read, or passed over by seeking */
    uint64_t size;      /* when opened; 0 where that means nothing */
    uint64_t consumed;  /* bytes told to the feed */
    dev_t device;       /* which file it was */
    ino_t inode;
};

void file_init(struct file *file);
void file_free(struct file *file);
enum trawl_status file_open(struct file *file, const struct input *input, struct feed *feed,
                            struct trawl_error *error);
void file_open_memory(struct file *file, struct text bytes);
bool file_can_seek(const struct file *file);
/* SEEK_SET or SEEK_END. The new position, or -1. */
int64_t file_seek(struct file *file, int64_t offset, int whence);
/* What was read is not sound: whether the file changed meanwhile is of interest. */
void file_doubt(struct file *file);
/* Everything of interest was seen: what was passed over by seeking counts as consumed. */
void file_finish(struct file *file);
/* TRAWL_DAMAGED: it changed while it was read. */
enum trawl_status file_close(struct file *file, struct trawl_error *error);

/* ---- pulls --------------------------------------------------------------------------------- */

#define PULL_SIZE ((size_t)256 << 10) /* the most that can be looked at together */
#define PULL_GLANCE ((size_t)32 << 10)

struct pull {
    struct layer *from;
    struct file *file;   /* where from is the file itself, else NULL: only then pull_seek works */
    unsigned char *data; /* PULL_SIZE and padding; allocated at first use and kept */
    size_t at, end;      /* what is here: data[at .. end) */
    uint64_t offset;     /* of data[at] in the stream below */
    bool ended;          /* nothing comes behind data[end] */
    enum trawl_status trouble; /* what was met behind data[end], not yet forwarded */
    struct trawl_error reason;
};

/* False: out of memory. `file` is NULL unless from is it. */
bool pull_start(struct pull *pull, struct layer *from, struct file *file);
void pull_free(struct pull *pull);
/* Tries to have `need` (at most PULL_SIZE) bytes at data[at], reading `greedy` as many as fit, else
 * PULL_GLANCE at a time (and need no more than that): text that is read here is copied once more.
 * How many there are: fewer than needed only before trouble or the end. */
size_t pull_fill(struct pull *pull, size_t need, bool greedy);
static inline const unsigned char *pull_bytes(const struct pull *pull) {
    return pull->data + pull->at;
}
/* Takes bytes that are there. */
static inline void pull_take(struct pull *pull, size_t length) {
    pull->at += length;
    pull->offset += length;
}
/* Back to where the input stood at `offset`, or as far as the buffer still goes. */
void pull_back(struct pull *pull, uint64_t offset);
/* Passes over bytes that need not be there yet. How many: fewer only before trouble or the end. */
uint64_t pull_skip(struct pull *pull, uint64_t length);
/* Passes over zeros, as many as there are. False: trouble or the end came before any other byte. */
bool pull_skip_zeros(struct pull *pull);
/* For whom pull_fill gave too little: forwards the trouble and clears it. TRAWL_OK: none, it is
 * the end. */
enum trawl_status pull_trouble(struct pull *pull, struct trawl_error *error);
/* Straight into the caller's memory, past the buffer once that is empty. As layer_type.read. */
enum trawl_status pull_read(struct pull *pull, char *to, size_t room, size_t *got,
                            struct trawl_error *error);
/* As layer_type.lend; text in the buffer first, of which nothing can be kept before other text. */
enum trawl_status pull_lend(struct pull *pull, size_t keep, struct text *text,
                            struct trawl_error *error);
/* Over a file that can seek. The new position, or -1. */
int64_t pull_seek(struct pull *pull, int64_t offset, int whence);

/* What to look for behind a gap: bytes that stand `before` bytes into a unit of which `look` bytes
 * are shown to `accept`; fewer at the end of the input. */
struct landmark {
    const char *bytes;
    size_t length, before, look;
    bool (*accept)(const unsigned char *unit, size_t length);
};
/* Moves to the next unit. False: none before trouble or the end; nothing is left in the pull. */
bool pull_search(struct pull *pull, const struct landmark *landmark);

#endif
