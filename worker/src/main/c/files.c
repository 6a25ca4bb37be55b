#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static int file_new(int directory, const char *path, mode_t mode) {
    return openat(directory, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
}

int file_make(int directory, const char *path, mode_t mode) {
    int fd = file_new(directory, path, mode);
    if (fd < 0 && errno == EEXIST && unlinkat(directory, path, 0) == 0) {
        fd = file_new(directory, path, mode);
    }
    if (fd >= 0 && fchmod(fd, mode) < 0) { /* whatever the umask is */
        int failure = errno;
        close(fd);
        errno = failure;
        return -1;
    }
    return fd;
}

int file_write(int fd, const uint8_t *bytes, size_t size) {
    while (size > 0) {
        ssize_t written = write(fd, bytes, size);
        if (written > 0) {
            bytes += written;
            size -= (size_t)written;
        } else if (written < 0 && errno != EINTR) {
            return errno;
        }
    }
    return 0;
}
