/* How the tether ends, once and for one reason. */
#ifndef ENDING_H
#define ENDING_H

#include <stdbool.h>

enum { END_WIRE = 0, END_TOLD = 0, END_PROTOCOL = 3, END_LIFETIME = 4, END_SILENCE = 5 };

/* The loop stops at the next occasion. The first one to say so is right. */
void end_with(int code, const char *reason);

/* The other end broke the protocol. */
void breach(const char *what);

bool is_ending(void);
int ending_code(void);
const char *ending_reason(void);

/* As if nothing had been said. */
void ending_reset(void);

#endif
