/* Streams: their numbers, their credit, and which service each is for. */
#ifndef STREAM_H
#define STREAM_H

#include "bytes.h"
#include "protocol.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct service;

/* The first member of what a service keeps for a stream. */
struct stream {
    uint32_t id;
    const struct service *service;
    uint8_t *request; /* lives as long as the stream, since what was taken from it points into it */
    uint32_t request_size;
    uint32_t request_got;
    uint32_t credit[CHANNELS]; /* what may still be sent */
    uint32_t window;           /* what the worker may still send */
    uint32_t owed;             /* what was handed on since the last CREDIT */
    bool opened; /* its request is whole, and the service knows of it */
    bool heard_end;
    bool over;    /* nothing more is said or heard on it */
    bool lingers; /* though over, it has something to see to, and is not freed yet */
    struct stream *next;
};

/* What a service does with its streams. Whatever is NULL is not for it. */
struct service {
    size_t size;
    /* The request is there, whole. */
    void (*open)(struct stream *stream, struct reader *request);
    /* DATA on channel 0, within its credit; the service says handed_on when it has got rid of it. */
    void (*data)(struct stream *stream, const uint8_t *bytes, size_t size);
    /* END on channel 0. */
    void (*end)(struct stream *stream);
    void (*signal)(struct stream *stream, int number);
    /* The worker's RESET; the stream is over already. */
    void (*reset)(struct stream *stream);
    /* Once a turn: what to wait for, and then doing what can be done without waiting. */
    void (*wait)(struct stream *stream);
    void (*work)(struct stream *stream);
    /* Frees everything beside the stream itself. */
    void (*close)(struct stream *stream);
};

/* Frames of streams, from OPEN to RESET. */
void stream_frame(uint32_t id, enum frame_type type, const uint8_t *payload, size_t size);

/* There may be one more stream of the tether's own making. */
bool stream_may_accept(void);
struct stream *stream_accept(const struct service *service);

/* So many bytes of DATA were handed on or dropped, and the worker may send as many more. */
void handed_on(struct stream *stream, size_t size);

/* Nothing more is said or heard on it: it was closed by an END, or by the worker. */
void stream_over(struct stream *stream);

/* The last words on a stream. */
void say_result(struct stream *stream, const void *result, size_t size);
void say_reset(struct stream *stream);

/* "what: name" could not be done, because of an errno. */
void say_error(struct stream *stream, int number, const char *what, const char *name);

void say_end(struct stream *stream, uint8_t channel);

/* Calls something for each stream of a service, also those that linger. */
void each_stream(const struct service *service, void (*call)(struct stream *, void *), void *argument);

void streams_wait(void);
void streams_work(void);

/* Frees everything, as if no stream had ever been. */
void streams_free(void);

#endif
