/* copy: `luoshi copy`.
 * SPDX-License-Identifier: Apache-2.0 */
#include "store/copy.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "command/command.h"
#include "matter/search_rebuild.h"

struct watcher {
    bool quiet;
    int64_t rows;
    int tables;
    const char *table;
    int64_t said; /* of this table */
};

/* Some lines for each table: when what is on the disk has doubled. */
static void told(void *ctx, enum copy_step step, const char *table, int64_t rows)
{
    struct watcher *w = ctx;
    if (step == COPY_COMPARED) {
        w->rows += rows;
        w->tables++;
    }
    if (step == COPY_WROTE && w->table == table && rows < w->said * 2) return;
    w->table = table;
    w->said = rows;
    if (w->quiet || rows == 0) return;
    fprintf(stderr, "%s %s: %lld rows\n", step == COPY_WROTE ? "copied" : "compared", table, (long long)rows);
}

static bool is_server(const char *place)
{
    return str_starts(str_from(place), STR("postgresql://"));
}

/* As it may be printed: an address without the password in it. */
static const char *shown(struct invocation *in, const char *place)
{
    str user;
    str password;
    str scheme = STR("postgresql://");
    str all = str_from(place);
    ptrdiff_t at = str_find_byte(all, '@');
    if (!is_server(place) || at < 0) return place;
    str account = str_sub(all, scheme.n, (size_t)at - scheme.n);
    (void)str_cut(account, ':', &user, &password);
    return str_z(in->mem, str_format(in->mem, "postgresql://%.*s%s", STR_ARG(user), place + at));
}

static struct store_options options_of(struct invocation *in, const char *place)
{
    return (struct store_options){.path = house_path(in->mem, str_from(place), "luoshi.db"),
                                  .url = is_server(place) ? place : NULL,
                                  .copies = true,
                                  .clock = &in->clock};
}

static bool open_from(struct invocation *in, const char *place, struct store **out)
{
    struct store_error why = {.text = ""};
    struct store_options o = options_of(in, place);
    o.read_only = true;
    if (store_open(&o, out, &why) == ST_OK) return true;
    (void)complain("cannot copy from %s: %s", shown(in, place), why.text);
    return false;
}

static bool open_to(struct invocation *in, const char *place, struct store **out)
{
    struct store_error why = {.text = ""};
    struct store_options o = options_of(in, place);
    o.create = true;
    if (o.url == NULL && mkdir(place, 0700) != 0 && errno != EEXIST) {
        (void)complain("the folder %s cannot be made: %s", place, strerror(errno));
        return false;
    }
    if (store_open(&o, out, &why) == ST_OK) return true;
    (void)complain("cannot copy to %s: %s", shown(in, place), why.text);
    return false;
}

static bool told_index(void *ctx, int64_t done, int64_t all)
{
    const struct watcher *w = ctx;
    if (!w->quiet && done == all) fprintf(stderr, "indexed: %lld matters\n", (long long)all);
    return true;
}

/* Cut off here, the copy is whole: whoever opens it to write goes on with the index. */
static enum status make_index(struct store *to, struct watcher *w)
{
    struct db *db;
    TRY(db_open(to, &db));
    enum status st = search_rebuild(db, (struct search_progress){.tell = told_index, .ctx = w});
    db_close(db);
    return st;
}

int command_copy(struct invocation *in)
{
    struct store_error why = {.text = ""};
    struct store *from;
    struct store *to;
    struct watcher w = {.quiet = option_has(in, "quiet")};
    struct copy_watch watch = {told, &w};
    const char *source = option_get(in, "from");
    const char *target = option_get(in, "to");
    if (source == NULL || target == NULL) {
        (void)complain("copy needs --from and --to");
        return 2;
    }
    if (!open_from(in, source, &from)) return 1;
    if (!open_to(in, target, &to)) {
        store_close(from);
        return 1;
    }
    enum status st = store_copy(from, to, &watch, &why);
    enum status index = st == ST_OK ? make_index(to, &w) : st;
    store_close(to);
    store_close(from);
    if (st != ST_OK) return complain("the copy is not finished: %s", why.text);
    if (index != ST_OK)
        return complain("the copy is whole, but not its search index (%s): `luoshi serve` goes on with it",
                        status_name(index));
    printf("%s is in %s: %d tables, %lld rows, the same on both sides\n", shown(in, source), shown(in, target),
           w.tables, (long long)w.rows);
    puts("the key file luoshi.key is no part of it: put it into the data folder that serves the copy");
    return 0;
}
