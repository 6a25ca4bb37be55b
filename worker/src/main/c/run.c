#include "run.h"

#include "ending.h"
#include "flow.h"
#include "killing.h"
#include "leftovers.h"
#include "memory.h"
#include "minder.h"
#include "output.h"
#include "services.h"
#include "waits.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FLAG_INPUT = 1, MILLISECOND = 1000, PATIENCE = 1000000 };

struct run {
    struct stream stream;
    const char *directory;
    const char *program;
    bool with_input;
    struct minded minded; /* its files are -1 when they are closed or somebody else's */
    pid_t command;        /* 0 before it has started and after it has ended */
    int report_slot;
    struct inlet in;
    struct outlet out[2];
    int64_t limit_at;
    int64_t grace;
    uint64_t early_signals; /* that came before the command had started */
    bool limited;           /* the limit was over before the command */
    int64_t kill_at;        /* NEVER before the limit is over */
    bool is_killing;
    bool is_killed;     /* everything that it started */
    int64_t give_up_at; /* of waiting for the report of a command that was killed */
    struct killing killing;
    bool ended;
    struct report end;
};

static const uint8_t channels[2] = {1, 2};

/* ---- Start ---- */

static bool is_environment(char **variables) {
    for (; *variables; variables++) {
        const char *sign = strchr(*variables, '=');
        if (!sign || sign == *variables) {
            return false;
        }
    }
    return true;
}

static unsigned runs;

static void start(struct run *run, const struct command *command) {
    /* Those whose streams are over count too: each is a process. */
    int failure = runs >= STREAMS_MOST ? EAGAIN : minder_start(command, run->with_input, &run->minded);
    if (failure) {
        say_error(&run->stream, failure, "start", run->program);
        return;
    }
    runs++;
    run->stream.lingers = true;
    inlet_open(&run->in, run->minded.in);
    outlet_open(&run->out[0], run->minded.out, channels[0]);
    outlet_open(&run->out[1], run->minded.err, channels[1]);
}

static void run_open(struct stream *stream, struct reader *request) {
    struct run *run = (struct run *)stream;
    run->minded = (struct minded){.report = -1, .release = -1};
    run->report_slot = -1;
    inlet_open(&run->in, -1);
    outlet_open(&run->out[0], -1, channels[0]);
    outlet_open(&run->out[1], -1, channels[1]);
    run->limit_at = now() + (int64_t)take32(request) * MILLISECOND;
    run->grace = (int64_t)take32(request) * MILLISECOND;
    uint8_t flags = take8(request);
    run->with_input = flags & FLAG_INPUT;
    run->kill_at = run->give_up_at = NEVER;
    struct command command = {.directory = take_string(request)};
    command.argv = take_strings(request);
    command.environment = take_strings(request);
    if (!taken_whole(request) || flags > FLAG_INPUT || !command.argv[0] || !is_environment(command.environment)) {
        breach("a RUN that makes no sense");
    } else {
        run->directory = command.directory;
        run->program = command.argv[0];
        start(run, &command);
    }
    free(command.argv);
    free(command.environment);
}

/* ---- End ---- */

static void close_file(int *fd) {
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

/* Nothing more is wanted of the minder: it ends, if it has not yet. */
static void let_go(struct run *run) {
    close_file(&run->minded.report);
    close_file(&run->minded.release);
    run->report_slot = -1;
    if (run->stream.lingers) {
        run->stream.lingers = false;
        runs--;
    }
}

static void kill_minder(const struct run *run) {
    if (run->minded.minder > 0) {
        kill(run->minded.minder, SIGKILL);
    }
}

static void begin_killing(struct run *run) {
    if (!run->is_killing && !run->is_killed) {
        run->is_killing = true;
        killing_begin(&run->killing, run->minded.minder, run->command);
    }
}

static void run_close(struct stream *stream) {
    struct run *run = (struct run *)stream;
    let_go(run);
    killing_free(&run->killing);
    inlet_close(stream, &run->in);
    outlet_close(&run->out[0]);
    outlet_close(&run->out[1]);
}

static void run_reset(struct stream *stream) {
    struct run *run = (struct run *)stream;
    inlet_close(stream, &run->in);
    outlet_close(&run->out[0]);
    outlet_close(&run->out[1]);
    if (run->stream.lingers) { /* or else its minder has gone, and what is left is in the background */
        begin_killing(run);
    }
}

static void reaped(struct stream *stream, void *child) {
    struct run *run = (struct run *)stream;
    if (run->minded.minder == *(pid_t *)child) {
        run->minded.minder = 0;
        if (run->is_killing) {
            run->killing.root = 0;
        }
    }
}

void run_reaped(pid_t child) {
    each_stream(&run_service, reaped, &child);
}

/* ---- What the minder reports ---- */

/* What is in its pipes now is what the command wrote; whatever comes later is of others. */
static void count_what_is_left(struct outlet *outlet) {
    int left = 0;
    if (outlet->fd >= 0 && ioctl(outlet->fd, FIONREAD, &left) == 0 && left > 0) {
        outlet->left = (uint32_t)left;
    }
    outlet->counted = true;
}

static void command_ended(struct run *run, const struct report *end) {
    run->ended = true;
    run->end = *end;
    run->command = run->killing.command = 0;
    inlet_close(&run->stream, &run->in);
    count_what_is_left(&run->out[0]);
    count_what_is_left(&run->out[1]);
    if (run->limited) {
        begin_killing(run);
    } else if (!run->is_killing) {
        let_go(run);
    }
}

static void command_started(struct run *run, pid_t command) {
    run->command = command;
    if (run->is_killing) {
        run->killing.command = command;
    }
    for (int number = 1; number <= 64; number++) {
        if (run->early_signals >> (number - 1) & 1) {
            kill(-command, number);
        }
    }
}

static void command_failed(struct run *run, const struct report *failure) {
    let_go(run);
    if (run->stream.over) {
        return;
    }
    if (failure->detail == FAILED_DIRECTORY) {
        say_error(&run->stream, failure->value, "directory", run->directory);
    } else {
        say_error(&run->stream, failure->value, "start", run->program);
    }
}

/* It was killed from inside; its command is killed by that too. */
static void minder_lost(struct run *run) {
    close_file(&run->minded.report);
    run->report_slot = -1;
    if (!run->ended) {
        if (run->command) {
            kill(-run->command, SIGKILL);
        }
        command_ended(run, &(struct report){.kind = REPORT_ENDED, .value = SIGKILL});
    }
}

static bool hear_report(struct run *run) {
    struct report report;
    ssize_t size = read(run->minded.report, &report, sizeof report);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
        return false;
    }
    if (size != sizeof report) {
        minder_lost(run);
        return false;
    }
    switch ((enum report_kind)report.kind) {
        case REPORT_STARTED: command_started(run, report.value); break;
        case REPORT_FAILED: command_failed(run, &report); break;
        case REPORT_ENDED: command_ended(run, &report); break;
    }
    return run->minded.report >= 0;
}

/* ---- Limits ---- */

static void signal_command(struct run *run, int number) {
    if (run->command) {
        kill(-run->command, number);
    } else if (!run->ended) {
        run->early_signals |= (uint64_t)1 << (number - 1);
    }
}

static void limit(struct run *run) {
    int64_t moment = now();
    if (!run->limited && !run->ended && moment >= run->limit_at) {
        run->limited = true;
        run->kill_at = moment + run->grace;
        signal_command(run, SIGTERM);
    }
    if (run->limited && moment >= run->kill_at) {
        begin_killing(run);
    }
    if (run->give_up_at != NEVER && moment >= run->give_up_at) {
        kill_minder(run);
        run->give_up_at = NEVER;
    }
}

static void killed(struct run *run) {
    run->is_killing = false;
    run->is_killed = true;
    if (run->stream.over) {
        kill_minder(run);
        let_go(run);
    } else if (run->ended) {
        let_go(run);
    } else if (run->minded.minder > 0) {
        /* It may have been stopped from inside. */
        kill(run->minded.minder, SIGCONT);
        run->give_up_at = now() + PATIENCE;
    }
}

/* ---- Turns ---- */

static void run_wait(struct stream *stream) {
    struct run *run = (struct run *)stream;
    run->report_slot = run->minded.report < 0 ? -1 : wait_for(run->minded.report, POLLIN);
    if (run->is_killing) {
        wait_until(killing_next(&run->killing));
    } else if (!run->is_killed && !run->ended) {
        wait_until(run->limited ? run->kill_at : run->limit_at);
    }
    wait_until(run->give_up_at);
    if (!stream->over) {
        inlet_wait(&run->in);
        outlet_wait(stream, &run->out[0]);
        outlet_wait(stream, &run->out[1]);
    }
}

static void put_out(struct run *run, struct outlet *outlet) {
    if (outlet_work(&run->stream, outlet) == FLOWS) {
        return;
    }
    say_end(&run->stream, outlet->channel);
    if (run->ended) {
        leftover(outlet->fd);
        outlet->fd = -1;
    }
    outlet_close(outlet);
}

static void finish(struct run *run) {
    int status = run->end.value;
    uint8_t result[1 + 4 + 1 + 4 * 8];
    uint8_t *at = put8(result, WIFSIGNALED(status) ? 1 : 0);
    at = put32(at, (uint32_t)(WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status)));
    at = put8(at, run->limited ? 1 : 0);
    at = put64(at, run->end.wall);
    at = put64(at, run->end.user);
    at = put64(at, run->end.system);
    at = put64(at, run->end.memory);
    say_result(&run->stream, result, (size_t)(at - result));
}

static void run_work(struct stream *stream) {
    struct run *run = (struct run *)stream;
    while (ready(run->report_slot) && hear_report(run)) {
    }
    limit(run);
    if (run->is_killing && killing_step(&run->killing)) {
        killed(run);
    }
    if (stream->over) {
        return;
    }
    if (inlet_work(stream, &run->in) != FLOWS) {
        inlet_close(stream, &run->in);
    }
    put_out(run, &run->out[0]);
    put_out(run, &run->out[1]);
    if (run->ended && run->out[0].fd < 0 && run->out[1].fd < 0 && (!run->limited || run->is_killed)) {
        finish(run);
    }
}

/* ---- What the worker says ---- */

static void run_data(struct stream *stream, const uint8_t *bytes, size_t size) {
    struct run *run = (struct run *)stream;
    if (!run->with_input) {
        breach("DATA for a command without input");
    } else if (inlet_data(stream, &run->in, bytes, size) != FLOWS) {
        inlet_close(stream, &run->in);
    }
}

static void run_end(struct stream *stream) {
    struct run *run = (struct run *)stream;
    if (inlet_end(&run->in) != FLOWS) {
        inlet_close(stream, &run->in);
    }
}

static void run_signal(struct stream *stream, int number) {
    signal_command((struct run *)stream, number);
}

const struct service run_service = {
    .size = sizeof(struct run),
    .open = run_open,
    .data = run_data,
    .end = run_end,
    .signal = run_signal,
    .reset = run_reset,
    .wait = run_wait,
    .work = run_work,
    .close = run_close,
};
