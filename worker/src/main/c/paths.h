/* Making what is on the way to a path. */
#ifndef PATHS_H
#define PATHS_H

#include <stdbool.h>

/* Makes the directories above the last part of a path, as mkdir -p does. Gives 0 or an errno. */
int make_parents(int directory, char *path);

/* The same, and the path itself as well. */
int make_directories(int directory, char *path);

/* Relative, with no part that is empty, "." or "..". */
bool is_inside(const char *path);

#endif
