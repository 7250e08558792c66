/* small_world: a store over a small schema of its own, in a file or, where there is a server to test on, on PostgreSQL; its statements, written
 * as mksql would write them, and a command that adds a unit.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_STORE_SMALL_WORLD_H
#define LUOSHI_STORE_SMALL_WORLD_H

#include "store/inside.h"
#include "store/stmt.h"

struct world {
    char folder[64];
    char path[192];
    const char *url; /* NULL: a file */
    struct store *store;
    struct db *db;
    struct arena *mem;
};

extern struct store_error why; /* of the last opening */

/* The first n of three steps: unit; note and a first unit; unit.flag. */
struct store_setup setup_of(int n_steps);
/* unit; more; one that fails. */
struct store_setup setup_broken(int n_steps);

int world_make(void **state); /* with two steps */
int world_free(void **state);
enum status world_open(struct world *, const struct store_setup *, bool create);
void world_close(struct world *);

enum status q_add_unit(struct db *, int64_t id, str code, int64_t size);
enum status q_add_unit_counted(struct db *, int64_t id, str code, int64_t size); /* asks how many rows were changed */
enum status q_grow_unit(struct db *, str code, int64_t size);
enum status q_add_note(struct db *, struct arena *, int64_t unit, str text, str *back);
enum status q_list_units(struct db *, struct arena *, enum status (*fn)(void *, int64_t id, str code), void *ctx);
int64_t q_unit_size(struct db *, const char *code); /* -1: no such unit */
int64_t q_unit_flag(struct db *);
int64_t units(struct db *);
/* Opens the list without stepping. */
enum status open_units(struct db *, struct stmt **);

/* A command */
struct add {
    char code[16];
    int64_t size;
    enum status leaves; /* what the command returns after its insert */
    bool exhausts;
    int64_t id;
};
struct add adding(const char *code);
enum status command_add(struct db *, struct arena *, void *);
enum status add_now(struct db *, const char *code);

/* A thread with a handle of its own, which adds units named NUMBER/ROUND; every second and third round of three comes to nothing. */
struct worker {
    struct store *store;
    int number;
    int rounds;
    int wrong;
};
void *worker_main(void *);
void *write_meanwhile(void *); /* adds "meanwhile" */

#endif
