#include "tools/outfile.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];
static char path[128];

static void make_folder(void) {
    strcpy(folder, "/tmp/outfile-test-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/result", folder);
}

static void remove_folder(void) {
    unlink(path);
    char link[128];
    snprintf(link, sizeof link, "%s/link", folder);
    unlink(link);
    cr_expect_eq(rmdir(folder), 0, "%s is not empty", folder);
}

TestSuite(outfile, .init = make_folder, .fini = remove_folder);

static void put(const char *bytes) {
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs(bytes, file);
    fclose(file);
}

static void expect_content(const char *bytes) {
    char content[64] = "";
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file);
    content[fread(content, 1, sizeof content - 1, file)] = '\0';
    fclose(file);
    cr_expect_str_eq(content, bytes);
}

static size_t entries(void) {
    size_t count = 0;
    DIR *directory = opendir(folder);
    cr_assert_not_null(directory);
    while (readdir(directory)) count++;
    closedir(directory);
    return count - 2; /* . and .. */
}

Test(outfile, appears_only_when_it_is_whole) {
    put("old");
    struct outfile file;
    cr_assert(outfile_open(&file, path));
    cr_assert(outfile_write(&file, "new ", 4));
    cr_assert(outfile_write(&file, "bytes", 5));
    expect_content("old");
    cr_assert(outfile_commit(&file));
    expect_content("new bytes");
    cr_expect_eq(entries(), 1);
}

Test(outfile, discarded_leaves_what_was_there) {
    put("old");
    struct outfile file;
    cr_assert(outfile_open(&file, path));
    cr_assert(outfile_write(&file, "new", 3));
    outfile_discard(&file);
    expect_content("old");
    cr_expect_eq(entries(), 1);
}

Test(outfile, has_the_permissions_of_an_ordinary_new_file_or_of_the_old_one) {
    struct outfile file;
    struct stat status;
    mode_t mask = umask(027);
    cr_assert(outfile_open(&file, path) && outfile_commit(&file));
    umask(mask);
    cr_assert_eq(stat(path, &status), 0);
    cr_expect_eq(status.st_mode & 0777, 0640);
    cr_assert_eq(chmod(path, 0604), 0);
    cr_assert(outfile_open(&file, path) && outfile_commit(&file));
    cr_assert_eq(stat(path, &status), 0);
    cr_expect_eq(status.st_mode & 0777, 0604);
}

Test(outfile, follows_a_link) {
    put("old");
    char link[128];
    snprintf(link, sizeof link, "%s/link", folder);
    cr_assert_eq(symlink("result", link), 0);
    struct outfile file;
    cr_assert(outfile_open(&file, link));
    cr_assert(outfile_write(&file, "new", 3));
    cr_assert(outfile_commit(&file));
    expect_content("new");
    struct stat status;
    cr_assert_eq(lstat(link, &status), 0);
    cr_expect(S_ISLNK(status.st_mode));
}

Test(outfile, a_full_disk_is_told) {
    struct outfile file;
    cr_assert(outfile_open(&file, "/dev/full"));
    cr_expect_not(outfile_write(&file, "x", 1));
    cr_expect_not(outfile_commit(&file));
    cr_expect_eq(file.error, ENOSPC);
    struct stat status;
    cr_assert_eq(stat("/dev/full", &status), 0);
    cr_expect(S_ISCHR(status.st_mode), "a device is never replaced");
}

Test(outfile, check_tells_beforehand_and_leaves_nothing) {
    char missing[160], slash[160], full[512];
    snprintf(missing, sizeof missing, "%s/none/result", folder);
    snprintf(slash, sizeof slash, "%s/result/", folder);
    cr_expect_eq(outfile_check(path), 0);
    cr_expect_eq(outfile_check(missing), ENOENT);
    cr_expect_eq(outfile_check(slash), EISDIR);
    cr_expect_eq(outfile_check(folder), EISDIR);
    cr_expect_eq(outfile_check("-"), 0);
    cr_expect_eq(outfile_check("/dev/null"), 0);
    int length = snprintf(full, sizeof full, "%s/", folder);
    memset(full + length, 'n', 255); /* the longest name there may be */
    full[length + 255] = '\0';
    cr_expect_eq(outfile_check(full), 0);
    cr_expect_eq(entries(), 0);
}

Test(outfile, standard_output_stays_open) {
    int before = dup(STDOUT_FILENO);
    struct outfile file;
    cr_assert(outfile_open(&file, NULL));
    cr_expect_neq(file.fd, STDOUT_FILENO);
    cr_assert(outfile_commit(&file));
    cr_expect_neq(fcntl(STDOUT_FILENO, F_GETFD), -1);
    close(before);
}
