#include "tools/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OTHER_NAME ".%s.XXXXXX" /* hidden: a crash leaves no file that looks like a result */

static bool fail(struct outfile *file) {
    if (!file->error) file->error = errno;
    return false;
}

static void forget(struct outfile *file) {
    free(file->final);
    free(file->temporary);
    file->final = file->temporary = NULL;
    file->fd = -1;
}

/* The permissions that open(2) would give a new file. */
static mode_t new_mode(void) {
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

/* "dir/name" to "dir/.name.XXXXXX". NULL: out of memory. */
static char *name_beside(const char *path) {
    char *directory_copy = strdup(path), *base_copy = strdup(path), *beside = NULL;
    if (directory_copy && base_copy) {
        const char *directory = dirname(directory_copy), *base = basename(base_copy);
        int room = NAME_MAX - (int)strlen(OTHER_NAME) + 2; /* a name of full length is cut */
        char other[NAME_MAX + 1];
        snprintf(other, sizeof other, ".%.*s.XXXXXX", room, base);
        if (asprintf(&beside, "%s/%s", directory, other) < 0) beside = NULL;
    }
    free(directory_copy);
    free(base_copy);
    return beside;
}

static bool open_beside(struct outfile *file, const struct stat *existing) {
    file->final = existing ? realpath(file->name, NULL) : strdup(file->name);
    if (!file->final) return fail(file);
    file->temporary = name_beside(file->final);
    if (!file->temporary) return fail(file);
    file->fd = mkostemp(file->temporary, O_CLOEXEC);
    if (file->fd < 0) return fail(file);
    if (fchmod(file->fd, existing ? existing->st_mode & 0777 : new_mode()) == 0) return true;
    fail(file);
    close(file->fd);
    unlink(file->temporary);
    return false;
}

bool outfile_open(struct outfile *file, const char *name) {
    *file = (struct outfile){.name = name, .fd = -1};
    if (!name || strcmp(name, "-") == 0) {
        /* A duplicate: closing it tells of a full disk too, and the next writer still has its own.
         */
        file->fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        return file->fd >= 0 || fail(file);
    }
    struct stat status;
    bool opened;
    if (stat(name, &status) != 0) {
        if (errno == ENOENT && *name && name[strlen(name) - 1] == '/') errno = EISDIR;
        opened = errno == ENOENT ? open_beside(file, NULL) : fail(file);
    } else if (S_ISREG(status.st_mode)) {
        /* A rename asks only whether the folder may be written: ask for the file as well. */
        opened = access(name, W_OK) == 0 ? open_beside(file, &status) : fail(file);
    } else { /* of a folder, open says what is wrong with it */
        file->fd = open(name, O_WRONLY | O_CLOEXEC);
        opened = file->fd >= 0 || fail(file);
    }
    if (!opened) forget(file);
    return opened;
}

bool outfile_write(struct outfile *file, const char *bytes, size_t length) {
    while (length && !file->error) {
        ssize_t written = write(file->fd, bytes, length);
        if (written > 0) {
            bytes += written;
            length -= (size_t)written;
        } else if (written == 0) {
            errno = EIO;
            fail(file);
        } else if (errno != EINTR) {
            fail(file);
        }
    }
    return !file->error;
}

/* After a rename the directory itself must reach the disk. Not every file system can: no error. */
static void sync_directory(const char *path) {
    char *copy = strdup(path);
    int fd = copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd >= 0) {
        (void)fsync(fd);
        close(fd);
    }
    free(copy);
}

bool outfile_commit(struct outfile *file) {
    if (file->fd < 0) return false;
    if (file->temporary && !file->error && fsync(file->fd) != 0) fail(file);
    /* Some file systems tell of a full disk only here. Linux closes even on EINTR. */
    if (close(file->fd) != 0 && errno != EINTR) fail(file);
    if (file->temporary) {
        if (!file->error && rename(file->temporary, file->final) != 0) fail(file);
        if (file->error) {
            unlink(file->temporary);
        } else {
            sync_directory(file->final);
        }
    }
    forget(file);
    return !file->error;
}

void outfile_discard(struct outfile *file) {
    if (file->fd >= 0) close(file->fd);
    if (file->temporary) unlink(file->temporary);
    forget(file);
}

int outfile_check(const char *name) {
    struct stat status;
    if (!name || strcmp(name, "-") == 0) return 0;
    /* Opening a pipe waits for its reader: that is left for when there are rows. */
    if (stat(name, &status) == 0 && S_ISFIFO(status.st_mode)) return 0;
    struct outfile file;
    if (!outfile_open(&file, name)) return file.error;
    outfile_discard(&file);
    return 0;
}
