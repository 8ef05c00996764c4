/* walk.c - listing folders.
 *
 * A folder is walked without following links to folders; those are kept and looked at when the
 * whole folder is known, in byte order, so that what is read, and under which name, does not depend
 * on the order in which the file system lists things. A link that is followed starts a walk of its
 * own. Nothing here recurses: a tree may be as deep as it likes. */
#include "formats/container/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/error.h"

/* A growable list of paths; each is owned. */
struct paths {
    char **items;
    size_t count, capacity;
};

/* A folder that is walked: the one that was asked for, or the target of a link below it. */
struct root {
    char *real; /* absolute, without links */
    dev_t device;
    ino_t inode;
    size_t parent; /* the root in which the link to it stands; its own index: asked for */
};

struct link {
    char *path;
    size_t root; /* in which it stands */
};

struct trouble {
    char *path;
    enum trawl_fault_kind kind;
    char *message;
};

struct walker {
    struct input_list *list;
    struct paths folders; /* of the root being walked, still to be listed */
    struct root *roots;
    size_t root_count, root_capacity;
    struct link *links; /* to folders, not looked at yet from links[link_next] on */
    size_t link_count, link_capacity, link_next;
    struct trouble *troubles;
    size_t trouble_count, trouble_capacity;
    struct buffer path; /* of the entry at hand */
    char *entries;      /* [ENTRIES_SIZE], as the system lists them */
    bool failed;        /* out of memory */
};

#define ENTRIES_SIZE ((size_t)64 << 10)

/* Room for one more. Returns the array, or NULL with walker->failed set; the old one stays. */
static void *grow(struct walker *walker, void *items, size_t count, size_t *capacity, size_t size) {
    if (items && count < *capacity) return items;
    size_t wanted = *capacity ? *capacity * 2 : 16;
    void *grown = reallocarray(items, wanted, size);
    if (grown)
        *capacity = wanted;
    else
        walker->failed = true;
    return grown;
}

static char *copy(struct walker *walker, const char *text) {
    char *made = strdup(text);
    if (!made) walker->failed = true;
    return made;
}

static void note(struct walker *walker, enum trawl_fault_kind kind, const char *path,
                 const char *message) {
    struct trouble *grown = grow(walker, walker->troubles, walker->trouble_count,
                                 &walker->trouble_capacity, sizeof *grown);
    if (!grown) return;
    walker->troubles = grown;
    struct trouble trouble = {copy(walker, path), kind, copy(walker, message)};
    walker->troubles[walker->trouble_count++] = trouble;
}

static void unread(struct walker *walker, const char *path, int code) {
    note(walker, TRAWL_FAULT_UNREAD, path, strerror(code));
}

/* Takes the path; NULL: out of memory. */
static void push_folder(struct walker *walker, char *path) {
    if (!path) return;
    struct paths *folders = &walker->folders;
    char **grown = grow(walker, folders->items, folders->count, &folders->capacity, sizeof *grown);
    if (!grown) {
        free(path);
        return;
    }
    folders->items = grown;
    folders->items[folders->count++] = path;
}

static void push_link(struct walker *walker, const char *path, size_t root) {
    struct link *grown =
        grow(walker, walker->links, walker->link_count, &walker->link_capacity, sizeof *grown);
    if (!grown) return;
    walker->links = grown;
    walker->links[walker->link_count++] = (struct link){copy(walker, path), root};
}

/* `folder` and a name in it, as os.path.join does, in walker->path. NULL: out of memory. */
static const char *join(struct walker *walker, const char *folder, const char *name) {
    struct buffer *path = &walker->path;
    size_t length = strlen(folder);
    path->length = 0;
    buffer_append(path, folder, length);
    if (length > 0 && folder[length - 1] != '/') buffer_append_char(path, '/');
    buffer_append(path, name, strlen(name) + 1);
    if (!path->failed) return path->data;
    walker->failed = true;
    return NULL;
}

static void add_file(struct walker *walker, const char *path, uint64_t size) {
    if (!input_list_add(walker->list, path, size)) walker->failed = true;
}

static uint64_t size_of(const struct stat *status) {
    return S_ISREG(status->st_mode) ? (uint64_t)status->st_size : INPUT_SIZE_UNKNOWN;
}

static const char *kind_of(mode_t mode) {
    return S_ISSOCK(mode)   ? "is a socket: passed over"
           : S_ISFIFO(mode) ? "is a pipe: passed over"
                            : "is a device: passed over";
}

/* Another root is read under its own name. */
static bool is_other_root(const struct walker *walker, const struct stat *status, size_t root) {
    for (size_t i = 0; i < walker->root_count; i++)
        if (i != root && walker->roots[i].inode == status->st_ino &&
            walker->roots[i].device == status->st_dev)
            return true;
    return false;
}

/* An entry of a folder, open as `at`, that must be looked at to know what it is. */
static void look_at_entry(struct walker *walker, int at, const char *path, const char *name,
                          size_t root) {
    struct stat status;
    bool known = fstatat(at, name, &status, AT_SYMLINK_NOFOLLOW) == 0, link = false;
    if (known && S_ISLNK(status.st_mode)) {
        link = true;
        known = fstatat(at, name, &status, 0) == 0;
    }
    if (!known)
        unread(walker, path, errno);
    else if (S_ISDIR(status.st_mode) && link)
        push_link(walker, path, root);
    else if (S_ISDIR(status.st_mode) && !is_other_root(walker, &status, root))
        push_folder(walker, copy(walker, path));
    else if (S_ISREG(status.st_mode))
        add_file(walker, path, size_of(&status));
    else if (!S_ISDIR(status.st_mode))
        note(walker, TRAWL_FAULT_NOTE, path, kind_of(status.st_mode));
}

/* Most entries say themselves that they are files: of many small ones, looking at each would cost
 * as much as opening it. */
static void take_entry(struct walker *walker, int at, const char *folder,
                       const struct dirent *entry, size_t root) {
    const char *name = entry->d_name;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) return;
    const char *path = join(walker, folder, name);
    if (!path) return;
    if (entry->d_type == DT_REG)
        add_file(walker, path, INPUT_SIZE_LATER);
    else
        look_at_entry(walker, at, path, name, root);
}

static void list_folder(struct walker *walker, const char *path, size_t root) {
    int at = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (at < 0) {
        unread(walker, path, errno);
        return;
    }
    while (!walker->failed) {
        ssize_t length = getdents64(at, walker->entries, ENTRIES_SIZE);
        if (length < 0) unread(walker, path, errno);
        if (length <= 0) break;
        const struct dirent *entry;
        for (ssize_t i = 0; !walker->failed && i < length; i += entry->d_reclen) {
            entry = (const struct dirent *)(walker->entries + i);
            take_entry(walker, at, path, entry, root);
        }
    }
    close(at);
}

/* Lists the folder at `path` and all below it. */
static void walk_root(struct walker *walker, const char *path, char *real,
                      const struct stat *status, size_t parent) {
    struct root *grown =
        grow(walker, walker->roots, walker->root_count, &walker->root_capacity, sizeof *grown);
    char *top = copy(walker, path);
    if (!grown || !top) {
        if (grown) walker->roots = grown;
        free(top);
        free(real);
        return;
    }
    size_t root = walker->root_count++;
    walker->roots = grown;
    walker->roots[root] =
        (struct root){real, status->st_dev, status->st_ino, parent == SIZE_MAX ? root : parent};
    push_folder(walker, top);
    while (!walker->failed && walker->folders.count > 0) {
        char *folder = walker->folders.items[--walker->folders.count];
        list_folder(walker, folder, root);
        free(folder);
    }
}

/* Is `path` the folder `above`, or below it? Both absolute and without links. */
static bool is_inside(const char *path, const char *above) {
    size_t length = strlen(above);
    if (length == 1) return true; /* "/" */
    return strncmp(path, above, length) == 0 && (path[length] == 0 || path[length] == '/');
}

/* Why a link should not be followed; NULL: it should. */
static const char *reason_to_stay(const struct walker *walker, const struct link *link,
                                  const char *target) {
    for (size_t i = 0; i < walker->root_count; i++)
        if (is_inside(target, walker->roots[i].real))
            return "link to a folder that is read anyway: not followed";
    for (size_t i = link->root;; i = walker->roots[i].parent) {
        if (is_inside(walker->roots[i].real, target))
            return "link to a folder around this one: not followed";
        if (walker->roots[i].parent == i) return NULL;
    }
}

static void take_link(struct walker *walker, const struct link *link) {
    struct stat status;
    char *target = realpath(link->path, NULL);
    if (!target || stat(target, &status) < 0) {
        if (errno == ENOMEM)
            walker->failed = true;
        else
            unread(walker, link->path, errno);
        free(target);
        return;
    }
    const char *reason = reason_to_stay(walker, link, target);
    if (!reason) {
        walk_root(walker, link->path, target, &status, link->root);
        return;
    }
    note(walker, TRAWL_FAULT_NOTE, link->path, reason);
    free(target);
}

static int compare_links(const void *a, const void *b) {
    return strcmp(((const struct link *)a)->path, ((const struct link *)b)->path);
}

static int compare_inputs(const void *a, const void *b) {
    return strcmp(((const struct input *)a)->path, ((const struct input *)b)->path);
}

static int compare_troubles(const void *a, const void *b) {
    return strcmp(((const struct trouble *)a)->path, ((const struct trouble *)b)->path);
}

static void walk_folder(struct walker *walker, const char *path, const struct stat *status) {
    if (!(walker->entries = malloc(ENTRIES_SIZE))) {
        walker->failed = true;
        return;
    }
    char *real = realpath(path, NULL);
    if (!real) {
        if (errno == ENOMEM)
            walker->failed = true;
        else
            unread(walker, path, errno);
        return;
    }
    walk_root(walker, path, real, status, SIZE_MAX);
    /* Links found behind a link are looked at after those found with it. */
    while (!walker->failed && walker->link_next < walker->link_count) {
        size_t from = walker->link_next, to = walker->link_count;
        qsort(walker->links + from, to - from, sizeof *walker->links, compare_links);
        for (; !walker->failed && walker->link_next < to; walker->link_next++) {
            struct link link = walker->links[walker->link_next]; /* the array may move */
            take_link(walker, &link);
        }
    }
}

static void walker_free(struct walker *walker) {
    for (size_t i = 0; i < walker->folders.count; i++) free(walker->folders.items[i]);
    for (size_t i = 0; i < walker->root_count; i++) free(walker->roots[i].real);
    for (size_t i = 0; i < walker->link_count; i++) free(walker->links[i].path);
    for (size_t i = 0; i < walker->trouble_count; i++) {
        free(walker->troubles[i].path);
        free(walker->troubles[i].message);
    }
    free(walker->folders.items);
    free(walker->roots);
    free(walker->links);
    free(walker->troubles);
    buffer_free(&walker->path);
    free(walker->entries);
}

enum trawl_status walk(const char *path, struct input_list *list,
                       void (*fault)(void *context, enum trawl_fault_kind kind, const char *path,
                                     const char *message),
                       void *context, struct trawl_error *error) {
    struct walker walker = {.list = list};
    struct stat status;
    size_t before = list->count;
    if (strcmp(path, "-") == 0)
        add_file(&walker, path, INPUT_SIZE_UNKNOWN);
    else if (stat(path, &status) < 0)
        unread(&walker, path, errno);
    else if (S_ISDIR(status.st_mode))
        walk_folder(&walker, path, &status);
    else
        add_file(&walker, path, size_of(&status));
    if (!walker.failed) {
        if (list->count > before)
            qsort(list->items + before, list->count - before, sizeof *list->items, compare_inputs);
        if (walker.trouble_count > 1)
            qsort(walker.troubles, walker.trouble_count, sizeof *walker.troubles, compare_troubles);
        for (size_t i = 0; i < walker.trouble_count; i++)
            fault(context, walker.troubles[i].kind, walker.troubles[i].path,
                  walker.troubles[i].message);
    }
    bool failed = walker.failed;
    walker_free(&walker);
    return failed ? error_memory(error) : TRAWL_OK;
}

uint64_t walk_size(const char *path) {
    struct stat status;
    return strcmp(path, "-") != 0 && stat(path, &status) == 0 ? size_of(&status)
                                                              : INPUT_SIZE_UNKNOWN;
}
