/* How a forked process becomes a command. */
#ifndef COMMAND_H
#define COMMAND_H

#include "minder.h"

/* Becomes the command, with the standard files that it has, or reports why not. */
_Noreturn void command_become(const struct command *command, pid_t minder, int report);

void report_to(int fd, const struct report *report);

/* With the errno of now. */
void report_failure(int fd, enum failed_step step);

void close_from(int lowest);

#endif
