/*
 * Bytes as the worker's side of the wire, for libFuzzer, and for anything else that calls LLVMFuzzerTestOneInput.
 *
 * The first byte of an input says how it goes in: by how many bytes at a time, how slowly its answers are read, and
 * whether the rest are the bytes of the wire as they are (highest bit) or a script, of which each step becomes a whole
 * frame:
 *
 *   u8 step | u8 stream | u16 length | length bytes
 *
 * Streams from 128 are the tether's own. An OPEN's request gets its length from the step, and, as stream 0, the next
 * number; so that what is changed at random remains a request.
 */
#include "bytes.h"
#include "confinement.h"
#include "ending.h"
#include "leftovers.h"
#include "listener.h"
#include "loop.h"
#include "pretence.h"
#include "protocol.h"
#include "stream.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The sanitizers call these before they report: their symbols and the crash's file are in the machine's own files. */
void __asan_on_error(void);
void __ubsan_on_report(void);

enum { RAW = 0x80, IDLE_TURNS = 40, WIRE_MOST = 4 * 1024 * 1024 };

enum step { STEP_OPEN, STEP_DATA, STEP_END, STEP_CREDIT, STEP_RESET, STEP_SIGNAL, STEP_MUCH_DATA, STEP_LONG_OPEN,
            STEP_MORE, STEP_PING, STEP_LIFETIME, STEP_OTHER, STEPS };

static uint8_t wire[WIRE_MOST];
static size_t wire_size;
static uint32_t last_opened;

static void put_frame(uint32_t stream, uint8_t type, const uint8_t *head, size_t head_size, const uint8_t *payload,
                      size_t size) {
    if (WIRE_MOST - wire_size < FRAME_HEADER + head_size + size) {
        return;
    }
    uint8_t *at = put32(put32(wire + wire_size, stream), (uint32_t)type << 24 | (uint32_t)(head_size + size));
    if (head_size > 0) {
        memcpy(at, head, head_size);
    }
    if (size > 0) {
        memcpy(at + head_size, payload, size);
    }
    wire_size += FRAME_HEADER + head_size + size;
}

static void put_hello(void) {
    put_frame(0, HELLO, (const uint8_t *)"MLRT\0\1\0\0\xff\xff\0\0\0\x3c", 14, NULL, 0);
}

static void put_open(uint32_t stream, const uint8_t *payload, size_t size, uint32_t lacking) {
    uint8_t head[5];
    if (stream == 0) {
        stream = ++last_opened;
    } else if (stream > last_opened) {
        last_opened = stream;
    }
    if (size > 0 && size < FRAME_MOST - 4) {
        put32(put8(head, payload[0]), (uint32_t)size - 1 + lacking);
        put_frame(stream, OPEN, head, sizeof head, payload + 1, size - 1);
    }
}

static void put_much(uint32_t stream, const uint8_t *payload, size_t size) {
    static uint8_t much[DATA_MOST];
    for (size_t i = 0; size > 0 && i < sizeof much; i++) {
        much[i] = payload[i % size];
    }
    put_frame(stream, DATA, (const uint8_t *)"", 1, much, sizeof much);
}

static void put_credit(uint32_t stream, const uint8_t *payload, size_t size) {
    if (size == 5) {
        listener_credit(stream, payload[0], get32(payload + 1));
    }
    put_frame(stream, CREDIT, NULL, 0, payload, size);
}

static void put_step(enum step step, uint32_t stream, const uint8_t *payload, size_t size) {
    switch (step) {
        case STEP_OPEN: put_open(stream, payload, size, 0); break;
        case STEP_LONG_OPEN: put_open(stream, payload, size, 1); break; /* MORE brings the rest */
        case STEP_DATA: put_frame(stream, DATA, (const uint8_t *)"", 1, payload, size); break;
        case STEP_MUCH_DATA: put_much(stream, payload, size); break;
        case STEP_END: put_frame(stream, END, (const uint8_t *)"", 1, payload, 0); break;
        case STEP_CREDIT: put_credit(stream, payload, size); break;
        case STEP_RESET: put_frame(stream, RESET, NULL, 0, payload, 0); break;
        case STEP_SIGNAL: put_frame(stream, SIGNAL, NULL, 0, payload, size); break;
        case STEP_MORE: put_frame(stream, MORE, NULL, 0, payload, size); break;
        case STEP_PING: put_frame(0, PING, (const uint8_t *)"12345678", 8, payload, 0); break;
        case STEP_LIFETIME: put_frame(0, LIFETIME, NULL, 0, payload, size); break;
        case STEP_OTHER:
        case STEPS:
            if (size > 0) {
                put_frame(stream, payload[0], NULL, 0, payload + 1, size - 1);
            }
            break;
    }
}

static void put_script(const uint8_t *data, size_t size) {
    put_hello();
    for (size_t at = 0; size - at >= 4;) {
        uint32_t stream = data[at + 1] < 128 ? data[at + 1] : 0x80000001u + data[at + 1] - 128;
        size_t length = (size_t)(data[at + 2] << 8 | data[at + 3]);
        enum step step = (enum step)(data[at] % STEPS);
        at += 4;
        length = length < size - at ? length : size - at;
        put_step(step, stream, data + at, length);
        at += length;
    }
}

/* Of bytes as they are it is not known what they allow. */
static void put_raw(const uint8_t *data, size_t size) {
    for (uint32_t stream = 0; stream < 2048; stream++) {
        for (uint8_t channel = 0; channel < CHANNELS; channel++) {
            listener_credit(stream, channel, UINT32_MAX);
            listener_credit(stream | 0x80000000u, channel, UINT32_MAX);
        }
    }
    memcpy(wire, data, size);
    wire_size = size;
}

static void turn(int answers, unsigned pace) {
    static unsigned turns;
    loop_turn();
    if (turns++ % (pace + 1) == 0) {
        listener_read(answers, pace == 3 ? 1000 : 1u << 20);
    }
}

static void serve(uint8_t how) {
    int in[2];
    int out[2];
    if (pipe2(in, O_NONBLOCK | O_CLOEXEC) < 0 || pipe2(out, O_NONBLOCK | O_CLOEXEC) < 0) {
        abort();
    }
    static const size_t cuts[] = {65536, 1, 7, 4096};
    size_t cut = cuts[how >> 2 & 3];
    cut = cut < wire_size / 256 ? wire_size / 256 : cut; /* no more turns than it is worth */
    unsigned pace = how & 3;
    loop_begin(in[0], out[1]);
    for (size_t at = 0; at < wire_size && !is_ending();) {
        ssize_t written = write(in[1], wire + at, cut < wire_size - at ? cut : wire_size - at);
        at += written > 0 ? (size_t)written : 0;
        turn(out[0], pace);
    }
    for (int i = 0; i < IDLE_TURNS && !is_ending(); i++) {
        turn(out[0], pace);
    }
    close(in[1]);
    for (int i = 0; i < IDLE_TURNS && !is_ending(); i++) {
        turn(out[0], 0);
    }
    listener_read(out[0], 1u << 20);
    close(in[0]);
    close(out[0]);
    close(out[1]);
}

static int lowest_free_file(void) {
    int fd = dup(0);
    close(fd);
    return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1 || size > WIRE_MOST) {
        return 0;
    }
    int files = lowest_free_file();
    wire_size = 0;
    last_opened = 0;
    listener_begin();
    if (data[0] & RAW) {
        put_raw(data + 1, size - 1);
    } else {
        put_script(data + 1, size - 1);
    }
    confinement_enter();
    serve(data[0]);
    listener_end();
    streams_free();
    leftovers_free();
    ending_reset();
    pretence_end();
    confinement_leave();
    if (lowest_free_file() != files) {
        fprintf(stderr, "a file was left open\n");
        abort();
    }
    return 0;
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    signal(SIGPIPE, SIG_IGN);
    confine();
    return 0;
}

void __asan_on_error(void) {
    confinement_abandon();
}

void __ubsan_on_report(void) {
    confinement_abandon();
}
