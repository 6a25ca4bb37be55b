/* The loop: in each turn everything waits together, then everybody does what can be done without waiting. */
#ifndef LOOP_H
#define LOOP_H

void loop_begin(int input, int output);
void loop_turn(void);

#endif
