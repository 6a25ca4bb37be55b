/* What the loop tells the service RUN. */
#ifndef RUN_H
#define RUN_H

#include <sys/types.h>

/* A child was reaped: if it was a minder, its number is nobody's now. */
void run_reaped(pid_t child);

#endif
