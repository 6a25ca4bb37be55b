#include "ending.h"
#include "services.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

static int look(const char *path, struct stat *status, struct statvfs *space) {
    /* A handle of the path itself: statvfs by name would follow a link. */
    int fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        return errno;
    }
    int failure = fstat(fd, status) < 0 || fstatvfs(fd, space) < 0 ? errno : 0;
    close(fd);
    return failure;
}

static void stat_open(struct stream *stream, struct reader *request) {
    const char *path = take_string(request);
    if (!taken_whole(request)) {
        breach("a STAT that makes no sense");
        return;
    }
    struct stat status;
    struct statvfs space;
    int failure = look(path, &status, &space);
    if (failure) {
        say_error(stream, failure, "stat", path);
        return;
    }
    uint8_t result[STATUS_SIZE + 4 * 8];
    uint8_t *at = put_status(result, &status);
    at = put64(at, (uint64_t)space.f_blocks * space.f_frsize);
    at = put64(at, (uint64_t)space.f_bavail * space.f_frsize);
    at = put64(at, (uint64_t)space.f_files);
    at = put64(at, (uint64_t)space.f_ffree);
    say_result(stream, result, (size_t)(at - result));
}

const struct service stat_service = {.size = sizeof(struct stream), .open = stat_open};
