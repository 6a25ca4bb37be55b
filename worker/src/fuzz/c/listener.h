/* The worker's side of a fuzzed wire: reads what the tether says, and holds it to the protocol. */
#ifndef LISTENER_H
#define LISTENER_H

#include <stdint.h>

void listener_begin(void);

/* The tether may send so many bytes more on a channel. */
void listener_credit(uint32_t stream, uint8_t channel, uint32_t more);

/* Reads so many bytes at most from the wire. Ends the process with a message if they break the protocol. */
void listener_read(int fd, unsigned most);

/* Closes the connections that it made to the tether's ports. */
void listener_end(void);

#endif
