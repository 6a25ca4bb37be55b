/* Tests: functions in a list; the first check that does not hold ends the program. */
#ifndef TEST_H
#define TEST_H

#define CHECK(condition) check(condition, #condition, __FILE__, __LINE__)

void check(int holds, const char *condition, const char *file, int line);

/* The test that runs cannot be run here, and why. */
void skip(const char *reason);

#endif
