/* fault_world: makes the disk or SQLite's memory fail on purpose, for tests. Nothing is changed until fault_vfs_install.
 *
 * A shim named "luoshi_fault" stands in front of the system's file layer as the default. It offers shared memory
 * (version 2 methods): without it the library would fall back to another journal without a word.
 *
 * Threads      counters are shared by all threads, so the writer's calls count too. Install with no connection open.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_STORE_FAULT_WORLD_H
#define LUOSHI_STORE_FAULT_WORLD_H

#include <stdbool.h>

enum fault_kind {
    FAULT_WRITE = 1, /* half of the bytes get there */
    FAULT_SYNC = 2,
    FAULT_TRUNCATE = 4,
    FAULT_LOCK = 8,  /* of the file and of its shared memory */
    FAULT_FILE = 16, /* opening, deleting, more shared memory */
    FAULT_READ = 32,
    FAULT_HEAP = 64,  /* SQLite's allocations */
    FAULT_CALL = 128, /* what a test hands to fault_vfs_hit itself */
    FAULT_DISK = FAULT_WRITE | FAULT_SYNC | FAULT_TRUNCATE | FAULT_LOCK | FAULT_FILE,
};

enum fault_way {
    FAULT_ONCE, /* the n-th call and no other */
    FAULT_STAY, /* it and all after it: a disk that is gone */
    FAULT_DIE, /* the process ends there with FAULT_DIED, as kill -9 would: what was written is there, half of the n-th write too */
};
#define FAULT_DIED 9

void fault_vfs_install(void);
void fault_vfs_remove(void);
/* The n-th call of these kinds (or-ed) from now on fails, once. */
void fault_vfs_arm(int kinds, long n);
void fault_vfs_arm_as(int kinds, enum fault_way, long n);
/* Turns it off; true when it has fired. */
bool fault_vfs_disarm(void);
/* How many calls of the armed kinds there were since arming. */
long fault_vfs_calls(void);
/* For calls that are not SQLite's: counts one; true when it must fail. */
bool fault_vfs_hit(enum fault_kind);
/* Until turned off, every write that would make a file longer fails as on a full disk. */
void fault_vfs_disk_full(bool);

#endif
