#include "stream.h"

#include "ending.h"
#include "memory.h"
#include "output.h"
#include "services.h"

#include <string.h>

#define OURS 0x80000000u

static const struct service *const services[] = {
    [SERVICE_RUN] = &run_service,       [SERVICE_WRITE] = &write_service,   [SERVICE_READ] = &read_service,
    [SERVICE_STAT] = &stat_service,     [SERVICE_LIST] = &list_service,     [SERVICE_UNPACK] = &unpack_service,
    [SERVICE_LISTEN] = &listen_service,
};

enum { CREDIT_BATCH = 65536 };

static struct stream *streams;
static uint32_t last_of_worker;
static uint32_t last_of_ours = OURS;
static unsigned open_of_worker;
static unsigned open_of_ours;

static bool is_ours(uint32_t id) {
    return id >= OURS;
}

static struct stream *stream_new(uint32_t id, const struct service *service) {
    struct stream *stream = allocate(service->size);
    stream->id = id;
    stream->service = service;
    stream->window = WINDOW;
    for (int channel = 0; channel < CHANNELS; channel++) {
        stream->credit[channel] = WINDOW;
    }
    stream->next = streams;
    streams = stream;
    (*(is_ours(id) ? &open_of_ours : &open_of_worker))++;
    return stream;
}

void stream_over(struct stream *stream) {
    stream->over = true;
    (*(is_ours(stream->id) ? &open_of_ours : &open_of_worker))--;
}

static void stream_free(struct stream *stream) {
    if (stream->opened && stream->service->close) {
        stream->service->close(stream);
    }
    free(stream->request);
    free(stream);
}

static struct stream *stream_find(uint32_t id) {
    for (struct stream *stream = streams; stream; stream = stream->next) {
        if (stream->id == id && !stream->over) {
            return stream;
        }
    }
    return NULL;
}

bool stream_may_accept(void) {
    return open_of_ours < STREAMS_MOST && last_of_ours < UINT32_MAX;
}

struct stream *stream_accept(const struct service *service) {
    struct stream *stream = stream_new(++last_of_ours, service);
    stream->opened = true;
    return stream;
}

/* ---- What is said ---- */

void handed_on(struct stream *stream, size_t size) {
    stream->owed += (uint32_t)size;
    /* In batches: the worker has the rest of its window meanwhile. */
    if (stream->owed >= CREDIT_BATCH && !stream->over && !stream->heard_end) {
        uint8_t credit[5];
        put32(put8(credit, 0), stream->owed);
        say(stream->id, CREDIT, credit, sizeof credit);
        stream->window += stream->owed;
        stream->owed = 0;
    }
}

void say_end(struct stream *stream, uint8_t channel) {
    say(stream->id, END, &channel, 1);
}

void say_result(struct stream *stream, const void *result, size_t size) {
    say(stream->id, RESULT, result, size);
    stream_over(stream);
}

void say_reset(struct stream *stream) {
    say(stream->id, RESET, NULL, 0);
    stream_over(stream);
}

void say_error(struct stream *stream, int number, const char *what, const char *name) {
    uint8_t payload[SAID_MOST];
    size_t most = sizeof payload - 10;
    size_t what_size = strlen(what);
    size_t name_size = strlen(name);
    name_size = name_size < most - what_size ? name_size : most - what_size;
    uint8_t *at = put32(payload, (uint32_t)number);
    at = put32(at, (uint32_t)(what_size + 2 + name_size));
    memcpy(at, what, what_size);
    memcpy(at + what_size, ": ", 2);
    memcpy(at + what_size + 2, name, name_size);
    say(stream->id, ERROR, payload, 8 + what_size + 2 + name_size);
    stream_over(stream);
}

/* ---- What is heard ---- */

static void hear_request(struct stream *stream, const uint8_t *bytes, size_t size) {
    if (size > stream->request_size - stream->request_got) {
        breach("a request is longer than it said");
        return;
    }
    if (size > 0) {
        memcpy(stream->request + stream->request_got, bytes, size);
        stream->request_got += (uint32_t)size;
    }
    if (stream->request_got == stream->request_size) {
        struct reader reader = {.at = stream->request, .left = stream->request_size};
        stream->opened = true;
        stream->service->open(stream, &reader);
    }
}

static void hear_open(uint32_t id, const uint8_t *payload, size_t size) {
    if (id <= last_of_worker || is_ours(id)) {
        breach("OPEN of a number that was used before or is not the worker's");
    } else if (open_of_worker == STREAMS_MOST) {
        breach("OPEN of one stream too many");
    } else if (size < 5) {
        breach("OPEN without a request");
    } else if (payload[0] >= sizeof services / sizeof *services || !services[payload[0]]) {
        breach("OPEN of a service that there is not");
    } else if (get32(payload + 1) > REQUEST_MOST) {
        breach("a request is too long");
    } else {
        last_of_worker = id;
        struct stream *stream = stream_new(id, services[payload[0]]);
        stream->request_size = get32(payload + 1);
        stream->request = allocate((size_t)stream->request_size + 1);
        hear_request(stream, payload + 5, size - 5);
    }
}

static void hear_data(struct stream *stream, const uint8_t *payload, size_t size) {
    if (size < 2 || payload[0] != 0 || !stream->service->data) {
        breach("DATA on a channel that there is not, or none of it");
    } else if (stream->heard_end) {
        breach("DATA after END");
    } else if (size - 1 > stream->window) {
        breach("DATA over its credit");
    } else {
        stream->window -= (uint32_t)(size - 1);
        stream->service->data(stream, payload + 1, size - 1);
    }
}

static void hear_end(struct stream *stream, const uint8_t *payload, size_t size) {
    if (size != 1 || payload[0] != 0 || !stream->service->end) {
        breach("END of a channel that there is not");
    } else if (stream->heard_end) {
        breach("END after END");
    } else {
        stream->heard_end = true;
        stream->service->end(stream);
    }
}

static void hear_credit(struct stream *stream, const uint8_t *payload, size_t size) {
    if (size != 5 || payload[0] >= CHANNELS) {
        breach("CREDIT for a channel that there is not");
        return;
    }
    uint32_t more = get32(payload + 1);
    if (more > UINT32_MAX - stream->credit[payload[0]]) {
        breach("more CREDIT than can be counted");
        return;
    }
    stream->credit[payload[0]] += more;
}

static void hear_signal(struct stream *stream, const uint8_t *payload, size_t size) {
    if (size != 1 || payload[0] < 1 || payload[0] > 64 || !stream->service->signal) {
        breach("a SIGNAL that there is not");
        return;
    }
    stream->service->signal(stream, payload[0]);
}

static void hear_reset(struct stream *stream) {
    stream_over(stream);
    if (stream->service->reset && stream->opened) {
        stream->service->reset(stream);
    }
}

/* It was open once: what was on its way when it ended means nothing any more. */
static bool was_open(uint32_t id) {
    return is_ours(id) ? id != OURS && id <= last_of_ours : id <= last_of_worker;
}

void stream_frame(uint32_t id, enum frame_type type, const uint8_t *payload, size_t size) {
    if (type == OPEN) {
        hear_open(id, payload, size);
        return;
    }
    struct stream *stream = stream_find(id);
    if (!stream) {
        if (!was_open(id)) {
            breach("a frame of a stream that was never open");
        }
        return;
    }
    if ((type == MORE) == stream->opened && type != RESET) {
        breach(stream->opened ? "MORE of a request that is whole" : "a frame before its request is whole");
        return;
    }
    switch (type) {
        case MORE: hear_request(stream, payload, size); break;
        case DATA: hear_data(stream, payload, size); break;
        case END: hear_end(stream, payload, size); break;
        case CREDIT: hear_credit(stream, payload, size); break;
        case SIGNAL: hear_signal(stream, payload, size); break;
        case RESET: hear_reset(stream); break;
        case HELLO:
        case PING:
        case PONG:
        case LIFETIME:
        case OPEN:
        case OPENED:
        case ACCEPTED:
        case RESULT:
        case ERROR: breach("a type that is not the worker's to send"); break;
    }
}

/* ---- Turns ---- */

void each_stream(const struct service *service, void (*call)(struct stream *, void *), void *argument) {
    for (struct stream *stream = streams; stream; stream = stream->next) {
        if (stream->service == service) {
            call(stream, argument);
        }
    }
}

static bool is_at_work(const struct stream *stream) {
    return stream->over ? stream->lingers : stream->opened;
}

void streams_wait(void) {
    /* Without room no stream works, so that none may wake the loop. */
    for (struct stream *stream = streams; stream && output_has_room(); stream = stream->next) {
        if (is_at_work(stream) && stream->service->wait) {
            stream->service->wait(stream);
        }
    }
}

static void free_those_over(void) {
    for (struct stream **link = &streams; *link;) {
        struct stream *stream = *link;
        if (stream->over && !stream->lingers) {
            *link = stream->next;
            stream_free(stream);
        } else {
            link = &stream->next;
        }
    }
}

/* Whoever was first in this turn is last in the next: room is for all. */
static void rotate(void) {
    struct stream *first = streams;
    if (!first || !first->next) {
        return;
    }
    struct stream *last = first;
    while (last->next) {
        last = last->next;
    }
    streams = first->next;
    first->next = NULL;
    last->next = first;
}

void streams_work(void) {
    for (struct stream *stream = streams; stream && output_has_room(); stream = stream->next) {
        if (is_at_work(stream) && stream->service->work) {
            stream->service->work(stream);
        }
    }
    free_those_over();
    rotate();
}

void streams_free(void) {
    while (streams) {
        struct stream *stream = streams;
        streams = stream->next;
        stream_free(stream);
    }
    last_of_worker = 0;
    last_of_ours = OURS;
    open_of_worker = open_of_ours = 0;
}
