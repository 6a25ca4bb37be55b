#include "minder.h"

#include "command.h"
#include "waits.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Where the minder keeps its two pipes; the tether has other files there, so that the pipes it makes are above. */
enum { REPORT = 3, RELEASE = 4 };

static void report_end(int status, const struct rusage *usage, int64_t started) {
    struct report report = {
        .kind = REPORT_ENDED,
        .value = status,
        .wall = (uint64_t)(now() - started),
        .user = (uint64_t)(usage->ru_utime.tv_sec * 1000000 + usage->ru_utime.tv_usec),
        .system = (uint64_t)(usage->ru_stime.tv_sec * 1000000 + usage->ru_stime.tv_usec),
        .memory = (uint64_t)usage->ru_maxrss * 1024,
    };
    report_to(REPORT, &report);
}

/* Reaps until the command is reaped, and everything that it left behind meanwhile. */
static void reap_until(pid_t command, int64_t started) {
    for (;;) {
        int status;
        struct rusage usage;
        pid_t reaped = wait4(-1, &status, 0, &usage);
        if (reaped == command) {
            report_end(status, &usage, started);
            return;
        }
        if (reaped < 0 && errno != EINTR) {
            return;
        }
    }
}

static void ignore_signals(void) {
    /* What the command sends to all processes must not end its minder; SIGKILL still does. */
    for (int number = 1; number <= 64; number++) {
        if (number != SIGCHLD) {
            signal(number, SIG_IGN);
        }
    }
    signal(SIGCHLD, SIG_DFL);
}

static _Noreturn void mind(const struct command *command) {
    int64_t started = now();
    pid_t tether = getppid();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    ignore_signals();
    pid_t minder = getpid();
    pid_t child = getppid() == tether ? fork() : -1;
    if (child == 0) {
        command_become(command, minder, REPORT);
    }
    if (child < 0) {
        report_failure(REPORT, FAILED_FORK);
        _exit(1);
    }
    /* The command's pipes end with the command, not with its minder. */
    close(0);
    close(1);
    close(2);
    reap_until(child, started);
    char nothing;
    while (read(RELEASE, &nothing, 1) < 0 && errno == EINTR) {
    }
    _exit(0);
}

static void close_pair(const int pair[2]) {
    if (pair[0] >= 0) {
        close(pair[0]);
        close(pair[1]);
    }
}

/* In the child: standard input, output and error of the command, the minder's two pipes, and nothing else. */
static void arrange_files(int in, int out, int err, int report, int release) {
    dup2(in, 0);
    dup2(out, 1);
    dup2(err, 2);
    dup3(report, REPORT, O_CLOEXEC);
    dup3(release, RELEASE, O_CLOEXEC);
    close_from(RELEASE + 1);
}

enum { PIPE_IN, PIPE_OUT, PIPE_ERR, PIPE_REPORT, PIPE_RELEASE, PIPES };

static int make_pipes(int pipes[PIPES][2], bool with_input) {
    for (int i = 0; i < PIPES; i++) {
        pipes[i][0] = pipes[i][1] = -1;
    }
    for (int i = 0; i < PIPES; i++) {
        if (i == PIPE_IN && !with_input) {
            pipes[i][0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
            pipes[i][1] = pipes[i][0] < 0 ? -1 : fcntl(pipes[i][0], F_DUPFD_CLOEXEC, 0);
            if (pipes[i][1] < 0) {
                return errno;
            }
        } else if (pipe2(pipes[i], O_CLOEXEC) < 0) {
            return errno;
        }
    }
    return 0;
}

static int start(const struct command *command, bool with_input, struct minded *minded, int pipes[PIPES][2]) {
    int failure = make_pipes(pipes, with_input);
    if (failure) {
        return failure;
    }
    pid_t minder = fork();
    if (minder < 0) {
        return errno;
    }
    if (minder == 0) {
        arrange_files(pipes[PIPE_IN][0], pipes[PIPE_OUT][1], pipes[PIPE_ERR][1], pipes[PIPE_REPORT][1],
                      pipes[PIPE_RELEASE][0]);
        mind(command);
    }
    *minded = (struct minded){
        .minder = minder,
        .report = pipes[PIPE_REPORT][0],
        .release = pipes[PIPE_RELEASE][1],
        .in = with_input ? pipes[PIPE_IN][1] : -1,
        .out = pipes[PIPE_OUT][0],
        .err = pipes[PIPE_ERR][0],
    };
    return 0;
}

static void no_waiting(int fd) {
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

int minder_start(const struct command *command, bool with_input, struct minded *minded) {
    int pipes[PIPES][2];
    int failure = start(command, with_input, minded, pipes);
    if (failure) {
        for (int i = 0; i < PIPES; i++) {
            close_pair(pipes[i]);
        }
        return failure;
    }
    close(pipes[PIPE_IN][0]);
    close(pipes[PIPE_OUT][1]);
    close(pipes[PIPE_ERR][1]);
    close(pipes[PIPE_REPORT][1]);
    close(pipes[PIPE_RELEASE][0]);
    if (with_input) {
        no_waiting(minded->in);
    } else {
        close(pipes[PIPE_IN][1]);
    }
    no_waiting(minded->out);
    no_waiting(minded->err);
    no_waiting(minded->report);
    return 0;
}
