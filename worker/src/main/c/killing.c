#include "killing.h"

#include "memory.h"
#include "waits.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { PATIENCE = 5000000, PAUSE = 1000, QUIET_STEPS = 2 };

struct process {
    pid_t id;
    pid_t parent;
    bool dead; /* but not reaped yet */
    bool doomed;
};

/* The last look at /proc. */
static struct process *processes;
static size_t count;
static size_t capacity;

void killing_begin(struct killing *killing, pid_t root, pid_t command) {
    *killing = (struct killing){.root = root, .command = command, .give_up = now() + PATIENCE};
}

void killing_free(struct killing *killing) {
    free(killing->stopped);
    killing->stopped = NULL;
    killing->count = killing->capacity = 0;
}

int64_t killing_next(const struct killing *killing) {
    return killing->next;
}

static bool is_stopped(const struct killing *killing, pid_t id) {
    for (size_t i = 0; i < killing->count; i++) {
        if (killing->stopped[i] == id) {
            return true;
        }
    }
    return false;
}

/* Gives false if that was done before. */
static bool stop(struct killing *killing, pid_t id) {
    if (is_stopped(killing, id)) {
        return false;
    }
    kill(id, SIGSTOP);
    if (killing->count == killing->capacity) {
        killing->capacity = killing->capacity ? killing->capacity * 2 : 64;
        killing->stopped = reallocate(killing->stopped, killing->capacity * sizeof *killing->stopped);
    }
    killing->stopped[killing->count++] = id;
    return true;
}

/* Gives the size of "/proc/<id>/stat", or nothing if it has ended. */
static ssize_t read_stat(int proc, const char *id, char *text, size_t most) {
    int directory = openat(proc, id, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int fd = directory < 0 ? -1 : openat(directory, "stat", O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? -1 : read(fd, text, most);
    close(fd);
    close(directory);
    return size;
}

/* "4711 (name) S 4710 …", where a name may hold anything. */
static bool read_process(int proc, const char *id, struct process *process) {
    char text[512];
    ssize_t size = read_stat(proc, id, text, sizeof text - 1);
    if (size <= 0) {
        return false;
    }
    text[size] = 0;
    const char *after_name = strrchr(text, ')');
    if (!after_name || strlen(after_name) < 5) {
        return false;
    }
    char state = after_name[2];
    *process = (struct process){
        .id = (pid_t)strtol(id, NULL, 10),
        .parent = (pid_t)strtol(after_name + 4, NULL, 10),
        .dead = state == 'Z' || state == 'X',
    };
    return true;
}

static int by_id(const void *one, const void *other) {
    pid_t a = ((const struct process *)one)->id;
    pid_t b = ((const struct process *)other)->id;
    return (a > b) - (a < b);
}

/*
 * Looks at all processes. A child of the root is stopped on sight: one that forks and ends all the time has another
 * number by the end of the look.
 */
static size_t look(struct killing *killing) {
    size_t fresh = 0;
    count = 0;
    DIR *proc = opendir("/proc");
    if (!proc) {
        return 0;
    }
    for (struct dirent *entry = readdir(proc); entry; entry = readdir(proc)) {
        struct process process;
        if (!isdigit((unsigned char)entry->d_name[0]) || !read_process(dirfd(proc), entry->d_name, &process)) {
            continue;
        }
        process.doomed = (killing->root && process.parent == killing->root) || process.id == killing->command;
        if (process.doomed && !process.dead && stop(killing, process.id)) {
            fresh++;
        }
        if (count == capacity) {
            capacity = capacity ? capacity * 2 : 256;
            processes = reallocate(processes, capacity * sizeof *processes);
        }
        processes[count++] = process;
    }
    closedir(proc);
    qsort(processes, count, sizeof *processes, by_id);
    return fresh;
}

static bool is_doomed(pid_t id) {
    struct process key = {.id = id};
    const struct process *found = bsearch(&key, processes, count, sizeof *processes, by_id);
    return found && found->doomed;
}

/* Dooms the children of the doomed, until there are no more. */
static void spread(void) {
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < count; i++) {
            if (!processes[i].doomed && is_doomed(processes[i].parent)) {
                processes[i].doomed = more = true;
            }
        }
    }
}

static void strike(void) {
    for (size_t i = 0; i < count; i++) {
        if (processes[i].doomed && !processes[i].dead) {
            kill(processes[i].id, SIGKILL);
        }
    }
}

bool killing_step(struct killing *killing) {
    int64_t moment = now();
    if (moment < killing->next) {
        return false;
    }
    size_t fresh = look(killing);
    size_t alive = 0;
    spread();
    for (size_t i = 0; i < count; i++) {
        if (processes[i].doomed && !processes[i].dead) {
            alive++;
            fresh += stop(killing, processes[i].id);
        }
    }
    killing->quiet = alive == 0 ? killing->quiet + 1 : 0;
    bool tried = moment >= killing->give_up;
    /* Who is stopped cannot fork: when a look finds nobody new, nobody is missed. */
    if (fresh == 0 || tried) {
        strike();
    }
    killing->next = fresh == 0 && alive > 0 ? moment + PAUSE : 0;
    if (killing->quiet >= QUIET_STEPS || tried) {
        killing_free(killing);
        return true;
    }
    return false;
}
