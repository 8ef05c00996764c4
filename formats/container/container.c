/* container.c - the stack of layers over a file, and moving from member to member. */
#include "formats/container/container.h"

#include <stdlib.h>
#include <string.h>

#include "formats/container/layer.h"
#include "formats/framing/utf.h"

#define NAME_MAX_SHOWN 1000 /* bytes of one member's name in the label */
/* A file that has more troubles than this is given up, so that the list of faults stays short. */
#define FAULTS_MAX 1000

/* Which layer type reads which content; a level keeps one of each from file to file. */
enum { KIND_ZSTD, KIND_GZIP, KIND_FILTER, KIND_ARCHIVE, KINDS };

static const struct layer_type *const kinds[KINDS] = {
    [KIND_ZSTD] = &layer_zstd,
    [KIND_GZIP] = &layer_gzip,
    [KIND_FILTER] = &layer_filter,
    [KIND_ARCHIVE] = &layer_archive,
};

struct level {
    struct pull pull;            /* over the level below, or the file */
    struct layer *active;        /* over the pull; NULL at the top */
    struct layer *layers[KINDS]; /* made at first need */
    size_t prefix;               /* active is an archive: length of the label it is itself under */
};

struct container {
    unsigned window_log;
    struct file file;
    struct lender lender;
    struct level levels[CONTAINER_DEPTH + 1];
    size_t top;            /* the level whose pull container_read reads */
    bool started;          /* the first stream was looked for */
    bool stream;           /* there is a current one */
    enum trawl_status due; /* instead of it, or before it: for container_read to report */
    struct trawl_error due_reason;
    unsigned faults;
    bool given_up;        /* nothing more is read */
    struct buffer member; /* its label, terminated */
};

struct container *container_new(unsigned window_log) {
    struct container *container = calloc(1, sizeof *container);
    if (!container) return NULL;
    container->window_log = window_log;
    file_init(&container->file);
    return container;
}

void container_free(struct container *container) {
    if (!container) return;
    container_close(container, NULL);
    for (size_t i = 0; i <= CONTAINER_DEPTH; i++) {
        struct level *level = &container->levels[i];
        for (size_t kind = 0; kind < KINDS; kind++)
            if (level->layers[kind]) level->layers[kind]->type->destroy(level->layers[kind]);
        pull_free(&level->pull);
    }
    file_free(&container->file);
    buffer_free(&container->member);
    free(container);
}

static void reset(struct container *container, struct feed *feed) {
    container->lender = (struct lender){.feed = feed};
    container->top = 0;
    container->started = container->stream = false;
    container->due = TRAWL_OK;
    container->faults = 0;
    container->given_up = false;
    buffer_clear(&container->member, NAME_MAX_SHOWN * CONTAINER_DEPTH);
}

enum trawl_status container_open(struct container *container, const struct input *input,
                                 struct feed *feed, struct trawl_error *error) {
    container_close(container, NULL);
    reset(container, feed);
    enum trawl_status status = file_open(&container->file, input, feed, error);
    container->started = status != TRAWL_OK; /* then there is nothing to look for */
    return status;
}

enum trawl_status container_open_memory(struct container *container, struct text bytes,
                                        struct trawl_error *error) {
    (void)error;
    container_close(container, NULL);
    reset(container, NULL);
    file_open_memory(&container->file, bytes);
    return TRAWL_OK;
}

static void pop(struct container *container) {
    struct level *level = &container->levels[--container->top];
    level->active->type->close(level->active);
    level->active = NULL;
}

enum trawl_status container_close(struct container *container, struct trawl_error *error) {
    while (container->top > 0) pop(container);
    container->started = true;
    container->stream = false;
    return file_close(&container->file, error);
}

static struct layer *layer_for(struct container *container, enum content content) {
    size_t kind = content == CONTENT_ZSTD                            ? KIND_ZSTD
                  : content == CONTENT_GZIP                          ? KIND_GZIP
                  : content == CONTENT_TAR || content == CONTENT_ZIP ? KIND_ARCHIVE
                                                                     : KIND_FILTER;
    struct level *level = &container->levels[container->top];
    if (!level->layers[kind]) level->layers[kind] = kinds[kind]->create();
    struct layer *layer = level->layers[kind];
    if (!layer) return NULL;
    layer->type = kinds[kind];
    layer->in = &level->pull;
    layer->lender = &container->lender;
    layer->content = content;
    layer->window_log = container->window_log;
    layer->level = (unsigned)container->top;
    layer->plain = false;
    return layer;
}

/* What the bytes at the top are packed in; TRAWL_OK and *layer NULL: in nothing. */
static enum trawl_status unpack(struct container *container, struct layer **layer,
                                struct trawl_error *error) {
    struct pull *pull = &container->levels[container->top].pull;
    size_t have = pull_fill(pull, SNIFF_LENGTH, container->top == 0);
    enum content content = sniff(pull_bytes(pull), have);
    *layer = NULL;
    if (content == CONTENT_PLAIN) return TRAWL_OK;
    if (content == CONTENT_7ZIP || content == CONTENT_RAR)
        return error_set(error, TRAWL_REFUSED,
                         "is a %s archive, which is not read; unpack it first",
                         content_name(content));
    if (container->top == CONTAINER_DEPTH)
        return error_set(error, TRAWL_REFUSED,
                         "is packed more than %d layers deep; unpack it first", CONTAINER_DEPTH);
    struct layer *over = layer_for(container, content);
    if (!over) return error_memory(error);
    enum trawl_status status = over->type->open(over, error);
    if (status == TRAWL_OK) *layer = over;
    return status;
}

/* Puts layers over `from`, whose bytes come into the pull at the top, until its contents are plain
 * (then a stream has begun), or an archive. */
static void build(struct container *container, struct layer *from) {
    struct file *file = container->top == 0 ? &container->file : NULL;
    container->stream = true;
    for (;;) {
        struct level *level = &container->levels[container->top];
        struct layer *layer = NULL;
        container->due = pull_start(&level->pull, from, file)
                             ? unpack(container, &layer, &container->due_reason)
                             : error_memory(&container->due_reason);
        if (!layer) {
            from->plain = container->due == TRAWL_OK;
            return;
        }
        level->active = layer;
        level->prefix = container->member.length;
        container->top++;
        if (layer->type->next) {
            container->stream = false;
            return;
        }
        from = layer;
        file = NULL;
    }
}

/* The label for a member of the archive at `level`: UTF-8, so that what tells of it can be typed.
 */
static void set_label(struct container *container, const struct level *level, const char *name) {
    struct buffer *label = &container->member;
    label->length = level->prefix;
    if (name) {
        if (label->length > 0) buffer_append_char(label, '!');
        size_t from = label->length, length = strlen(name);
        struct text shown = {name, length < NAME_MAX_SHOWN ? length : NAME_MAX_SHOWN};
        utf8_repair(shown, label);
        if (length > NAME_MAX_SHOWN) buffer_append(label, "...", 3);
        for (size_t i = from; i < label->length; i++)
            if ((unsigned char)label->data[i] < 0x20 || label->data[i] == 0x7F)
                label->data[i] = '?';
    }
    if (buffer_append_char(label, 0)) label->length--;
}

/* Trouble in an archive becomes a stream of its own: there may be members behind it, and archives
 * around it. */
static void stream_of_trouble(struct container *container, enum trawl_status status) {
    container->due = status;
    container->stream = true;
}

enum trawl_status container_next(struct container *container, bool *more,
                                 struct trawl_error *error) {
    *more = false;
    container->stream = false;
    container->due = TRAWL_OK;
    if (!container->started) {
        container->started = true;
        build(container, &container->file.base);
    }
    while (container->given_up && container->top > 0) pop(container);
    while (!container->stream) {
        while (container->top > 0 && !container->levels[container->top - 1].active->type->next)
            pop(container);
        if (container->top == 0) return TRAWL_OK;
        struct level *level = &container->levels[container->top - 1];
        const char *name = NULL;
        bool found = false;
        enum trawl_status status =
            level->active->type->next(level->active, &found, &name, &container->due_reason);
        set_label(container, level, name);
        if (status == TRAWL_MEMORY || status == TRAWL_CANCELLED) {
            if (error) *error = container->due_reason;
            return status;
        }
        if (status != TRAWL_OK) {
            stream_of_trouble(container, status);
        } else if (found) {
            build(container, level->active);
        } else {
            pop(container);
            if (container->top == 0 && file_can_seek(&container->file))
                file_finish(&container->file);
        }
    }
    if (container->member.failed) return error_memory(error);
    *more = true;
    return TRAWL_OK;
}

const char *container_member(const struct container *container) {
    return container->member.length > 0 ? container->member.data : NULL;
}

static enum trawl_status read_stream(struct container *container, char *to, size_t room,
                                     size_t *got, struct trawl_error *error) {
    if (container->due == TRAWL_OK)
        return pull_read(&container->levels[container->top].pull, to, room, got, error);
    /* There is no stream behind it. */
    container->stream = false;
    if (error) *error = container->due_reason;
    return container->due;
}

/* What came of reading on. */
static enum trawl_status met(struct container *container, enum trawl_status status,
                             struct trawl_error *error) {
    if (status == TRAWL_OK) return status;
    file_doubt(&container->file);
    if (container->faults++ < FAULTS_MAX) return status;
    container->given_up = true;
    container->stream = false;
    return error_set(error, TRAWL_REFUSED,
                     "has more than %d damaged places or refused members; the rest is not read",
                     FAULTS_MAX);
}

enum trawl_status container_read(struct container *container, char *to, size_t room, size_t *got,
                                 struct trawl_error *error) {
    *got = 0;
    if (!container->stream || room == 0) return TRAWL_OK;
    return met(container, read_stream(container, to, room, got, error), error);
}

enum trawl_status container_lend(struct container *container, size_t keep, struct text *text,
                                 struct trawl_error *error) {
    *text = (struct text){NULL, 0};
    if (!container->stream || container->due != TRAWL_OK) return TRAWL_OK;
    struct pull *pull = &container->levels[container->top].pull;
    return met(container, pull_lend(pull, keep, text, error), error);
}

uint64_t container_consumed(const struct container *container) {
    return container->file.consumed;
}
