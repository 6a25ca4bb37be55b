#include "bytes.h"

#include "memory.h"

#include <string.h>

uint8_t *put8(uint8_t *at, uint8_t value) {
    *at = value;
    return at + 1;
}

uint8_t *put16(uint8_t *at, uint16_t value) {
    return put8(put8(at, (uint8_t)(value >> 8)), (uint8_t)value);
}

uint8_t *put32(uint8_t *at, uint32_t value) {
    return put16(put16(at, (uint16_t)(value >> 16)), (uint16_t)value);
}

uint8_t *put64(uint8_t *at, uint64_t value) {
    return put32(put32(at, (uint32_t)(value >> 32)), (uint32_t)value);
}

uint8_t *put_status(uint8_t *at, const struct stat *status) {
    at = put32(at, (uint32_t)status->st_mode);
    at = put64(at, (uint64_t)status->st_size);
    at = put64(at, (uint64_t)status->st_ino);
    at = put32(at, (uint32_t)status->st_nlink);
    at = put64(at, (uint64_t)status->st_mtim.tv_sec);
    at = put32(at, (uint32_t)status->st_mtim.tv_nsec);
    at = put64(at, (uint64_t)status->st_ctim.tv_sec);
    return put32(at, (uint32_t)status->st_ctim.tv_nsec);
}

uint32_t get32(const uint8_t *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

uint64_t get64(const uint8_t *at) {
    return (uint64_t)get32(at) << 32 | get32(at + 4);
}

/* The next size bytes, or NULL. */
static uint8_t *take(struct reader *reader, size_t size) {
    uint8_t *at = reader->at;
    if (reader->bad || size > reader->left) {
        reader->bad = true;
        return NULL;
    }
    reader->at += size;
    reader->left -= size;
    return at;
}

uint8_t take8(struct reader *reader) {
    const uint8_t *at = take(reader, 1);
    return at ? *at : 0;
}

uint16_t take16(struct reader *reader) {
    const uint8_t *at = take(reader, 2);
    return at ? (uint16_t)(at[0] << 8 | at[1]) : 0;
}

uint32_t take32(struct reader *reader) {
    const uint8_t *at = take(reader, 4);
    return at ? get32(at) : 0;
}

uint64_t take64(struct reader *reader) {
    const uint8_t *at = take(reader, 8);
    return at ? get64(at) : 0;
}

char *take_string(struct reader *reader) {
    static char nothing[1];
    uint8_t *length_field = reader->at;
    uint32_t length = take32(reader);
    uint8_t *bytes = take(reader, length);
    if (!bytes || memchr(bytes, 0, length)) {
        reader->bad = true;
        return nothing;
    }
    /* The string moves over its own length, which was read, and so there is a place for the NUL. */
    memmove(length_field, bytes, length);
    length_field[length] = 0;
    return (char *)length_field;
}

char **take_strings(struct reader *reader) {
    uint32_t count = take32(reader);
    if (reader->bad || count > reader->left / 4) { /* each has a length at least: nothing is allocated for lies */
        reader->bad = true;
        return NULL;
    }
    char **strings = allocate(((size_t)count + 1) * sizeof *strings);
    for (uint32_t i = 0; i < count; i++) {
        strings[i] = take_string(reader);
    }
    if (reader->bad) {
        free(strings);
        return NULL;
    }
    return strings;
}

bool taken_whole(const struct reader *reader) {
    return !reader->bad && reader->left == 0;
}
