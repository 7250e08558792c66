/* banned: calls that have no safe use here; force-included into every file of src/.
 *
 * Unbounded copies, hidden static state, shell access and raw allocation (memory comes from base/arena.h).
 * malloc and its kin cannot be poisoned (library headers name them in attributes): `make lint` refuses them outside base/arena.c.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_BASE_BANNED_H
#define LUOSHI_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets strtok atoi atol gmtime localtime
#undef alloca
#pragma GCC poison system popen srand alloca

#endif
