/* file.c - the bytes as they are stored: read(2), or memory. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "formats/container/layer.h"

#define READ_AHEAD_FROM (1 << 20) /* smaller files are read whole before advice could help */
#define WAIT_MS 100               /* how long a pipe is waited for before looking for a cancel */

static void advance(struct file *file, size_t length) {
    file->at += length;
    if (file->at > file->farthest) file->farthest = file->at;
    uint64_t consumed = file->consumed + length;
    /* An archive read by seeking may read parts twice: the whole is never more than the file. */
    if (file->regular && file->farthest <= file->size && consumed > file->size)
        consumed = file->size;
    if (file->feed && consumed > file->consumed)
        feed_progress(file->feed, consumed - file->consumed, 0, 0);
    file->consumed = consumed;
}

/* Waits until a pipe or terminal has something to say, looking for a cancel meanwhile. */
static bool wait_readable(const struct file *file) {
    struct pollfd waiting = {.fd = file->fd, .events = POLLIN};
    for (;;) {
        if (file->feed && feed_cancelled(file->feed)) return false;
        int ready = poll(&waiting, 1, WAIT_MS);
        if (ready > 0 || (ready < 0 && errno != EINTR && errno != EAGAIN)) return true;
    }
}

static enum trawl_status read_memory(struct file *file, char *to, size_t room, size_t *got) {
    size_t left = file->memory.length - (size_t)file->at;
    *got = left < room ? left : room;
    if (*got > 0) memcpy(to, file->memory.data + file->at, *got);
    advance(file, *got);
    return TRAWL_OK;
}

/* What the open file is. Gives a code of errno, 0: all is well. */
static int identify(struct file *file) {
    struct stat status;
    file->unknown = false;
    if (fstat(file->fd, &status) < 0) return errno;
    if (S_ISDIR(status.st_mode)) return EISDIR;
    file->regular = S_ISREG(status.st_mode);
    file->device = status.st_dev;
    file->inode = status.st_ino;
    if (!file->regular) return 0;
    file->size = (uint64_t)status.st_size;
    if (status.st_size > READ_AHEAD_FROM) posix_fadvise(file->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    return 0;
}

/* The first read of a file that is not known: what it is, is asked afterwards, when a small one is
 * in memory already. One that has now the size that was read did not change in between, and what it
 * becomes later is no concern of ours. *got 0 does not mean the end. */
static int read_first(struct file *file, char *to, size_t room, size_t *got) {
    ssize_t length = read(file->fd, to, room);
    *got = length > 0 ? (size_t)length : 0;
    int code = identify(file);
    if (code != 0) return code;
    file->whole = file->regular && length >= 0 && *got < room && *got == file->size;
    /* It has shrunk since, unless it is one of those that say nothing of their size. */
    if (file->size > 0 && file->size < *got) file->size = *got;
    advance(file, *got);
    return 0;
}

static enum trawl_status failed(struct file *file, int code, struct trawl_error *error) {
    file->ended = true;
    return error_set(error, TRAWL_IO, "cannot be read behind byte %" PRIu64 ": %s", file->at,
                     strerror(code));
}

static enum trawl_status file_read(struct layer *layer, char *to, size_t room, size_t *got,
                                   struct trawl_error *error) {
    struct file *file = (struct file *)layer;
    *got = 0;
    if (file->ended) return TRAWL_OK;
    if (!file->path) return read_memory(file, to, room, got);
    if (file->unknown) {
        int code = read_first(file, to, room, got);
        if (code != 0) return failed(file, code, error);
        if (*got > 0) return TRAWL_OK;
    }
    if (file->whole) return TRAWL_OK;
    for (;;) {
        if (!file->regular && !wait_readable(file))
            return error_set(error, TRAWL_CANCELLED, "cancelled");
        ssize_t length = read(file->fd, to, room);
        if (length >= 0) {
            *got = (size_t)length;
            advance(file, *got);
            return TRAWL_OK;
        }
        if (errno == EINTR || errno == EAGAIN) continue;
        return failed(file, errno, error);
    }
}

static const struct layer_type layer_file = {.read = file_read};

static void reset(struct file *file) {
    *file = (struct file){.base.type = &layer_file, .folder = file->folder, .fd = -1};
}

void file_init(struct file *file) {
    file->folder = (struct folder){.fd = -1};
    reset(file);
}

static void leave_folder(struct folder *folder) {
    if (folder->fd >= 0) close(folder->fd);
    folder->fd = -1;
}

void file_free(struct file *file) {
    leave_folder(&file->folder);
    buffer_free(&file->folder.path);
}

/* The folder of `path`, where the file before was in it too; AT_FDCWD: none such, *name is `path`
 * then. */
static int enter_folder(struct folder *folder, const char *path, const char **name) {
    const char *slash = strrchr(path, '/');
    size_t length = slash ? (size_t)(slash - path) + 1 : 0;
    *name = path;
    if (length == 0) return AT_FDCWD;
    if (length != folder->path.length || memcmp(folder->path.data, path, length) != 0) {
        leave_folder(folder);
        folder->path.length = 0;
        if (buffer_append(&folder->path, path, length)) buffer_append_char(&folder->path, '\0');
        folder->path.length = folder->path.failed ? 0 : length;
        return AT_FDCWD;
    }
    if (folder->fd < 0) folder->fd = open(folder->path.data, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder->fd < 0) return AT_FDCWD;
    *name = path + length;
    return folder->fd;
}

/* O_NONBLOCK: a pipe that nobody writes to is waited for in wait_readable, which can be cancelled,
 * and not in open, which cannot. */
static int open_at(struct folder *folder, const char *path) {
    const char *name;
    const int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    int at = enter_folder(folder, path, &name);
    int fd = openat(at, name, flags);
    if (fd >= 0 || name == path) return fd;
    leave_folder(folder); /* it may have been moved away */
    return open(path, flags);
}

enum trawl_status file_open(struct file *file, const struct input *input, struct feed *feed,
                            struct trawl_error *error) {
    reset(file);
    file->path = input->path;
    file->feed = feed;
    file->own = strcmp(input->path, "-") != 0;
    file->fd = file->own ? open_at(&file->folder, input->path) : STDIN_FILENO;
    if (file->fd < 0) return error_set(error, TRAWL_IO, "%s", strerror(errno));
    if (input->size == INPUT_SIZE_LATER) {
        file->unknown = file->regular = true;
        return TRAWL_OK;
    }
    int code = identify(file);
    if (code != 0) {
        if (file->own) close(file->fd);
        reset(file);
        return error_set(error, TRAWL_IO, "%s", strerror(code));
    }
    if (file->regular && !file->own) { /* standard input may stand behind the start */
        off_t at = lseek(file->fd, 0, SEEK_CUR);
        if (at > 0) file->at = file->farthest = (uint64_t)at;
    }
    return TRAWL_OK;
}

void file_open_memory(struct file *file, struct text bytes) {
    reset(file);
    file->memory = bytes;
    file->size = bytes.length;
    file->regular = true;
}

/* Standard input is left alone: what reads it behind us may count on where we stop. */
bool file_can_seek(const struct file *file) {
    return file->regular && (file->own || !file->path);
}

int64_t file_seek(struct file *file, int64_t offset, int whence) {
    int64_t base = 0, to;
    file->whole = false;
    if (whence == SEEK_END) {
        struct stat status;
        if (!file->path)
            base = (int64_t)file->memory.length;
        else if (fstat(file->fd, &status) == 0)
            base = status.st_size;
        else
            return -1;
    }
    if (__builtin_add_overflow(base, offset, &to) || to < 0) return -1;
    if (!file->path && (uint64_t)to > file->memory.length) to = (int64_t)file->memory.length;
    if (file->path && lseek(file->fd, to, SEEK_SET) < 0) return -1;
    file->at = (uint64_t)to;
    return to;
}

void file_doubt(struct file *file) {
    file->whole = false;
}

void file_finish(struct file *file) {
    if (!file->regular || file->consumed >= file->size) return;
    if (file->feed) feed_progress(file->feed, file->size - file->consumed, 0, 0);
    file->consumed = file->farthest = file->size;
}

/* Is the file that the path names now another one, or none? */
static bool replaced(const struct file *file, const struct stat *now) {
    struct stat named;
    if (!file->own) return false;
    if (now->st_nlink == 0) return true;
    if (stat(file->path, &named) < 0) return errno == ENOENT || errno == ENOTDIR;
    return named.st_dev != file->device || named.st_ino != file->inode;
}

static enum trawl_status compare(const struct file *file, struct trawl_error *error) {
    struct stat now;
    if (!file->regular || !file->path || file->unknown || file->whole || fstat(file->fd, &now) < 0)
        return TRAWL_OK;
    uint64_t size = (uint64_t)now.st_size;
    if (size < file->size)
        return error_set(error, TRAWL_DAMAGED,
                         "shrank from %" PRIu64 " to %" PRIu64 " bytes while it was read",
                         file->size, size);
    /* A file that was given up half way may grow as it likes. Files under /proc have no size. */
    if (size > file->size && file->farthest >= file->size)
        return error_set(error, TRAWL_DAMAGED,
                         "grew from %" PRIu64 " to %" PRIu64 " bytes while it was read", file->size,
                         size);
    if (replaced(file, &now))
        return error_set(error, TRAWL_DAMAGED, "was replaced or removed while it was read");
    return TRAWL_OK;
}

enum trawl_status file_close(struct file *file, struct trawl_error *error) {
    enum trawl_status status = TRAWL_OK;
    if (file->fd >= 0) {
        status = compare(file, error);
        if (file->own) close(file->fd);
    }
    file->fd = -1;
    file->ended = true;
    return status;
}
