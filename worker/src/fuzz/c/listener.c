#include "listener.h"

#include "bytes.h"
#include "confinement.h"
#include "protocol.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HALF = 2048, CLIENTS = 32 };

/* By number; of the tether's own streams in the second half. */
static struct {
    int64_t sent[CHANNELS];
    int64_t credit[CHANNELS];
    bool over;
} streams[2 * HALF];

static uint8_t buffer[4 * FRAME_MOST];
static size_t size;
static bool greeted;
static int clients[CLIENTS];
static int client_count;

static void wrong(const char *what, uint32_t stream) {
    confinement_abandon();
    fprintf(stderr, "the tether breaks the protocol on stream %u: %s\n", stream, what);
    abort();
}

static int index_of(uint32_t stream) {
    uint32_t number = stream & 0x7fffffff;
    return number < HALF ? (int)(number + (stream >> 31) * HALF) : -1;
}

void listener_begin(void) {
    memset(streams, 0, sizeof streams);
    size = 0;
    greeted = false;
    client_count = 0;
}

void listener_end(void) {
    while (client_count > 0) {
        close(clients[--client_count]);
    }
}

void listener_credit(uint32_t stream, uint8_t channel, uint32_t more) {
    int index = index_of(stream);
    if (index >= 0 && channel < CHANNELS) {
        streams[index].credit[channel] += more;
    }
}

/* A program in the sandbox finds the port, says something, and half of them nothing more. */
static void use_port(uint16_t port) {
    if (client_count == CLIENTS) {
        return;
    }
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1}, sizeof(struct linger));
    if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0 && send(fd, "hello", 5, MSG_NOSIGNAL) == 5
        && client_count % 2 == 1) {
        shutdown(fd, SHUT_WR);
    }
    clients[client_count++] = fd;
}

static void hear_data(uint32_t stream, int index, const uint8_t *payload, size_t length) {
    if (length < 2 || payload[0] >= CHANNELS) {
        wrong("an empty DATA, or on no channel", stream);
    }
    streams[index].sent[payload[0]] += (int64_t)length - 1;
    if (streams[index].sent[payload[0]] > WINDOW + streams[index].credit[payload[0]]) {
        wrong("DATA over its credit", stream);
    }
}

static void hear_of_stream(uint32_t stream, uint8_t type, const uint8_t *payload, size_t length) {
    int index = index_of(stream);
    if (index < 0) {
        return;
    }
    if (streams[index].over) {
        wrong("a frame after the last", stream);
    }
    switch (type) {
        case OPENED: use_port((uint16_t)(payload[0] << 8 | payload[1])); break;
        case DATA: hear_data(stream, index, payload, length); break;
        case ACCEPTED:
        case END:
        case CREDIT: break;
        case RESET:
        case RESULT:
        case ERROR: streams[index].over = true; break;
        default: wrong("a type that is not the tether's", stream);
    }
}

static void hear(uint32_t stream, uint8_t type, const uint8_t *payload, size_t length) {
    if (greeted != (type != HELLO)) {
        wrong("HELLO is not the first, or not the only one", stream);
    }
    greeted = true;
    if (stream > 0) {
        hear_of_stream(stream, type, payload, length);
    } else if (type != HELLO && (type != PONG || length != 8)) {
        wrong("a type that is not for stream 0", stream);
    }
}

void listener_read(int fd, unsigned most) {
    size_t room = sizeof buffer - size;
    ssize_t more = read(fd, buffer + size, most < room ? most : room);
    size += more > 0 ? (size_t)more : 0;
    size_t at = 0;
    while (size - at >= FRAME_HEADER) {
        size_t length = get32(buffer + at + 4) & 0xffffff;
        if (length > FRAME_MOST) {
            wrong("a frame is too long", get32(buffer + at));
        }
        if (size - at < FRAME_HEADER + length) {
            break;
        }
        hear(get32(buffer + at), buffer[at + 4], buffer + at + FRAME_HEADER, length);
        at += FRAME_HEADER + length;
    }
    memmove(buffer, buffer + at, size - at);
    size -= at;
}
