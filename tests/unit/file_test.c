/* file_test.c - containers over real files and pipes: what is counted, and files that change. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/packing.h"

static char folder[] = "/tmp/file_test_XXXXXX";

static const char *make_file(char *path, size_t size, struct text bytes) {
    snprintf(path, size, "%s/file", folder);
    FILE *file = fopen(path, "wb");
    cr_assert(file);
    cr_assert_eq(fwrite(bytes.data, 1, bytes.length, file), bytes.length);
    fclose(file);
    return path;
}

static void make_folder(void) {
    cr_assert(mkdtemp(folder));
}

static void remove_folder(void) {
    char path[100];
    snprintf(path, sizeof path, "%s/file", folder);
    unlink(path);
    rmdir(folder);
}

Test(file, files_consumed_and_closed, .init = make_folder, .fini = remove_folder) {
    struct buffer text = {0}, packed = {0};
    char path[100];
    struct trawl_error error;
    struct container *container = container_new(WINDOW_LOG);
    add_lines(&text, 30000);
    for (int i = 0; i < 3; i++) {
        packed.length = 0;
        if (i == 0) add_text(&packed, span(&text));
        if (i == 1) add_zstd(&packed, span(&text), 0);
        if (i == 2) add_gzip(&packed, span(&text));
        struct input input = {.path = (char *)make_file(path, sizeof path, span(&packed))};
        cr_assert_eq(container_open(container, &input, NULL, &error), TRAWL_OK);
        struct outcome outcome = read_all(container, 1 << 18);
        cr_expect(same(&outcome.text, &text));
        cr_expect_eq(container_consumed(container), packed.length);
        cr_expect_eq(container_close(container, &error), TRAWL_OK);
        outcome_free(&outcome);
    }
    container_free(container);
    buffer_free(&text);
    buffer_free(&packed);
}

Test(file, zip_files_are_read_by_their_directory, .init = make_folder, .fini = remove_folder) {
    struct pack pack;
    struct buffer text = {0};
    char path[100], log[100];
    struct trawl_error error;
    add_lines(&text, 30000);
    pack_open(&pack, ARCHIVE_FORMAT_ZIP, "zip:compression=store");
    pack_add(&pack, "big", AE_IFLNK, (struct text){"", 0});
    pack_add(&pack, "a", AE_IFREG, span(&text));
    pack_add(&pack, "b", AE_IFREG, span(&text));
    pack_close(&pack);
    struct input input = {.path = (char *)make_file(path, sizeof path, span(&pack.bytes))};
    struct container *container = container_new(WINDOW_LOG);
    cr_assert_eq(container_open(container, &input, NULL, &error), TRAWL_OK);
    struct outcome outcome = read_all(container, 1 << 18);
    snprintf(log, sizeof log, "a=%zu;b=%zu;", text.length, text.length);
    cr_expect_str_eq(log_of(&outcome), log);
    cr_expect_eq(container_consumed(container), pack.bytes.length);
    cr_expect_eq(container_close(container, &error), TRAWL_OK);
    outcome_free(&outcome);
    container_free(container);
    buffer_free(&text);
    buffer_free(&pack.bytes);
}

Test(file, what_cannot_be_opened, .init = make_folder, .fini = remove_folder) {
    struct container *container = container_new(WINDOW_LOG);
    struct trawl_error error;
    char path[100];
    struct input input = {.path = path};
    snprintf(path, sizeof path, "%s/missing", folder);
    cr_expect_eq(container_open(container, &input, NULL, &error), TRAWL_IO);
    cr_expect_str_eq(error.message, "No such file or directory");
    input.path = folder;
    cr_expect_eq(container_open(container, &input, NULL, &error), TRAWL_IO);
    cr_expect_str_eq(error.message, "Is a directory");
    bool more = true;
    cr_expect_eq(container_next(container, &more, &error), TRAWL_OK);
    cr_expect_not(more);
    cr_expect_eq(container_close(container, &error), TRAWL_OK);
    container_free(container);
}

/* listed: the size that the walk gave. */
static void change_while_read(uint64_t listed, void (*change)(const char *path),
                              const char *message) {
    struct buffer text = {0};
    struct container *container = container_new(WINDOW_LOG);
    struct trawl_error error = {0};
    char path[100], bytes[1000];
    size_t got;
    bool more;
    add_lines(&text, 30000);
    struct input input = {.path = (char *)make_file(path, sizeof path, span(&text)),
                          .size = listed};
    cr_assert_eq(container_open(container, &input, NULL, &error), TRAWL_OK);
    cr_assert_eq(container_next(container, &more, &error), TRAWL_OK);
    cr_assert_eq(container_read(container, bytes, sizeof bytes, &got, &error), TRAWL_OK);
    change(path);
    do cr_assert_eq(container_read(container, bytes, sizeof bytes, &got, &error), TRAWL_OK);
    while (got > 0);
    cr_expect_eq(container_close(container, &error), TRAWL_DAMAGED);
    cr_expect(strstr(error.message, message), "%s", error.message);
    cr_expect_eq(container_close(container, &error), TRAWL_OK);
    container_free(container);
    buffer_free(&text);
}

static void shrink(const char *path) {
    cr_assert_eq(truncate(path, 300000), 0);
}

static void grow(const char *path) {
    FILE *file = fopen(path, "ab");
    fputs("more\n", file);
    fclose(file);
}

static void vanish(const char *path) {
    unlink(path);
}

static void replace(const char *path) {
    char beside[120];
    snprintf(beside, sizeof beside, "%s.new", path);
    fclose(fopen(beside, "wb"));
    cr_assert_eq(rename(beside, path), 0);
}

Test(file, files_that_change, .init = make_folder, .fini = remove_folder) {
    for (int later = 0; later < 2; later++) {
        uint64_t listed = later ? INPUT_SIZE_LATER : 1;
        change_while_read(listed, shrink, "shrank from");
        change_while_read(listed, grow, "grew from");
        change_while_read(listed, vanish, "was replaced or removed");
        change_while_read(listed, replace, "was replaced or removed");
    }
}

/* What fits into one read is in memory before it can change. */
Test(file, a_small_file_is_read_at_once, .init = make_folder, .fini = remove_folder) {
    struct container *container = container_new(WINDOW_LOG);
    struct trawl_error error;
    char path[100], bytes[10];
    size_t got;
    bool more;
    struct text text = text_of("one line, and another\n");
    struct input input = {.path = (char *)make_file(path, sizeof path, text),
                          .size = INPUT_SIZE_LATER};
    cr_assert_eq(container_open(container, &input, NULL, &error), TRAWL_OK);
    cr_assert_eq(container_next(container, &more, &error), TRAWL_OK);
    cr_assert_eq(container_read(container, bytes, sizeof bytes, &got, &error), TRAWL_OK);
    grow(path);
    struct buffer rest = {0};
    do {
        buffer_append(&rest, bytes, got);
        cr_assert_eq(container_read(container, bytes, sizeof bytes, &got, &error), TRAWL_OK);
    } while (got > 0);
    cr_expect(text_equal(span(&rest), text));
    cr_expect_eq(container_consumed(container), text.length);
    cr_expect_eq(container_close(container, &error), TRAWL_OK);
    /* Empty ones, too. */
    make_file(path, sizeof path, text_of(""));
    cr_assert_eq(container_open(container, &input, NULL, &error), TRAWL_OK);
    struct outcome outcome = read_all(container, 100);
    cr_expect_str_eq(log_of(&outcome), "=0;");
    cr_expect_eq(container_close(container, &error), TRAWL_OK);
    outcome_free(&outcome);
    buffer_free(&rest);
    container_free(container);
}

/* Damage in a small file may come of its being written: then its size tells. */
Test(file, a_small_file_that_is_being_written, .init = make_folder, .fini = remove_folder) {
    struct container *container = container_new(WINDOW_LOG);
    struct buffer packed = {0};
    struct trawl_error error;
    char path[100];
    add_gzip(&packed, text_of("some text that is packed"));
    packed.length -= 9;
    struct input input = {.path = (char *)make_file(path, sizeof path, span(&packed)),
                          .size = INPUT_SIZE_LATER};
    for (int growing = 0; growing < 2; growing++) {
        cr_assert_eq(container_open(container, &input, NULL, &error), TRAWL_OK);
        struct outcome outcome = read_all(container, 100);
        cr_expect_eq(outcome.troubles, 1);
        if (growing) grow(path);
        cr_expect_eq(container_close(container, &error), growing ? TRAWL_DAMAGED : TRAWL_OK);
        outcome_free(&outcome);
    }
    cr_expect(strstr(error.message, "grew from"), "%s", error.message);
    container_free(container);
    buffer_free(&packed);
}

/* Files of one folder are opened in the folder that is open already, as long as it is there. */
Test(file, the_folder_of_the_file_before, .init = make_folder, .fini = remove_folder) {
    struct container *container = container_new(WINDOW_LOG);
    char path[100], moved[100];
    struct input input = {.path = (char *)make_file(path, sizeof path, text_of("one")),
                          .size = INPUT_SIZE_LATER};
    snprintf(moved, sizeof moved, "%s.moved", folder);
    for (int turn = 0; turn < 5; turn++) {
        if (turn == 3) { /* the path leads to another folder now, and the old one is empty */
            unlink(path);
            cr_assert_eq(rename(folder, moved), 0);
            cr_assert_eq(mkdir(folder, 0755), 0);
            make_file(path, sizeof path, text_of("other"));
        }
        cr_assert_eq(container_open(container, &input, NULL, NULL), TRAWL_OK);
        struct outcome outcome = read_all(container, 100);
        cr_expect_str_eq(log_of(&outcome), turn < 3 ? "=3;" : "=5;");
        cr_expect_eq(container_close(container, NULL), TRAWL_OK);
        outcome_free(&outcome);
    }
    rmdir(moved);
    container_free(container);
}

/* A pipe in the place of a listed file is waited for like any other. */
Test(file, a_pipe_that_was_a_file, .init = make_folder, .fini = remove_folder) {
    struct container *container = container_new(WINDOW_LOG);
    char path[100];
    snprintf(path, sizeof path, "%s/file", folder);
    cr_assert_eq(mkfifo(path, 0644), 0);
    struct input input = {.path = path, .size = INPUT_SIZE_LATER};
    cr_assert_eq(container_open(container, &input, NULL, NULL), TRAWL_OK);
    pid_t writer = fork();
    cr_assert_geq(writer, 0);
    if (writer == 0) {
        usleep(50000);
        int to = open(path, O_WRONLY);
        bool good = write(to, "late ", 5) == 5;
        usleep(50000);
        good = good && write(to, "text", 4) == 4;
        _exit(good ? 0 : 1);
    }
    struct outcome outcome = read_all(container, 100);
    cr_expect_str_eq(log_of(&outcome), "=9;");
    cr_expect_eq(container_close(container, NULL), TRAWL_OK);
    int status;
    cr_expect_eq(waitpid(writer, &status, 0), writer);
    cr_expect_eq(status, 0);
    outcome_free(&outcome);
    container_free(container);
}

Test(file, a_growing_file_that_is_not_read_to_its_end, .init = make_folder, .fini = remove_folder) {
    struct buffer text = {0};
    struct container *container = container_new(WINDOW_LOG);
    char path[100], bytes[10];
    size_t got;
    bool more;
    add_lines(&text, 30000);
    struct input input = {.path = (char *)make_file(path, sizeof path, span(&text))};
    container_open(container, &input, NULL, NULL);
    container_next(container, &more, NULL);
    container_read(container, bytes, sizeof bytes, &got, NULL);
    grow(path);
    cr_expect_eq(container_close(container, NULL), TRAWL_OK);
    container_free(container);
    buffer_free(&text);
}

Test(file, pipes) {
    struct buffer packed = {0};
    struct pack pack;
    pack_open(&pack, ARCHIVE_FORMAT_ZIP, NULL);
    pack_add(&pack, "a", AE_IFREG, (struct text){"from a pipe\n", 12});
    pack_close(&pack);
    add_gzip(&packed, span(&pack.bytes));
    struct container *container = container_new(WINDOW_LOG);
    for (int standard = 0; standard < 2; standard++) {
        int ends[2];
        char path[40];
        cr_assert_eq(pipe(ends), 0);
        cr_assert_eq(write(ends[1], packed.data, packed.length), (ssize_t)packed.length);
        close(ends[1]);
        snprintf(path, sizeof path, standard ? "-" : "/dev/fd/%d", ends[0]);
        if (standard) cr_assert_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
        struct input input = {.path = path};
        cr_assert_eq(container_open(container, &input, NULL, NULL), TRAWL_OK);
        struct outcome outcome = read_all(container, 100);
        cr_expect_str_eq(log_of(&outcome), "a=12;");
        cr_expect_eq(container_close(container, NULL), TRAWL_OK);
        cr_expect_neq(fcntl(standard ? STDIN_FILENO : ends[0], F_GETFD), -1, "not ours to close");
        outcome_free(&outcome);
        close(ends[0]);
    }
    container_free(container);
    buffer_free(&packed);
    buffer_free(&pack.bytes);
}
