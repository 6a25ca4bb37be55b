/* The numbers of docs/tether.md. */
#ifndef PROTOCOL_H
#define PROTOCOL_H

enum {
    VERSION = 1,
    FRAME_HEADER = 8,
    FRAME_MOST = 65536,
    DATA_MOST = FRAME_MOST - 1, /* the channel is a byte of the frame */
    WINDOW = 262144,
    REQUEST_MOST = 2 * 1024 * 1024,
    STREAMS_MOST = 512, /* of each end's making */
    CHANNELS = 3,
};

enum frame_type {
    HELLO = 0x01,
    PING = 0x02,
    PONG = 0x03,
    LIFETIME = 0x04,
    OPEN = 0x10,
    MORE = 0x11,
    OPENED = 0x12,
    ACCEPTED = 0x13,
    DATA = 0x20,
    END = 0x21,
    CREDIT = 0x22,
    SIGNAL = 0x23,
    RESET = 0x24,
    RESULT = 0x30,
    ERROR = 0x31,
};

enum { SERVICE_RUN = 1, SERVICE_WRITE, SERVICE_READ, SERVICE_STAT, SERVICE_LIST, SERVICE_UNPACK, SERVICE_LISTEN };

#endif
