#include "confinement.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static const char place[] = "/tmp"; /* covered by a file system of its own, in this process alone */

static int real_root;
static int real_directory;
static bool inside;

static void sure(bool done, const char *what) {
    if (!done) {
        fprintf(stderr, "skipped: fuzzing is confined by namespaces, and cannot %s: %s\n", what, strerror(errno));
        exit(77);
    }
}

static void put(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    sure(fd >= 0 && write(fd, text, strlen(text)) > 0, path);
    close(fd);
}

/* Without root, a user of one's own has the rights for the rest. */
static void become_root(void) {
    char map[64];
    uid_t user = getuid();
    gid_t group = getgid();
    if (user == 0) {
        return;
    }
    sure(unshare(CLONE_NEWUSER) == 0, "make a user of its own");
    put("/proc/self/setgroups", "deny");
    snprintf(map, sizeof map, "0 %u 1", user);
    put("/proc/self/uid_map", map);
    snprintf(map, sizeof map, "0 %u 1", group);
    put("/proc/self/gid_map", map);
}

static void raise_loopback(void) {
    struct ifreq interface = {.ifr_name = "lo", .ifr_flags = IFF_UP};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sure(fd >= 0 && ioctl(fd, SIOCSIFFLAGS, &interface) == 0, "raise a loopback interface");
    close(fd);
}

void confine(void) {
    become_root();
    sure(unshare(CLONE_NEWNS | CLONE_NEWNET) == 0, "have mounts and a network of its own");
    sure(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0, "keep its mounts to itself");
    raise_loopback();
    real_root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    real_directory = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    sure(real_root >= 0 && real_directory >= 0, "open its directories");
}

static void fill(void) {
    int fd = open("/big", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    bool done = fd >= 0 && ftruncate(fd, 2 * 1024 * 1024) == 0;
    close(fd);
    done = done && mkdir("/d", 0700) == 0 && mkdir("/d/e", 0700) == 0;
    done = done && symlink("target", "/l") == 0 && mkfifo("/f", 0600) == 0;
    sure(done, "make its files");
}

/* Made for each input, since whoever keeps the corpus needs the machine's files between them. */
void confinement_enter(void) {
    sure(mount("fuzz", place, "tmpfs", MS_NODEV | MS_NOSUID, "size=16m,nr_inodes=8192") == 0, "mount a file system");
    sure(chroot(place) == 0 && chdir("/") == 0, "change its root");
    inside = true;
    fill();
}

void confinement_abandon(void) {
    if (inside) {
        inside = false;
        sure(fchdir(real_root) == 0 && chroot(".") == 0 && fchdir(real_directory) == 0, "change its root back");
    }
}

void confinement_leave(void) {
    confinement_abandon();
    sure(umount2(place, MNT_DETACH) == 0, "unmount its file system");
}
