#include "generate.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "shuffle.h"
#include "template.h"

/* Text goes to the sink in pieces of this size; a member of a tar or zip, which must be whole
 * before it is written, ends at the other one. */
enum { FLUSH_AT = 512 << 10, MEMBER_AT = 64 << 20 };

/* Work shared by the threads. */
struct job {
    const struct layout *layout;
    const struct world *world;
    const struct options *options;
    struct template templates[STYLES];
    atomic_size_t next; /* the first file nobody has taken */
    atomic_bool stop;
};

struct worker {
    struct job *job;
    pthread_t thread;
    struct sink *sink;
    struct builder text;
    struct builder path;
    struct counts counts;
    char message[512]; /* empty: all is well */
};

/* A file on its way. */
struct progress {
    const struct file *file;
    size_t number;
    struct writing writing;
    uint64_t records, total; /* written, and to be written */
    unsigned member;         /* of a tar or zip, from 0 */
    uint64_t group_left;     /* records until the group is closed */
    bool in_group;
    struct random random;
    struct random shuffle; /* of its own: the records are those of an archive in order */
};

static bool no_memory(struct worker *worker) {
    snprintf(worker->message, sizeof worker->message, "out of memory");
    return false;
}

static bool sink_failed(struct worker *worker) {
    snprintf(worker->message, sizeof worker->message, "%s", sink_message(worker->sink));
    return false;
}

/* ---- text --------------------------------------------------------------------------------------
 */

static bool put_quoted(struct worker *worker, const char *text) {
    size_t length = strlen(text);
    if (!length) return true;
    if (!builder_reserve(&worker->text, length)) return no_memory(worker);
    char *at = worker->text.data + worker->text.length;
    for (size_t i = 0; i < length; i++) at[i] = text[i] == '\'' ? '"' : text[i];
    worker->text.length += length;
    return true;
}

static bool flush(struct worker *worker) {
    worker->counts.text_bytes += worker->text.length;
    bool done = sink_write(worker->sink, worker->text.data, worker->text.length);
    worker->text.length = 0;
    return done || sink_failed(worker);
}

static bool open_text(struct worker *worker, struct progress *progress) {
    progress->in_group = false;
    return !progress->writing.header || put_quoted(worker, progress->writing.header);
}

/* An array or an envelope around no record at all is text too. */
static bool close_text(struct worker *worker, struct progress *progress) {
    const struct writing *writing = &progress->writing;
    bool around = writing->open[0] != 0;
    if (!progress->in_group && around && !progress->total && !put_quoted(worker, writing->open))
        return false;
    if ((progress->in_group || (around && !progress->total)) && !put_quoted(worker, writing->close))
        return false;
    progress->in_group = false;
    return !writing->trailer || put_quoted(worker, writing->trailer);
}

/* What has changed by the time of the event. */
static bool drift(struct worker *worker, const struct progress *progress, const struct event *event,
                  size_t start) {
    const struct options *options = worker->job->options;
    for (unsigned i = 0; i < options->drift_count; i++)
        if (event->created >= options->drifts[i].from &&
            !drift_apply(&options->drifts[i], progress->records, &worker->text, start))
            return false;
    return true;
}

static bool put_record(struct worker *worker, struct progress *progress,
                       const struct event *event) {
    const struct writing *writing = &progress->writing;
    if (!put_quoted(worker, progress->in_group ? writing->between : writing->open)) return false;
    if (!progress->in_group) {
        progress->in_group = true;
        progress->group_left = !writing->group ? UINT64_MAX
                               : writing->uneven
                                   ? 1 + random_below(&progress->random, 2 * writing->group)
                                   : writing->group;
    }
    size_t start = worker->text.length;
    if (!template_render(&worker->job->templates[writing->style], event, &worker->text) ||
        !drift(worker, progress, event, start) ||
        (worker->job->options->shuffle &&
         !shuffle_members(&worker->text, start, &progress->shuffle)) ||
        (writing->indent && !builder_indent_json(&worker->text, start)))
        return no_memory(worker);
    if (--progress->group_left) return true;
    progress->in_group = false;
    return put_quoted(worker, writing->close);
}

static void count(struct counts *counts, const struct event *event, bool has_risk) {
    struct flags flags = event_flags(event, has_risk);
    counts->records++;
    if (!flags.signed_in) return;
    counts->signed_in++;
    counts->is_high_risk += flags.is_high_risk;
    counts->has_risky_event += flags.has_risky_event;
    counts->cross_tenant_mfa += flags.cross_tenant_mfa;
    counts->score[flags.score]++;
}

/* ---- frames and members -------------------------------------------------------------------------
 */

static bool in_members(const struct file *file) {
    return file->container->format != FORMAT_RAW;
}

static bool end_member(struct worker *worker, struct progress *progress) {
    char name[64];
    const struct file *file = progress->file;
    if (!close_text(worker, progress)) return false;
    snprintf(name, sizeof name, "part-%04u.%s", progress->member++,
             file->framing == FRAMING_CSV ? "csv" : "json");
    worker->counts.text_bytes += worker->text.length;
    bool done = sink_member(worker->sink, name, (time_t)(file->start / TICKS_SECOND),
                            worker->text.data, worker->text.length);
    worker->text.length = 0;
    return done || sink_failed(worker);
}

/* After each record: passes on what has gathered, and ends what has to end here. */
static bool after_record(struct worker *worker, struct progress *progress, unsigned frames) {
    bool last = progress->records == progress->total;
    bool boundary = !last && (progress->records * frames / progress->total !=
                              (progress->records - 1) * frames / progress->total);
    if (in_members(progress->file)) {
        if (!last && (boundary || worker->text.length >= MEMBER_AT))
            return end_member(worker, progress) && open_text(worker, progress);
        return true;
    }
    if (!boundary) return worker->text.length < FLUSH_AT || flush(worker);
    /* A frame ends behind the line break, where there is one. */
    if (!flush(worker)) return false;
    return sink_end_frame(worker->sink) || sink_failed(worker);
}

/* ---- a file ------------------------------------------------------------------------------------
 */

static bool write_records(struct worker *worker, struct progress *progress) {
    const struct file *file = progress->file;
    const struct options *options = worker->job->options;
    bool has_risk = shapes[file->shape].has_risk;
    double step = file->records ? (double)file->length / (double)file->records : 0;
    size_t planted = 0;
    uint64_t ordinary = 0;
    struct event event;
    bool drawn = false; /* `event` waits for its turn */
    if (!open_text(worker, progress)) return false;
    while (progress->records < progress->total) {
        if (!drawn && ordinary < file->records) {
            double jitter = (double)(random_next(&progress->random) >> 11) * 0x1p-53;
            ticks emitted = file->start + (ticks)(((double)ordinary++ + jitter) * step);
            file_draw(file, &event, &progress->random, worker->job->world, emitted,
                      options->hit_rate);
            drawn = true;
        }
        const struct event *next = &event;
        if (planted < file->planted_count &&
            (!drawn || file->planted[planted]->event.emitted < event.emitted)) {
            file->planted[planted]->record = progress->records;
            next = &file->planted[planted++]->event;
        } else {
            drawn = false;
        }
        if (!put_record(worker, progress, next)) return false;
        count(&worker->counts, next, has_risk);
        progress->records++;
        if (!after_record(worker, progress, options->frames)) return false;
    }
    if (in_members(file)) return end_member(worker, progress);
    return close_text(worker, progress) && flush(worker);
}

static bool make_folder(struct worker *worker, const char *path) {
    if (!mkdir(path, 0777) || errno == EEXIST) return true;
    snprintf(worker->message, sizeof worker->message, "%.400s: %s", path, strerror(errno));
    return false;
}

/* Makes the folder of worker->path, and those above it as far as needed. */
static bool make_folders(struct worker *worker) {
    char *path = worker->path.data, *slash = strrchr(path, '/');
    *slash = 0;
    bool done = !mkdir(path, 0777) || errno == EEXIST; /* mostly the one above is there */
    if (!done) {
        done = true;
        for (char *at = path; done && (at = strchr(at + 1, '/'));) {
            *at = 0;
            done = make_folder(worker, path);
            *at = '/';
        }
        done = done && make_folder(worker, path);
    }
    *slash = '/';
    return done;
}

static bool write_file(struct worker *worker, size_t number) {
    const struct job *job = worker->job;
    struct progress progress = {
        .file = &job->layout->files[number],
        .number = number,
        .random = random_stream(job->options->seed, RANDOM_FILE, number),
        .shuffle = random_stream(job->options->seed, RANDOM_SHUFFLE, number)};
    const struct file *file = progress.file;
    progress.writing = file_writing(file, job->options->variant);
    progress.total = file->records + file->planted_count;
    worker->path.length = worker->text.length = 0;
    if (!file_put_path(file, number, job->options, &worker->path)) return no_memory(worker);
    if (!make_folders(worker)) return false;
    if (!sink_open(worker->sink, file->container, worker->path.data)) return sink_failed(worker);
    bool done = write_records(worker, &progress);
    uint64_t bytes;
    if (!sink_close(worker->sink, &bytes) && done) done = sink_failed(worker);
    worker->counts.bytes += bytes;
    worker->counts.files++;
    return done;
}

/* ---- threads -----------------------------------------------------------------------------------
 */

static void *work(void *argument) {
    struct worker *worker = argument;
    struct job *job = worker->job;
    while (!atomic_load(&job->stop)) {
        size_t number = atomic_fetch_add(&job->next, 1);
        if (number >= job->layout->count) break;
        if (!write_file(worker, number)) atomic_store(&job->stop, true);
    }
    return NULL;
}

static void add(struct counts *sum, const struct counts *more) {
    sum->files += more->files;
    sum->bytes += more->bytes;
    sum->text_bytes += more->text_bytes;
    sum->records += more->records;
    sum->signed_in += more->signed_in;
    sum->is_high_risk += more->is_high_risk;
    sum->has_risky_event += more->has_risky_event;
    sum->cross_tenant_mfa += more->cross_tenant_mfa;
    for (int i = 0; i < 4; i++) sum->score[i] += more->score[i];
}

/* Runs the workers that could be made; one is enough. */
static void run(struct worker *workers, unsigned count_of) {
    unsigned started = 0;
    while (started + 1 < count_of &&
           !pthread_create(&workers[started + 1].thread, NULL, work, &workers[started + 1]))
        started++;
    work(&workers[0]);
    for (unsigned i = 1; i <= started; i++) pthread_join(workers[i].thread, NULL);
}

bool generate(const struct layout *layout, const struct world *world, const struct options *options,
              struct counts *counts, char *message, size_t room) {
    struct job job = {.layout = layout, .world = world, .options = options};
    *counts = (struct counts){0};
    unsigned jobs = options->jobs < layout->count ? options->jobs : (unsigned)layout->count;
    struct worker *workers = calloc(jobs, sizeof *workers);
    bool ready = workers != NULL;
    for (int style = 0; style < STYLES && ready; style++)
        ready = template_compile(&job.templates[style], style_templates[style]);
    for (unsigned i = 0; i < jobs && ready; i++) {
        workers[i].job = &job;
        workers[i].sink = sink_new(options->level);
        ready = workers[i].sink != NULL;
    }
    if (ready)
        run(workers, jobs);
    else
        snprintf(message, room, "out of memory");
    for (unsigned i = 0; i < jobs && workers; i++) {
        if (workers[i].message[0] && ready) {
            snprintf(message, room, "%s", workers[i].message);
            ready = false;
        }
        add(counts, &workers[i].counts);
        sink_free(workers[i].sink);
        builder_free(&workers[i].text);
        builder_free(&workers[i].path);
    }
    free(workers);
    for (int style = 0; style < STYLES; style++) template_free(&job.templates[style]);
    return ready;
}
