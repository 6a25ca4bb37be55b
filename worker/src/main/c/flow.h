/* Bytes between a channel and a pipe or socket, as far as credit and room allow. */
#ifndef FLOW_H
#define FLOW_H

#include "stream.h"

/* From channel 0 to a file. */
struct inlet {
    int fd; /* -1 when it is closed: then everything is dropped */
    int slot;
    uint8_t *waiting; /* a ring of WINDOW bytes, only while something waits */
    uint32_t start;
    uint32_t length;
    bool ending; /* END came: when nothing waits any more, this is done */
};

/* From a file to a channel. */
struct outlet {
    int fd; /* -1 when it is closed */
    int slot;
    uint8_t channel;
    bool counted; /* only so many bytes more count */
    uint32_t left;
};

enum flow { FLOWS, DRY, BROKEN };

void inlet_open(struct inlet *inlet, int fd);

/* Hands on at once what it can. BROKEN if the file takes nothing any more; DRY after END and the last byte. */
enum flow inlet_data(struct stream *stream, struct inlet *inlet, const uint8_t *bytes, size_t size);
enum flow inlet_end(struct inlet *inlet);
void inlet_wait(struct inlet *inlet);
enum flow inlet_work(struct stream *stream, struct inlet *inlet);

/* Closes the file, if it is not closed, and drops what waits. */
void inlet_close(struct stream *stream, struct inlet *inlet);

void outlet_open(struct outlet *outlet, int fd, uint8_t channel);
void outlet_wait(const struct stream *stream, struct outlet *outlet);

/* DRY at the end of the file, or of what counts. */
enum flow outlet_work(struct stream *stream, struct outlet *outlet);
void outlet_close(struct outlet *outlet);

#endif
