/* house: opening a data folder, and the small helpers of all commands.
 * SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command/command.h"
#include "command/config.h"
#include "exchange/import.h"
#include "matter/search_rebuild.h"
#include "matter/tally.h"
#include "store/copy.h"

#define STATEMENT_MS 30000 /* of a server on PostgreSQL; commands take their time */

const char *option_get(const struct invocation *in, const char *name)
{
    const struct option_row *o = in->command->options;
    for (int i = 0; o != NULL && o[i].name != NULL; i++)
        if (strcmp(o[i].name, name) == 0) return in->values[i];
    return NULL;
}

bool option_has(const struct invocation *in, const char *name)
{
    return option_get(in, name) != NULL;
}

bool option_int(const struct invocation *in, const char *name, int64_t low, int64_t high, int64_t otherwise,
                int64_t *out)
{
    const char *text = option_get(in, name);
    *out = otherwise;
    if (text == NULL || (str_int(str_from(text), out) && *out >= low && *out <= high)) return true;
    (void)complain("--%s takes a whole number from %lld to %lld", name, (long long)low, (long long)high);
    return false;
}

int complain(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    fputs("luoshi: ", stderr);
    (void)vfprintf(stderr, fmt, args);
    fputc('\n', stderr);
    va_end(args);
    return 1;
}

const char *house_path(struct arena *mem, str dir, const char *file)
{
    return str_format(mem, "%.*s/%s", STR_ARG(dir), file).p;
}

static bool open_key(struct house *h, const char *path, unsigned flags)
{
    enum status st = keys_open(path, &h->keys);
    if (st == ST_NOT_FOUND && (flags & HOUSE_CREATE) != 0) {
        st = keys_make(path);
        if (st == ST_OK) st = keys_open(path, &h->keys);
    }
    switch (st) {
    case ST_OK: return true;
    case ST_NOT_FOUND:
        complain("%s is missing: make an installation with `luoshi init`, or put the key file back", path);
        break;
    case ST_FORBIDDEN: complain("%s can be read by others: set its mode to 0600", path); break;
    case ST_INVALID: complain("%s is not a Luoshi key file", path); break;
    case ST_CONFLICT:
    case ST_BUSY:
    case ST_IO:
    case ST_COUNT: complain("%s cannot be read", path); break;
    }
    return false;
}

/* An option, else a variable (a password in it does not stand in the list of processes), else the data folder's configuration file. */
static const char *url_of(struct invocation *in, const char *option, const char *variable, const char *configured)
{
    const char *url = option_get(in, option);
    if (url == NULL) url = getenv(variable);
    if (url == NULL) url = configured;
    return url == NULL || url[0] == 0 ? NULL : url;
}

static bool find_database(struct invocation *in, struct house *h)
{
    struct config c;
    const char *file = house_path(h->life, h->dir, "luoshi.ini");
    config_init(&c);
    if (access(file, R_OK) == 0 && !config_read(&c, h->life, file)) return false;
    h->url = url_of(in, "db", "LUOSHI_DB", c.db);
    h->replica = in->command->run == command_serve ? url_of(in, "replica", "LUOSHI_REPLICA", c.replica) : NULL;
    if ((h->url != NULL && !str_starts(str_from(h->url), STR("postgresql://"))) ||
        (h->replica != NULL && (h->url == NULL || !str_starts(str_from(h->replica), STR("postgresql://"))))) {
        (void)complain(
            "--db (and --replica beside it) take postgresql://USER@HOST/DATABASE; without it the database is a "
            "file in the data folder");
        return false;
    }
    return true;
}

bool house_database(struct invocation *in, const char **url)
{
    const char *dir = option_get(in, "data");
    struct house h = {.dir = str_from(dir == NULL ? "data" : dir), .life = in->mem};
    bool told = find_database(in, &h);
    *url = h.url;
    return told;
}

static bool open_store(struct invocation *in, struct house *h, unsigned flags)
{
    struct store_error why = {.text = ""};
    struct store_options o = {
        .path = house_path(h->life, h->dir, "luoshi.db"),
        .url = h->url,
        .replica = h->replica,
        .statement_ms = in->command->run == command_serve ? STATEMENT_MS : 0,
        .create = (flags & HOUSE_CREATE) != 0,
        .fill = (flags & HOUSE_FILL) != 0,
        .read_only = (flags & HOUSE_READ_ONLY) != 0,
        .beside = (flags & HOUSE_BESIDE) != 0,
        .alone = (flags & HOUSE_ALONE) != 0,
        .node = (flags & HOUSE_BESIDE) != 0 ? 1 + (int)secure_below(1023) : 0, /* a server is node 0 */
        .clock = &in->clock,
    };
    if (store_open(&o, &h->store, &why) != ST_OK) {
        (void)complain("%s", why.text);
        return false;
    }
    if (db_open(h->store, &h->db) != ST_OK) {
        (void)complain("the database cannot be read");
        return false;
    }
    return true;
}

static bool show_progress(void *ctx, int64_t done, int64_t all)
{
    (void)ctx;
    if (isatty(STDERR_FILENO)) fprintf(stderr, "\rsearch index: %lld of %lld matters", (long long)done, (long long)all);
    return true;
}

bool house_index(struct house *h)
{
    bool wanted;
    enum status st = search_rebuild_wanted(h->db, h->life, &wanted);
    if (st == ST_OK) st = import_settle(h->db, h->life);
    if (st == ST_OK && !wanted) return true;
    if (st == ST_OK) {
        fputs("making the search index again; it goes on where it was should it be stopped\n", stderr);
        st = search_rebuild(h->db, (struct search_progress){.tell = show_progress});
        if (isatty(STDERR_FILENO)) fputc('\n', stderr);
    }
    if (st != ST_OK) (void)complain("the search index cannot be made (%s)", status_name(st));
    return st == ST_OK;
}

static enum status note_key(struct db *db, struct arena *mem, void *arg)
{
    return city_key_note(db, mem, arg);
}

bool house_key(struct house *h, bool note)
{
    enum status st = city_key_check(h->db, h->life, h->keys);
    if (st == ST_NOT_FOUND && note) st = db_write(h->db, note_key, h->keys);
    if (st == ST_OK || (st == ST_NOT_FOUND && !note)) return true;
    if (st == ST_CONFLICT)
        (void)complain("%s/luoshi.key is not the key file that this database was made with: put the right one there",
                       h->dir.p);
    else (void)complain("the key file cannot be compared with the database (%s)", status_name(st));
    return false;
}

bool house_open(struct invocation *in, struct house *h, unsigned flags)
{
    const char *dir = option_get(in, "data");
    *h = (struct house){.dir = str_from(dir == NULL ? "data" : dir), .life = arena_new((size_t)1 << 30, NULL)};
    if ((flags & HOUSE_CREATE) != 0 && mkdir(h->dir.p, 0700) != 0 && errno != EEXIST) {
        (void)complain("the folder %s cannot be made: %s", h->dir.p, strerror(errno));
        return false;
    }
    if (!find_database(in, h) || !open_key(h, house_path(h->life, h->dir, "luoshi.key"), flags) ||
        !open_store(in, h, flags)) {
        house_close(h);
        return false;
    }
    bool half = false;
    if (store_copy_unfinished(h->db, h->life, &half) == ST_OK && half) {
        (void)complain("the database is a copy that is not finished: run `luoshi copy` again");
        house_close(h);
        return false;
    }
    enum status st = city_load(h->db, h->life, h->keys, &h->city);
    if (st != ST_OK && (flags & HOUSE_CREATE) == 0) {
        (void)complain("the city's settings cannot be read (%s)", status_name(st));
        house_close(h);
        return false;
    }
    join_rooms(&h->city);
    h->is_made = st == ST_OK;
    bool reads = (flags & HOUSE_READ_ONLY) != 0;
    if ((h->is_made && !house_key(h, !reads)) || (!reads && !house_index(h))) {
        house_close(h);
        return false;
    }
    return true;
}

bool house_keep(struct house *h)
{
    struct store_error why = {.text = ""};
    db_close(h->db);
    h->db = NULL;
    if (store_keep(h->store, &why) == ST_OK) return true;
    (void)complain("%s", why.text);
    return false;
}

void house_close(struct house *h)
{
    if (h->city.keys != NULL) city_free(&h->city);
    if (h->db != NULL) db_close(h->db);
    if (h->store != NULL) store_close(h->store);
    keys_close(h->keys);
    arena_free(h->life);
    *h = (struct house){0};
}
