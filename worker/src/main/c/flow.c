#include "flow.h"

#include "memory.h"
#include "output.h"
#include "waits.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void inlet_open(struct inlet *inlet, int fd) {
    *inlet = (struct inlet){.fd = fd, .slot = -1};
}

/* Writes until it is done or would wait. Gives how many bytes were written, or -1 if the file takes no more. */
static ssize_t write_some(int fd, const uint8_t *bytes, size_t size) {
    size_t done = 0;
    while (done < size) {
        ssize_t written = write(fd, bytes + done, size - done);
        if (written >= 0) {
            done += (size_t)written;
        } else if (errno == EAGAIN) {
            break;
        } else if (errno != EINTR) {
            return -1;
        }
    }
    return (ssize_t)done;
}

static void keep(struct inlet *inlet, const uint8_t *bytes, size_t size) {
    if (!inlet->waiting) {
        inlet->waiting = allocate(WINDOW);
        inlet->start = 0;
    }
    uint32_t at = (inlet->start + inlet->length) % WINDOW;
    size_t before_wrap = size < WINDOW - at ? size : WINDOW - at;
    memcpy(inlet->waiting + at, bytes, before_wrap);
    memcpy(inlet->waiting, bytes + before_wrap, size - before_wrap);
    inlet->length += (uint32_t)size; /* credit keeps this within the window */
}

enum flow inlet_data(struct stream *stream, struct inlet *inlet, const uint8_t *bytes, size_t size) {
    if (inlet->fd < 0) {
        handed_on(stream, size);
        return FLOWS;
    }
    size_t done = 0;
    if (inlet->length == 0) {
        ssize_t written = write_some(inlet->fd, bytes, size);
        if (written < 0) {
            handed_on(stream, size);
            return BROKEN;
        }
        done = (size_t)written;
        handed_on(stream, done);
    }
    if (done < size) {
        keep(inlet, bytes + done, size - done);
    }
    return FLOWS;
}

static enum flow state(const struct inlet *inlet) {
    return inlet->ending && inlet->length == 0 ? DRY : FLOWS;
}

enum flow inlet_end(struct inlet *inlet) {
    inlet->ending = true;
    return state(inlet);
}

void inlet_wait(struct inlet *inlet) {
    inlet->slot = inlet->fd >= 0 && inlet->length > 0 ? wait_for(inlet->fd, POLLOUT) : -1;
}

enum flow inlet_work(struct stream *stream, struct inlet *inlet) {
    if (!ready(inlet->slot)) {
        return FLOWS;
    }
    while (inlet->length > 0) {
        uint32_t whole = WINDOW - inlet->start;
        uint32_t size = inlet->length < whole ? inlet->length : whole;
        ssize_t written = write_some(inlet->fd, inlet->waiting + inlet->start, size);
        if (written < 0) {
            return BROKEN;
        }
        inlet->start = (inlet->start + (uint32_t)written) % WINDOW;
        inlet->length -= (uint32_t)written;
        handed_on(stream, (size_t)written);
        if ((uint32_t)written < size) {
            return FLOWS;
        }
    }
    free(inlet->waiting);
    inlet->waiting = NULL;
    return state(inlet);
}

void inlet_close(struct stream *stream, struct inlet *inlet) {
    if (inlet->fd >= 0) {
        close(inlet->fd);
        inlet->fd = -1;
    }
    inlet->slot = -1;
    free(inlet->waiting);
    inlet->waiting = NULL;
    handed_on(stream, inlet->length);
    inlet->length = 0;
}

void outlet_open(struct outlet *outlet, int fd, uint8_t channel) {
    *outlet = (struct outlet){.fd = fd, .slot = -1, .channel = channel};
}

void outlet_wait(const struct stream *stream, struct outlet *outlet) {
    outlet->slot = -1;
    if (outlet->fd >= 0 && stream->credit[outlet->channel] > 0 && output_has_room_for_data()) {
        outlet->slot = wait_for(outlet->fd, POLLIN);
        if (outlet->counted) {
            wait_until(0); /* what counts is there already, or never comes */
        }
    }
}

enum flow outlet_work(struct stream *stream, struct outlet *outlet) {
    if (outlet->fd < 0 || (!outlet->counted && !ready(outlet->slot))) {
        return FLOWS;
    }
    if (outlet->counted && outlet->left == 0) {
        return DRY;
    }
    uint32_t most = stream->credit[outlet->channel];
    if (most == 0 || !output_has_room_for_data()) {
        return FLOWS;
    }
    most = most < DATA_MOST ? most : DATA_MOST;
    if (outlet->counted && outlet->left < most) {
        most = outlet->left;
    }
    ssize_t size = read(outlet->fd, output_data(), most);
    if (size > 0) {
        output_data_is(stream->id, outlet->channel, (size_t)size);
        stream->credit[outlet->channel] -= (uint32_t)size;
        outlet->left -= outlet->counted ? (uint32_t)size : 0;
        return FLOWS;
    }
    if (size == 0) {
        return DRY;
    }
    if (errno == EINTR || (errno == EAGAIN && !outlet->counted)) {
        return FLOWS;
    }
    return errno == EAGAIN ? DRY : BROKEN;
}

void outlet_close(struct outlet *outlet) {
    if (outlet->fd >= 0) {
        close(outlet->fd);
        outlet->fd = -1;
    }
    outlet->slot = -1;
}
