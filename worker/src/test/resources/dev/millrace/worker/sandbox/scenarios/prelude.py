# What every `python:` of a scenario starts with. A system call that is refused
# ends the script with 1 and the error's name as its output.
import ctypes, errno, mmap, os, platform, resource, signal, socket, struct, subprocess, sys, time

_numbers = dict(x86_64=0, aarch64=1)
_calls = {  # amd64, arm64
    'add_key': (248, 217), 'adjtimex': (159, 171), 'bpf': (321, 280), 'chroot': (161, 51),
    'clone': (56, 220), 'delete_module': (176, 106), 'finit_module': (313, 273),
    'init_module': (175, 105), 'io_uring_setup': (425, 425), 'kcmp': (312, 272),
    'kexec_load': (246, 104), 'keyctl': (250, 219), 'mount': (165, 40), 'mq_open': (240, 180),
    'mq_unlink': (241, 181), 'name_to_handle_at': (303, 264), 'open_by_handle_at': (304, 265),
    'perf_event_open': (298, 241), 'pivot_root': (155, 41), 'process_vm_readv': (310, 270),
    'ptrace': (101, 117), 'quotactl': (179, 60), 'reboot': (169, 142), 'sethostname': (170, 161),
    'setns': (308, 268), 'shmat': (30, 196), 'shmctl': (31, 195), 'shmget': (29, 194),
    'swapon': (167, 224), 'syslog': (103, 116), 'umount2': (166, 39), 'unshare': (272, 97),
    'userfaultfd': (323, 282),
}
_libc = ctypes.CDLL(None, use_errno=True)


def call(name, *arguments):
    """One system call; text becomes a C string."""
    number = _calls[name][_numbers[platform.machine()]]
    passed = [a.encode() if isinstance(a, str) else a if not isinstance(a, int) else ctypes.c_long(a)
              for a in arguments]
    _libc.syscall.restype = ctypes.c_long
    result = _libc.syscall(ctypes.c_long(number), *passed)
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def _hook(kind, failure, trace):
    if isinstance(failure, OSError) and failure.errno in errno.errorcode:
        print(errno.errorcode[failure.errno], flush=True)
    else:
        sys.__excepthook__(kind, failure, trace)


sys.excepthook = _hook
