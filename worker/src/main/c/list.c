#include "ending.h"
#include "memory.h"
#include "output.h"
#include "services.h"
#include "waits.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

enum {
    DEEPEST = 128,
    PATH_LONGEST = DEEPEST * (NAME_MAX + 1),
    ENTRY_LONGEST = STATUS_SIZE + 4 + PATH_LONGEST,
};

struct listing {
    struct stream stream;
    const char *path;
    char **without;
    uint32_t deepest;
    uint64_t most;
    uint64_t count;
    uint32_t depth; /* directories that are open */
    DIR *directories[DEEPEST];
    size_t prefix[DEEPEST]; /* how much of the entry's path is the directory's, with its slash */
    uint8_t *entry;         /* the one that is being sent */
    size_t size;
    size_t sent;
};

static char *path_in(const struct listing *listing) {
    return (char *)listing->entry + STATUS_SIZE + 4;
}

static void fail(struct listing *listing, int failure) {
    say_error(&listing->stream, failure, "list", listing->depth > 0 ? path_in(listing) : listing->path);
}

/* Gives 0 or an errno. */
static int enter(struct listing *listing, int parent, const char *name, size_t prefix) {
    if (listing->depth == listing->deepest) {
        return ELOOP;
    }
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    if (!directory) {
        int failure = errno;
        if (fd >= 0) {
            close(fd);
        }
        return failure;
    }
    listing->directories[listing->depth] = directory;
    listing->prefix[listing->depth] = prefix;
    listing->depth++;
    return 0;
}

static void leave(struct listing *listing) {
    listing->depth--;
    closedir(listing->directories[listing->depth]);
}

static void list_open(struct stream *stream, struct reader *request) {
    struct listing *listing = (struct listing *)stream;
    uint32_t deepest = take32(request);
    listing->deepest = deepest < DEEPEST ? deepest : DEEPEST;
    listing->most = take64(request);
    listing->path = take_string(request);
    listing->without = take_strings(request);
    if (!taken_whole(request)) {
        breach("a LIST that makes no sense");
        return;
    }
    listing->entry = allocate(ENTRY_LONGEST + 1);
    int failure = enter(listing, AT_FDCWD, listing->path, 0);
    if (failure) {
        fail(listing, failure);
    }
}

static bool is_left_out(const struct listing *listing, const char *name) {
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
        return true;
    }
    for (char **without = listing->without; *without; without++) {
        if (strcmp(name, *without) == 0) {
            return true;
        }
    }
    return false;
}

/* Makes an entry of a name in the deepest directory. Gives 0 or an errno. */
static int make_entry(struct listing *listing, const char *name) {
    struct stat status;
    int directory = dirfd(listing->directories[listing->depth - 1]);
    char *path = path_in(listing);
    size_t prefix = listing->prefix[listing->depth - 1];
    size_t length = strlen(name);
    memcpy(path + prefix, name, length + 1);
    if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) < 0) {
        return errno;
    }
    if (listing->count == listing->most) {
        return E2BIG;
    }
    if (S_ISDIR(status.st_mode)) {
        int failure = enter(listing, directory, name, prefix + length + 1);
        if (failure) {
            return failure;
        }
        path[prefix + length] = '/'; /* what is in it comes next, behind its name */
    }
    listing->count++;
    put32(put_status(listing->entry, &status), (uint32_t)(prefix + length));
    listing->size = STATUS_SIZE + 4 + prefix + length;
    listing->sent = 0;
    return 0;
}

/* The next entry, or nothing more with DONE, or an errno. */
enum { DONE = -1 };

static int next_entry(struct listing *listing) {
    while (listing->depth > 0) {
        errno = 0;
        const struct dirent *found = readdir(listing->directories[listing->depth - 1]);
        if (!found) {
            if (errno != 0) {
                return errno;
            }
            leave(listing);
        } else if (!is_left_out(listing, found->d_name)) {
            int failure = make_entry(listing, found->d_name);
            /* What the agent took away meanwhile is not there; that is no failure. */
            if (failure != ENOENT && failure != ENOTDIR) {
                return failure;
            }
        }
    }
    return DONE;
}

/* Fills up to so many bytes. Gives 0, DONE or an errno. */
static int fill(struct listing *listing, uint8_t *data, size_t most, size_t *size) {
    *size = 0;
    while (*size < most) {
        if (listing->sent == listing->size) {
            int end = next_entry(listing);
            if (end) {
                return end;
            }
        }
        size_t left = listing->size - listing->sent;
        size_t part = left < most - *size ? left : most - *size;
        memcpy(data + *size, listing->entry + listing->sent, part);
        listing->sent += part;
        *size += part;
    }
    return 0;
}

static void list_wait(struct stream *stream) {
    if (stream->credit[0] > 0 && output_has_room_for_data()) {
        wait_until(0);
    }
}

static void list_work(struct stream *stream) {
    struct listing *listing = (struct listing *)stream;
    size_t most = stream->credit[0] < DATA_MOST ? stream->credit[0] : DATA_MOST;
    if (most == 0 || !output_has_room_for_data()) {
        return;
    }
    size_t size;
    int end = fill(listing, output_data(), most, &size);
    if (size > 0) {
        output_data_is(stream->id, 0, size);
        stream->credit[0] -= (uint32_t)size;
    }
    if (end == DONE) {
        uint8_t result[8];
        put64(result, listing->count);
        say_end(stream, 0);
        say_result(stream, result, sizeof result);
    } else if (end) {
        fail(listing, end);
    }
}

static void list_close(struct stream *stream) {
    struct listing *listing = (struct listing *)stream;
    while (listing->depth > 0) {
        leave(listing);
    }
    free(listing->without);
    free(listing->entry);
}

const struct service list_service = {
    .size = sizeof(struct listing),
    .open = list_open,
    .wait = list_wait,
    .work = list_work,
    .close = list_close,
};
