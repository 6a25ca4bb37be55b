#include "waits.h"

#include "memory.h"

#include <time.h>

static struct pollfd *files;
static nfds_t count;
static nfds_t capacity;
static int64_t until;

int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

void waits_begin(void) {
    count = 0;
    until = NEVER;
}

int wait_for(int fd, short events) {
    if (count == capacity) {
        capacity = capacity ? capacity * 2 : 64;
        files = reallocate(files, capacity * sizeof *files);
    }
    files[count] = (struct pollfd){.fd = fd, .events = events};
    return (int)count++;
}

void wait_until(int64_t moment) {
    if (moment != NEVER && (until == NEVER || moment < until)) {
        until = moment;
    }
}

static int timeout(void) {
    if (until == NEVER) {
        return -1;
    }
    int64_t left = until - now();
    if (left <= 0) {
        return 0;
    }
    /* Rounded up, so that what was waited for is due; an hour at most, so that it fits. */
    return left < 3600000000 ? (int)((left + 999) / 1000) : 3600000;
}

void waits_wait(void) {
    if (poll(files, count, timeout()) <= 0) {
        for (nfds_t i = 0; i < count; i++) {
            files[i].revents = 0;
        }
    }
}

short ready(int slot) {
    return slot < 0 ? 0 : files[slot].revents;
}

void waits_free(void) {
    free(files);
    files = NULL;
    count = capacity = 0;
}
