#include "memory.h"

#include <unistd.h>

static void *sure(void *memory) {
    if (!memory) {
        _exit(1);
    }
    return memory;
}

void *allocate(size_t size) {
    return sure(calloc(1, size));
}

void *reallocate(void *memory, size_t size) {
    return sure(realloc(memory, size));
}
