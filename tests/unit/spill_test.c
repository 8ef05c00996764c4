#include "engine/operator/spill.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

static char byte_at(uint64_t place) {
    return (char)(place * 2654435761u >> 13);
}

static void write_bytes(struct spill_file *file, uint64_t from, size_t length) {
    char *bytes = malloc(length + 1);
    for (size_t i = 0; i < length; i++) bytes[i] = byte_at(from + i);
    cr_assert_eq(spill_write(file, bytes, length, NULL), TRAWL_OK);
    memset(bytes, 0, length); /* it was copied, or it shows */
    free(bytes);
}

static void assert_bytes(const struct spill_file *file, uint64_t from, size_t length) {
    char *bytes = malloc(length + 1);
    cr_assert_eq(spill_read(file, from, bytes, length, NULL), TRAWL_OK);
    for (size_t i = 0; i < length; i++) cr_assert_eq(bytes[i], byte_at(from + i));
    free(bytes);
}

/* Criterion runs every test in a process of its own, so a folder and limits may stay behind. */
static const char *empty_folder(char *room) {
    strcpy(room, "/tmp/trawl-test-XXXXXX");
    return mkdtemp(room);
}

static size_t entries_in(const char *folder) {
    size_t count = 0;
    DIR *directory = opendir(folder);
    while (readdir(directory)) count++;
    closedir(directory);
    return count - 2;
}

Test(spill, what_is_written_is_read_anywhere) {
    static const size_t sizes[] = {0, 1, 100, 65535, 65536, 65537, 1, 300000, 7, 0, 40000, 40000};
    struct spill *spill = spill_new(NULL);
    struct spill_file *file = spill_create(spill, NULL);
    cr_assert(file);
    uint64_t size = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        write_bytes(file, size, sizes[i]);
        size += sizes[i];
        cr_assert_eq(spill_size(file), size);
    }
    cr_assert_eq(spill_flush(file, NULL), TRAWL_OK);
    cr_assert_eq(spill_bytes(spill), size);
    assert_bytes(file, 0, (size_t)size);
    assert_bytes(file, size - 1, 1);
    assert_bytes(file, size, 0);
    assert_bytes(file, 65530, 20);
    spill_close(file);
    spill_free(spill);
}

Test(spill, writing_may_go_on_after_reading) {
    struct spill *spill = spill_new(NULL);
    struct spill_file *file = spill_create(spill, NULL);
    for (uint64_t i = 0; i < 10; i++) {
        write_bytes(file, i * 1000, 1000);
        cr_assert_eq(spill_flush(file, NULL), TRAWL_OK);
        assert_bytes(file, 0, (size_t)(i + 1) * 1000);
    }
    spill_close(file);
    spill_free(spill);
}

Test(spill, reading_behind_the_end_is_an_error) {
    struct spill *spill = spill_new(NULL);
    struct spill_file *file = spill_create(spill, NULL);
    write_bytes(file, 0, 10);
    cr_assert_eq(spill_flush(file, NULL), TRAWL_OK);
    struct trawl_error error;
    char bytes[20];
    cr_assert_eq(spill_read(file, 5, bytes, 6, &error), TRAWL_IO);
    cr_assert_eq(error.status, TRAWL_IO);
    spill_close(file);
    spill_free(spill);
}

Test(spill, nothing_is_left_in_the_folder) {
    char room[64];
    const char *folder = empty_folder(room);
    struct spill *spill = spill_new(folder);
    struct spill_file *file = spill_create(spill, NULL);
    write_bytes(file, 0, 100000);
    cr_assert_eq(entries_in(folder), 0, "the file has no name while it is used");
    spill_close(file);
    spill_free(spill);
    cr_assert_eq(rmdir(folder), 0);
}

Test(spill, tmpdir_is_the_folder) {
    char room[64];
    const char *folder = empty_folder(room);
    setenv("TMPDIR", folder, 1);
    struct spill *spill = spill_new(NULL);
    cr_assert_eq(rmdir(folder), 0, "nothing is made before it is needed");
    struct trawl_error error;
    cr_assert_null(spill_create(spill, &error));
    cr_assert_eq(error.status, TRAWL_IO);
    cr_assert(strstr(error.message, folder));
    cr_assert(strstr(error.message, "No such file"));
    cr_assert(strstr(error.message, "--temp"));
    spill_free(spill);
}

/* The next descriptor to be given out. */
static int next_descriptor(void) {
    int descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC);
    close(descriptor);
    return descriptor;
}

Test(spill, files_are_closed_on_exec_and_in_the_end) {
    struct spill *spill = spill_new(NULL);
    int descriptor = next_descriptor();
    struct spill_file *file = spill_create(spill, NULL);
    cr_assert(fcntl(descriptor, F_GETFD) & FD_CLOEXEC);
    spill_close(file);
    cr_assert_eq(next_descriptor(), descriptor);
    spill_free(spill);
}

static void limit_file_size(rlim_t size) {
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit = {size, size};
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

Test(spill, a_full_disk_is_said_with_what_to_do) {
    char room[64];
    const char *folder = empty_folder(room);
    struct spill *spill = spill_new(folder);
    struct spill_file *file = spill_create(spill, NULL);
    limit_file_size(100000);
    struct trawl_error error = {0};
    enum trawl_status status = TRAWL_OK;
    char bytes[1000] = {1};
    for (int i = 0; i < 200 && status == TRAWL_OK; i++)
        status = spill_write(file, bytes, sizeof bytes, &error);
    cr_assert_eq(status, TRAWL_IO);
    cr_assert_eq(error.status, TRAWL_IO);
    cr_assert(strstr(error.message, folder));
    cr_assert(strstr(error.message, "full"));
    cr_assert(strstr(error.message, "incomplete"));
    cr_assert(strstr(error.message, "--temp"));
    cr_assert_eq(spill_flush(file, NULL), TRAWL_IO, "nor is it forgotten");
    spill_close(file);
    spill_free(spill);
    rmdir(folder);
}

#define THREADS 4
#define BYTES_EACH 1000000

static void *write_file(void *context) {
    struct spill_file *file = spill_create(context, NULL);
    for (uint64_t at = 0; at < BYTES_EACH; at += 1000) write_bytes(file, at, 1000);
    cr_assert_eq(spill_flush(file, NULL), TRAWL_OK);
    assert_bytes(file, 0, BYTES_EACH);
    spill_close(file);
    return NULL;
}

Test(spill, threads_have_files_of_their_own) {
    struct spill *spill = spill_new(NULL);
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, write_file, spill);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    cr_assert_eq(spill_bytes(spill), (uint64_t)THREADS * BYTES_EACH);
    spill_free(spill);
}
