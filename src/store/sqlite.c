/* sqlite: the engine for one machine. This file and sqlite_*.c alone name the library (the tests' shim, fault_world.c, apart).
 *
 * Every connection is opened defensively: no trust in what a file's schema says, foreign keys on, synchronous=FULL, and
 * reading connections refuse changes twice (query_only, and a check of our own that names the statement).
 *
 * Invariants   1. a statement that is not busy is reset, so an idle connection holds no read transaction.
 *              2. no function of the library runs with an arena that may jump.
 * Further      https://www.sqlite.org/wal.html, https://www.sqlite.org/c3ref/backup_finish.html
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "store/sqlite_inside.h"

#define BUSY_MS 5000 /* another process holds the write lock: a check, a copy */
#define BUSY_STEP_MS                                                                                                   \
    2 /* how often it is tried: one who writes batch after batch leaves gaps of a few milliseconds (db_give_way) */
#define TIDY_PAGES      16000 /* 64 MB of log: most of its pages are the same few thousand again and again, moved once */
#define TIDY_HARD_PAGES 65536 /* 256 MB: readers have kept the log from starting over; wait for them a moment */
#define TIDY_HARD_MS    100
#define COPY_PAGES      1024 /* of one step of a copy */
#define COPY_WAITS      600  /* times 50 ms that a copy waits for a lock */
#define REPORT_ROWS     100

/* Outcomes */

static enum status status_of(int rc)
{
    switch (rc & 0xFF) {
    case SQLITE_OK:
    case SQLITE_DONE:
    case SQLITE_ROW: return ST_OK;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_INTERRUPT: return ST_BUSY;
    case SQLITE_TOOBIG:
    case SQLITE_MISMATCH: return ST_INVALID;
    case SQLITE_CONSTRAINT:
        return rc == SQLITE_CONSTRAINT_UNIQUE || rc == SQLITE_CONSTRAINT_PRIMARYKEY || rc == SQLITE_CONSTRAINT_ROWID ||
                       rc == SQLITE_CONSTRAINT_FOREIGNKEY
                   ? ST_CONFLICT
                   : ST_INVALID;
    default: return ST_IO;
    }
}

/* Taken keys and locks are everyday; a broken CHECK is our mistake or the input's; the rest is the disk. */
enum status sqlite_failed(const struct sqlite_engine *e, const char *what, int rc)
{
    char words[256];
    enum status st = status_of(rc);
    if (st == ST_IO || st == ST_INVALID)
        log_line(st == ST_IO ? LOG_ERROR : LOG_WARN, "database refused", "what=%s code=%d words=%s", what, rc,
                 log_quote(str_from(sqlite3_errmsg(e->h)), words, sizeof words));
    return st;
}

static const char *sqlite_message(const struct engine *base)
{
    const struct sqlite_engine *e = (const struct sqlite_engine *)base;
    return sqlite3_errmsg(e->h);
}

/* Opening */

static void put16(const unsigned char *p, unsigned *out)
{
    *out = (unsigned)p[0] << 8 | p[1];
}

static void put32(const unsigned char *p, uint32_t *out)
{
    *out = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* https://www.sqlite.org/fileformat2.html#the_database_header */
static void read_header(const unsigned char raw[100], struct sqlite_header *out)
{
    unsigned page;
    uint32_t pages, changes, changes_then, version;
    put16(raw + 16, &page);
    put32(raw + 24, &changes);
    put32(raw + 28, &pages);
    put32(raw + 60, &version);
    put32(raw + 68, &out->application);
    put32(raw + 92, &changes_then);
    if (page == 1) page = 65536;
    out->is_database = memcmp(raw, "SQLite format 3", 16) == 0 && page >= 512 && (page & (page - 1)) == 0;
    out->version = (int)version;
    if (changes == changes_then) out->bytes_expected = (int64_t)pages * page;
}

/* Statistics of memory are a lock around every allocation. Refused once the library runs, and any call may start it: so before each that
 * may be the first. */
static void before_all(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* Through the library's own file object: closing a descriptor of ours would drop the locks of this process. */
enum status sqlite_header(const char *path, struct sqlite_header *out)
{
    sqlite3 *h = NULL;
    sqlite3_file *f = NULL;
    sqlite3_int64 bytes = 0;
    unsigned char raw[100] = {0};
    *out = (struct sqlite_header){0};
    before_all();
    int rc = sqlite3_open_v2(path, &h, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_file_control(h, "main", SQLITE_FCNTL_FILE_POINTER, &f);
    if (rc == SQLITE_OK && (f == NULL || f->pMethods == NULL)) rc = SQLITE_CANTOPEN;
    if (rc == SQLITE_OK) rc = f->pMethods->xFileSize(f, &bytes);
    if (rc == SQLITE_OK && bytes >= (sqlite3_int64)sizeof raw) rc = f->pMethods->xRead(f, raw, (int)sizeof raw, 0);
    if (rc == SQLITE_OK) {
        out->bytes = bytes;
        out->is_empty = bytes == 0;
        read_header(raw, out);
    }
    (void)sqlite3_close(h);
    return status_of(rc);
}

/* The library's own waiting grows to a tenth of a second between two tries, and misses every gap. */
static int wait_for_lock(void *arg, int times)
{
    const struct sqlite_engine *e = arg;
    if (times >= e->busy_ms / BUSY_STEP_MS) return 0;
    (void)nanosleep(&(struct timespec){.tv_nsec = BUSY_STEP_MS * 1000000L}, NULL);
    return 1;
}

/* Made when it is first wanted: a small installation, and a command, never do. */
static bool has_tidier(struct sqlite_engine *e)
{
    if (e->role != SQLITE_AS_WRITER || e->tidies_itself) return false;
    if (!e->has_tidier) e->has_tidier = sqlite_tidier_begin(&e->tidier, e->path);
    e->tidies_itself = !e->has_tidier;
    return e->has_tidier;
}

static int count_log_pages(void *arg, sqlite3 *h, const char *name, int pages)
{
    struct sqlite_engine *e = arg;
    (void)h;
    (void)name;
    e->log_pages = pages;
    if (pages < e->tidied_at) e->tidied_at = 0; /* the log began anew */
    bool is_due = pages - e->tidied_at >= TIDY_PAGES;
    if (is_due && pages <= TIDY_HARD_PAGES && has_tidier(e)) {
        e->tidied_at = pages;
        sqlite_tidier_wake(&e->tidier);
        is_due = false;
    }
    e->finishes = e->has_tidier && atomic_exchange(&e->tidier.is_done, false);
    e->base.is_untidy = is_due || e->finishes;
    return SQLITE_OK;
}

static int run(struct sqlite_engine *e, const char *text)
{
    return sqlite3_exec(e->h, text, NULL, NULL, NULL);
}

static int configure(struct sqlite_engine *e)
{
    static const struct {
        int option;
        int value;
    } switches[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},   {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_FKEY, 1}, {SQLITE_DBCONFIG_DQS_DML, 0},
        {SQLITE_DBCONFIG_DQS_DDL, 0},     {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
        {SQLITE_DBCONFIG_ENABLE_VIEW, 1}, {SQLITE_DBCONFIG_ENABLE_TRIGGER, 1},
    };
    /* No memory map: under writes each read would unmap and map it again, which costs more than it saves. */
    static const char *const pragmas[] = {
        [SQLITE_AS_READER] = "PRAGMA cache_size = -8000; PRAGMA query_only = ON;",
        [SQLITE_AS_WRITER] =
            "PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -32000;",
        [SQLITE_AS_LOOKER] = "PRAGMA query_only = ON;",
        [SQLITE_AS_MAKER] = "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;",
        [SQLITE_AS_MEMORY] = "",
    };
    e->busy_ms = BUSY_MS;
    int rc = sqlite3_busy_handler(e->h, wait_for_lock, e);
    for (size_t i = 0; i < COUNT_OF(switches) && rc == SQLITE_OK; i++)
        rc = sqlite3_db_config(e->h, switches[i].option, switches[i].value, (int *)NULL);
    if (rc == SQLITE_OK && e->role == SQLITE_AS_LOOKER)
        rc = sqlite3_db_config(e->h, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL);
    if (rc == SQLITE_OK)
        rc = run(e, "PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;");
    if (rc == SQLITE_OK) rc = run(e, pragmas[e->role]);
    if (rc == SQLITE_OK)
        rc = run(e, "SELECT count(*) FROM sqlite_schema;"); /* reads the schema: a broken one shows here */
    if (rc == SQLITE_OK) (void)sqlite3_wal_hook(e->h, count_log_pages, e);
    return rc;
}

static int one_number(struct sqlite_engine *e, const char *text, int64_t *out)
{
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v2(e->h, text, -1, &s, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_step(s);
    if (rc == SQLITE_ROW) {
        *out = sqlite3_column_int64(s, 0);
        rc = SQLITE_OK;
    }
    (void)sqlite3_finalize(s);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* A file system without shared memory, or a library built without it, falls back to another journal without a word. */
static bool has_log(struct sqlite_engine *e)
{
    int64_t is_wal = 0;
    int rc = one_number(e, "SELECT journal_mode = 'wal' FROM pragma_journal_mode", &is_wal);
    return rc == SQLITE_OK && is_wal == 1;
}

static void sqlite_close(struct engine *base)
{
    struct sqlite_engine *e = (struct sqlite_engine *)base;
    if (e->has_tidier) sqlite_tidier_end(&e->tidier);
    for (int i = 0; i < e->n_statements; i++) {
        must(!e->statements[i].is_busy);
        (void)sqlite3_finalize(e->statements[i].h);
    }
    for (int i = 0; i < ENGINE_VERBS; i++) (void)sqlite3_finalize(e->verbs[i]);
    (void)sqlite3_finalize(e->data_version);
    int rc = sqlite3_close(e->h);
    must(rc == SQLITE_OK);
    e->h = NULL;
}

/* Transactions */

static const char *const verb_texts[] = {
    [ENGINE_BEGIN_READ] = "BEGIN",
    [ENGINE_BEGIN_WRITE] = "BEGIN IMMEDIATE",
    [ENGINE_COMMIT] = "COMMIT",
    [ENGINE_ROLLBACK] = "ROLLBACK",
    [ENGINE_JOB_SAVE] = "SAVEPOINT job",
    [ENGINE_JOB_KEEP] = "RELEASE job",
    [ENGINE_JOB_UNDO] = "ROLLBACK TO job",
    [ENGINE_PART_SAVE] = "SAVEPOINT part",
    [ENGINE_PART_KEEP] = "RELEASE part",
    [ENGINE_PART_UNDO] = "ROLLBACK TO part",
};
_Static_assert(COUNT_OF(verb_texts) == ENGINE_VERBS, "every verb has a text");

/* What will end a verb that begins something. ENGINE_BEGIN_READ, which is 0, ends nothing. */
static const enum engine_verb ended_by[ENGINE_VERBS][2] = {
    [ENGINE_BEGIN_READ] = {ENGINE_COMMIT, ENGINE_ROLLBACK},
    [ENGINE_BEGIN_WRITE] = {ENGINE_COMMIT, ENGINE_ROLLBACK},
    [ENGINE_JOB_SAVE] = {ENGINE_JOB_KEEP, ENGINE_JOB_UNDO},
    [ENGINE_PART_SAVE] = {ENGINE_PART_KEEP, ENGINE_PART_UNDO},
};

static int verb_prepare(struct sqlite_engine *e, enum engine_verb verb)
{
    if (e->verbs[verb] != NULL) return SQLITE_OK;
    return sqlite3_prepare_v3(e->h, verb_texts[verb], -1, SQLITE_PREPARE_PERSISTENT, &e->verbs[verb], NULL);
}

/* Nothing is begun whose end is not at hand: when memory is short, undoing must not need any. */
static enum status sqlite_act(struct engine *base, enum engine_verb verb)
{
    struct sqlite_engine *e = (struct sqlite_engine *)base;
    int rc = verb_prepare(e, verb);
    for (int i = 0; i < 2 && rc == SQLITE_OK && ended_by[verb][i] != 0; i++) rc = verb_prepare(e, ended_by[verb][i]);
    if (rc == SQLITE_OK) {
        rc = sqlite3_step(e->verbs[verb]);
        (void)sqlite3_reset(e->verbs[verb]);
    }
    return rc == SQLITE_OK || rc == SQLITE_DONE ? ST_OK : sqlite_failed(e, verb_texts[verb], rc);
}

static enum status sqlite_data_version(struct engine *base, int *out)
{
    struct sqlite_engine *e = (struct sqlite_engine *)base;
    static const char text[] = "PRAGMA data_version";
    int rc = SQLITE_OK;
    if (e->data_version == NULL)
        rc = sqlite3_prepare_v3(e->h, text, -1, SQLITE_PREPARE_PERSISTENT, &e->data_version, NULL);
    if (rc == SQLITE_OK) {
        rc = sqlite3_step(e->data_version);
        if (rc == SQLITE_ROW) *out = sqlite3_column_int(e->data_version, 0);
        (void)sqlite3_reset(e->data_version);
    }
    return rc == SQLITE_ROW ? ST_OK : sqlite_failed(e, text, rc);
}

static bool sqlite_in_transaction(const struct engine *base)
{
    const struct sqlite_engine *e = (const struct sqlite_engine *)base;
    return sqlite3_get_autocommit(e->h) == 0;
}

static void sqlite_allow_changes(struct engine *base, bool allowed, bool whole)
{
    struct sqlite_engine *e = (struct sqlite_engine *)base;
    e->may_change = allowed;
    if (whole && run(e, allowed ? "PRAGMA query_only = OFF" : "PRAGMA query_only = ON") != SQLITE_OK)
        log_line(LOG_ERROR, "database refused", "what=query_only");
}

/* Schema */

static enum status sqlite_version(struct engine *base, int *out)
{
    struct sqlite_engine *e = (struct sqlite_engine *)base;
    int64_t v = 0;
    int rc = one_number(e, "PRAGMA user_version", &v);
    *out = (int)v;
    return rc == SQLITE_OK ? ST_OK : sqlite_failed(e, "user_version", rc);
}

static enum status sqlite_script(struct engine *base, const char *text)
{
    struct sqlite_engine *e = (struct sqlite_engine *)base;
    int rc = run(e, text);
    return rc == SQLITE_OK ? ST_OK : sqlite_failed(e, "script", rc);
}

static enum status sqlite_set_version(struct engine *base, int version)
{
    char text[64];
    (void)snprintf(text, sizeof text, "PRAGMA user_version = %d", version);
    return engine_script(base, text);
}

static enum status sqlite_references(struct engine *base, bool enforced)
{
    return engine_script(base, enforced ? "PRAGMA foreign_keys = ON" : "PRAGMA foreign_keys = OFF");
}

static enum status sqlite_broken_references(struct engine *base, int64_t *out)
{
    struct sqlite_engine *e = (struct sqlite_engine *)base;
    int rc = one_number(e, "SELECT count(*) FROM pragma_foreign_key_check", out);
    return rc == SQLITE_OK ? ST_OK : sqlite_failed(e, "foreign_key_check", rc);
}

static enum status sqlite_greatest_id(struct engine *base, int64_t *out)
{
    struct sqlite_engine *e = (struct sqlite_engine *)base;
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v2(e->h,
                                "SELECT l.name FROM pragma_table_list l JOIN pragma_table_info(l.name) i "
                                "WHERE l.schema = 'main' AND l.type = 'table' AND i.name = 'id' AND i.pk = 1 "
                                "AND upper(i.type) = 'INTEGER'",
                                -1, &s, NULL);
    *out = 0;
    while (rc == SQLITE_OK && (rc = sqlite3_step(s)) == SQLITE_ROW) {
        int64_t id = 0;
        char *text = sqlite3_mprintf("SELECT max(id) FROM \"%w\"", sqlite3_column_text(s, 0));
        rc = text == NULL ? SQLITE_NOMEM : one_number(e, text, &id);
        sqlite3_free(text);
        if (id > *out) *out = id;
    }
    (void)sqlite3_finalize(s);
    return rc == SQLITE_DONE ? ST_OK : sqlite_failed(e, "greatest id", rc);
}

enum status sqlite_finish_new(struct engine *base)
{
    char text[96];
    (void)snprintf(text, sizeof text, "PRAGMA application_id = %u; PRAGMA journal_mode = WAL;",
                   (unsigned)ENGINE_APPLICATION);
    return engine_script(base, text);
}

/* Upkeep */

static void sqlite_tidy(struct engine *base, bool after_much)
{
    struct sqlite_engine *e = (struct sqlite_engine *)base;
    int in_log = 0;
    int moved = 0;
    if (after_much || e->log_pages < e->tidied_at) e->tidied_at = 0; /* the log began anew */
    if (!e->finishes && e->log_pages - e->tidied_at < TIDY_PAGES) return;
    bool hard = e->log_pages > TIDY_HARD_PAGES;
    e->tidied_at = e->log_pages;
    e->base.is_untidy = e->finishes = false;
    if (hard) e->busy_ms = TIDY_HARD_MS;
    int rc = sqlite3_wal_checkpoint_v2(e->h, NULL, hard ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE,
                                       &in_log, &moved);
    e->busy_ms = BUSY_MS;
    if (rc != SQLITE_OK && (rc & 0xFF) != SQLITE_BUSY) (void)sqlite_failed(e, "checkpoint", rc);
}

static int copy_steps(sqlite3_backup *copy)
{
    int rc = SQLITE_OK;
    int waits = 0;
    while (rc == SQLITE_OK || ((rc & 0xFF) == SQLITE_BUSY && waits < COPY_WAITS) ||
           ((rc & 0xFF) == SQLITE_LOCKED && waits < COPY_WAITS)) {
        if (rc != SQLITE_OK) {
            waits++;
            (void)sqlite3_sleep(50);
        }
        rc = sqlite3_backup_step(copy, COPY_PAGES);
    }
    return rc;
}

enum status sqlite_copy(struct engine *base, const char *path, char *why, size_t cap)
{
    struct sqlite_engine *e = (struct sqlite_engine *)base;
    sqlite3 *h = NULL;
    int rc = sqlite3_open_v2(
        path, &h, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(h, "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;", NULL, NULL, NULL);
    sqlite3_backup *copy = rc == SQLITE_OK ? sqlite3_backup_init(h, "main", e->h, "main") : NULL;
    if (rc == SQLITE_OK && copy == NULL) rc = sqlite3_errcode(h);
    if (copy != NULL) {
        int stepped = copy_steps(copy);
        rc = sqlite3_backup_finish(copy);
        if (rc == SQLITE_OK && stepped != SQLITE_DONE) rc = stepped;
    }
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(h, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL); /* one file, readable anywhere */
    if (rc != SQLITE_OK) (void)snprintf(why, cap, "cannot copy to %s: %s", path, sqlite3_errstr(rc));
    (void)sqlite3_close(h);
    return rc == SQLITE_OK ? ST_OK : status_of(rc) == ST_BUSY ? ST_BUSY : ST_IO;
}

struct report {
    char text[16384];
    size_t n;
};

static void report_line(struct report *r, const char *a, const char *b, const char *c)
{
    int n = snprintf(r->text + r->n, sizeof r->text - r->n, "%s%s%s\n", a, b, c);
    if (n > 0 && (size_t)n < sizeof r->text - r->n) r->n += (size_t)n;
}

/* A page that could not be read is not a page that is wrong: the code of a fault of disk or memory in a line of the check, else SQLITE_OK. */
static int disk_fault_in(const char *line)
{
    static const char sign[] = "error code=";
    const char *at = strstr(line, sign);
    long code = at == NULL ? 0 : strtol(at + sizeof sign - 1, NULL, 10);
    if (strstr(line, "out of memory") != NULL) return SQLITE_NOMEM; /* of an index that checks itself */
    return (code & 0xFF) == SQLITE_IOERR || code == SQLITE_NOMEM ? (int)code : SQLITE_OK;
}

/* The check puts "*** in database main ***" above its first finding. */
static const char *without_title(const char *line)
{
    const char *end = strncmp(line, "*** in ", 7) == 0 ? strchr(line, '\n') : NULL;
    return end == NULL ? line : end + 1;
}

static int report_rows(struct sqlite_engine *e, const char *text, struct report *r)
{
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v2(e->h, text, -1, &s, NULL);
    for (int i = 0; rc == SQLITE_OK && i < REPORT_ROWS; i++) {
        rc = sqlite3_step(s);
        if (rc != SQLITE_ROW) break;
        const char *line = (const char *)sqlite3_column_text(s, 0);
        rc = line == NULL ? SQLITE_NOMEM : disk_fault_in(line);
        if (rc == SQLITE_OK && strcmp(line, "ok") != 0) report_line(r, without_title(line), "", "");
    }
    (void)sqlite3_finalize(s);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static void sqlite_rest(struct engine *base)
{
    (void)sqlite3_db_release_memory(((struct sqlite_engine *)base)->h);
}

static enum status sqlite_check(struct engine *base, struct arena *mem, str *report)
{
    struct sqlite_engine *e = (struct sqlite_engine *)base;
    struct report r = {.n = 0};
    int rc = report_rows(e, "SELECT integrity_check FROM pragma_integrity_check(100)", &r);
    if (rc == SQLITE_OK)
        rc = report_rows(
            e,
            "SELECT \"table\" || ' row ' || coalesce(rowid, '?') || ': its ' || parent || ' does not exist' "
            "FROM pragma_foreign_key_check",
            &r);
    if ((rc & 0xFF) == SQLITE_CORRUPT || (rc & 0xFF) == SQLITE_NOTADB) {
        report_line(&r, sqlite3_errmsg(e->h), "", "");
        rc = SQLITE_OK;
    }
    *report = str_copy(mem, (str){r.text, r.n});
    return rc == SQLITE_OK ? ST_OK : sqlite_failed(e, "integrity_check", rc);
}

/* Opening, last: it names all of the above */

/* What a batch changes should fit: else its pages go to the log more than once. */
static void sqlite_widen(struct engine *base)
{
    struct sqlite_engine *e = (struct sqlite_engine *)base;
    if (run(e, "PRAGMA cache_size = -48000") != SQLITE_OK) log_line(LOG_ERROR, "database refused", "what=cache_size");
}

static const struct engine_ops ops = {
    .close = sqlite_close,
    .stmt_open = sqlite_stmt_open,
    .act = sqlite_act,
    .in_transaction = sqlite_in_transaction,
    .allow_changes = sqlite_allow_changes,
    .data_version = sqlite_data_version,
    .message = sqlite_message,
    .version = sqlite_version,
    .set_version = sqlite_set_version,
    .script = sqlite_script,
    .references = sqlite_references,
    .broken_references = sqlite_broken_references,
    .greatest_id = sqlite_greatest_id,
    .tidy = sqlite_tidy,
    .fill = sqlite_fill,
    .check = sqlite_check,
    .rest = sqlite_rest,
    .widen = sqlite_widen,
};

enum status sqlite_open(struct arena *mem, const char *path, enum sqlite_role role, int statements, struct engine **out,
                        char *why, size_t cap)
{
    static const int flags[] = {
        [SQLITE_AS_READER] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
        [SQLITE_AS_WRITER] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
        [SQLITE_AS_LOOKER] = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX,
        [SQLITE_AS_MAKER] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
        [SQLITE_AS_MEMORY] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX,
    };
    struct sqlite_engine *e = NEW(mem, struct sqlite_engine);
    e->base.ops = &ops;
    e->role = role;
    e->path = role == SQLITE_AS_WRITER ? str_copy(mem, str_from(path)).p : NULL;
    e->may_change = role == SQLITE_AS_WRITER || role == SQLITE_AS_MAKER;
    e->statements = NEWN(mem, struct sqlite_stmt, (size_t)statements + 1);
    e->n_statements = statements;
    *out = NULL;
    before_all();
    bool logs = role == SQLITE_AS_READER || role == SQLITE_AS_WRITER; /* a reader writes in a batch */
    int rc = sqlite3_open_v2(role == SQLITE_AS_MEMORY ? ":memory:" : path, &e->h, flags[role] | SQLITE_OPEN_EXRESCODE,
                             logs ? sqlite_log_layer() : NULL);
    if (rc == SQLITE_OK) rc = configure(e);
    if (rc == SQLITE_OK && role == SQLITE_AS_WRITER && !has_log(e)) {
        (void)snprintf(why, cap, "the file system of %s cannot hold a write-ahead log", path);
        (void)sqlite3_close(e->h);
        return ST_IO;
    }
    if (rc == SQLITE_OK) {
        *out = &e->base;
        return ST_OK;
    }
    (void)snprintf(why, cap, "cannot open %s: %s", path, e->h == NULL ? "out of memory" : sqlite3_errmsg(e->h));
    (void)sqlite3_close(e->h);
    bool is_foul = (rc & 0xFF) == SQLITE_CORRUPT || (rc & 0xFF) == SQLITE_NOTADB;
    return is_foul ? ST_INVALID : status_of(rc) == ST_BUSY ? ST_BUSY : ST_IO;
}
