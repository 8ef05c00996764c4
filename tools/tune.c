#include "tools/tune.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/hunts/hunts.h"

#define NAME_LONGEST 80    /* bytes */
#define REASON_LONGEST 500 /* bytes */
#define LOWER_MOST 100
#define LIST_MOST \
    100 /* of hunts, flags, elements; lists of values are as long as the file may be */

/* An entry being read. */
struct making {
    struct tune_file *file;
    struct yaml_error *error;
    const struct yaml_node *map;
    struct tune_entry *entry;
};

/* ---- memory ------------------------------------------------------------------------------- */

/* Zeroed, freed with the file; NULL: out of memory, which is said. */
static void *keep(struct making *making, size_t count, size_t size) {
    struct tune_file *file = making->file;
    void **blocks = reallocarray(file->blocks, file->block_count + 1, sizeof *blocks);
    if (blocks) file->blocks = blocks;
    void *block = blocks ? calloc(count ? count : 1, size) : NULL;
    if (block)
        file->blocks[file->block_count++] = block;
    else
        yaml_tree_fail(making->error, making->map, "out of memory");
    return block;
}

void tune_free(struct tune_file *file) {
    for (size_t i = 0; i < file->block_count; i++) free(file->blocks[i]);
    free(file->blocks);
    free(file->entries);
    free(file->path);
    yaml_tree_free(file->yaml);
    *file = (struct tune_file){0};
}

/* ---- values ------------------------------------------------------------------------------- */

static bool refuse(const struct making *making, const struct yaml_node *at, const char *what) {
    yaml_tree_fail(making->error, at, "%s", what);
    return false;
}

/* A text that is there. */
static bool take_text(const struct making *making, const struct yaml_node *node, const char *name,
                      const char **text) {
    if (node->kind != YAML_TEXT || yaml_tree_is_null(node) || !*node->text) {
        yaml_tree_fail(making->error, node, "\"%.60s\" needs a text", name);
        return false;
    }
    *text = node->text;
    return true;
}

/* One text, or a list of at least one. */
static bool take_texts(struct making *making, const struct yaml_node *node, const char *name,
                       size_t most, const char *const **texts, size_t *count) {
    bool list = node->kind == YAML_LIST;
    if (list && node->count == 0) return refuse(making, node, "the list is empty");
    if (list && node->count > most) {
        yaml_tree_fail(making->error, node, "the list has over %zu elements", most);
        return false;
    }
    const char **kept = keep(making, list ? node->count : 1, sizeof *kept);
    if (!kept) return false;
    *count = list ? node->count : 1;
    *texts = kept;
    for (size_t i = 0; i < *count; i++)
        if (!take_text(making, list ? node->items[i] : node, name, &kept[i])) return false;
    return true;
}

static bool is_control(char c) {
    return (unsigned char)c < ' ' || c == 0x7f;
}

/* On one line, spaces as one. */
static bool take_line(struct making *making, const struct yaml_node *node, const char *name,
                      size_t most, const char **line) {
    const char *text;
    if (!take_text(making, node, name, &text)) return false;
    char *kept = keep(making, strlen(text) + 1, 1), *end = kept;
    if (!kept) return false;
    for (; *text; text++) {
        bool space = *text == ' ' || is_control(*text);
        if (!space)
            *end++ = *text;
        else if (end > kept && end[-1] != ' ')
            *end++ = ' ';
    }
    if (end > kept && end[-1] == ' ') end--;
    *end = '\0';
    if (!*kept) {
        yaml_tree_fail(making->error, node, "\"%.60s\" needs a text", name);
        return false;
    }
    if ((size_t)(end - kept) > most) {
        yaml_tree_fail(making->error, node, "\"%.60s\" is over %zu bytes long", name, most);
        return false;
    }
    *line = kept;
    return true;
}

/* ---- names that do not exist -------------------------------------------------------------- */

static void fail_unknown(const struct making *making, const struct yaml_node *at, const char *what,
                         const char *const *known, size_t count) {
    const char *nearest = trawl_nearest(at->text, known, count);
    char list[200] = "";
    for (size_t i = 0; !nearest && i < count; i++) {
        size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", known[i]);
    }
    if (nearest)
        yaml_tree_fail(making->error, at, "there is no %s \"%.60s\": did you mean %s?", what,
                       at->text, nearest);
    else
        yaml_tree_fail(making->error, at, "there is no %s \"%.60s\": there are %s", what, at->text,
                       list);
}

static bool ends_with(const char *text, const char *ending) {
    size_t length = strlen(text), wanted = strlen(ending);
    return length > wanted && strcmp(text + length - wanted, ending) == 0;
}

/* A built-in hunt, or the name of a file of a query. */
static bool check_hunt(const struct making *making, const struct yaml_node *node) {
    const char *names[64];
    size_t count = 0;
    if (hunt_find(node->text)) return true;
    if (ends_with(node->text, ".cql") && !strchr(node->text, '/')) return true;
    while (hunt_texts[count].name && count < sizeof names / sizeof *names) {
        names[count] = hunt_texts[count].name;
        count++;
    }
    const char *nearest = trawl_nearest(node->text, names, count);
    yaml_tree_fail(making->error, node, "there is no hunt \"%.60s\"%s%s%s", node->text,
                   nearest ? ": did you mean "
                           : " (--list-hunts shows them; of a query of your "
                             "own it is the file's name, with .cql)",
                   nearest ? nearest : "", nearest ? "?" : "");
    return false;
}

/* ---- the conditions ----------------------------------------------------------------------- */

static const char *const test_names[] = {[TRAWL_EQUALS] = "equals",
                                         [TRAWL_GLOB] = "glob",
                                         [TRAWL_REGEX] = "regex",
                                         [TRAWL_CIDR] = "cidr"};
#define TESTS (sizeof test_names / sizeof *test_names)

static bool take_values(struct making *making, const char *field, enum trawl_test test,
                        const struct yaml_node *node, struct trawl_condition *condition) {
    condition->field = field;
    condition->test = test;
    if (!take_texts(making, node, field, SIZE_MAX, &condition->values, &condition->value_count))
        return false;
    for (size_t i = 0; i < condition->value_count; i++) {
        struct trawl_error trouble;
        if (trawl_test_takes(test, condition->values[i], &trouble)) continue;
        yaml_tree_fail(making->error, node->kind == YAML_LIST ? node->items[i] : node, "%s",
                       trouble.message);
        return false;
    }
    return true;
}

static bool take_test(struct making *making, const char *field, const struct yaml_node *name,
                      const struct yaml_node *node, struct trawl_condition *condition) {
    for (size_t test = 0; test < TESTS; test++)
        if (strcmp(name->text, test_names[test]) == 0)
            return take_values(making, field, (enum trawl_test)test, node, condition);
    fail_unknown(making, name, "test", test_names, TESTS);
    return false;
}

/* Conditions that a field has: one, or one for each test. */
static size_t count_tests(const struct yaml_node *node) {
    return node->kind == YAML_MAP ? node->count : 1;
}

static bool take_when(struct making *making, const struct yaml_node *node) {
    struct trawl_tuning *tuning = &making->entry->tuning;
    size_t count = 0;
    if (node->kind != YAML_MAP || node->count == 0)
        return refuse(making, node, "\"when\" needs conditions: { FIELD: VALUE }");
    for (size_t i = 0; i < node->count; i++) count += count_tests(node->items[i]);
    struct trawl_condition *conditions = keep(making, count, sizeof *conditions);
    if (!conditions) return false;
    tuning->conditions = conditions;
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml_node *tests = node->items[i];
        const char *field = node->names[i]->text;
        if (!*field) return refuse(making, node->names[i], "a field needs a name");
        if (count_tests(tests) == 0) return refuse(making, tests, "the field has no test");
        for (size_t t = 0; t < count_tests(tests); t++) {
            struct trawl_condition *condition = &conditions[tuning->condition_count];
            bool good = tests->kind == YAML_MAP
                            ? take_test(making, field, tests->names[t], tests->items[t], condition)
                            : take_values(making, field, TRAWL_EQUALS, tests, condition);
            if (!good) return false;
            tuning->condition_count++;
        }
    }
    return true;
}

/* ---- what it does ------------------------------------------------------------------------- */

static bool take_exclude(struct making *making, const struct yaml_node *node) {
    if (node->kind != YAML_TEXT || strcmp(node->text, "true") != 0)
        return refuse(making, node, "\"exclude\" can only be true");
    return true;
}

static bool take_forget(struct making *making, const struct yaml_node *node) {
    struct trawl_tuning *tuning = &making->entry->tuning;
    if (node->kind != YAML_MAP || node->count == 0)
        return refuse(making, node, "\"forget\" needs { FIELD: ELEMENTS }");
    struct trawl_target *targets = keep(making, node->count, sizeof *targets);
    if (!targets) return false;
    tuning->targets = targets;
    tuning->target_count = node->count;
    for (size_t i = 0; i < node->count; i++) {
        targets[i].name = node->names[i]->text;
        if (!*targets[i].name) return refuse(making, node->names[i], "a field needs a name");
        if (!take_texts(making, node->items[i], targets[i].name, LIST_MOST, &targets[i].values,
                        &targets[i].value_count))
            return false;
    }
    return true;
}

static bool take_clear(struct making *making, const struct yaml_node *node) {
    struct trawl_tuning *tuning = &making->entry->tuning;
    const char *const *names;
    if (!take_texts(making, node, "clear", LIST_MOST, &names, &tuning->target_count)) return false;
    struct trawl_target *targets = keep(making, tuning->target_count, sizeof *targets);
    if (!targets) return false;
    for (size_t i = 0; i < tuning->target_count; i++) targets[i].name = names[i];
    tuning->targets = targets;
    return true;
}

static bool take_lower(struct making *making, const struct yaml_node *node) {
    const char *text = node->kind == YAML_TEXT ? node->text : "";
    char *end;
    unsigned long by = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end || by < 1 || by > LOWER_MOST) {
        yaml_tree_fail(making->error, node, "\"lower\" is by how much: a whole number from 1 to %d",
                       LOWER_MOST);
        return false;
    }
    making->entry->tuning.by = (unsigned)by;
    return true;
}

static bool take_score(struct making *making, const struct yaml_node *node) {
    struct trawl_target *target = keep(making, 1, sizeof *target);
    if (!target || !take_text(making, node, "score", &target->name)) return false;
    if (!yaml_tree_find(making->map, "lower"))
        return refuse(making, node, "\"score\" is the field that \"lower\" lowers: there is none");
    making->entry->tuning.targets = target;
    making->entry->tuning.target_count = 1;
    return true;
}

/* ---- the rest ----------------------------------------------------------------------------- */

static bool take_name(struct making *making, const struct yaml_node *node) {
    const char **name = &making->entry->tuning.name;
    if (!take_line(making, node, "name", NAME_LONGEST, name)) return false;
    for (size_t i = 0; i < making->file->count; i++) {
        const struct tune_entry *other = &making->file->entries[i];
        if (other == making->entry || strcmp(other->tuning.name, *name) != 0) continue;
        yaml_tree_fail(making->error, node, "there are two entries %s: the first in line %zu",
                       *name, other->line);
        return false;
    }
    return true;
}

static bool take_reason(struct making *making, const struct yaml_node *node) {
    return take_line(making, node, "reason", REASON_LONGEST, &making->entry->tuning.reason);
}

static bool take_hunts(struct making *making, const struct yaml_node *node) {
    struct tune_entry *entry = making->entry;
    if (!take_texts(making, node, "hunt", LIST_MOST, &entry->hunts, &entry->hunt_count))
        return false;
    for (size_t i = 0; i < entry->hunt_count; i++)
        if (!check_hunt(making, node->kind == YAML_LIST ? node->items[i] : node)) return false;
    return true;
}

static bool take_expires(struct making *making, const struct yaml_node *node) {
    struct tune_entry *entry = making->entry;
    const char *text = node->kind == YAML_TEXT ? node->text : "";
    bool date = strlen(text) == 10;
    for (size_t i = 0; date && i < 10; i++)
        date = i == 4 || i == 7 ? text[i] == '-' : text[i] >= '0' && text[i] <= '9';
    if (!date || !trawl_time_read(text, true, &entry->end))
        return refuse(making, node, "\"expires\" is a day: 2027-03-31");
    entry->expires = text;
    return true;
}

static bool take_place(struct making *making, const struct yaml_node *node) {
    const char *text = node->kind == YAML_TEXT ? node->text : "";
    enum trawl_tuning_place *place = &making->entry->tuning.place;
    *place = strcmp(text, "rows") == 0      ? TRAWL_ON_ROWS
             : strcmp(text, "records") == 0 ? TRAWL_ON_RECORDS
                                            : TRAWL_ANYWHERE;
    if (*place == TRAWL_ANYWHERE) return refuse(making, node, "\"at\" is rows or records");
    if (yaml_tree_find(making->map, "exclude")) return true;
    return refuse(making, node, "\"at\" stands beside \"exclude\" only");
}

/* ---- an entry ----------------------------------------------------------------------------- */

static const struct key {
    const char *name;
    bool (*take)(struct making *making, const struct yaml_node *node);
    bool acts;
    enum trawl_tuning_act act;
} keys[] = {
    {"name", take_name, false, 0},
    {"hunt", take_hunts, false, 0},
    {"when", take_when, false, 0},
    {"exclude", take_exclude, true, TRAWL_EXCLUDE},
    {"forget", take_forget, true, TRAWL_FORGET},
    {"clear", take_clear, true, TRAWL_CLEAR},
    {"lower", take_lower, true, TRAWL_LOWER},
    {"score", take_score, false, 0},
    {"at", take_place, false, 0},
    {"reason", take_reason, false, 0},
    {"expires", take_expires, false, 0},
};
#define KEYS (sizeof keys / sizeof *keys)

static const struct key *find_key(const struct making *making, const struct yaml_node *name) {
    const char *names[KEYS];
    for (size_t i = 0; i < KEYS; i++) {
        if (strcmp(keys[i].name, name->text) == 0) return &keys[i];
        names[i] = keys[i].name;
    }
    fail_unknown(making, name, "key", names, KEYS);
    return NULL;
}

static bool check_needs(const struct making *making, bool acts) {
    static const char *const needed[] = {"name", "when", "reason"};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        if (yaml_tree_find(making->map, needed[i])) continue;
        yaml_tree_fail(making->error, making->map, "the entry has no \"%s\"", needed[i]);
        return false;
    }
    if (acts) return true;
    return refuse(making, making->map,
                  "the entry does nothing: it needs exclude, forget, clear or lower");
}

static bool take_entry(struct making *making) {
    const struct yaml_node *map = making->map;
    const char *act = NULL;
    if (map->kind != YAML_MAP) return refuse(making, map, "an entry is a map of keys and values");
    for (size_t i = 0; i < map->count; i++) {
        const struct key *key = find_key(making, map->names[i]);
        if (!key) return false;
        if (yaml_tree_is_null(map->items[i])) {
            yaml_tree_fail(making->error, map->names[i], "\"%s\" has no value", key->name);
            return false;
        }
        if (key->acts && act) {
            yaml_tree_fail(making->error, map->names[i],
                           "the entry does %s already: %s needs an entry of its own", act,
                           key->name);
            return false;
        }
        if (key->acts) making->entry->tuning.act = key->act;
        if (key->acts) act = key->name;
        if (!key->take(making, map->items[i])) return false;
    }
    return check_needs(making, act != NULL);
}

static bool take_entries(struct tune_file *file, const struct yaml_node *list,
                         struct yaml_error *error) {
    if (list->kind != YAML_LIST || list->count == 0) {
        yaml_tree_fail(error, list, "expected a list of entries: - name: ...");
        return false;
    }
    if (list->count > TUNE_ENTRIES) {
        yaml_tree_fail(error, list->items[TUNE_ENTRIES], "there are over %d entries", TUNE_ENTRIES);
        return false;
    }
    file->entries = calloc(list->count, sizeof *file->entries);
    if (!file->entries) {
        yaml_tree_fail(error, list, "out of memory");
        return false;
    }
    for (size_t i = 0; i < list->count; i++) {
        struct making making = {file, error, list->items[i], &file->entries[i]};
        making.entry->line = list->items[i]->line;
        if (!take_entry(&making)) return false;
        file->count++;
    }
    return true;
}

static bool parse(const char *text, size_t length, struct tune_file *file,
                  struct yaml_error *error) {
    file->yaml = yaml_tree_read(text, length, error);
    if (!file->yaml) return false;
    if (yaml_tree_count(file->yaml) == 1)
        return take_entries(file, yaml_tree_document(file->yaml, 0), error);
    if (yaml_tree_count(file->yaml) > 1) {
        yaml_tree_fail(error, yaml_tree_document(file->yaml, 1), "a second document (---)");
        return false;
    }
    *error = (struct yaml_error){1, 1, "is empty: it needs a list of entries"};
    return false;
}

bool tune_parse(const char *path, const char *text, size_t length, struct tune_file *file,
                struct yaml_error *error) {
    *file = (struct tune_file){.path = strdup(path)};
    *error = (struct yaml_error){1, 1, "out of memory"};
    if (file->path && parse(text, length, file, error)) return true;
    tune_free(file);
    return false;
}
