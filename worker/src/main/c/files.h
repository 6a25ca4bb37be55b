/* Files as WRITE and UNPACK make them. */
#ifndef FILES_H
#define FILES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Opens a new file for writing, with exactly this mode, in place of whatever had its name. Gives -1 and errno. */
int file_make(int directory, const char *path, mode_t mode);

/* Writes all. Gives 0 or an errno. */
int file_write(int fd, const uint8_t *bytes, size_t size);

#endif
