/* reader.c - the source that reads files: container, framing and decoder joined for the engine.
 *
 * Everything that goes wrong with the input becomes a fault with its place; the records around it
 * are read on. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/error.h"
#include "engine/source.h"
#include "formats/container/arrival.h"
#include "formats/container/container.h"
#include "formats/container/walk.h"
#include "formats/decode.h"
#include "formats/form.h"
#include "formats/framing/framing.h"
#include "formats/map/map.h"
#include "formats/sampler.h"

/* Text smaller than this is not worth handing to another worker. */
#define CHUNK_LEAST ((size_t)256 << 10)
/* Records between two reports of progress. */
#define PROGRESS_RECORDS 1024

struct reader {
    struct container *container;
    struct framer *stream;  /* frames what comes out of the container */
    struct framer *chunk;   /* frames text handed over by another worker */
    struct framer *element; /* frames a value that is an envelope of its own */
    struct decoder *decoder;
    struct sampler sampler;       /* of calls into the container */
    struct record_wanted *wanted; /* NULL: all records are */
};

/* Where the text being framed comes from, for faults and rows. */
struct place {
    struct feed *feed;
    const char *path, *member;
    struct origin origin; /* offset is that of the frame at hand */
    uint64_t damaged;     /* gaps met so far */
    const char *why;      /* what the decoder said of the value being looked at again */
};

static void reader_free(struct reader *reader) {
    if (!reader) return;
    container_free(reader->container);
    framer_free(reader->stream);
    framer_free(reader->chunk);
    framer_free(reader->element);
    decoder_free(reader->decoder);
    free(reader);
}

static struct reader *reader_new(const struct reader_config *config, struct trawl_error *error) {
    struct reader *reader = calloc(1, sizeof *reader);
    if (!reader) {
        error_memory(error);
        return NULL;
    }
    reader->wanted = config->wanted;
    sampler_init(&reader->sampler);
    reader->container = container_new(config->window_log);
    reader->stream = framer_new(config->max_record, config->isa);
    reader->chunk = framer_new(config->max_record, config->isa);
    reader->element = framer_new(config->max_record, config->isa);
    reader->decoder = decoder_new(config, error);
    if (!reader->container || !reader->stream || !reader->chunk || !reader->element ||
        !reader->decoder) {
        if (reader->decoder) error_memory(error);
        reader_free(reader);
        return NULL;
    }
    return reader;
}

static void report(const struct place *place, enum trawl_fault_kind kind, const char *message) {
    feed_fault(place->feed, kind, place->path, place->member, place->origin, "%s", message);
}

static void report_malformed(const struct place *place, const char *message) {
    feed_tally(place->feed)->malformed++;
    report(place, TRAWL_FAULT_MALFORMED, message ? message : "not a record");
}

static void report_repaired(const struct place *place) {
    feed_tally(place->feed)->repaired++;
    report(place, TRAWL_FAULT_REPAIRED, "invalid UTF-8, read as U+FFFD");
}

/* The one record that is wanted ends the reading of its text. */
static enum trawl_status look_at(struct reader *reader, const struct frame *frame,
                                 const struct place *place, struct trawl_error *error) {
    if (!reader->wanted ||
        !record_wanted_at(reader->wanted, place->member, frame->offset, frame->text))
        return TRAWL_OK;
    return error_set(error, TRAWL_CANCELLED, "found");
}

/* A record has become a row. */
static enum trawl_status row_made(struct reader *reader, const struct frame *frame,
                                  const struct place *place, struct trawl_error *error) {
    enum trawl_status status = look_at(reader, frame, place, error);
    return status == TRAWL_OK ? feed_row(place->feed, error) : status;
}

/* Counts what became of a record. True: it is settled; false: no row came of it. */
static bool settle(const struct place *place, enum decode_outcome outcome) {
    if (outcome == DECODE_REPAIRED) report_repaired(place);
    return outcome == DECODE_ROW || outcome == DECODE_REPAIRED;
}

static enum trawl_status read_frames(struct reader *reader, struct framer *framer,
                                     struct place *place, struct trawl_error *error);

/* A value that the decoder knows for an envelope and the framer does not: its key is spelled with
 * escapes, or far from its array. */
static enum trawl_status unwrap(struct reader *reader, const struct frame *frame,
                                const struct place *place, struct trawl_error *error) {
    struct place inner = *place;
    struct text arrays[DECODE_ARRAYS], text = frame->text;
    size_t count = decoder_envelope(reader->decoder, arrays);
    if (count == 0) {
        framer_start_chunk(reader->element, text, frame->offset);
        return read_frames(reader, reader->element, &inner, error);
    }
    /* Arrays in the decoder's copy, made UTF-8, have no places in the stream: theirs count from the
     * envelope's. */
    uintptr_t first = (uintptr_t)text.data, array = (uintptr_t)arrays[0].data;
    bool copied = array < first || array >= first + text.length;
    if (copied) report_repaired(place);
    enum trawl_status status = TRAWL_OK;
    for (size_t i = 0; status == TRAWL_OK && i < count; i++) {
        uint64_t ahead = (uint64_t)(arrays[i].data - (copied ? arrays[0].data : text.data));
        framer_start_array(reader->element, arrays[i], frame->offset + ahead);
        status = read_frames(reader, reader->element, &inner, error);
    }
    return status;
}

/* Tells the decoder where the frame stands. */
static void set_place(struct reader *reader, const struct frame *frame, const struct place *place) {
    struct record_place at = {place->path, place->member, frame->offset, frame->text.length};
    decoder_set_place(reader->decoder, &at);
}

static enum trawl_status read_value(struct reader *reader, struct framer *framer,
                                    const struct frame *frame, struct place *place,
                                    struct trawl_error *error) {
    struct feed *feed = place->feed;
    set_place(reader, frame, place);
    enum decode_outcome outcome = decode_record(reader->decoder, frame->text, frame->in_envelope,
                                                place->origin, feed_batch(feed), feed_tally(feed));
    if (settle(place, outcome)) return row_made(reader, frame, place, error);
    if (outcome == DECODE_NO_MEMORY) return error_memory(error);
    if (frame->kind == FRAME_VALUE && outcome == DECODE_ENVELOPE && framer != reader->element) {
        return unwrap(reader, frame, place, error);
    }
    if (frame->kind == FRAME_VALUE && outcome == DECODE_NOT_RECORD) {
        report_malformed(place, "not a record: JSON, but not an object");
        return look_at(reader, frame, place, error);
    }
    place->why = decoder_message(reader->decoder);
    framer_reopen(framer);
    return TRAWL_OK;
}

static enum trawl_status read_cells(struct reader *reader, const struct frame *frame,
                                    const struct place *place, struct trawl_error *error) {
    struct feed *feed = place->feed;
    struct batch *batch = feed_batch(feed);
    struct tally *tally = feed_tally(feed);
    set_place(reader, frame, place);
    enum decode_outcome outcome =
        frame->kind == FRAME_CELLS
            ? decode_cells(reader->decoder, frame->cells, frame->cell_count, place->origin, batch,
                           tally)
            : decode_table_row(reader->decoder, frame->text, place->origin, batch, tally);
    if (settle(place, outcome)) return row_made(reader, frame, place, error);
    if (outcome == DECODE_NO_MEMORY) return error_memory(error);
    report_malformed(place, decoder_message(reader->decoder));
    return look_at(reader, frame, place, error);
}

static enum trawl_status read_frame(struct reader *reader, struct framer *framer,
                                    const struct frame *frame, struct place *place,
                                    struct trawl_error *error) {
    switch (frame->kind) {
        case FRAME_LINE:
        case FRAME_VALUE:
            return read_value(reader, framer, frame, place, error);
        case FRAME_HEADER:
            return decode_header(reader->decoder, frame->cells, frame->cell_count)
                       ? TRAWL_OK
                       : error_memory(error);
        case FRAME_CELLS:
        case FRAME_ROW:
            return read_cells(reader, frame, place, error);
        case FRAME_MALFORMED:
            report_malformed(place, frame->message ? frame->message : place->why);
            return look_at(reader, frame, place, error);
        case FRAME_OVERSIZED:
            feed_tally(place->feed)->oversized++;
            report(place, TRAWL_FAULT_OVERSIZED, frame->message);
            return TRAWL_OK;
        case FRAME_GAP:
            place->damaged++;
            report(place, TRAWL_FAULT_DAMAGED, frame->message);
            return TRAWL_OK;
        case FRAME_END:
            break;
    }
    return TRAWL_OK;
}

static enum trawl_status read_chunk(struct reader *reader, const struct chunk *chunk,
                                    struct feed *feed, struct trawl_error *error) {
    struct place place = {
        .feed = feed, .path = chunk->path, .member = chunk->member, .origin = chunk->origin};
    framer_start_chunk(reader->chunk, chunk->text, chunk->origin.offset);
    return read_frames(reader, reader->chunk, &place, error);
}

/* The text goes with the memory it is in, if it can. NULL: out of memory. */
static struct chunk *make_chunk(struct reader *reader, const struct place *place,
                                struct origin origin, struct text text) {
    struct memory memory = feed_spare(place->feed, FRAMER_BLOCK);
    if (!memory.data) return NULL;
    if (framer_exchange(reader->stream, &memory))
        return chunk_around(place->path, place->member, origin, text, memory);
    free(memory.data);
    return chunk_new(place->path, place->member, origin, text);
}

/* Gives buffered text to another worker, if one wants it and the text can be cut. */
static enum trawl_status share(struct reader *reader, const struct place *place,
                               struct trawl_error *error) {
    struct text text;
    struct origin origin = place->origin;
    while (feed_wants_chunk(place->feed) &&
           framer_cut(reader->stream, CHUNK_LEAST, &text, &origin.offset)) {
        struct chunk *chunk = make_chunk(reader, place, origin, text);
        if (!chunk) return error_memory(error);
        if (feed_offer(place->feed, chunk)) continue;
        /* Another worker was quicker to offer: the text is ours to read. */
        enum trawl_status status = read_chunk(reader, chunk, place->feed, error);
        feed_read(place->feed, chunk);
        return status;
    }
    return TRAWL_OK;
}

/* The next frame: a record that the decoder can find the end of, or what the framer finds. */
static enum trawl_status next_frame(struct reader *reader, struct framer *framer,
                                    struct frame *frame, struct trawl_error *error) {
    struct text text;
    if (framer_ahead(framer, &text)) {
        size_t length = decode_ahead(reader->decoder, text);
        if (length > 0 && framer_next_line(framer, length, frame)) return TRAWL_OK;
    }
    return framer_next(framer, frame, error);
}

static enum trawl_status read_frames(struct reader *reader, struct framer *framer,
                                     struct place *place, struct trawl_error *error) {
    struct feed *feed = place->feed;
    bool streaming =
        framer == reader->stream; /* else the text has been counted where it was streamed */
    uint64_t text_told = 0, records = 0;
    enum trawl_status status = TRAWL_OK;
    struct frame frame = {0};
    while (status == TRAWL_OK) {
        if (streaming) status = share(reader, place, error);
        if (status == TRAWL_OK) status = next_frame(reader, framer, &frame, error);
        if (status != TRAWL_OK || frame.kind == FRAME_END) break;
        place->origin.offset = frame.offset;
        status = read_frame(reader, framer, &frame, place, error);
        if (++records == PROGRESS_RECORDS) {
            uint64_t text = streaming ? framer_text_bytes(framer) : 0;
            feed_progress(feed, 0, text - text_told, records);
            text_told = text;
            records = 0;
            if (status == TRAWL_OK && feed_cancelled(feed))
                status = error_set(error, TRAWL_CANCELLED, "interrupted");
        }
    }
    feed_progress(feed, 0, (streaming ? framer_text_bytes(framer) : 0) - text_told, records);
    feed_tally(feed)->padding_bytes += framer_padding_bytes(framer);
    return status;
}

/* A stream as the framer pulls it; ends early when the run is cancelled. */
struct pull {
    struct reader *reader;
    struct feed *feed;
};

static void note_call(struct pull *pull, struct sample sample, size_t got,
                      enum trawl_status status) {
    struct sampler *sampler = &pull->reader->sampler;
    if (got > 0 || status != TRAWL_OK)
        sample_stop(sampler, sample, feed_tally(pull->feed));
    else
        sample_nothing(sampler, sample);
    sampler->long_calls = got >= SAMPLER_LONG;
}

static enum trawl_status fill(void *context, char *to, size_t room, size_t *got,
                              struct trawl_error *error) {
    struct pull *pull = context;
    *got = 0;
    if (feed_cancelled(pull->feed)) return error_set(error, TRAWL_CANCELLED, "interrupted");
    struct reader *reader = pull->reader;
    struct sample sample = sample_start(&reader->sampler);
    enum trawl_status status = container_read(reader->container, to, room, got, error);
    note_call(pull, sample, *got, status);
    return status;
}

/* As fill, without the copy. */
static enum trawl_status lend(void *context, size_t keep, struct text *text,
                              struct trawl_error *error) {
    struct pull *pull = context;
    *text = (struct text){NULL, 0};
    if (feed_cancelled(pull->feed)) return error_set(error, TRAWL_CANCELLED, "interrupted");
    struct reader *reader = pull->reader;
    struct sample sample = sample_start(&reader->sampler);
    enum trawl_status status = container_lend(reader->container, keep, text, error);
    note_call(pull, sample, text->length, status);
    return status;
}

static enum trawl_status open_input(struct reader *reader, const struct input *input,
                                    struct feed *feed, struct trawl_error *error) {
    reader->sampler.long_calls = false;
    struct sample sample = sample_start(&reader->sampler);
    enum trawl_status status = container_open(reader->container, input, feed, error);
    sample_stop(&reader->sampler, sample, feed_tally(feed));
    return status;
}

static enum trawl_status next_stream(struct reader *reader, bool *more, struct feed *feed,
                                     struct trawl_error *error) {
    struct sample sample = sample_start(&reader->sampler);
    enum trawl_status status = container_next(reader->container, more, error);
    sample_stop(&reader->sampler, sample, feed_tally(feed));
    return status;
}

static enum trawl_status close_input(struct reader *reader, struct feed *feed,
                                     struct trawl_error *error) {
    struct sample sample = sample_start(&reader->sampler);
    enum trawl_status status = container_close(reader->container, error);
    sample_stop(&reader->sampler, sample, feed_tally(feed));
    return status;
}

/* Reads the text that the container is at. */
static enum trawl_status read_text(struct reader *reader, struct place *place,
                                   struct trawl_error *error) {
    struct pull pull = {reader, place->feed};
    struct record_wanted *wanted = reader->wanted;
    place->member = container_member(reader->container);
    if (wanted && !record_wanted_in(wanted, place->member)) return TRAWL_OK;
    unsigned found = wanted ? wanted->found : 0;
    framer_start(reader->stream, fill, lend, &pull);
    enum trawl_status status = read_frames(reader, reader->stream, place, error);
    bool ended = wanted && wanted->found > found && record_wanted_again(wanted);
    return ended && status == TRAWL_CANCELLED ? TRAWL_OK : status;
}

static enum trawl_status read_input(struct reader *reader, const struct input *input,
                                    uint32_t index, struct feed *feed, struct trawl_error *error) {
    struct trawl_error trouble;
    struct place place = {.feed = feed, .path = input->path, .origin = {index, 0, UINT64_MAX}};
    if (open_input(reader, input, feed, &trouble) != TRAWL_OK) {
        report(&place, TRAWL_FAULT_UNREAD, trouble.message);
        return TRAWL_OK;
    }
    enum trawl_status status = TRAWL_OK;
    for (bool more = true; status == TRAWL_OK;) {
        place.origin.offset = UINT64_MAX;
        enum trawl_status next = next_stream(reader, &more, feed, &trouble);
        if (next == TRAWL_MEMORY || next == TRAWL_CANCELLED) {
            status = error_set(error, next, "%s", trouble.message);
            break;
        }
        if (next != TRAWL_OK) {
            place.damaged++;
            report(&place, TRAWL_FAULT_DAMAGED, trouble.message);
        }
        if (!more) break;
        status = read_text(reader, &place, error);
        place.origin.member++;
    }
    place.member = NULL;
    place.origin.offset = UINT64_MAX;
    if (close_input(reader, feed, &trouble) != TRAWL_OK) {
        place.damaged++;
        report(&place, TRAWL_FAULT_CHANGED, trouble.message);
    }
    if (!place.damaged && status == TRAWL_OK) feed_tally(feed)->files_whole++;
    return status;
}

const struct source source_files = {
    .shape_names = decode_shape_names,
    .encoding_names = decode_encoding_names,
    .form_names = form_names,
    .has_field = map_has_field,
    .values = map_values,
    .list = walk,
    .size = walk_size,
    .arrival = path_arrival,
    .reader_new = reader_new,
    .reader_free = reader_free,
    .read = read_input,
    .read_chunk = read_chunk,
};
