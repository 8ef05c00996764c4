#include "layout.h"

#include <stdlib.h>

#include "template.h"

/* A denser hour than this is not one of the organisations here: a file covers more hours then. */
enum { RECORDS_PER_HOUR = 6000 };
enum { TENANTS_MAX = 64 };
enum { SAMPLES = 256, FILE_TEXT = 16 << 20 };

void file_draw(const struct file *file, struct event *event, struct random *random,
               const struct world *world, ticks emitted, double hit_rate) {
    const struct shape *shape = &shapes[file->shape];
    switch (shape->subject) {
        case SUBJECT_SIGNIN:
            event_draw_signin(event, random, world, file->tenant, emitted, hit_rate,
                              shape->has_risk);
            event->interactive = file->interactive;
            break;
        case SUBJECT_AWS:
            event_draw_aws(event, random, world, file->tenant, emitted);
            break;
        case SUBJECT_STORAGE:
            event_draw_storage(event, random, world, file->tenant, emitted);
            break;
    }
}

bool file_put_path(const struct file *file, size_t number, const struct options *options,
                   struct builder *to) {
    if (!builder_reserve(to, strlen(options->folder) + PATH_ROOM)) return false;
    struct random random = random_stream(options->seed, RANDOM_NAME, number);
    struct place_in_archive place = {.tenant = file->tenant,
                                     .start = file->start,
                                     .part = file->part,
                                     .token = random_next(&random),
                                     .interactive = file->interactive,
                                     .framing = file->framing};
    builder_put_string(to, options->folder);
    builder_put_char(to, '/');
    shape_put_path(file->shape, &place, to);
    builder_put_string(to, file->container->suffix);
    to->data[to->length] = 0;
    return true;
}

/* Mean bytes of a record with what stands between two of them; 0: out of memory. */
static double mean_size(const struct file *file, const struct world *world,
                        const struct options *options) {
    struct random random = random_stream(options->seed, RANDOM_SAMPLE, 0);
    struct writing writing = file_writing(file, options->variant);
    struct template template;
    struct builder text = {0};
    size_t total = 0;
    if (!template_compile(&template, style_templates[writing.style])) return 0;
    for (int i = 0; i < SAMPLES; i++) {
        struct event event;
        file_draw(file, &event, &random, world, options->start + TICKS_HOUR, options->hit_rate);
        text.length = 0;
        if (!template_render(&template, &event, &text) ||
            (writing.indent && !builder_indent_json(&text, 0))) {
            total = 0;
            break;
        }
        total += text.length + strlen(writing.between);
    }
    template_free(&template);
    builder_free(&text);
    return (double)total / SAMPLES;
}

/* What falls to the i-th of several when `each` falls to everyone. */
static uint64_t share(double each, size_t i) {
    return (uint64_t)(each * (double)(i + 1)) - (uint64_t)(each * (double)i);
}

static enum framing framing_of(const struct options *options, enum shape_id shape) {
    return options->framing < 0 ? shapes[shape].ordinary : (enum framing)options->framing;
}

static bool is_interactive(const struct options *options, unsigned shape, size_t slot) {
    return !shapes[options->shapes[shape]].two_tables || slot % 3 != 2;
}

/* The mean sizes of all kinds of files: [shape][interactive]. */
typedef double mean_sizes[LIST_MAX][2];

static bool measure(const struct options *options, struct world *world, mean_sizes sizes) {
    if (!world_make(world, options->seed, 1)) return false;
    for (unsigned i = 0; i < options->shape_count; i++) {
        for (int interactive = 0; interactive < 2; interactive++) {
            struct file file = {.shape = options->shapes[i],
                                .framing = framing_of(options, options->shapes[i]),
                                .tenant = &world->tenants[0],
                                .interactive = interactive};
            sizes[i][interactive] = mean_size(&file, world, options);
            if (sizes[i][interactive] <= 0) return false;
        }
    }
    return true;
}

static size_t count_files(const struct options *options, mean_sizes sizes) {
    if (options->files) return options->files;
    double mean = 0;
    for (unsigned i = 0; i < options->shape_count; i++) mean += sizes[i][1] / options->shape_count;
    double records = options->by_size ? (double)options->size / mean : (double)options->records;
    size_t least = (size_t)options->shape_count * options->container_count;
    size_t count = options->objects ? (size_t)(records / OBJECT_RECORDS)
                                    : (size_t)(records * mean / FILE_TEXT + 0.5);
    return count > least ? count : least;
}

static void place(struct layout *layout, const struct world *world, const struct options *options,
                  mean_sizes sizes) {
    uint64_t hours = (uint64_t)options->days * 24;
    size_t tenants = world->tenant_count, shape_count = layout->shape_count;
    size_t slots = (layout->count + shape_count - 1) / shape_count;
    size_t per_tenant = (slots + tenants - 1) / tenants;
    for (size_t i = 0; i < layout->count; i++) {
        struct file *file = &layout->files[i];
        unsigned shape = (unsigned)(i % shape_count);
        size_t slot = i / shape_count, turn = slot / tenants;
        uint64_t hour = turn * hours / per_tenant;
        file->shape = options->shapes[shape];
        file->framing = framing_of(options, file->shape);
        file->container = options->containers[slot % options->container_count];
        file->tenant = &world->tenants[slot % tenants];
        file->interactive = is_interactive(options, shape, slot);
        file->part = (unsigned)(turn - (hour * per_tenant + hours - 1) / hours);
        double text = (double)options->size / (double)layout->count;
        file->records = options->by_size
                            ? share(text / sizes[shape][file->interactive], slot)
                            : share((double)options->records / (double)layout->count, i);
        uint64_t span = per_tenant < hours ? hours / per_tenant : 1;
        uint64_t dense = (file->records + RECORDS_PER_HOUR - 1) / RECORDS_PER_HOUR;
        file->start = options->start + (ticks)hour * TICKS_HOUR;
        file->length = (ticks)(dense < 1 ? 1 : dense < span ? dense : span) * TICKS_HOUR;
        if (options->objects) {
            file->length = 5 * TICKS_MINUTE;
            file->start += (ticks)(slot % 12) * file->length;
        }
    }
    /* What rounding left of an exact number of records. */
    if (!options->by_size && layout->count) {
        uint64_t sum = 0;
        for (size_t i = 0; i < layout->count; i++) sum += layout->files[i].records;
        layout->files[layout->count - 1].records += options->records - sum;
    }
}

bool layout_make(struct layout *layout, struct world *world, const struct options *options) {
    *layout = (struct layout){.shape_count = options->shape_count};
    mean_sizes sizes;
    if (!measure(options, world, sizes)) return false;
    layout->count = count_files(options, sizes);
    layout->slots = layout->count / layout->shape_count;
    uint64_t hours = (uint64_t)options->days * 24;
    size_t tenants = (size_t)((layout->slots + hours - 1) / hours);
    world_free(world);
    if (!world_make(world, options->seed, tenants < TENANTS_MAX ? tenants : TENANTS_MAX))
        return false;
    layout->files = calloc(layout->count, sizeof *layout->files);
    if (!layout->files) return false;
    place(layout, world, options, sizes);
    return true;
}

void layout_free(struct layout *layout) {
    for (size_t i = 0; i < layout->count && layout->files; i++) free(layout->files[i].planted);
    free(layout->files);
    *layout = (struct layout){0};
}
