#include "leftovers.h"

#include "waits.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { MOST = 64 };

static struct {
    int fd;
    int slot;
} pipes[MOST];
static int count;

static void drop(int which) {
    close(pipes[which].fd);
    count--;
    memmove(pipes + which, pipes + which + 1, (size_t)(count - which) * sizeof *pipes);
}

void leftover(int fd) {
    if (count == MOST) {
        drop(0);
    }
    pipes[count].fd = fd;
    pipes[count].slot = -1;
    count++;
}

void leftovers_wait(void) {
    for (int i = 0; i < count; i++) {
        pipes[i].slot = wait_for(pipes[i].fd, POLLIN);
    }
}

void leftovers_work(void) {
    static char dropped[65536];
    for (int i = count - 1; i >= 0; i--) {
        if (ready(pipes[i].slot)) {
            ssize_t size = read(pipes[i].fd, dropped, sizeof dropped);
            if (size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR)) {
                drop(i);
            }
        }
    }
}

void leftovers_free(void) {
    while (count > 0) {
        drop(count - 1);
    }
}
