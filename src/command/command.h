/* command: a word of the command line, its options, and what opens a data folder.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_COMMAND_COMMAND_H
#define LUOSHI_COMMAND_COMMAND_H

#include "base/arena.h"
#include "base/str.h"
#include "people/city.h"
#include "store/db.h"

#define COMMAND_ARGS    8
#define COMMAND_OPTIONS 16

struct option_row {
    const char *name;  /* "data" for --data */
    const char *value; /* "DIR"; NULL: a flag */
    const char *about;
};

struct invocation {
    const struct command *command;
    struct arena *mem;
    struct clock clock;
    int n_args;
    const char *args[COMMAND_ARGS];
    const char *values[COMMAND_OPTIONS]; /* by option row; "" for a given flag; NULL: not given */
};

struct command {
    const char *name;
    const char *usage; /* "FILE" */
    const char *about;
    int min_args, max_args;
    const struct option_row *options; /* ends with a NULL name */
    int (*run)(struct invocation *);
};

/* NULL when not given. */
const char *option_get(const struct invocation *, const char *name);
bool option_has(const struct invocation *, const char *name);
/* ST_INVALID with a message on standard error when it is not a number within the bounds. */
bool option_int(const struct invocation *, const char *name, int64_t low, int64_t high, int64_t otherwise,
                int64_t *out);

/* One line on standard error, and 1. */
int complain(const char *fmt, ...) PRINTF(1, 2);

/* A data folder, opened: key file, database, city. */
struct house {
    str dir;
    const char *replica; /* for serve: of a server that follows it; NULL: none */
    const char *url;     /* of a database on a server; NULL: luoshi.db in the folder */
    bool is_made;        /* there was a city in it */
    struct keys *keys;
    struct store *store;
    struct db *db;
    struct city city;
    struct arena *life;
};
#define HOUSE_CREATE    1  /* make folder, key and database when absent */
#define HOUSE_READ_ONLY 2  /* also while it is served */
#define HOUSE_BESIDE    4  /* writing, also while it is served */
#define HOUSE_ALONE     16 /* refused while anybody else may write, on a server too */
#define HOUSE_FILL      8  /* with CREATE: a new database for very many rows, which stays only when it is kept */
/* False after saying why. */
bool house_open(struct invocation *, struct house *, unsigned flags);
void house_close(struct house *);
/* Where the database of the data folder is: a URL, or NULL for the file in it. False after saying why it cannot be told. */
bool house_database(struct invocation *, const char **url);
/* Is the key file the one that the database was made with? `note`: writes its fingerprint when there is none. False after saying so. */
/* Sets the functions by which later rooms follow changes in earlier ones. */
void join_rooms(struct city *);
bool house_key(struct house *, bool note);
/* Of a house opened to be filled: its database gets its name. False after saying why. */
bool house_keep(struct house *);
/* Makes the search index again when that is wanted, telling how far it is. False after saying why not. */
bool house_index(struct house *);
const char *house_path(struct arena *, str dir, const char *file);

int command_serve(struct invocation *);
int command_init(struct invocation *);
int command_demo(struct invocation *);
int command_import(struct invocation *);
int command_export(struct invocation *);
int command_user(struct invocation *);
int command_key(struct invocation *);
int command_backup(struct invocation *);
int command_restore(struct invocation *);
int command_reindex(struct invocation *);
int command_copy(struct invocation *);
int command_routes(struct invocation *);
int command_doctor(struct invocation *);
int command_jobs(struct invocation *);
int command_version(struct invocation *);

#endif
