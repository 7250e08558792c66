/* fault: makes the disk or SQLite's memory fail on purpose, for tests. Nothing is changed until fault_vfs_install.
 *
 * A shim named "luoshi_fault" stands in front of the system's file layer as the default. It offers shared memory
 * (version 2 methods): without it the library would fall back to another journal without a word.
 *
 * Threads      counters are shared by all threads, so the writer's calls count too. Install with no connection open.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_STORE_FAULT_H
#define LUOSHI_STORE_FAULT_H

#include <stdbool.h>

enum fault_kind {
    FAULT_DISK = 1, /* write (half of it gets there), sync, truncate, delete, open, lock, shared memory */
    FAULT_HEAP = 2, /* SQLite's allocations */
};

void fault_vfs_install(void);
void fault_vfs_remove(void);
/* The n-th call of these kinds (or-ed) from now on fails, once. */
void fault_vfs_arm(int kinds, long n);
/* Turns it off; true when it has fired. */
bool fault_vfs_disarm(void);
/* Until turned off, every write that would make a file longer fails as on a full disk. */
void fault_vfs_disk_full(bool);

#endif
