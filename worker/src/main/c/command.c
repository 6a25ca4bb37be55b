#include "command.h"

#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FILES_MOST = 8192 };

extern char **environ;

void report_to(int fd, const struct report *report) {
    while (write(fd, report, sizeof *report) < 0 && errno == EINTR) {
    }
}

void report_failure(int fd, enum failed_step step) {
    struct report report = {.kind = REPORT_FAILED, .value = errno, .detail = (int32_t)step};
    report_to(fd, &report);
}

void close_from(int lowest) {
#ifdef SYS_close_range
    if (syscall(SYS_close_range, (unsigned)lowest, ~0u, 0u) == 0) {
        return;
    }
#endif
    /* An older kernel, or an engine that does not let it through. Streams are bounded, and so are their files. */
    long most = sysconf(_SC_OPEN_MAX);
    for (int fd = lowest; fd < FILES_MOST && fd < most; fd++) {
        close(fd);
    }
}

static bool is_same_variable(const char *one, const char *other) {
    size_t name = strcspn(one, "=");
    return strncmp(one, other, name + 1) == 0;
}

static bool is_replaced(const char *variable, char *const *by) {
    for (; *by; by++) {
        if (is_same_variable(variable, *by)) {
            return true;
        }
    }
    return false;
}

static char **merge(char **own, char **added) {
    size_t count = 1;
    for (char **variable = own; *variable; variable++) {
        count++;
    }
    for (char **variable = added; *variable; variable++) {
        count++;
    }
    char **merged = allocate(count * sizeof *merged);
    char **at = merged;
    for (char **variable = own; *variable; variable++) {
        if (!is_replaced(*variable, added)) {
            *at++ = *variable;
        }
    }
    for (char **variable = added; *variable; variable++) {
        if (!is_replaced(*variable, variable + 1)) {
            *at++ = *variable;
        }
    }
    return merged;
}

/* Memory that runs out ends a command before the tether. */
static void offer_to_the_memory_killer(void) {
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd >= 0) {
        ssize_t written = write(fd, "500", 3);
        (void)written; /* where it is refused, nothing can be done */
        close(fd);
    }
}

static void reset_signals(void) {
    for (int number = 1; number <= 64; number++) {
        signal(number, SIG_DFL);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* "directory/program", or "program" of no directory. Gives false if that is too long for a path. */
static bool join(char *file, size_t most, const char *directory, size_t size, const char *program) {
    if (size + 1 + strlen(program) >= most) {
        return false;
    }
    memcpy(file, directory, size);
    if (size > 0) {
        file[size++] = '/';
    }
    strcpy(file + size, program);
    return true;
}

static const char *search_path(char **environment) {
    for (; *environment; environment++) {
        if (strncmp(*environment, "PATH=", 5) == 0) {
            return *environment + 5;
        }
    }
    return "/usr/local/bin:/usr/bin:/bin";
}

/* Looks as execvp does, but in the command's PATH, and never hands a file to a shell. Returns with errno. */
static void execute(char **argv, char **environment) {
    if (strchr(argv[0], '/') || !*argv[0]) {
        execve(argv[0], argv, environment);
        return;
    }
    int failure = ENOENT;
    for (const char *at = search_path(environment); at;) {
        char file[PATH_MAX];
        size_t size = strcspn(at, ":");
        if (join(file, sizeof file, at, size, argv[0])) {
            execve(file, argv, environment);
            if (errno != ENOENT && errno != ENOTDIR && errno != EACCES) {
                return;
            }
            failure = errno == EACCES ? EACCES : failure;
        }
        at = at[size] ? at + size + 1 : NULL;
    }
    errno = failure;
}

void command_become(const struct command *command, pid_t minder, int report) {
    /* A minder that is killed takes its command along, which nobody would mind any more. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != minder) {
        _exit(1);
    }
    close_from(report + 1);
    /* Before anybody knows its number: what the minder ignores is not to be lost on the command. */
    reset_signals();
    setsid();
    struct report started = {.kind = REPORT_STARTED, .value = (int32_t)getpid()};
    report_to(report, &started);
    /* A process that is not dumpable may not even set its own score; it holds nothing of the tether's by now. */
    prctl(PR_SET_DUMPABLE, 1);
    offer_to_the_memory_killer();
    if (chdir(command->directory) < 0) {
        report_failure(report, FAILED_DIRECTORY);
        _exit(1);
    }
    char **environment = merge(environ, command->environment);
    execute(command->argv, environment);
    report_failure(report, FAILED_PROGRAM);
    _exit(1);
}
