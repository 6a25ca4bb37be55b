/*
 * The sandbox's end of the tether: the main process of a container, which does what the worker says over standard input
 * and output. The protocol is in docs/tether.md.
 */
#include "children.h"
#include "ending.h"
#include "killing.h"
#include "loop.h"
#include "refusals.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

/* Whatever is opened later must not become a standard file by being the lowest that is free. */
static void have_standard_files(void) {
    int fd;
    do {
        fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    } while (fd >= 0 && fd <= 2);
    close(fd);
}

static void prepare_wire(int fd) {
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    fcntl(fd, F_SETPIPE_SZ, 1024 * 1024); /* fewer turns for much data; where it is refused, it works as well */
}

/* What the kernel does when process 1 ends. */
static void kill_everything(void) {
    struct killing killing;
    killing_begin(&killing, getpid(), 0);
    while (!killing_step(&killing)) {
        nanosleep(&(struct timespec){.tv_nsec = 500000}, NULL);
    }
}

static void say_why(void) {
    char line[128] = "tether: ";
    strncat(line, ending_reason(), sizeof line - sizeof "tether: " - 1);
    strcat(line, "\n");
    /* Nobody may be there to read it, and the end must not wait for that. */
    if (poll(&(struct pollfd){.fd = STDERR_FILENO, .events = POLLOUT}, 1, 0) == 1) {
        ssize_t written = write(STDERR_FILENO, line, strlen(line));
        (void)written;
    }
}

int main(void) {
    have_standard_files();
    prctl(PR_SET_DUMPABLE, 0); /* nobody inside traces it or reads its memory */
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    refuse_system_calls();
    prepare_wire(STDIN_FILENO);
    prepare_wire(STDOUT_FILENO);
    children_open();
    loop_begin(STDIN_FILENO, STDOUT_FILENO);
    while (!is_ending()) {
        loop_turn();
    }
    if (getpid() != 1) {
        kill_everything();
    }
    say_why();
    return ending_code();
}
