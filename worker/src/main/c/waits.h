/* What the loop waits for in one turn: readiness of files, and the next point in time at which something is due. */
#ifndef WAITS_H
#define WAITS_H

#include <poll.h>
#include <stdint.h>

enum { NEVER = -1 };

/* Microseconds of a clock that nobody sets. */
int64_t now(void);

void waits_begin(void);

/* A slot to ask with ready() in this turn. */
int wait_for(int fd, short events);

/* The turn does not wait longer than until then. NEVER is no limit, and 0 no waiting at all. */
void wait_until(int64_t moment);

void waits_wait(void);

/* What happened to the file of a slot; nothing for slot -1. */
short ready(int slot);

void waits_free(void);

#endif
