/* What takes the place of processes and time, so that fuzzing starts nothing, kills nothing and waits for nothing. */
#ifndef PRETENCE_H
#define PRETENCE_H

/* Forgets all commands that were pretended. */
void pretence_end(void);

#endif
