/*
 * A command's minder: a process between the tether and the command, and a subreaper, so that all that the command starts
 * stays below it, also what makes itself a daemon. It ends after the command; what is left then goes to process 1.
 */
#ifndef MINDER_H
#define MINDER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct command {
    char *directory;
    char **argv;
    char **environment; /* beside the tether's own */
};

/* The tether's ends of what connects it to a minder and its command. */
struct minded {
    pid_t minder;
    int report;  /* gives struct reports */
    int release; /* its end lets the minder go, once the command has ended */
    int in;      /* -1 if standard input is /dev/null */
    int out;
    int err;
};

enum report_kind { REPORT_STARTED, REPORT_FAILED, REPORT_ENDED };

struct report {
    int32_t kind;
    int32_t value;  /* process id; errno; wait status */
    int32_t detail; /* of REPORT_FAILED: enum failed_step */
    uint64_t wall;  /* of REPORT_ENDED, from here on; microseconds */
    uint64_t user;
    uint64_t system;
    uint64_t memory; /* bytes */
};

enum failed_step { FAILED_FORK, FAILED_DIRECTORY, FAILED_PROGRAM };

/* Gives 0, or the errno for which nothing was started. */
int minder_start(const struct command *command, bool with_input, struct minded *minded);

#endif
