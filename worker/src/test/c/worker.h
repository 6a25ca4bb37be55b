/* The worker's end of a wire, as simple as it can be: one tether, one thing at a time. */
#ifndef WORKER_H
#define WORKER_H

#include "protocol.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct worker {
    pid_t tether;
    int to;
    int from;
    uint32_t last;
};

struct heard {
    uint32_t stream;
    uint8_t type;
    size_t size;
    uint8_t payload[FRAME_MOST];
};

/* Starts the program of the environment's TETHER, and reads its HELLO. */
void worker_start(struct worker *worker);

/* The same, as process 1 of its own; false where that is not allowed. */
bool worker_start_as_process_1(struct worker *worker);

void worker_hello(struct worker *worker, uint32_t lifetime, uint32_t silence);
void worker_say(struct worker *worker, uint32_t stream, uint8_t type, const void *payload, size_t size);

/* Gives the number of the new stream. */
uint32_t worker_open(struct worker *worker, uint8_t service, const void *request, size_t size);
void worker_data(struct worker *worker, uint32_t stream, const void *bytes, size_t size);
void worker_end(struct worker *worker, uint32_t stream);

/* Runs a script by sh without a limit that it could reach. */
uint32_t worker_run(struct worker *worker, const char *script, uint32_t limit, uint32_t grace);

/* The next frame; false at the end of the wire. Fails the test if nothing comes in a minute. */
bool worker_hear(struct worker *worker, struct heard *heard);

/* The next frame that is not DATA, CREDIT or END; DATA's bytes are kept at text, if there is any. */
void worker_hear_last(struct worker *worker, struct heard *heard, char *text, size_t most);

/* Ends the wire, if it still is. Gives the exit code. */
int worker_close(struct worker *worker);

/* Reads what the tether still says, until it ends by itself. Gives the exit code. */
int worker_wait(struct worker *worker);

#endif
