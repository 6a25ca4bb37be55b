#include "refusals.h"

#include <errno.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#define OWN_ARCHITECTURE 0xc000003e
#elif defined(__aarch64__)
#define OWN_ARCHITECTURE 0xc00000b7
#else
#error "which architecture is this to seccomp?"
#endif

/* The same on all architectures. */
#define FIRST_OF_IO_URING 425
#define LAST_OF_IO_URING 427
/* x32's calls have this bit, on amd64. */
#define FOREIGN 0x40000000

/* What linux/filter.h and linux/seccomp.h have, which a libc does not bring. */
struct instruction {
    uint16_t code;
    uint8_t then, otherwise; /* how many instructions a jump skips */
    uint32_t value;
};
struct filter {
    unsigned short length;
    struct instruction *instructions;
};
#define FILTER_MODE 2

/* Where the kernel puts a call's parts. */
#define NUMBER 0
#define ARCHITECTURE 4
#define FIRST_ARGUMENT 16 /* its lower half; both architectures are little-endian */

#define LOAD(part) {0x20, 0, 0, part}
#define IF_EQUAL(value, then, otherwise) {0x15, then, otherwise, value}
#define IF_AT_LEAST(value, then, otherwise) {0x35, then, otherwise, value}
#define REFUSE(error) {0x06, 0, 0, 0x00050000 | (error)}
#define ALLOW {0x06, 0, 0, 0x7fff0000}

void refuse_system_calls(void) {
    struct instruction instructions[] = {
        LOAD(ARCHITECTURE),
        IF_EQUAL(OWN_ARCHITECTURE, 1, 0),
        REFUSE(ENOSYS),
        LOAD(NUMBER),
        IF_AT_LEAST(FOREIGN, 2, 0),
        IF_AT_LEAST(LAST_OF_IO_URING + 1, 2, 0),
        IF_AT_LEAST(FIRST_OF_IO_URING, 0, 1),
        REFUSE(ENOSYS),
        IF_EQUAL(SYS_socket, 1, 0),
        ALLOW,
        LOAD(FIRST_ARGUMENT),
        IF_EQUAL(AF_UNIX, 5, 0),
        IF_EQUAL(AF_INET, 4, 0),
        IF_EQUAL(AF_INET6, 3, 0),
        IF_EQUAL(AF_NETLINK, 2, 0),
        IF_EQUAL(AF_PACKET, 1, 0),
        REFUSE(EAFNOSUPPORT),
        ALLOW,
    };
    struct filter filter = {sizeof instructions / sizeof *instructions, instructions};
    prctl(PR_SET_SECCOMP, FILTER_MODE, &filter);
}
