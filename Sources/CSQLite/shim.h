#include <sqlite3.h>

/// Stops the counting of allocated bytes, which nobody reads and for which every allocation takes a lock. To be called
/// before a connection is opened. Swift can't call a function with variable arguments.
static inline int usher_sqlite3_stop_counting(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }
