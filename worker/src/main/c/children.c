#include "children.h"

#include "ending.h"
#include "run.h"
#include "waits.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int heard[2] = {-1, -1}; /* a pipe to itself: a byte for a signal wakes the loop */
static int slot = -1;
static volatile sig_atomic_t told_to_end;

static void wake(void) {
    int kept = errno;
    ssize_t written = write(heard[1], "", 1);
    (void)written; /* full: then the loop will wake anyway */
    errno = kept;
}

static void hear(int number, siginfo_t *from, void *context) {
    (void)context;
    /* Process 1 is told to end from outside its container only; whoever is outside has no number in here. */
    if (number == SIGTERM && (getpid() != 1 || from->si_pid == 0)) {
        told_to_end = 1;
    }
    wake();
}

void children_open(void) {
    if (pipe2(heard, O_CLOEXEC | O_NONBLOCK) < 0) {
        exit(1);
    }
    struct sigaction action = {.sa_sigaction = hear, .sa_flags = SA_RESTART | SA_SIGINFO};
    sigaction(SIGCHLD, &action, NULL);
    /* Process 1 gets only what it has a handler for. */
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

void children_wait(void) {
    slot = wait_for(heard[0], POLLIN);
}

void children_work(void) {
    if (!ready(slot)) {
        return;
    }
    char bytes[64];
    while (read(heard[0], bytes, sizeof bytes) == sizeof bytes) {
    }
    if (told_to_end) {
        end_with(END_TOLD, "it was told to end");
    }
    for (int most = 1000; most > 0; most--) {
        pid_t child = waitpid(-1, NULL, WNOHANG);
        if (child <= 0) {
            return;
        }
        run_reaped(child);
    }
    wake(); /* there may be more: in the next turn */
}
