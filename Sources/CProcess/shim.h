// What the C library offers only through variadic functions, which Swift can't call.

#ifndef USHER_CPROCESS_H
#define USHER_CPROCESS_H

#include <sys/prctl.h>
#include <sys/resource.h>

/// Keeps this process's memory out of core files, and out of reach of other processes of the same user.
static inline void usher_hide_memory(void) {
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

#endif
