#include "pretence.h"

#include "children.h"
#include "ending.h"
#include "killing.h"
#include "minder.h"
#include "run.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* The tether is compiled with these in place of kill, poll and clock_gettime. */
int pretended_kill(pid_t process, int number);
int pretended_poll(struct pollfd *files, nfds_t count, int timeout);
int pretended_clock(clockid_t clock, struct timespec *time);

/* ---- Time: goes on by waiting ---- */

static long long microseconds;

int pretended_clock(clockid_t clock, struct timespec *time) {
    (void)clock;
    time->tv_sec = (time_t)(microseconds / 1000000);
    time->tv_nsec = (long)(microseconds % 1000000) * 1000;
    return 0;
}

int pretended_poll(struct pollfd *files, nfds_t count, int timeout) {
    int ready = ppoll(files, count, &(struct timespec){0}, NULL);
    if (ready == 0 && timeout > 0) {
        microseconds += (long long)timeout * 1000;
    }
    return ready;
}

/* ---- Commands: what they do is the first letter of their name ---- */

enum { MOST = 600, FIRST = 1000 };

static struct {
    bool is_there;
    char does;
    struct minded far; /* the other ends */
} minders[MOST];
static pid_t ended[MOST];
static int ended_count;

static void close_file(int *fd) {
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

static void report(int which, struct report report) {
    ssize_t written = write(minders[which].far.report, &report, sizeof report);
    (void)written;
}

static void put_out(int fd, size_t size) {
    static char bytes[65536];
    ssize_t written = write(fd, bytes, size);
    (void)written;
}

static void close_output(int which) {
    close_file(&minders[which].far.out);
    close_file(&minders[which].far.err);
}

static void end_minder(int which) {
    if (minders[which].is_there) {
        minders[which].is_there = false;
        close_file(&minders[which].far.report);
        close_file(&minders[which].far.release);
        close_file(&minders[which].far.in);
        close_output(which);
        ended[ended_count++] = FIRST + which;
    }
}

static void act(int which, const char *name) {
    minders[which].does = *name;
    report(which, (struct report){.kind = REPORT_STARTED, .value = 2 * FIRST + which});
    struct report end = {.kind = REPORT_ENDED, .wall = 1, .user = 2, .system = 3, .memory = 4};
    switch (*name) {
        case 'd': report(which, (struct report){.kind = REPORT_FAILED, .value = 2, .detail = FAILED_DIRECTORY}); break;
        case 'p': report(which, (struct report){.kind = REPORT_FAILED, .value = 2, .detail = FAILED_PROGRAM}); break;
        case 'l': end_minder(which); break; /* lost */
        case 'w': put_out(minders[which].far.out, 65536); break; /* waits for its limit */
        case 'b': put_out(minders[which].far.err, 60000); report(which, end); break; /* leaves something behind */
        case 'r': break; /* reads its input */
        case 'c': break; /* closes it after some */
        default:
            put_out(minders[which].far.out, strlen(name));
            close_output(which);
            report(which, end);
            break;
    }
}

/* Once a turn. */
static void go_on(int which) {
    static char bytes[10000];
    char does = minders[which].does;
    if (minders[which].is_there && (does == 'r' || does == 'c')
        && read(minders[which].far.in, bytes, sizeof bytes) > 0 && does == 'c') {
        close_file(&minders[which].far.in);
    }
}

static bool connect_files(struct minded *near, struct minded *far, bool with_input) {
    int *const ends[][2] = {{&near->report, &far->report},
                            {&near->out, &far->out},
                            {&near->err, &far->err},
                            {&far->release, &near->release},
                            {&far->in, &near->in}};
    for (int i = 0; i < (with_input ? 5 : 4); i++) {
        int pair[2];
        if (pipe2(pair, O_NONBLOCK | O_CLOEXEC) < 0) {
            return false;
        }
        *ends[i][0] = pair[0];
        *ends[i][1] = pair[1];
    }
    return true;
}

int minder_start(const struct command *command, bool with_input, struct minded *minded) {
    for (char **variable = command->environment; *variable; variable++) {
        if (!strchr(*variable, '=')) {
            abort();
        }
    }
    int which = 0;
    while (which < MOST && minders[which].is_there) {
        which++;
    }
    if (which == MOST || ended_count == MOST) {
        return 11;
    }
    struct minded far = {.in = -1};
    *minded = (struct minded){.minder = FIRST + which, .in = -1};
    if (!connect_files(minded, &far, with_input)) {
        abort();
    }
    minders[which].is_there = true;
    minders[which].far = far;
    act(which, command->argv[0]);
    return 0;
}

int pretended_kill(pid_t process, int number) {
    if (number < 1 || number > 64) {
        abort();
    }
    if (number == SIGKILL && process >= FIRST && process < FIRST + MOST) {
        end_minder(process - FIRST);
    }
    return 0;
}

void pretence_end(void) {
    for (int which = 0; which < MOST; which++) {
        end_minder(which);
    }
    ended_count = 0;
    microseconds = 0;
}

/* ---- In place of children.c and killing.c ---- */

void children_open(void) {}

void children_wait(void) {}

void children_work(void) {
    for (int which = 0; which < MOST; which++) {
        go_on(which);
    }
    while (ended_count > 0) {
        run_reaped(ended[--ended_count]);
    }
}

void killing_begin(struct killing *killing, pid_t root, pid_t command) {
    *killing = (struct killing){.root = root, .command = command};
}

bool killing_step(struct killing *killing) {
    return ++killing->quiet == 3;
}

int64_t killing_next(const struct killing *killing) {
    return killing->next;
}

void killing_free(struct killing *killing) {
    killing->quiet = 0;
}
