#include "ending.h"
#include "files.h"
#include "paths.h"
#include "services.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum kind { KIND_FILE = 1, KIND_DIRECTORY, KIND_LINK };

/* What the next byte belongs to. */
enum part { PART_HEAD, PART_PATH, PART_SIZE, PART_CONTENT };

enum { HEAD_SIZE = 1 + 4 + 8 + 4, PERMISSIONS = 07777 };

struct unpacking {
    struct stream stream;
    const char *directory_name;
    int directory;
    enum part part;
    size_t got; /* of the part */
    /* The entry that is being read. */
    uint8_t number[HEAD_SIZE];
    enum kind kind;
    mode_t mode;
    struct timespec times[2];
    size_t path_size;
    char path[PATH_MAX];
    uint64_t left; /* of the content */
    char target[PATH_MAX];
    int file;
    /* Of all entries. */
    uint64_t entries;
    uint64_t bytes;
};

static void unpack_open(struct stream *stream, struct reader *request) {
    struct unpacking *unpacking = (struct unpacking *)stream;
    unpacking->directory = unpacking->file = -1;
    char *path = take_string(request);
    unpacking->directory_name = path;
    if (!taken_whole(request)) {
        breach("an UNPACK that makes no sense");
        return;
    }
    int failure = make_directories(AT_FDCWD, path);
    if (!failure) {
        unpacking->directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        failure = unpacking->directory < 0 ? errno : 0;
    }
    if (failure) {
        say_error(stream, failure, "directory", path);
    }
}

/* ---- One entry; each step gives 0 or an errno ---- */

static int begin_file(struct unpacking *unpacking) {
    unpacking->file = file_make(unpacking->directory, unpacking->path, unpacking->mode);
    if (unpacking->file < 0 && errno == ENOENT) {
        int failure = make_parents(unpacking->directory, unpacking->path);
        if (failure) {
            return failure;
        }
        unpacking->file = file_make(unpacking->directory, unpacking->path, unpacking->mode);
    }
    return unpacking->file < 0 ? errno : 0;
}

static int make_link(const struct unpacking *unpacking) {
    if (symlinkat(unpacking->target, unpacking->directory, unpacking->path) == 0) {
        return 0;
    }
    if (errno != EEXIST || unlinkat(unpacking->directory, unpacking->path, 0) < 0) {
        return errno;
    }
    return symlinkat(unpacking->target, unpacking->directory, unpacking->path) == 0 ? 0 : errno;
}

static int make_directory(const struct unpacking *unpacking) {
    if (mkdirat(unpacking->directory, unpacking->path, unpacking->mode) < 0) {
        struct stat status;
        if (errno != EEXIST) {
            return errno;
        }
        if (fstatat(unpacking->directory, unpacking->path, &status, AT_SYMLINK_NOFOLLOW) < 0) {
            return errno;
        }
        if (!S_ISDIR(status.st_mode)
            && (unlinkat(unpacking->directory, unpacking->path, 0) < 0
                || mkdirat(unpacking->directory, unpacking->path, unpacking->mode) < 0)) {
            return errno;
        }
    }
    return fchmodat(unpacking->directory, unpacking->path, unpacking->mode, 0) == 0 ? 0 : errno;
}

static int with_parents(struct unpacking *unpacking, int (*make)(const struct unpacking *)) {
    int failure = make(unpacking);
    if (failure == ENOENT) {
        failure = make_parents(unpacking->directory, unpacking->path);
        if (!failure) {
            failure = make(unpacking);
        }
    }
    return failure;
}

static int finish_file(struct unpacking *unpacking) {
    int failure = futimens(unpacking->file, unpacking->times) < 0 ? errno : 0;
    close(unpacking->file);
    unpacking->file = -1;
    return failure;
}

static int finish_named(struct unpacking *unpacking, int (*make)(const struct unpacking *)) {
    int failure = with_parents(unpacking, make);
    if (failure) {
        return failure;
    }
    return utimensat(unpacking->directory, unpacking->path, unpacking->times, AT_SYMLINK_NOFOLLOW) == 0 ? 0 : errno;
}

static int finish_entry(struct unpacking *unpacking) {
    unpacking->part = PART_HEAD;
    unpacking->got = 0;
    unpacking->entries++;
    switch (unpacking->kind) {
        case KIND_FILE: return finish_file(unpacking);
        case KIND_DIRECTORY: return finish_named(unpacking, make_directory);
        case KIND_LINK: return finish_named(unpacking, make_link);
    }
    return EINVAL;
}

/* ---- From bytes to entries ---- */

static void begin_part(struct unpacking *unpacking, enum part part) {
    unpacking->part = part;
    unpacking->got = 0;
}

static int head_is_there(struct unpacking *unpacking) {
    uint8_t kind = unpacking->number[0];
    uint32_t path_size = get32(unpacking->number + 13);
    unpacking->path[0] = 0; /* what fails before it is there is not the entry before */
    if (kind < KIND_FILE || kind > KIND_LINK) {
        return EINVAL;
    }
    if (path_size >= sizeof unpacking->path) {
        return ENAMETOOLONG;
    }
    unpacking->kind = (enum kind)kind;
    unpacking->mode = get32(unpacking->number + 1) & PERMISSIONS;
    unpacking->times[0].tv_nsec = UTIME_OMIT;
    unpacking->times[1].tv_sec = (time_t)get64(unpacking->number + 5);
    unpacking->path_size = path_size;
    begin_part(unpacking, PART_PATH);
    return 0;
}

static int path_is_there(struct unpacking *unpacking) {
    unpacking->path[unpacking->path_size] = 0;
    if (strlen(unpacking->path) != unpacking->path_size || !is_inside(unpacking->path)) {
        return EINVAL;
    }
    begin_part(unpacking, PART_SIZE);
    return 0;
}

static int size_is_there(struct unpacking *unpacking) {
    unpacking->left = get64(unpacking->number);
    if (unpacking->kind == KIND_DIRECTORY && unpacking->left > 0) {
        return EINVAL;
    }
    if (unpacking->kind == KIND_LINK && unpacking->left >= sizeof unpacking->target) {
        return ENAMETOOLONG;
    }
    begin_part(unpacking, PART_CONTENT);
    return unpacking->kind == KIND_FILE ? begin_file(unpacking) : 0;
}

static int content_is_there(struct unpacking *unpacking) {
    if (unpacking->kind == KIND_LINK) {
        unpacking->target[unpacking->got] = 0;
        if (strlen(unpacking->target) != unpacking->got) {
            return EINVAL;
        }
    }
    return finish_entry(unpacking);
}

/* Takes what the part still lacks of the bytes, and gives how many that were. */
static size_t gather(uint8_t *part, size_t *got, size_t whole, const uint8_t *bytes, size_t size) {
    size_t lacks = whole - *got;
    size_t taken = lacks < size ? lacks : size;
    if (taken > 0) {
        memcpy(part + *got, bytes, taken);
        *got += taken;
    }
    return taken;
}

static int take_content(struct unpacking *unpacking, const uint8_t *bytes, size_t size, size_t *taken) {
    *taken = unpacking->left < size ? (size_t)unpacking->left : size;
    unpacking->left -= *taken;
    unpacking->bytes += *taken;
    if (unpacking->kind == KIND_FILE) {
        int failure = file_write(unpacking->file, bytes, *taken);
        if (failure) {
            return failure;
        }
    } else {
        gather((uint8_t *)unpacking->target, &unpacking->got, sizeof unpacking->target, bytes, *taken);
    }
    return unpacking->left == 0 ? content_is_there(unpacking) : 0;
}

static int take_some(struct unpacking *unpacking, const uint8_t *bytes, size_t size, size_t *taken) {
    switch (unpacking->part) {
        case PART_HEAD:
            *taken = gather(unpacking->number, &unpacking->got, HEAD_SIZE, bytes, size);
            return unpacking->got == HEAD_SIZE ? head_is_there(unpacking) : 0;
        case PART_PATH:
            *taken = gather((uint8_t *)unpacking->path, &unpacking->got, unpacking->path_size, bytes, size);
            return unpacking->got == unpacking->path_size ? path_is_there(unpacking) : 0;
        case PART_SIZE:
            *taken = gather(unpacking->number, &unpacking->got, 8, bytes, size);
            return unpacking->got == 8 ? size_is_there(unpacking) : 0;
        case PART_CONTENT: return take_content(unpacking, bytes, size, taken);
    }
    return EINVAL;
}

/* A part of no length is there without a byte of its own. */
static bool wants_nothing(const struct unpacking *unpacking) {
    return unpacking->part == PART_CONTENT && unpacking->left == 0;
}

static void unpack_data(struct stream *stream, const uint8_t *bytes, size_t size) {
    struct unpacking *unpacking = (struct unpacking *)stream;
    for (size_t at = 0; at < size || wants_nothing(unpacking);) {
        size_t taken = 0;
        int failure = take_some(unpacking, bytes + at, size - at, &taken);
        at += taken;
        if (failure) {
            say_error(stream, failure, "unpack", *unpacking->path ? unpacking->path : unpacking->directory_name);
            return;
        }
    }
    handed_on(stream, size);
}

static void unpack_end(struct stream *stream) {
    const struct unpacking *unpacking = (struct unpacking *)stream;
    if (unpacking->part != PART_HEAD || unpacking->got > 0) {
        say_error(stream, EINVAL, "unpack", "it ends within an entry");
        return;
    }
    uint8_t result[16];
    put64(put64(result, unpacking->entries), unpacking->bytes);
    say_result(stream, result, sizeof result);
}

static void unpack_close(struct stream *stream) {
    const struct unpacking *unpacking = (struct unpacking *)stream;
    if (unpacking->file >= 0) {
        close(unpacking->file);
    }
    if (unpacking->directory >= 0) {
        close(unpacking->directory);
    }
}

const struct service unpack_service = {
    .size = sizeof(struct unpacking),
    .open = unpack_open,
    .data = unpack_data,
    .end = unpack_end,
    .close = unpack_close,
};
