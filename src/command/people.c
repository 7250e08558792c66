/* people: `luoshi init`, `user` and `key`.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/locale.h"
#include "command/command.h"
#include "gen/sql/command.h"
#include "people/person.h"
#include "people/unit.h"
#include "demo/seed.h"

static int print_faults(const struct faults *f, enum status st)
{
    if (f->n == 0) return complain("it did not work: %s", status_name(st));
    for (size_t i = 0; i < f->n; i++) (void)complain("%s: %s", f->item[i].field, f->item[i].msg);
    return 1;
}

/* ── init ─────────────────────────────────────────────────────────────────────────────────────────────── */

static const char *or_else(const char *given, const char *otherwise)
{
    return given == NULL ? otherwise : given;
}

static enum status make_admin(struct house *h, struct arena *mem, str login, str password, struct faults *f)
{
    person_id id;
    struct member m = {
        .role = ROLE_ADMIN, .unit = h->city.root, .title_en = STR("Administrator"), .title_zh = STR("系统管理员")};
    TRY(person_add(h->db, mem, NULL, login, login, password_hash(mem, password), STR(""), &id, f));
    m.person = id;
    return member_add(h->db, mem, NULL, &m, db_now(h->db), f);
}

static int init(struct invocation *in, struct house *h)
{
    struct faults f = {0};
    const char *admin = or_else(option_get(in, "admin"), "admin"); /* somebody must answer for what comes in */
    str password = password_fresh(in->mem);
    struct seed_city city = {
        .name_en = str_from(or_else(option_get(in, "name-en"), "Haitang City")),
        .name_zh = str_from(or_else(option_get(in, "name-zh"), "海棠市")),
        .prefix = str_from(or_else(option_get(in, "prefix"), "HT")),
        .zone = str_from(or_else(option_get(in, "zone"), "Asia/Shanghai")),
    };
    enum status st = db_batch_begin(h->db);
    if (st == ST_OK) st = seed_city(h->db, in->mem, &city, &h->city.root);
    if (st == ST_OK) st = city_key_note(h->db, in->mem, h->keys);
    if (st == ST_OK) st = make_admin(h, in->mem, str_from(admin), password, &f);
    if (st != ST_OK) {
        db_batch_rollback(h->db);
        return print_faults(&f, st);
    }
    if (db_batch_commit(h->db) != ST_OK) return complain("the disk refused the write");
    if (h->url == NULL) printf("made %s/luoshi.db and ", h->dir.p);
    printf("%s%s/luoshi.key; keep a copy of the key file elsewhere\n",
           h->url == NULL ? "" : "made an installation in the database and ", h->dir.p);
    printf("administrator %s, password %.*s\n", admin, STR_ARG(password));
    return 0;
}

int command_init(struct invocation *in)
{
    struct house h;
    struct zone zone;
    const char *dir = or_else(option_get(in, "data"), "data");
    if (access(house_path(in->mem, str_from(dir), "luoshi.db"), F_OK) == 0)
        return complain("%s/luoshi.db is there already: nothing was changed", dir);
    if (option_has(in, "zone") && !locale_zone_load(option_get(in, "zone"), &zone))
        return complain("--zone %s is not a time zone", option_get(in, "zone"));
    if (strlen(or_else(option_get(in, "prefix"), "")) > CITY_PREFIX_MAX)
        return complain("--prefix may have %d bytes", CITY_PREFIX_MAX);
    if (!house_open(in, &h, HOUSE_CREATE)) return 1;
    int rc = h.is_made ? complain("there is a city in the database already: nothing was changed") : init(in, &h);
    house_close(&h);
    return rc;
}

/* ── user ─────────────────────────────────────────────────────────────────────────────────────────────── */

static bool read_password(struct invocation *in, str *password)
{
    char line[512];
    if (!option_has(in, "password-stdin")) {
        *password = password_fresh(in->mem);
        return true;
    }
    if (fgets(line, sizeof line, stdin) == NULL) {
        (void)complain("no password on standard input");
        return false;
    }
    *password = str_copy(in->mem, str_trim(str_from(line)));
    return true;
}

struct new_user {
    struct invocation *in;
    struct house *h;
    str login, hash;
    struct unit unit;
    enum role role;
    struct faults faults;
};

static enum status add_user(struct db *db, struct arena *mem, void *arg)
{
    struct new_user *u = arg;
    struct member m = {
        .unit = u->unit.id,
        .role = u->role,
        .title_en = str_from(option_get(u->in, "title-en")),
        .title_zh = str_from(option_get(u->in, "title-zh")),
    };
    const char *name = option_get(u->in, "name");
    TRY(person_add(db, mem, NULL, u->login, name == NULL ? u->login : str_from(name), u->hash, STR(""), &m.person,
                   &u->faults));
    return member_add(db, mem, NULL, &m, db_now(db), &u->faults);
}

static enum status set_password(struct db *db, struct arena *mem, void *arg)
{
    struct new_user *u = arg;
    struct person p;
    enum status st = person_by_login(db, mem, u->login, &p);
    if (st == ST_NOT_FOUND) return fault(&u->faults, "login", "Nobody has this sign-in name");
    TRY(st);
    return person_set_password(db, mem, NULL, p.id, u->hash);
}

static int list_users(struct invocation *in, struct house *h)
{
    struct q_command_users *rows;
    size_t n;
    if (q_command_users(h->db, in->mem, &rows, &n) != ST_OK) return complain("the database cannot be read");
    for (size_t i = 0; i < n; i++)
        printf("%-20.*s %-10.*s %-10.*s %.*s\n", STR_ARG(rows[i].login), STR_ARG(rows[i].role),
               STR_ARG(rows[i].unit_code), STR_ARG(rows[i].name));
    return 0;
}

static int user(struct invocation *in, struct house *h)
{
    struct new_user u = {.in = in, .h = h};
    str password;
    bool add = strcmp(in->args[0], "add") == 0;
    if (strcmp(in->args[0], "list") == 0) return list_users(in, h);
    if (!add && strcmp(in->args[0], "passwd") != 0)
        return complain("user takes add, passwd or list, not %s", in->args[0]);
    if (in->n_args < 2) return complain("whose? luoshi user %s LOGIN", in->args[0]);
    u.login = str_from(in->args[1]);
    const char *role = option_get(in, "role");
    const char *unit = option_get(in, "unit");
    if (add && (role == NULL || !role_parse(str_from(role), &u.role)))
        return complain("--role takes handler, clerk, checker, head, leader or admin");
    if (add && (unit == NULL || unit_by_code(h->db, in->mem, str_from(unit), &u.unit) != ST_OK))
        return complain("--unit takes the code of a unit (see the administration page)");
    if (!read_password(in, &password)) return 1;
    enum status st = password_check(u.login, password, &u.faults);
    if (st == ST_OK) {
        u.hash = password_hash(in->mem, password);
        st = db_write(h->db, add ? add_user : set_password, &u);
    }
    if (st != ST_OK) return print_faults(&u.faults, st);
    if (option_has(in, "password-stdin")) puts("done");
    else printf("password of %s: %.*s\n", in->args[1], STR_ARG(password));
    return 0;
}

int command_user(struct invocation *in)
{
    struct house h;
    if (!house_open(in, &h, HOUSE_BESIDE)) return 1;
    int rc = user(in, &h);
    house_close(&h);
    return rc;
}

/* ── key ──────────────────────────────────────────────────────────────────────────────────────────────── */

struct new_key {
    struct house *h;
    struct arena *mem;
    str name, key;
    unit_id unit;
    int64_t ended;
};

static enum status add_key(struct db *db, struct arena *mem, void *arg)
{
    struct new_key *k = arg;
    str key;
    TRY(api_key_add(db, mem, k->h->keys, k->name, k->unit, db_now(db), &key));
    k->key = str_copy(k->mem, key);
    return ST_OK;
}

static enum status end_key(struct db *db, struct arena *mem, void *arg)
{
    struct new_key *k = arg;
    (void)mem;
    return q_command_key_end(db, db_now(db), k->name, &k->ended);
}

static int list_keys(struct invocation *in, struct house *h)
{
    struct q_command_keys *rows;
    size_t n;
    if (q_command_keys(h->db, in->mem, &rows, &n) != ST_OK) return complain("the database cannot be read");
    for (size_t i = 0; i < n; i++)
        printf("%-24.*s %-10.*s %s\n", STR_ARG(rows[i].name), STR_ARG(rows[i].unit_code),
               rows[i].ended_at.ms == 0 ? "" : "ended");
    return 0;
}

static int key(struct invocation *in, struct house *h)
{
    struct new_key k = {.h = h, .mem = in->mem, .unit = h->city.root};
    struct unit unit;
    if (strcmp(in->args[0], "list") == 0) return list_keys(in, h);
    if (in->n_args < 2) return complain("give the key a name: luoshi key %s NAME", in->args[0]);
    k.name = str_from(in->args[1]);
    if (strcmp(in->args[0], "end") == 0) {
        if (db_write(h->db, end_key, &k) != ST_OK || k.ended == 0) return complain("no key of that name is in use");
        puts("ended");
        return 0;
    }
    if (strcmp(in->args[0], "add") != 0) return complain("key takes add, list or end, not %s", in->args[0]);
    if (option_has(in, "unit")) {
        if (unit_by_code(h->db, in->mem, str_from(option_get(in, "unit")), &unit) != ST_OK)
            return complain("--unit: no unit has this code");
        k.unit = unit.id;
    }
    if (db_write(h->db, add_key, &k) != ST_OK) return complain("the key was not made");
    printf("%.*s\n", STR_ARG(k.key));
    return 0;
}

int command_key(struct invocation *in)
{
    struct house h;
    if (!house_open(in, &h, HOUSE_BESIDE)) return 1;
    int rc = key(in, &h);
    house_close(&h);
    return rc;
}
