#include "output.h"

#include "bytes.h"
#include "ending.h"
#include "waits.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { CAPACITY = 1024 * 1024, RESERVE = 65536, STEP = 8192, HEAD = FRAME_HEADER + 1 };

static uint8_t buffer[CAPACITY];
static size_t start; /* what is before it was written */
static size_t stop;
static int output;
static int slot;

void output_open(int fd) {
    output = fd;
    start = stop = 0;
    slot = -1;
}

static void compact(void) {
    memmove(buffer, buffer + start, stop - start);
    stop -= start;
    start = 0;
}

bool output_has_room(void) {
    return CAPACITY - (stop - start) >= STEP;
}

bool output_has_room_for_data(void) {
    /* Moving less than half of the buffer frees more than it costs; moving more would be done for every frame. */
    if (CAPACITY - stop < HEAD + DATA_MOST + RESERVE && start >= CAPACITY / 2) {
        compact();
    }
    return CAPACITY - stop >= HEAD + DATA_MOST + RESERVE;
}

static uint8_t *put_header(uint8_t *at, uint32_t stream, enum frame_type type, size_t size) {
    return put32(put32(at, stream), (uint32_t)type << 24 | (uint32_t)size);
}

void say(uint32_t stream, enum frame_type type, const void *payload, size_t size) {
    if (CAPACITY - stop < FRAME_HEADER + size) {
        compact();
    }
    uint8_t *at = put_header(buffer + stop, stream, type, size);
    if (size > 0) {
        memcpy(at, payload, size);
    }
    stop += FRAME_HEADER + size;
}

uint8_t *output_data(void) {
    return buffer + stop + HEAD;
}

void output_data_is(uint32_t stream, uint8_t channel, size_t size) {
    put8(put_header(buffer + stop, stream, DATA, size + 1), channel);
    stop += HEAD + size;
}

void output_wait(void) {
    /* Even with nothing to write: that the other end has closed its side is told without being asked for. */
    slot = wait_for(output, start < stop ? POLLOUT : 0);
}

void output_flush(void) {
    if (ready(slot) & (POLLERR | POLLHUP | POLLNVAL)) {
        end_with(END_WIRE, "nobody reads the output");
        return;
    }
    while (start < stop) {
        ssize_t written = write(output, buffer + start, stop - start);
        if (written > 0) {
            start += (size_t)written;
        } else if (written < 0 && errno == EAGAIN) {
            return;
        } else if (written < 0 && errno != EINTR) {
            end_with(END_WIRE, "the output cannot be written");
            return;
        }
    }
    start = stop = 0;
}
