/* Pipes that ended commands left to processes in the background: read, so that those do not die of them, and dropped. */
#ifndef LEFTOVERS_H
#define LEFTOVERS_H

/* Takes a pipe over. Of too many the oldest is closed. */
void leftover(int fd);

void leftovers_wait(void);
void leftovers_work(void);
void leftovers_free(void);

#endif
