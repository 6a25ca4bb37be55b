#include "worker.h"

#include "bytes.h"
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE = 60000 };

static void become_tether(int in, int out) {
    dup2(in, 0);
    dup2(out, 1);
    dup2(open("/dev/null", O_WRONLY), 2);
    execl(getenv("TETHER"), "tether", (char *)NULL);
    _exit(127);
}

static void start(struct worker *worker, bool as_process_1) {
    int to[2];
    int from[2];
    CHECK(pipe2(to, O_CLOEXEC) == 0 && pipe2(from, O_CLOEXEC) == 0);
    worker->tether = fork();
    if (worker->tether == 0) {
        if (as_process_1) {
            /* What is forked from here is in the new space; this one only hands its exit code on. */
            pid_t first = unshare(CLONE_NEWPID | CLONE_NEWNS) == 0 ? fork() : -1;
            if (first != 0) {
                int status = 126 << 8;
                for (int i = 0; i < 2; i++) { /* or the wire would never end */
                    close(to[i]);
                    close(from[i]);
                }
                waitpid(first, &status, 0);
                _exit(WEXITSTATUS(status));
            }
        }
        become_tether(to[0], from[1]);
    }
    close(to[0]);
    close(from[1]);
    worker->to = to[1];
    worker->from = from[0];
    worker->last = 0;
}

void worker_start(struct worker *worker) {
    struct heard heard;
    start(worker, false);
    CHECK(worker_hear(worker, &heard) && heard.type == HELLO && memcmp(heard.payload, "MLRT\0\1", 6) == 0);
}

bool worker_start_as_process_1(struct worker *worker) {
    struct heard heard;
    start(worker, true);
    if (worker_hear(worker, &heard)) {
        return true;
    }
    worker_close(worker);
    return false;
}

void worker_hello(struct worker *worker, uint32_t lifetime, uint32_t silence) {
    uint8_t hello[14] = "MLRT\0\1";
    put32(put32(hello + 6, lifetime), silence);
    worker_say(worker, 0, HELLO, hello, sizeof hello);
}

static void send_all(int fd, const uint8_t *bytes, size_t size) {
    while (size > 0) {
        ssize_t written = write(fd, bytes, size);
        if (written < 0 && errno == EPIPE) {
            return; /* it has ended: what it says on its way is what counts */
        }
        CHECK(written > 0);
        bytes += written;
        size -= (size_t)written;
    }
}

void worker_say(struct worker *worker, uint32_t stream, uint8_t type, const void *payload, size_t size) {
    static uint8_t frame[FRAME_HEADER + FRAME_MOST];
    put32(put32(frame, stream), (uint32_t)type << 24 | (uint32_t)size);
    if (size > 0) {
        memcpy(frame + FRAME_HEADER, payload, size);
    }
    send_all(worker->to, frame, FRAME_HEADER + size);
}

uint32_t worker_open(struct worker *worker, uint8_t service, const void *request, size_t size) {
    uint8_t payload[4096];
    CHECK(size <= sizeof payload - 5);
    put32(put8(payload, service), (uint32_t)size);
    memcpy(payload + 5, request, size);
    worker_say(worker, ++worker->last, OPEN, payload, size + 5);
    return worker->last;
}

void worker_data(struct worker *worker, uint32_t stream, const void *bytes, size_t size) {
    static uint8_t payload[FRAME_MOST];
    payload[0] = 0;
    memcpy(payload + 1, bytes, size);
    worker_say(worker, stream, DATA, payload, size + 1);
}

void worker_end(struct worker *worker, uint32_t stream) {
    worker_say(worker, stream, END, "", 1);
}

static uint8_t *put_string(uint8_t *at, const char *text) {
    size_t size = strlen(text);
    memcpy(put32(at, (uint32_t)size), text, size);
    return at + 4 + size;
}

uint32_t worker_run(struct worker *worker, const char *script, uint32_t limit, uint32_t grace) {
    uint8_t request[2048];
    uint8_t *at = put8(put32(put32(request, limit), grace), 0);
    at = put32(put_string(at, "/"), 3);
    at = put_string(put_string(put_string(at, "sh"), "-c"), script);
    at = put32(at, 0);
    return worker_open(worker, SERVICE_RUN, request, (size_t)(at - request));
}

static bool receive(int fd, uint8_t *bytes, size_t size) {
    while (size > 0) {
        CHECK(poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, PATIENCE) == 1);
        ssize_t got = read(fd, bytes, size);
        if (got <= 0) {
            return false;
        }
        bytes += got;
        size -= (size_t)got;
    }
    return true;
}

bool worker_hear(struct worker *worker, struct heard *heard) {
    uint8_t header[FRAME_HEADER];
    if (!receive(worker->from, header, sizeof header)) {
        return false;
    }
    heard->stream = get32(header);
    heard->type = header[4];
    heard->size = get32(header + 4) & 0xffffff;
    CHECK(heard->size <= FRAME_MOST);
    return receive(worker->from, heard->payload, heard->size);
}

void worker_hear_last(struct worker *worker, struct heard *heard, char *text, size_t most) {
    size_t size = 0;
    do {
        CHECK(worker_hear(worker, heard));
        if (heard->type == DATA && text) {
            CHECK(size + heard->size < most);
            memcpy(text + size, heard->payload + 1, heard->size - 1);
            size += heard->size - 1;
        }
    } while (heard->type == DATA || heard->type == CREDIT || heard->type == END);
    if (text) {
        text[size] = 0;
    }
}

int worker_close(struct worker *worker) {
    close(worker->to);
    worker->to = -1;
    return worker_wait(worker);
}

int worker_wait(struct worker *worker) {
    struct heard heard;
    int status;
    while (worker_hear(worker, &heard)) {
    }
    close(worker->from);
    if (worker->to >= 0) {
        close(worker->to);
    }
    CHECK(waitpid(worker->tether, &status, 0) == worker->tether && WIFEXITED(status));
    return WEXITSTATUS(status);
}
