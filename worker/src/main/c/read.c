#include "ending.h"
#include "output.h"
#include "services.h"
#include "waits.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

struct reading {
    struct stream stream;
    const char *path;
    int fd;
    uint64_t left;
    uint64_t sent;
};

/* Gives something to read the path from that a link names; or -1 and errno. */
static int open_link(const char *path, uint64_t offset) {
    char target[PATH_MAX];
    int pair[2];
    ssize_t size = readlink(path, target, sizeof target);
    if (size < 0 || pipe2(pair, O_CLOEXEC | O_NONBLOCK) < 0) {
        return -1;
    }
    if (offset < (uint64_t)size) {
        ssize_t written = write(pair[1], target + offset, (size_t)size - offset); /* an empty pipe takes a page */
        (void)written;
    }
    close(pair[1]);
    return pair[0];
}

static int check_file(int fd, uint64_t offset) {
    struct stat status;
    if (fstat(fd, &status) < 0) {
        return errno;
    }
    if (!S_ISREG(status.st_mode)) {
        return EINVAL;
    }
    return offset > 0 && lseek(fd, (off_t)offset, SEEK_SET) < 0 ? errno : 0;
}

static void read_open(struct stream *stream, struct reader *request) {
    struct reading *reading = (struct reading *)stream;
    reading->fd = -1;
    uint64_t offset = take64(request);
    reading->left = take64(request);
    reading->path = take_string(request);
    if (!taken_whole(request) || offset > INT64_MAX) {
        breach("a READ that makes no sense");
        return;
    }
    /* Not waiting, for a pipe would until somebody opened its other end. */
    int failure = 0;
    reading->fd = open(reading->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (reading->fd >= 0) {
        failure = check_file(reading->fd, offset);
    } else if (errno == ELOOP) {
        reading->fd = open_link(reading->path, offset);
    }
    if (reading->fd < 0) {
        failure = errno;
    }
    if (failure) {
        say_error(stream, failure, "read", reading->path);
    }
}

static void read_wait(struct stream *stream) {
    if (stream->credit[0] > 0 && output_has_room_for_data()) {
        wait_until(0);
    }
}

static void finish(struct reading *reading) {
    uint8_t result[8];
    put64(result, reading->sent);
    say_end(&reading->stream, 0);
    say_result(&reading->stream, result, sizeof result);
}

static void read_work(struct stream *stream) {
    struct reading *reading = (struct reading *)stream;
    uint64_t most = stream->credit[0] < DATA_MOST ? stream->credit[0] : DATA_MOST;
    if (most == 0 || !output_has_room_for_data()) {
        return;
    }
    most = reading->left < most ? reading->left : most;
    ssize_t size = read(reading->fd, output_data(), most);
    if (size > 0) {
        output_data_is(stream->id, 0, (size_t)size);
        stream->credit[0] -= (uint32_t)size;
        reading->left -= (uint64_t)size;
        reading->sent += (uint64_t)size;
    } else if (size == 0) {
        finish(reading);
    } else if (errno != EINTR) {
        say_error(stream, errno, "read", reading->path);
    }
}

static void read_close(struct stream *stream) {
    const struct reading *reading = (struct reading *)stream;
    if (reading->fd >= 0) {
        close(reading->fd);
    }
}

const struct service read_service = {
    .size = sizeof(struct reading),
    .open = read_open,
    .wait = read_wait,
    .work = read_work,
    .close = read_close,
};
