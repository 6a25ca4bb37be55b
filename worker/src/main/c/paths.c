#include "paths.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

static int make(int directory, const char *path) {
    return mkdirat(directory, path, 0777) == 0 || errno == EEXIST ? 0 : errno;
}

int make_parents(int directory, char *path) {
    for (char *slash = strchr(path + (*path == '/'), '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        int failure = make(directory, path);
        *slash = '/';
        if (failure) {
            return failure;
        }
    }
    return 0;
}

int make_directories(int directory, char *path) {
    int failure = make_parents(directory, path);
    return failure ? failure : make(directory, path);
}

bool is_inside(const char *path) {
    for (;;) {
        size_t size = strcspn(path, "/");
        if (size == 0 || (size == 1 && path[0] == '.') || (size == 2 && path[0] == '.' && path[1] == '.')) {
            return false;
        }
        if (!path[size]) {
            return true;
        }
        path += size + 1;
    }
}
