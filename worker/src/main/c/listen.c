#include "ending.h"
#include "flow.h"
#include "output.h"
#include "services.h"
#include "waits.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 128, PAUSE = 100000 };

struct listening {
    struct stream stream;
    int fd;
    int slot;
    int64_t not_before; /* after a failure that would repeat itself at once */
};

struct connection {
    struct stream stream;
    int fd;
    struct inlet in;
    struct outlet out;
};

/* ---- A connection ---- */

static void close_connection(struct stream *stream) {
    struct connection *connection = (struct connection *)stream;
    connection->in.fd = connection->out.fd = -1; /* both are the socket */
    inlet_close(stream, &connection->in);
    if (connection->fd >= 0) {
        close(connection->fd);
        connection->fd = -1;
    }
}

static void connection_wait(struct stream *stream) {
    struct connection *connection = (struct connection *)stream;
    inlet_wait(&connection->in);
    outlet_wait(stream, &connection->out);
}

/* The command's side: a half is closed as its END comes or goes, the socket with the second. */
static void connection_flows(struct stream *stream, enum flow in, enum flow out) {
    struct connection *connection = (struct connection *)stream;
    if (in == BROKEN || out == BROKEN) {
        say_reset(stream);
        return;
    }
    if (in == DRY) {
        shutdown(connection->fd, SHUT_WR);
        connection->in.fd = -1;
    }
    if (out == DRY) {
        say_end(stream, 0);
        connection->out.fd = -1;
    }
    if (connection->in.fd < 0 && connection->out.fd < 0) {
        stream_over(stream);
    }
}

static void connection_work(struct stream *stream) {
    struct connection *connection = (struct connection *)stream;
    enum flow in = inlet_work(stream, &connection->in);
    connection_flows(stream, in, outlet_work(stream, &connection->out));
}

static void connection_data(struct stream *stream, const uint8_t *bytes, size_t size) {
    struct connection *connection = (struct connection *)stream;
    connection_flows(stream, inlet_data(stream, &connection->in, bytes, size), FLOWS);
}

static void connection_end(struct stream *stream) {
    struct connection *connection = (struct connection *)stream;
    connection_flows(stream, inlet_end(&connection->in), FLOWS);
}

static void connection_reset(struct stream *stream) {
    const struct connection *connection = (struct connection *)stream;
    /* So that the program sees that it was cut off, and not an end like any other. */
    setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1}, sizeof(struct linger));
}

static const struct service connection_service = {
    .size = sizeof(struct connection),
    .data = connection_data,
    .end = connection_end,
    .reset = connection_reset,
    .wait = connection_wait,
    .work = connection_work,
    .close = close_connection,
};

/* ---- A port ---- */

/* Gives 0 or an errno. */
static int listen_on(struct listening *listening, uint16_t *port) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(*port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    listening->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listening->fd < 0) {
        return errno;
    }
    setsockopt(listening->fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (bind(listening->fd, (struct sockaddr *)&address, size) < 0 || listen(listening->fd, BACKLOG) < 0
        || getsockname(listening->fd, (struct sockaddr *)&address, &size) < 0) {
        return errno;
    }
    *port = ntohs(address.sin_port);
    return 0;
}

static void listen_open(struct stream *stream, struct reader *request) {
    struct listening *listening = (struct listening *)stream;
    listening->fd = listening->slot = -1;
    listening->not_before = NEVER;
    uint16_t port = take16(request);
    if (!taken_whole(request)) {
        breach("a LISTEN that makes no sense");
        return;
    }
    int failure = listen_on(listening, &port);
    if (failure) {
        say_error(stream, failure, "listen", "127.0.0.1");
        return;
    }
    uint8_t opened[2];
    put16(opened, port);
    say(stream->id, OPENED, opened, sizeof opened);
}

static void listen_wait(struct stream *stream) {
    struct listening *listening = (struct listening *)stream;
    listening->slot = -1;
    if (!stream_may_accept()) {
        return;
    }
    if (now() < listening->not_before) {
        wait_until(listening->not_before);
    } else {
        listening->slot = wait_for(listening->fd, POLLIN);
    }
}

static void listen_work(struct stream *stream) {
    struct listening *listening = (struct listening *)stream;
    if (!ready(listening->slot) || !stream_may_accept()) {
        return;
    }
    int fd = accept4(listening->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
        listening->not_before = errno == EAGAIN ? NEVER : now() + PAUSE;
        return;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    struct connection *connection = (struct connection *)stream_accept(&connection_service);
    connection->fd = fd;
    inlet_open(&connection->in, fd);
    outlet_open(&connection->out, fd, 0);
    uint8_t accepted[4];
    put32(accepted, stream->id);
    say(connection->stream.id, ACCEPTED, accepted, sizeof accepted);
}

static void listen_close(struct stream *stream) {
    const struct listening *listening = (struct listening *)stream;
    if (listening->fd >= 0) {
        close(listening->fd);
    }
}

const struct service listen_service = {
    .size = sizeof(struct listening),
    .open = listen_open,
    .wait = listen_wait,
    .work = listen_work,
    .close = listen_close,
};
