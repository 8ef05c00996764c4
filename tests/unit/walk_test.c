/* walk_test.c - which files a path stands for, in which order, and what is said about the rest. */
#include "formats/container/walk.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "engine/base/buffer.h"

static char top[] = "/tmp/walk_test_XXXXXX";

static void enter(void) {
    cr_assert(mkdtemp(top));
    cr_assert_eq(chdir(top), 0);
}

static void leave(void) {
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", top);
    cr_assert_eq(chdir("/"), 0);
    cr_assert_eq(system(command), 0);
}

static void file(const char *path, size_t size) {
    FILE *made = fopen(path, "wb");
    cr_assert(made, "%s", path);
    for (size_t i = 0; i < size; i++) fputc('x', made);
    fclose(made);
}

static void folder(const char *path) {
    cr_assert_eq(mkdir(path, 0755), 0, "%s", path);
}

static void link_to(const char *target, const char *path) {
    cr_assert_eq(symlink(target, path), 0, "%s", path);
}

static void fault(void *context, enum trawl_fault_kind kind, const char *path,
                  const char *message) {
    cr_assert(kind == TRAWL_FAULT_UNREAD || kind == TRAWL_FAULT_NOTE);
    buffer_printf(context, "%s %s: %s\n", kind == TRAWL_FAULT_NOTE ? "note" : "unread", path,
                  message);
}

/* Walks, and expects these paths, one a line, and these faults. */
static void expect(const char *path, const char *paths, const char *faults) {
    struct input_list list = {0};
    struct buffer found = {0}, troubles = {0};
    cr_assert_eq(walk(path, &list, fault, &troubles, NULL), TRAWL_OK);
    for (size_t i = 0; i < list.count; i++) {
        buffer_printf(&found, "%s\n", list.items[i].path);
        free(list.items[i].path);
    }
    buffer_append_char(&found, 0);
    buffer_append_char(&troubles, 0);
    cr_expect_str_eq(found.data, paths);
    cr_expect_str_eq(troubles.data, faults);
    free(list.items);
    buffer_free(&found);
    buffer_free(&troubles);
}

Test(walk, byte_order_of_whole_paths, .init = enter, .fini = leave) {
    folder("d");
    folder("d/a");
    folder("d/a-b");
    folder("d/empty");
    file("d/a/1", 0);
    file("d/a/.hidden", 0);
    file("d/a.txt", 0);
    file("d/a-b/2", 0);
    file("d/B", 0);
    file("d/a0", 0);
    file("d/\xC3\xA9", 0);
    file("d/new\nline", 0);
    /* '-' and '.' come before '/', '0' behind it. */
    expect("d", "d/B\nd/a-b/2\nd/a.txt\nd/a/.hidden\nd/a/1\nd/a0\nd/new\nline\nd/\xC3\xA9\n", "");
    expect("d/a/", "d/a/.hidden\nd/a/1\n", "");
    expect("d//a", "d//a/.hidden\nd//a/1\n", "");
    expect("d/empty", "", "");
}

Test(walk, files_and_what_is_not_there, .init = enter, .fini = leave) {
    file("one", 7);
    struct input_list list = {0};
    struct buffer troubles = {0};
    cr_assert_eq(walk("one", &list, fault, &troubles, NULL), TRAWL_OK);
    cr_assert_eq(walk("-", &list, fault, &troubles, NULL), TRAWL_OK);
    cr_assert_eq(list.count, 2);
    cr_expect_str_eq(list.items[0].path, "one");
    cr_expect_eq(list.items[0].size, 7);
    cr_expect_str_eq(list.items[1].path, "-");
    cr_expect_eq(list.items[1].size, INPUT_SIZE_UNKNOWN);
    cr_expect_eq(troubles.length, 0);
    free(list.items[0].path);
    free(list.items[1].path);
    free(list.items);
    buffer_free(&troubles);
    cr_expect_eq(walk_size("one"), 7);
    cr_expect_eq(walk_size("none"), INPUT_SIZE_UNKNOWN);
    cr_expect_eq(walk_size("-"), INPUT_SIZE_UNKNOWN);
    expect("none", "", "unread none: No such file or directory\n");
    expect("", "", "unread : No such file or directory\n");
    expect("one/x", "", "unread one/x: Not a directory\n");
}

Test(walk, appends_in_the_order_of_the_calls, .init = enter, .fini = leave) {
    struct input_list list = {0};
    folder("z");
    file("z/1", 0);
    file("a", 0);
    walk("z", &list, fault, NULL, NULL);
    walk("a", &list, fault, NULL, NULL);
    cr_assert_eq(list.count, 2);
    cr_expect_str_eq(list.items[0].path, "z/1");
    cr_expect_str_eq(list.items[1].path, "a");
    free(list.items[0].path);
    free(list.items[1].path);
    free(list.items);
}

Test(walk, links_to_files, .init = enter, .fini = leave) {
    folder("d");
    file("outside", 3);
    file("d/inside", 0);
    link_to("../outside", "d/out");
    link_to("inside", "d/in");
    link_to("nowhere", "d/broken");
    link_to("self", "d/self");
    expect("d", "d/in\nd/inside\nd/out\n",
           "unread d/broken: No such file or directory\n"
           "unread d/self: Too many levels of symbolic links\n");
    expect("d/out", "d/out\n", "");
}

Test(walk, links_to_folders, .init = enter, .fini = leave) {
    folder("d");
    folder("d/sub");
    file("d/sub/1", 0);
    folder("ext");
    file("ext/2", 0);
    folder("ext/deep");
    file("ext/deep/3", 0);
    link_to("sub", "d/again");    /* inside: read anyway */
    link_to("..", "d/sub/loop");  /* the folder itself */
    link_to("../..", "d/sub/up"); /* around it */
    link_to("../ext", "d/ext");   /* outside: followed */
    link_to("../d", "ext/back");  /* and back */
    link_to("..", "ext/deep/up"); /* a loop behind the link */
    expect("d", "d/ext/2\nd/ext/deep/3\nd/sub/1\n",
           "note d/again: link to a folder that is read anyway: not followed\n"
           "note d/ext/back: link to a folder that is read anyway: not followed\n"
           "note d/ext/deep/up: link to a folder that is read anyway: not followed\n"
           "note d/sub/loop: link to a folder that is read anyway: not followed\n"
           "note d/sub/up: link to a folder around this one: not followed\n");
    link_to("d", "alias");
    expect("alias/sub", "alias/sub/1\n",
           "note alias/sub/loop: link to a folder around this one: not followed\n"
           "note alias/sub/up: link to a folder around this one: not followed\n");
}

/* Two links, the second to a folder around the target of the first: all is read, nothing twice. */
Test(walk, overlapping_links, .init = enter, .fini = leave) {
    folder("d");
    folder("ext");
    folder("ext/part");
    file("ext/1", 0);
    file("ext/part/2", 0);
    link_to("../ext/part", "d/a");
    link_to("../ext", "d/b");
    expect("d", "d/a/2\nd/b/1\n", "");
    link_to("..", "ext/part/up"); /* around the link's target, but read by then */
    expect("d", "d/a/2\nd/b/1\n",
           "note d/a/up: link to a folder that is read anyway: not followed\n");
    unlink("d/b");
    expect("d", "d/a/2\n", "note d/a/up: link to a folder around this one: not followed\n");
}

Test(walk, names_that_begin_like_the_folder_are_outside, .init = enter, .fini = leave) {
    folder("log");
    folder("logs");
    file("logs/1", 0);
    link_to("../logs", "log/s");
    expect("log", "log/s/1\n", "");
}

Test(walk, sockets_pipes_and_devices, .init = enter, .fini = leave) {
    folder("d");
    cr_assert_eq(mkfifo("d/pipe", 0644), 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "d/socket"};
    int bound = socket(AF_UNIX, SOCK_STREAM, 0);
    cr_assert_eq(bind(bound, (struct sockaddr *)&address, sizeof address), 0);
    link_to("/dev/null", "d/null");
    expect("d", "",
           "note d/null: is a device: passed over\n"
           "note d/pipe: is a pipe: passed over\n"
           "note d/socket: is a socket: passed over\n");
    expect("d/pipe", "d/pipe\n", "");
    close(bound);
}

Test(walk, unreadable_folder, .init = enter, .fini = leave) {
    if (geteuid() == 0) {
        leave(); /* a skipped test does not come to its end */
        cr_skip_test("root reads everything");
    }
    folder("d");
    folder("d/closed");
    file("d/open", 0);
    chmod("d/closed", 0);
    expect("d", "d/open\n", "unread d/closed: Permission denied\n");
    chmod("d/closed", 0755);
}

/* Deeper than a path can say: what is within reach is listed, the rest is reported once. */
Test(walk, a_tree_deeper_than_any_path, .init = enter, .fini = leave) {
    folder("d");
    file("d/shallow", 0);
    int at = open("d", O_RDONLY | O_DIRECTORY);
    char name[201];
    memset(name, 'n', 200);
    name[200] = 0;
    for (int depth = 0; depth < 100; depth++) { /* 20,000 bytes of path */
        cr_assert_eq(mkdirat(at, name, 0755), 0);
        int below = openat(at, name, O_RDONLY | O_DIRECTORY);
        cr_assert_geq(below, 0);
        close(at);
        at = below;
    }
    close(at);
    struct input_list list = {0};
    struct buffer troubles = {0};
    cr_assert_eq(walk("d", &list, fault, &troubles, NULL), TRAWL_OK);
    cr_assert_eq(list.count, 1);
    cr_expect_str_eq(list.items[0].path, "d/shallow");
    buffer_append_char(&troubles, 0);
    const char *end = strstr(troubles.data, ": File name too long\n");
    cr_assert(end);
    cr_expect_eq(end[strlen(": File name too long\n")], 0, "reported once");
    free(list.items[0].path);
    free(list.items);
    buffer_free(&troubles);
}

/* Names come from the file system in any order; a few hundred show that the order is ours. */
Test(walk, many_files, .init = enter, .fini = leave) {
    struct input_list list = {0};
    char path[40];
    folder("d");
    for (unsigned i = 0; i < 700; i++) {
        snprintf(path, sizeof path, "d/%u", i * 7919 % 700);
        if (i % 3 == 0) {
            folder(path);
            strcat(path, "/f");
        }
        file(path, i);
    }
    cr_assert_eq(walk("d", &list, fault, NULL, NULL), TRAWL_OK);
    cr_assert_eq(list.count, 700);
    for (size_t i = 0; i < list.count; i++) {
        struct stat status;
        if (i > 0) cr_expect_lt(strcmp(list.items[i - 1].path, list.items[i].path), 0);
        cr_assert_eq(stat(list.items[i].path, &status), 0);
        uint64_t size = list.items[i].size;
        if (size == INPUT_SIZE_LATER) size = walk_size(list.items[i].path);
        cr_expect_eq(size, (uint64_t)status.st_size);
    }
    for (size_t i = 0; i < list.count; i++) free(list.items[i].path);
    free(list.items);
}
