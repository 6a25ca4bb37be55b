/*
 * The way out: one bounded buffer of frames. Whoever has something to say asks for room first, and leaves its source
 * alone when there is none. DATA leaves a reserve to the other frames, so that no flood of output delays a result.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include "protocol.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void output_open(int fd);

/* There is room for everything that one step may say beside DATA: a CREDIT, two ENDs and an ERROR or RESULT. */
bool output_has_room(void);

/* There is room for the largest DATA. */
bool output_has_room_for_data(void);

/* The longest payload of a frame for which output_has_room speaks. */
enum { SAID_MOST = 6144 };

/* A frame, for which there is room. */
void say(uint32_t stream, enum frame_type type, const void *payload, size_t size);

/* Where the next DATA's bytes go, DATA_MOST of them. Only if there is room for data; ends with output_data_is. */
uint8_t *output_data(void);

/* The bytes at output_data are the DATA of a channel. */
void output_data_is(uint32_t stream, uint8_t channel, size_t size);

void output_wait(void);
void output_flush(void);

#endif
