/* The way in, and stream 0: from bytes to frames, the hello, pings, and the limits that end the tether. */
#ifndef WIRE_H
#define WIRE_H

void wire_open(int fd);
void wire_wait(void);
void wire_work(void);

#endif
