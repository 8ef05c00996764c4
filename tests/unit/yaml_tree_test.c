#include "tools/yaml_tree.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct yaml_error error;

static struct yaml_tree *read_text(const char *text) {
    return yaml_tree_read(text, strlen(text), &error);
}

static void refuses(size_t line, size_t column, const char *part, const char *text) {
    struct yaml_tree *yaml = read_text(text);
    cr_assert_null(yaml, "taken: %s", text);
    cr_expect_eq(error.line, line, "%s: line %zu", text, error.line);
    cr_expect_eq(error.column, column, "%s: column %zu", text, error.column);
    cr_expect(strstr(error.message, part), "%s: %s", text, error.message);
}

Test(yaml_tree, nodes_have_kinds_and_places) {
    struct yaml_tree *yaml = read_text("a: [x, 'y z']\nb:\n  c: 7\n");
    cr_assert(yaml, "%s", error.message);
    cr_assert_eq(yaml_tree_count(yaml), 1);
    const struct yaml_node *map = yaml_tree_document(yaml, 0);
    cr_assert_eq(map->kind, YAML_MAP);
    cr_expect_eq(map->count, 2);
    const struct yaml_node *list = yaml_tree_find(map, "a");
    cr_assert_eq(list->kind, YAML_LIST);
    cr_expect_eq(list->count, 2);
    cr_expect_str_eq(list->items[1]->text, "y z");
    cr_expect_eq(list->items[1]->column, 8);
    cr_expect_not(list->items[1]->plain);
    const struct yaml_node *c = yaml_tree_find(yaml_tree_find(map, "b"), "c");
    cr_expect_str_eq(c->text, "7");
    cr_expect_eq(c->line, 3);
    cr_expect_eq(c->column, 6);
    cr_expect_null(yaml_tree_find(map, "c"));
    cr_expect_null(yaml_tree_find(list, "a"));
    yaml_tree_free(yaml);
}

Test(yaml_tree, nothing_is_null_and_quoted_nothing_is_not) {
    struct yaml_tree *yaml = read_text("[~, null, NULL, '', '~', 0, '\xc3\xa9', b]");
    cr_assert(yaml, "%s", error.message);
    const struct yaml_node *list = yaml_tree_document(yaml, 0);
    for (size_t i = 0; i < list->count; i++)
        cr_expect_eq(yaml_tree_is_null(list->items[i]), i < 3, "%zu", i);
    cr_expect_eq(list->items[7]->column, 34); /* in characters */
    cr_expect_not(yaml_tree_is_null(list));
    yaml_tree_free(yaml);
}

Test(yaml_tree, documents) {
    static const struct {
        const char *text;
        size_t count;
    } cases[] = {{"", 0},
                 {"# nothing", 0},
                 {"---\n", 0},
                 {"a", 1},
                 {"---\na\n---\nb\n", 2},
                 {"---\na\n---\n---\nb\n", 2},
                 {"\xef\xbb\xbf"
                  "a: b",
                  1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct yaml_tree *yaml = read_text(cases[i].text);
        cr_assert(yaml, "%s: %s", cases[i].text, error.message);
        cr_expect_eq(yaml_tree_count(yaml), cases[i].count, "%s", cases[i].text);
        yaml_tree_free(yaml);
    }
}

Test(yaml_tree, refuses_what_makes_a_small_file_large) {
    refuses(1, 4, "anchors", "a: &x b");
    refuses(1, 1, "anchors", "&x [a]");
    refuses(1, 4, "aliases", "b: *x\n");
    refuses(1, 3, "tags", "- !!str a");
    refuses(1, 1, "tags", "!x {a: b}");
    refuses(2, 1, "twice", "a: 1\na: 2");
    refuses(1, 3, "a name is a text", "? [a]\n: b");
    refuses(1, 1, "NUL", "\"a\\0b\"");
    refuses(1, 1, "no text", "\xff");
    refuses(1, 33, "too deep", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[");
}

Test(yaml_tree, refuses_what_is_too_long) {
    char *text = malloc(YAML_LONGEST + 1);
    memset(text, 'a', YAML_LONGEST + 1);
    cr_expect_null(yaml_tree_read(text, YAML_LONGEST + 1, &error));
    cr_expect(strstr(error.message, "bytes long"));
    struct yaml_tree *yaml = yaml_tree_read(text, YAML_LONGEST, &error);
    cr_expect(yaml, "%s", error.message);
    yaml_tree_free(yaml);
    free(text);
}

Test(yaml_tree, errors_are_one_line) {
    struct yaml_node at = {.line = 3, .column = 4};
    yaml_tree_fail(&error, &at, "%s", "a\nb\rc");
    cr_expect_str_eq(error.message, "a b c");
    cr_expect_eq(error.line, 3);
}
