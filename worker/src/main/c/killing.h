/* Killing all descendants of a process, however fast they multiply, in steps that do not hold up the loop. */
#ifndef KILLING_H
#define KILLING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct killing {
    pid_t root;    /* whose descendants are killed, but not itself; 0 for none */
    pid_t command; /* killed with its descendants, wherever it hangs; 0 for none */
    pid_t *stopped;
    size_t count;
    size_t capacity;
    unsigned quiet; /* steps in a row that found nobody */
    int64_t next;
    int64_t give_up;
};

void killing_begin(struct killing *killing, pid_t root, pid_t command);

/* Gives true when nobody is left, or all has been tried; then the killing is over and holds nothing. */
bool killing_step(struct killing *killing);

/* When the next step is due. */
int64_t killing_next(const struct killing *killing);

void killing_free(struct killing *killing);

#endif
