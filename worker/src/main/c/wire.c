#include "wire.h"

#include "bytes.h"
#include "ending.h"
#include "output.h"
#include "stream.h"
#include "waits.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { CAPACITY = 512 * 1024, SECOND = 1000000, SILENCE_BEFORE_HELLO = 60 };

extern char **environ;

static const char magic[] = {'M', 'L', 'R', 'T'};

static uint8_t buffer[CAPACITY];
static size_t start;
static size_t stop;
static int input;
static int slot;
static bool greeted;
static int64_t lifetime_over; /* NEVER before the worker's hello */
static int64_t silence;
static int64_t last_heard;

static void say_hello(void) {
    static uint8_t hello[FRAME_MOST];
    uint8_t *at = hello + sizeof magic + 2 + 4;
    uint32_t count = 0;
    for (char **variable = environ; *variable; variable++) {
        size_t size = strlen(*variable);
        /* A frame is all the room that there is: of an environment that is larger the rest is not told. */
        if (size + 4 <= (size_t)(hello + sizeof hello - at)) {
            at = put32(at, (uint32_t)size);
            memcpy(at, *variable, size);
            at += size;
            count++;
        }
    }
    memcpy(hello, magic, sizeof magic);
    put32(put16(hello + sizeof magic, VERSION), count);
    say(0, HELLO, hello, (size_t)(at - hello));
}

void wire_open(int fd) {
    input = fd;
    start = stop = 0;
    slot = -1;
    greeted = false;
    lifetime_over = NEVER;
    silence = (int64_t)SILENCE_BEFORE_HELLO * SECOND;
    last_heard = now();
    say_hello();
}

static void set_lifetime(uint32_t seconds) {
    lifetime_over = now() + (int64_t)seconds * SECOND;
}

static void hear_hello(const uint8_t *payload, size_t size) {
    enum { SIZE = sizeof magic + 2 + 4 + 4 };
    if (greeted || size != SIZE || memcmp(payload, magic, sizeof magic) != 0 || (payload[4] | payload[5]) == 0) {
        breach("something else than its HELLO");
        return;
    }
    greeted = true;
    set_lifetime(get32(payload + 6));
    silence = (int64_t)get32(payload + 10) * SECOND;
}

static void connection_frame(uint32_t type, const uint8_t *payload, size_t size) {
    if (type == HELLO) {
        hear_hello(payload, size);
    } else if (type == PING && size == 8) {
        say(0, PONG, payload, size);
    } else if (type == LIFETIME && size == 4) {
        set_lifetime(get32(payload));
    } else {
        breach("a frame that is not for stream 0, or of the wrong size");
    }
}

static bool is_known(uint32_t type) {
    switch ((enum frame_type)type) {
        case HELLO:
        case PING:
        case PONG:
        case LIFETIME:
        case OPEN:
        case MORE:
        case OPENED:
        case ACCEPTED:
        case DATA:
        case END:
        case CREDIT:
        case SIGNAL:
        case RESET:
        case RESULT:
        case ERROR: return true;
    }
    return false;
}

static void frame(uint32_t stream, uint32_t type, const uint8_t *payload, size_t size) {
    if (!is_known(type)) {
        breach("a type that there is not");
    } else if (!greeted && (stream != 0 || type != HELLO)) {
        breach("something else than its HELLO");
    } else if (stream == 0) {
        connection_frame(type, payload, size);
    } else {
        stream_frame(stream, (enum frame_type)type, payload, size);
    }
}

/* All whole frames, as long as there is room for what is said to them. */
static void frames(void) {
    while (stop - start >= FRAME_HEADER && output_has_room() && !is_ending()) {
        uint32_t type = buffer[start + 4];
        size_t size = get32(buffer + start + 4) & 0xffffff;
        if (size > FRAME_MOST) {
            breach("a frame is too long");
            return;
        }
        if (stop - start < FRAME_HEADER + size) {
            return;
        }
        frame(get32(buffer + start), type, buffer + start + FRAME_HEADER, size);
        start += FRAME_HEADER + size;
    }
}

static bool has_frame(void) {
    return stop - start >= FRAME_HEADER
        && stop - start >= FRAME_HEADER + (size_t)(get32(buffer + start + 4) & 0xffffff);
}

void wire_wait(void) {
    wait_until(lifetime_over);
    wait_until(last_heard + silence);
    /* Without room to answer nothing is read: then it is the other end's turn. */
    slot = output_has_room() ? wait_for(input, POLLIN) : -1;
    if (output_has_room() && has_frame()) {
        wait_until(0);
    }
}

static void read_input(void) {
    memmove(buffer, buffer + start, stop - start);
    stop -= start;
    start = 0;
    if (stop == CAPACITY) {
        return;
    }
    ssize_t size = read(input, buffer + stop, CAPACITY - stop);
    if (size > 0) {
        stop += (size_t)size;
        last_heard = now();
    } else if (size == 0) {
        end_with(END_WIRE, "end of input");
    } else if (errno != EAGAIN && errno != EINTR) {
        end_with(END_WIRE, "the input cannot be read");
    }
}

void wire_work(void) {
    if (ready(slot)) {
        read_input();
    }
    frames();
    int64_t moment = now();
    if (lifetime_over != NEVER && moment >= lifetime_over) {
        end_with(END_LIFETIME, "its lifetime is over");
    } else if (moment >= last_heard + silence) {
        end_with(END_SILENCE, "it heard nothing");
    }
}
