#include "ending.h"
#include "files.h"
#include "paths.h"
#include "services.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { FLAG_PARENTS = 1, PERMISSIONS = 07777 };

struct write {
    struct stream stream;
    const char *path;
    int fd;
    uint64_t size;
};

static void write_open(struct stream *stream, struct reader *request) {
    struct write *write = (struct write *)stream;
    write->fd = -1;
    mode_t mode = take32(request) & PERMISSIONS;
    uint8_t flags = take8(request);
    char *path = take_string(request);
    write->path = path;
    if (!taken_whole(request) || flags > FLAG_PARENTS) {
        breach("a WRITE that makes no sense");
        return;
    }
    int failure = flags & FLAG_PARENTS ? make_parents(AT_FDCWD, path) : 0;
    if (failure) {
        say_error(stream, failure, "directory", path);
        return;
    }
    write->fd = file_make(AT_FDCWD, path, mode);
    if (write->fd < 0) {
        say_error(stream, errno, "write", path);
    }
}

static void write_data(struct stream *stream, const uint8_t *bytes, size_t size) {
    struct write *write = (struct write *)stream;
    int failure = file_write(write->fd, bytes, size);
    if (failure) {
        say_error(stream, failure, "write", write->path);
        return;
    }
    write->size += size;
    handed_on(stream, size);
}

static void write_end(struct stream *stream) {
    const struct write *write = (struct write *)stream;
    uint8_t result[8];
    put64(result, write->size);
    say_result(stream, result, sizeof result);
}

static void write_close(struct stream *stream) {
    const struct write *write = (struct write *)stream;
    if (write->fd >= 0) {
        close(write->fd);
    }
}

const struct service write_service = {
    .size = sizeof(struct write),
    .open = write_open,
    .data = write_data,
    .end = write_end,
    .close = write_close,
};
