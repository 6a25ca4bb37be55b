/* Memory, or the end: what the tether keeps is bounded, so lacking it means that the sandbox is finished. */
#ifndef MEMORY_H
#define MEMORY_H

#include <stddef.h>
#include <stdlib.h>

/* Zeroed. Ends the program with exit code 1 if there is none. */
void *allocate(size_t size);

/* As realloc, with what is new not zeroed. */
void *reallocate(void *memory, size_t size);

#endif
