#ifndef REFUSALS_H
#define REFUSALS_H

/*
 * Refuses some system calls to this process and all that it starts, for good: io_uring, which evades other filters and
 * has led out of containers; sockets that belong to no network namespace, such as those to the hypervisor; and calls
 * of any other architecture, behind which both could hide. The engine's filter refuses more, but not these everywhere.
 *
 * Takes effect only in a process that can gain no new privileges, as all in a sandbox are; says nothing otherwise.
 */
void refuse_system_calls(void);

#endif
