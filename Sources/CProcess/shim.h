// What the C library offers in ways that Swift can't call.

#ifndef USHER_CPROCESS_H
#define USHER_CPROCESS_H

#include <fcntl.h>
#include <linux/stat.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/// Keeps this process's memory out of core files, and out of reach of other processes of the same user.
static inline void usher_hide_memory(void) {
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

/// When an open file was made, in nanoseconds since 1970; 0 where the file system does not know. Together with device and
/// inode it tells a file from any other, also from a later one that was given the same inode.
static inline long long usher_birth_time(int descriptor) {
    struct statx status;
    if (syscall(SYS_statx, descriptor, "", 0x1000 /* AT_EMPTY_PATH */, STATX_BTIME, &status) != 0) return 0;
    if (!(status.stx_mask & STATX_BTIME)) return 0;
    return status.stx_btime.tv_sec * 1000000000LL + status.stx_btime.tv_nsec;
}

#endif
