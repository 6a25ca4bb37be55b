/* The loop: in each turn everything waits together, then everybody does what can be done without waiting. */
#ifndef LOOP_H
#define LOOP_H

/* Serves what comes over the wire until something ends it. */
void loop(int input, int output);

#endif
