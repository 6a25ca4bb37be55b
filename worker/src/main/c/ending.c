#include "ending.h"

#include <stddef.h>

static int code;
static const char *reason;

void end_with(int with, const char *because) {
    if (!reason) {
        code = with;
        reason = because;
    }
}

void breach(const char *what) {
    end_with(END_PROTOCOL, what);
}

bool is_ending(void) {
    return reason != NULL;
}

int ending_code(void) {
    return code;
}

const char *ending_reason(void) {
    return reason;
}

void ending_reset(void) {
    reason = NULL;
    code = 0;
}
