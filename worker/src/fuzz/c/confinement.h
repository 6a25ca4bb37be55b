/* Keeps what a fuzzed tether does away from the machine. */
#ifndef CONFINEMENT_H
#define CONFINEMENT_H

/* Gives this process a network and mounts of its own. Ends it with exit code 77 and a reason where it may not. */
void confine(void);

/* From here, "/" is a directory in memory that holds a few known files and nothing else. */
void confinement_enter(void);

/* Back to the machine's files; what was in the directory is gone. */
void confinement_leave(void);

/* The same for a process that is about to report its own crash. */
void confinement_abandon(void);

#endif
