/* Signals, as the loop hears them: children that ended, and being told to end. */
#ifndef CHILDREN_H
#define CHILDREN_H

/* Takes SIGCHLD, SIGTERM and SIGPIPE. */
void children_open(void);
void children_wait(void);
void children_work(void);

#endif
