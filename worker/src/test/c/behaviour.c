/* What the tether does as a process: how it ends, whom it kills, and whatever is hard to see from Java. */
#include "bytes.h"
#include "test.h"
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { AN_HOUR = 3600, A_MINUTE = 60, NO_LIMIT = 3600000, PATIENCE = 60000 };

/* ---- Checks ---- */

static const char *current;
static bool was_skipped;

void check(int holds, const char *condition, const char *file, int line) {
    if (!holds) {
        printf("FAILED %s: %s (%s:%d)\n", current, condition, file, line);
        exit(1);
    }
}

void skip(const char *reason) {
    printf("skipped %s: %s\n", current, reason);
    was_skipped = true;
}

static void start_greeted(struct worker *worker) {
    worker_start(worker);
    worker_hello(worker, AN_HOUR, A_MINUTE);
}

/* ---- Witnesses: a named pipe that a process inside holds open as long as it lives ---- */

static const char *witness_path;

static int witness_new(void) {
    unlink(witness_path);
    CHECK(mkfifo(witness_path, 0600) == 0);
    int fd = open(witness_path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    CHECK(fd >= 0);
    return fd;
}

static void witness_speaks(int fd) {
    char line[2];
    CHECK(poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, PATIENCE) == 1);
    CHECK(read(fd, line, sizeof line) == sizeof line);
}

static bool witness_lives(int fd) {
    char byte;
    return read(fd, &byte, 1) < 0 && errno == EAGAIN;
}

static void witness_is_gone(int fd) {
    char bytes[64];
    ssize_t size;
    do {
        CHECK(poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, PATIENCE) == 1);
        size = read(fd, bytes, sizeof bytes);
    } while (size > 0);
    CHECK(size == 0);
    close(fd);
}

/* A script that leaves a daemon, in a session of its own, which tells the witness that it lives. */
static const char *with_daemon(const char *then) {
    static char script[1024];
    snprintf(script, sizeof script, "setsid sh -c '(echo x >&7; sleep 1000) &' 7>%s; %s", witness_path, then);
    return script;
}

/* ---- How it ends ---- */

static void a_breach_of_the_protocol_ends_it_with_code_3(void) {
    static const struct {
        uint32_t stream;
        uint8_t type;
        const char *payload;
        size_t size;
    } breaches[] = {
        {0, 0x09, "", 0},                             /* an unknown type */
        {0, HELLO, "MLRT\0\1\0\0\0\1\0\0\0\1", 14},   /* a second hello */
        {0, PING, "1234567", 7},                      /* a token that is too short */
        {0, LIFETIME, "", 0},                         /* of no length */
        {0, OPEN, "\4\0\0\0\5\0\0\0\1/", 10},         /* stream 0 */
        {0x80000001, OPEN, "\4\0\0\0\5\0\0\0\1/", 10}, /* the tether's numbers */
        {1, OPEN, "\11\0\0\0\0", 5},                  /* an unknown service */
        {1, OPEN, "\4\0\0", 3},                       /* no request */
        {1, OPEN, "\4\377\0\0\0", 5},                 /* a request that is too long */
        {1, OPEN, "\4\0\0\0\5\0\0\0\2/", 10},         /* a string that is longer than its request */
        {1, OPEN, "\4\0\0\0\5\0\0\0\1\0", 10},        /* a NUL in a string */
        {1, OPEN, "\4\0\0\0\6\0\0\0\1/x", 11},        /* more than was asked for */
        {1, OPEN, "\4\0\0\0\5\0\0\0\1/x", 11},        /* longer than it said */
        {5, DATA, "\0x", 2},                          /* a stream that never was */
        {0x80000005, DATA, "\0x", 2},                 /* the same of the tether's */
        {1, PONG, "12345678", 8},                     /* what only the tether says */
        {1, RESULT, "", 0},
    };
    for (size_t i = 0; i < sizeof breaches / sizeof *breaches; i++) {
        struct worker worker;
        start_greeted(&worker);
        worker_say(&worker, breaches[i].stream, breaches[i].type, breaches[i].payload, breaches[i].size);
        int code = worker_wait(&worker);
        if (code != 3) {
            printf("breach %zu: exit code %d\n", i, code);
        }
        CHECK(code == 3);
    }
}

static void anything_but_a_hello_first_ends_it_with_code_3(void) {
    static const struct {
        uint8_t type;
        const char *payload;
        size_t size;
    } breaches[] = {
        {PING, "12345678", 8},
        {HELLO, "MLRX\0\1\0\0\0\1\0\0\0\1", 14},
        {HELLO, "MLRT\0\0\0\0\0\1\0\0\0\1", 14},
        {HELLO, "MLRT\0\1\0\0\0\1\0\0\0", 13},
    };
    for (size_t i = 0; i < sizeof breaches / sizeof *breaches; i++) {
        struct worker worker;
        worker_start(&worker);
        worker_say(&worker, 0, breaches[i].type, breaches[i].payload, breaches[i].size);
        CHECK(worker_wait(&worker) == 3);
    }
}

static void a_frame_that_is_too_long_ends_it_before_it_is_there(void) {
    struct worker worker;
    start_greeted(&worker);
    CHECK(write(worker.to, "\0\0\0\1\x20\1\0\1", 8) == 8);
    CHECK(worker_wait(&worker) == 3);
}

static void data_over_its_credit_ends_it_with_code_3(void) {
    static const char block[DATA_MOST];
    struct worker worker;
    start_greeted(&worker);
    static const char request[] = "\0\0\xff\xff\0\0\0\0\1\0\0\0\1/\0\0\0\2\0\0\0\5sleep\0\0\0\4" "1000\0\0\0\0";
    uint32_t stream = worker_open(&worker, SERVICE_RUN, request, sizeof request - 1);
    for (int i = 0; i < 16; i++) { /* the window, what its pipe takes, and more */
        worker_data(&worker, stream, block, sizeof block);
    }
    CHECK(worker_wait(&worker) == 3);
}

static void silence_ends_it_with_code_5(void) {
    struct worker worker;
    worker_start(&worker);
    worker_hello(&worker, AN_HOUR, 1);
    CHECK(worker_wait(&worker) == 5);
}

static void its_lifetime_ends_it_with_code_4(void) {
    struct worker worker;
    worker_start(&worker);
    worker_hello(&worker, 1, A_MINUTE);
    CHECK(worker_wait(&worker) == 4);
}

static void a_new_lifetime_counts_from_now(void) {
    struct worker worker;
    worker_start(&worker);
    worker_hello(&worker, AN_HOUR, A_MINUTE);
    worker_say(&worker, 0, LIFETIME, "\0\0\0\0", 4);
    CHECK(worker_wait(&worker) == 4);
}

static void it_ends_when_it_is_told_to(void) {
    struct worker worker;
    start_greeted(&worker);
    kill(worker.tether, SIGTERM);
    CHECK(worker_wait(&worker) == 0);
}

/* ---- Whom it kills ---- */

static void the_end_of_the_wire_ends_everything(void) {
    struct worker worker;
    int witness = witness_new();
    start_greeted(&worker);
    worker_run(&worker, with_daemon("sleep 1000"), NO_LIMIT, 0);
    witness_speaks(witness);
    CHECK(worker_close(&worker) == 0);
    witness_is_gone(witness);
}

static void the_end_of_the_wire_ends_everything_under_process_1(void) {
    struct worker worker;
    int witness = witness_new();
    if (!worker_start_as_process_1(&worker)) {
        skip("no rights to make a space of process ids");
        close(witness);
        return;
    }
    worker_hello(&worker, AN_HOUR, A_MINUTE);
    worker_run(&worker, with_daemon("sleep 1000"), NO_LIMIT, 0);
    witness_speaks(witness);
    CHECK(worker_close(&worker) == 0);
    witness_is_gone(witness);
}

static void a_reset_ends_the_command_and_its_daemons(void) {
    struct worker worker;
    int witness = witness_new();
    start_greeted(&worker);
    uint32_t stream = worker_run(&worker, with_daemon("sleep 1000"), NO_LIMIT, 0);
    witness_speaks(witness);
    worker_say(&worker, stream, RESET, NULL, 0);
    witness_is_gone(witness);
    CHECK(worker_close(&worker) == 0);
}

static void whoever_forks_and_ends_all_the_time_is_caught(void) {
    struct worker worker;
    char script[512];
    int witness = witness_new();
    start_greeted(&worker);
    snprintf(script, sizeof script, "exec 7>%s; hop() { hop & }; (hop); echo x >&7; exec sleep 1000", witness_path);
    uint32_t stream = worker_run(&worker, script, NO_LIMIT, 0);
    witness_speaks(witness);
    worker_say(&worker, stream, RESET, NULL, 0);
    witness_is_gone(witness);
    CHECK(worker_close(&worker) == 0);
}

/* The result's first six bytes: how, code or signal, cause. */
static bool is_result(const struct heard *heard, const char *start) {
    return heard->type == RESULT && heard->size == 38 && memcmp(heard->payload, start, 6) == 0;
}

static void the_limit_ends_what_ignores_being_asked_to(void) {
    struct worker worker;
    struct heard heard;
    char text[64];
    int witness = witness_new();
    start_greeted(&worker);
    worker_run(&worker, with_daemon("trap 'echo asked' TERM; while :; do sleep 0.01; done"), 300, 200);
    worker_hear_last(&worker, &heard, text, sizeof text);
    CHECK(is_result(&heard, "\1\0\0\0\11\1"));
    CHECK(strstr(text, "asked") != NULL);
    witness_is_gone(witness);
    CHECK(worker_close(&worker) == 0);
}

static void a_minder_that_is_killed_from_inside_takes_its_command_along(void) {
    struct worker worker;
    struct heard heard;
    char script[512];
    int witness = witness_new();
    start_greeted(&worker);
    snprintf(script, sizeof script, "exec 7>%s; kill -9 $PPID; sleep 1000", witness_path);
    worker_run(&worker, script, NO_LIMIT, 0);
    worker_hear_last(&worker, &heard, NULL, 0);
    CHECK(is_result(&heard, "\1\0\0\0\11\0"));
    witness_is_gone(witness);
    CHECK(worker_close(&worker) == 0);
}

static void a_minder_that_is_stopped_from_inside_does_not_stop_the_limit(void) {
    struct worker worker;
    struct heard heard;
    start_greeted(&worker);
    worker_run(&worker, "kill -STOP $PPID; sleep 1000", 100, 100);
    worker_hear_last(&worker, &heard, NULL, 0);
    CHECK(is_result(&heard, "\1\0\0\0\17\1"));
    CHECK(worker_close(&worker) == 0);
}

static void a_signal_that_comes_before_the_command_is_kept_for_it(void) {
    struct worker worker;
    struct heard heard;
    start_greeted(&worker);
    uint32_t stream = worker_run(&worker, "sleep 1000", NO_LIMIT, 0);
    worker_say(&worker, stream, SIGNAL, "\17", 1);
    worker_hear_last(&worker, &heard, NULL, 0);
    CHECK(is_result(&heard, "\1\0\0\0\17\0"));
    CHECK(worker_close(&worker) == 0);
}

/* ---- What it leaves alone ---- */

static void what_a_command_leaves_in_the_background_goes_on_and_its_output_is_dropped(void) {
    struct worker worker;
    struct heard heard;
    char script[512];
    char text[64];
    int witness = witness_new();
    start_greeted(&worker);
    snprintf(script, sizeof script,
             "exec 7>%s; (head -c 1 <&5 && head -c 1000000 /dev/zero && echo y >&7; sleep 1000) 5</dev/zero & "
             "echo done",
             witness_path);
    worker_run(&worker, script, NO_LIMIT, 0);
    worker_hear_last(&worker, &heard, NULL, 0);
    CHECK(is_result(&heard, "\0\0\0\0\0\0"));
    witness_speaks(witness);
    CHECK(witness_lives(witness));
    worker_run(&worker, "echo next", NO_LIMIT, 0);
    worker_hear_last(&worker, &heard, text, sizeof text);
    CHECK(strcmp(text, "next\n") == 0);
    CHECK(worker_close(&worker) == 0);
    witness_is_gone(witness);
}

static void a_channel_without_credit_stops_and_the_others_do_not(void) {
    struct worker worker;
    struct heard heard;
    size_t out = 0;
    start_greeted(&worker);
    uint32_t stream = worker_run(&worker, "head -c 400000 /dev/zero & sleep 0.1; echo e >&2; wait", NO_LIMIT, 0);
    bool heard_error = false;
    while (out < WINDOW || !heard_error) {
        CHECK(worker_hear(&worker, &heard) && heard.type == DATA);
        out += heard.payload[0] == 1 ? heard.size - 1 : 0;
        heard_error |= heard.payload[0] == 2;
    }
    CHECK(out == WINDOW);
    worker_say(&worker, 0, PING, "12345678", 8);
    CHECK(worker_hear(&worker, &heard) && heard.type == PONG);
    worker_say(&worker, stream, CREDIT, "\1\0\4\0\0", 5);
    do {
        CHECK(worker_hear(&worker, &heard));
        out += heard.type == DATA ? heard.size - 1 : 0;
    } while (heard.type != RESULT);
    CHECK(out == 400000);
    CHECK(worker_close(&worker) == 0);
}

/* ---- UNPACK ---- */

static uint8_t *put_entry(uint8_t *at, uint8_t kind, uint32_t mode, const char *path, const char *content) {
    at = put64(put32(put8(at, kind), mode), 1000000000);
    size_t size = strlen(path);
    memcpy(put32(at, (uint32_t)size), path, size);
    at = put64(at + 4 + size, strlen(content));
    memcpy(at, content, strlen(content));
    return at + strlen(content);
}

static bool is_file(const char *directory, const char *path, mode_t mode, const char *content) {
    char name[256];
    char text[64];
    struct stat status;
    snprintf(name, sizeof name, "%s/%s", directory, path);
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    CHECK(fd >= 0 && fstat(fd, &status) == 0);
    ssize_t size = read(fd, text, sizeof text);
    close(fd);
    return status.st_mode == (S_IFREG | mode) && status.st_mtime == 1000000000 && size == (ssize_t)strlen(content)
        && memcmp(text, content, (size_t)size) == 0;
}

static void a_tree_may_be_cut_anywhere(void) {
    static uint8_t tree[512];
    uint8_t *end = put_entry(tree, 1, 0666, "a", "replaced");
    end = put_entry(end, 2, 0700, "d", "");
    end = put_entry(end, 1, 0600, "p/q/empty", "");
    end = put_entry(end, 3, 0777, "p/link", "../a");
    end = put_entry(end, 1, 0777, "a", "text");
    size_t size = (size_t)(end - tree);
    struct worker worker;
    struct heard heard;
    start_greeted(&worker);
    for (size_t cut = 1; cut < size; cut++) {
        char directory[128];
        char name[160];
        char target[16];
        uint8_t request[160];
        snprintf(directory, sizeof directory, "%s.d/%zu", witness_path, cut);
        uint32_t length = (uint32_t)strlen(directory);
        memcpy(put32(request, length), directory, length);
        uint32_t stream = worker_open(&worker, SERVICE_UNPACK, request, 4 + length);
        worker_data(&worker, stream, tree, cut);
        worker_data(&worker, stream, tree + cut, size - cut);
        worker_end(&worker, stream);
        worker_hear_last(&worker, &heard, NULL, 0);
        CHECK(heard.type == RESULT && memcmp(heard.payload, "\0\0\0\0\0\0\0\5\0\0\0\0\0\0\0\x10", 16) == 0);
        CHECK(is_file(directory, "a", 0777, "text") && is_file(directory, "p/q/empty", 0600, ""));
        snprintf(name, sizeof name, "%s/p/link", directory);
        CHECK(readlink(name, target, sizeof target) == 4 && memcmp(target, "../a", 4) == 0);
    }
    CHECK(worker_close(&worker) == 0);
}

#define TEST(function) {#function, function}

static const struct {
    const char *name;
    void (*run)(void);
} tests[] = {
    TEST(a_breach_of_the_protocol_ends_it_with_code_3),
    TEST(anything_but_a_hello_first_ends_it_with_code_3),
    TEST(a_frame_that_is_too_long_ends_it_before_it_is_there),
    TEST(data_over_its_credit_ends_it_with_code_3),
    TEST(silence_ends_it_with_code_5),
    TEST(its_lifetime_ends_it_with_code_4),
    TEST(a_new_lifetime_counts_from_now),
    TEST(it_ends_when_it_is_told_to),
    TEST(the_end_of_the_wire_ends_everything),
    TEST(the_end_of_the_wire_ends_everything_under_process_1),
    TEST(a_reset_ends_the_command_and_its_daemons),
    TEST(whoever_forks_and_ends_all_the_time_is_caught),
    TEST(the_limit_ends_what_ignores_being_asked_to),
    TEST(a_minder_that_is_killed_from_inside_takes_its_command_along),
    TEST(a_minder_that_is_stopped_from_inside_does_not_stop_the_limit),
    TEST(a_signal_that_comes_before_the_command_is_kept_for_it),
    TEST(what_a_command_leaves_in_the_background_goes_on_and_its_output_is_dropped),
    TEST(a_channel_without_credit_stops_and_the_others_do_not),
    TEST(a_tree_may_be_cut_anywhere),
};

int main(int argc, char **argv) {
    if (argc != 2) {
        printf("usage: TETHER=program behaviour DIRECTORY\n");
        return 2;
    }
    char path[96];
    CHECK(snprintf(path, sizeof path, "%s/w", argv[1]) < (int)sizeof path);
    witness_path = path;
    setvbuf(stdout, NULL, _IOLBF, 0);
    signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        current = tests[i].name;
        was_skipped = false;
        tests[i].run();
        if (!was_skipped) {
            printf("ok %s\n", current);
        }
    }
    return 0;
}
