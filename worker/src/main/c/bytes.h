/* Numbers and strings as they are on the wire: big-endian, and length before bytes. */
#ifndef BYTES_H
#define BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

uint8_t *put8(uint8_t *at, uint8_t value);
uint8_t *put16(uint8_t *at, uint16_t value);
uint8_t *put32(uint8_t *at, uint32_t value);
uint8_t *put64(uint8_t *at, uint64_t value);

enum { STATUS_SIZE = 48 };

/* What the protocol calls a stat: STATUS_SIZE bytes. */
uint8_t *put_status(uint8_t *at, const struct stat *status);

uint32_t get32(const uint8_t *at);
uint64_t get64(const uint8_t *at);

/* Takes a request apart. Whatever does not fit makes it bad, and every later take gives zero. */
struct reader {
    uint8_t *at;
    size_t left;
    bool bad;
};

uint8_t take8(struct reader *reader);
uint16_t take16(struct reader *reader);
uint32_t take32(struct reader *reader);
uint64_t take64(struct reader *reader);

/* The next string, ended by a NUL, in the request's own memory; "" if the request is bad. */
char *take_string(struct reader *reader);

/* The next u32 and that many strings, as a list that NULL ends and the caller frees; NULL if the request is bad. */
char **take_strings(struct reader *reader);

/* Nothing was missing, and nothing is left. */
bool taken_whole(const struct reader *reader);

#endif
