#include "engine/scalar/pattern.h"

#include <stdlib.h>

#include "engine/document.h"
#include "engine/match/pattern.h"
#include "engine/scalar/argument.h"
#include "engine/scalar/character.h"
#include "engine/scalar/groups.h"

/* ---- patterns -------------------------------------------------------------------------------- */

struct regex {
    struct pattern pattern; /* with plain groups */
    struct group_names names;
    uint32_t groups;
    unsigned users;
};

/* The rewritten pattern with a NUL behind; NULL: out of memory. */
static char *plain_regex(const char *regex, struct group_names *names) {
    struct buffer plain = {0};
    bool good = groups_rewrite(regex, names, &plain) && buffer_append_char(&plain, '\0');
    if (good) return plain.data;
    buffer_free(&plain);
    return NULL;
}

struct regex *regex_new(const char *text, unsigned flags, struct trawl_error *error) {
    struct regex *regex = calloc(1, sizeof *regex);
    char *plain = regex ? plain_regex(text, &regex->names) : NULL;
    if (!plain) {
        error_memory(error);
        regex_free(regex);
        return NULL;
    }
    bool good = pattern_init(&regex->pattern, plain, flags, error) == TRAWL_OK;
    free(plain);
    if (!good) {
        regex_free(regex);
        return NULL;
    }
    pcre2_pattern_info(regex->pattern.code, PCRE2_INFO_CAPTURECOUNT, &regex->groups);
    regex->users = 1;
    return regex;
}

void regex_free(struct regex *regex) {
    if (!regex || (regex->users && --regex->users)) return;
    pattern_free(&regex->pattern);
    group_names_free(&regex->names);
    free(regex);
}

size_t regex_group_count(const struct regex *regex) {
    return regex->names.name_count;
}
const char *regex_group_name(const struct regex *regex, size_t index) {
    return regex->names.names[index];
}
size_t regex_group_find(const struct regex *regex, const char *name) {
    return group_names_find(&regex->names, text_of(name));
}

/* ---- what is made of them -------------------------------------------------------------------- */

/* A piece of a replacement: a text, or a group. */
struct insert {
    struct text literal;
    uint32_t group;
    bool is_group;
};

/* The data of all scalars here. */
struct use {
    struct regex *regex;
    size_t group;   /* of capture_new */
    uint64_t limit; /* of matches_new */
    int64_t index;  /* of split_new */
    bool all;       /* of replace_new, with the rest */
    char *with;
    struct insert *inserts;
    size_t insert_count;
};

static void use_free(void *data) {
    struct use *use = data;
    if (!use) return;
    regex_free(use->regex);
    free(use->with);
    free(use->inserts);
    free(use);
}

static struct use *use_new(struct regex *regex, struct trawl_error *error) {
    struct use *use = calloc(1, sizeof *use);
    if (!use) {
        error_memory(error);
        return NULL;
    }
    use->regex = regex;
    regex->users++;
    return use;
}

void *capture_new(struct regex *regex, size_t group, struct trawl_error *error) {
    struct use *use = use_new(regex, error);
    if (use) use->group = group;
    return use;
}

void *matches_new(struct regex *regex, uint64_t limit, struct trawl_error *error) {
    struct use *use = use_new(regex, error);
    if (use) use->limit = limit;
    return use;
}

void *split_new(struct regex *regex, int64_t index, struct trawl_error *error) {
    struct use *use = use_new(regex, error);
    if (use) use->index = index;
    return use;
}

/* ---- replacements ---------------------------------------------------------------------------- */

static bool add_insert(struct use *use, struct insert insert, struct trawl_error *error) {
    if ((use->insert_count & (use->insert_count - 1)) == 0) {
        size_t capacity = use->insert_count ? use->insert_count * 2 : 1;
        struct insert *grown = realloc(use->inserts, capacity * sizeof *grown);
        if (!grown) return error_memory(error), false;
        use->inserts = grown;
    }
    use->inserts[use->insert_count++] = insert;
    return true;
}

/* The number of a group: as many digits as there are groups for; returns how many were taken, 0 for
 * a group that does not exist. */
static size_t take_group_number(const struct regex *regex, const char *at, uint32_t *group) {
    size_t taken = 0;
    uint32_t number = 0;
    while (at[taken] >= '0' && at[taken] <= '9') {
        uint32_t longer = number * 10 + (uint32_t)(at[taken] - '0');
        if (longer > regex->groups) break;
        number = longer;
        taken++;
    }
    *group = number;
    return taken;
}

/* ${name}: the name's first group. */
static size_t take_group_name(const struct regex *regex, const char *at, uint32_t *group) {
    const char *end = strchr(at, '}');
    size_t name =
        end ? group_names_find(&regex->names, (struct text){at + 1, (size_t)(end - at - 1)})
            : SIZE_MAX;
    for (size_t i = 0; i < regex->names.number_count; i++) {
        if (regex->names.numbers[i].name != name) continue;
        *group = regex->names.numbers[i].number;
        return (size_t)(end - at) + 1;
    }
    return 0;
}

/* What stands behind a $ or a backslash; *length is how much of it. */
static bool read_insert(struct use *use, const char *mark, size_t *length,
                        struct trawl_error *error) {
    struct insert insert = {.is_group = true};
    char next = mark[1];
    bool by_name = *mark == '$' && next == '{';
    if (by_name || (next >= '0' && next <= '9')) {
        *length = 1 + (by_name ? take_group_name(use->regex, mark + 1, &insert.group)
                               : take_group_number(use->regex, mark + 1, &insert.group));
        if (*length > 1) return add_insert(use, insert, error);
        error_set(error, TRAWL_INVALID,
                  "replacement \"%s\": pattern \"%s\" has no such group; a dollar is $$", use->with,
                  use->regex->pattern.regex);
        return false;
    }
    bool escape = *mark == '\\' ? next != '\0' : next == '$';
    *length = escape ? 2 : 1;
    return add_insert(use, (struct insert){.literal = {mark + escape, 1}}, error);
}

static bool read_replacement(struct use *use, struct trawl_error *error) {
    for (const char *at = use->with; *at;) {
        size_t length = strcspn(at, "$\\");
        bool good = length ? add_insert(use, (struct insert){.literal = {at, length}}, error)
                           : read_insert(use, at, &length, error);
        if (!good) return false;
        at += length;
    }
    return true;
}

void *replace_new(struct regex *regex, const char *with, bool all, struct trawl_error *error) {
    struct use *use = use_new(regex, error);
    if (!use) return NULL;
    use->all = all;
    use->with = strdup(with);
    if (!use->with)
        error_memory(error);
    else if (read_replacement(use, error))
        return use;
    use_free(use);
    return NULL;
}

/* ---- searching ------------------------------------------------------------------------------- */

struct search_scratch {
    struct pattern_runner runner;
    struct text *pieces;
    size_t piece_count, piece_capacity;
};

static void search_scratch_free(void *data) {
    struct search_scratch *scratch = data;
    if (!scratch) return;
    pattern_runner_free(&scratch->runner);
    free(scratch->pieces);
    free(scratch);
}

static void *search_scratch_new(const void *data) {
    const struct use *use = data;
    struct search_scratch *scratch = calloc(1, sizeof *scratch);
    if (!scratch) return NULL;
    bool good = pattern_runner_init(&scratch->runner);
    if (good) {
        pcre2_match_data_free(scratch->runner.data); /* has room for the whole match only */
        scratch->runner.data = pcre2_match_data_create_from_pattern(use->regex->pattern.code, NULL);
        good = scratch->runner.data != NULL;
    }
    if (good) return scratch;
    search_scratch_free(scratch);
    return NULL;
}

/* The matches of one text, one after the other. */
struct search {
    const struct regex *regex;
    struct pattern_runner *runner;
    struct text text;
    size_t next;       /* where the next search starts; beyond the text: none does */
    size_t start, end; /* of the match */
};

static struct search search_of(const struct scalar_call *call, struct text text) {
    const struct use *use = call->data;
    struct search_scratch *scratch = call->scratch;
    return (struct search){.regex = use->regex, .runner = &scratch->runner, .text = text};
}

/* Finds the next match. After an empty one the search goes on behind the next character. */
static enum trawl_status search_next(struct search *search, bool *found,
                                     struct trawl_error *error) {
    *found = false;
    if (search->next > search->text.length) return TRAWL_OK;
    enum trawl_status status = pattern_search_from(&search->regex->pattern, search->runner,
                                                   search->text, search->next, found, error);
    if (status != TRAWL_OK || !*found) return status;
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(search->runner->data);
    /* \K can put the start behind the end, or before where the last match ended. */
    *found = ends[0] <= ends[1] && ends[0] >= search->end;
    search->start = ends[0];
    search->end = ends[1];
    search->next = search->end;
    if (search->start == search->end)
        search->next = search->end < search->text.length ? character_end(search->text, search->end)
                                                         : search->text.length + 1;
    return TRAWL_OK;
}

/* The text of a group of the match; false: it took no part. */
static bool group_text(const struct search *search, uint32_t group, struct text *text) {
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(search->runner->data);
    PCRE2_SIZE start = ends[2 * group], end = ends[2 * group + 1];
    if (start == PCRE2_UNSET || start > end) return false;
    *text = (struct text){search->text.data + start, end - start};
    return true;
}

/* Of the groups of that name the first that took part. */
static bool named_text(const struct search *search, size_t name, struct text *text) {
    const struct group_names *names = &search->regex->names;
    for (size_t i = 0; i < names->number_count; i++)
        if (names->numbers[i].name == name && group_text(search, names->numbers[i].number, text))
            return true;
    return false;
}

/* ---- captures -------------------------------------------------------------------------------- */

static enum trawl_status run_regex_found(const struct scalar_call *call, struct datum *result,
                                         struct trawl_error *error) {
    char room[NUMBER_TEXT];
    struct text text;
    bool found;
    if (!argument_text(call, 0, room, &text)) return result_flag(result, false);
    struct search search = search_of(call, text);
    enum trawl_status status = search_next(&search, &found, error);
    return status == TRAWL_OK ? result_flag(result, found) : status;
}

static enum trawl_status run_capture(const struct scalar_call *call, struct datum *result,
                                     struct trawl_error *error) {
    const struct use *use = call->data;
    char room[NUMBER_TEXT];
    struct text text, piece;
    bool found;
    if (!argument_text(call, 0, room, &text)) return TRAWL_OK;
    struct search search = search_of(call, text);
    enum trawl_status status = search_next(&search, &found, error);
    if (status != TRAWL_OK || !found || !named_text(&search, use->group, &piece)) return status;
    return result_piece(call, 0, piece, result, error);
}

/* {"group":"text",...} of the groups that took part in the match. */
static void append_match(const struct search *search, struct buffer *out) {
    size_t before = out->length + 1;
    struct text piece;
    buffer_append_char(out, '{');
    for (size_t i = 0; i < regex_group_count(search->regex); i++) {
        if (!named_text(search, i, &piece)) continue;
        if (out->length > before) buffer_append_char(out, ',');
        document_quote(out, text_of(regex_group_name(search->regex, i)));
        buffer_append_char(out, ':');
        document_quote(out, piece);
    }
    buffer_append_char(out, '}');
}

static enum trawl_status run_matches(const struct scalar_call *call, struct datum *result,
                                     struct trawl_error *error) {
    const struct use *use = call->data;
    char room[NUMBER_TEXT];
    struct text text;
    if (!argument_text(call, 0, room, &text)) return TRAWL_OK;
    struct search search = search_of(call, text);
    for (uint64_t count = 0; count < use->limit; count++) {
        bool found;
        enum trawl_status status = search_next(&search, &found, error);
        if (status != TRAWL_OK) return status;
        if (!found) break;
        buffer_append_char(call->out, call->out->length ? ',' : '[');
        append_match(&search, call->out);
    }
    if (call->out->length == 0 && !call->out->failed) return TRAWL_OK;
    buffer_append_char(call->out, ']');
    return result_out(call, result, error);
}

/* ---- replacing ------------------------------------------------------------------------------- */

static void append_replacement(const struct use *use, const struct search *search,
                               struct buffer *out) {
    for (size_t i = 0; i < use->insert_count; i++) {
        struct text text = use->inserts[i].literal;
        if (use->inserts[i].is_group && !group_text(search, use->inserts[i].group, &text)) continue;
        buffer_append(out, text.data, text.length);
    }
}

static enum trawl_status run_replace(const struct scalar_call *call, struct datum *result,
                                     struct trawl_error *error) {
    const struct use *use = call->data;
    char room[NUMBER_TEXT];
    struct text text;
    size_t copied = 0, count = 0;
    if (!argument_text(call, 0, room, &text)) return TRAWL_OK;
    struct search search = search_of(call, text);
    while (use->all || count == 0) {
        bool found;
        enum trawl_status status = search_next(&search, &found, error);
        if (status != TRAWL_OK) return status;
        if (!found) break;
        buffer_append(call->out, text.data + copied, search.start - copied);
        append_replacement(use, &search, call->out);
        copied = search.end;
        count++;
    }
    if (count == 0) return result_piece(call, 0, text, result, error);
    buffer_append(call->out, text.data + copied, text.length - copied);
    return result_out(call, result, error);
}

/* ---- splitting ------------------------------------------------------------------------------- */

static bool add_piece(struct search_scratch *scratch, struct text piece) {
    if (scratch->piece_count == scratch->piece_capacity) {
        size_t capacity = scratch->piece_capacity ? scratch->piece_capacity * 2 : 16;
        struct text *grown = realloc(scratch->pieces, capacity * sizeof *grown);
        if (!grown) return false;
        scratch->pieces = grown;
        scratch->piece_capacity = capacity;
    }
    scratch->pieces[scratch->piece_count++] = piece;
    return true;
}

/* Cuts the text into scratch->pieces; no more than `most` of them. */
static enum trawl_status split(const struct scalar_call *call, struct text text, size_t most,
                               struct trawl_error *error) {
    struct search_scratch *scratch = call->scratch;
    struct search search = search_of(call, text);
    size_t from = 0;
    scratch->piece_count = 0;
    while (scratch->piece_count < most) {
        bool found;
        enum trawl_status status = search_next(&search, &found, error);
        if (status != TRAWL_OK) return status;
        if (found && search.start == search.end &&
            (search.start == 0 || search.start == text.length))
            continue;
        size_t to = found ? search.start : text.length;
        if (!add_piece(scratch, (struct text){text.data + from, to - from}))
            return error_memory(error);
        if (!found) break;
        from = search.end;
    }
    return TRAWL_OK;
}

static enum trawl_status run_split_piece(const struct scalar_call *call, struct datum *result,
                                         struct trawl_error *error) {
    const struct use *use = call->data;
    const struct search_scratch *scratch = call->scratch;
    char room[NUMBER_TEXT];
    struct text text;
    if (!argument_text(call, 0, room, &text)) return TRAWL_OK;
    size_t most = use->index >= 0 && use->index < INT32_MAX ? (size_t)use->index + 1 : SIZE_MAX;
    enum trawl_status status = split(call, text, most, error);
    if (status != TRAWL_OK) return status;
    int64_t count = (int64_t)scratch->piece_count;
    int64_t index = use->index < 0 ? use->index + count : use->index;
    if (index < 0 || index >= count) return TRAWL_OK;
    return result_piece(call, 0, scratch->pieces[index], result, error);
}

static enum trawl_status run_split_array(const struct scalar_call *call, struct datum *result,
                                         struct trawl_error *error) {
    const struct search_scratch *scratch = call->scratch;
    char room[NUMBER_TEXT];
    struct text text;
    if (!argument_text(call, 0, room, &text)) return TRAWL_OK;
    enum trawl_status status = split(call, text, SIZE_MAX, error);
    if (status != TRAWL_OK) return status;
    for (size_t i = 0; i < scratch->piece_count; i++) {
        buffer_append_char(call->out, i ? ',' : '[');
        document_quote(call->out, scratch->pieces[i]);
    }
    buffer_append_char(call->out, ']');
    return result_out(call, result, error);
}

/* ---- descriptions ---------------------------------------------------------------------------- */

#define PATTERN_SCALAR(scalar_name, scalar_type, scalar_run)                                      \
    {                                                                                             \
        .name = (scalar_name), .type = (scalar_type), .run = (scalar_run), .data_free = use_free, \
        .scratch_new = search_scratch_new, .scratch_free = search_scratch_free                    \
    }

const struct scalar scalar_regex_found = PATTERN_SCALAR("regex_found", TYPE_FLAG, run_regex_found);
const struct scalar scalar_capture = PATTERN_SCALAR("capture", TYPE_TEXT, run_capture);
const struct scalar scalar_matches = PATTERN_SCALAR("matches", TYPE_TEXT, run_matches);
const struct scalar scalar_replace = PATTERN_SCALAR("replace", TYPE_TEXT, run_replace);
const struct scalar scalar_split_piece = PATTERN_SCALAR("split_piece", TYPE_TEXT, run_split_piece);
const struct scalar scalar_split_array = PATTERN_SCALAR("split_array", TYPE_TEXT, run_split_array);
