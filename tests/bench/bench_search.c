/* bench_search: how long a search takes inside the program, for words of every rarity and filters that fit seldom.
 *
 *     bench_search FOLDER [TIMES [LOGIN [PART]]]      FOLDER: a data folder of `luoshi demo`; LOGIN: whose list too (clerk);
 *                                                 PART: only questions with this in their name
 *
 * For each question: matters found, the first time (what was not in memory is read), then p50 and p99 of TIMES (200) and the
 * processor's part of it, in milliseconds.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "matter/matter.h"
#include "people/person.h"
#include "people/unit.h"

#define TIMES_MOST 10000

struct bench {
    struct db *db;
    struct arena *mem;
    struct city city;
    const char *part;
    int times;
    double took[TIMES_MOST], worked[TIMES_MOST];
};

static int compare(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Of this thread: what others do at the same time is not in it. */
static double processor_ms(void)
{
    struct timespec t;
    must(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t) == 0);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void ask(struct bench *b, const char *name, const struct actor *who, struct matter_filter f)
{
    struct matter_page page = {0};
    double first = 0;
    if (b->part != NULL && str_find(str_from(name), str_from(b->part)) < 0) return;
    for (int i = -1; i < b->times; i++) {
        struct arena *mem = arena_new((size_t)64 << 20, NULL);
        int64_t from = time_monotonic_ns();
        double cpu = processor_ms();
        must(matter_list(b->db, mem, &b->city, who, &f, &page) == ST_OK);
        double ms = (double)(time_monotonic_ns() - from) / 1e6;
        if (i < 0) first = ms;
        else b->took[i] = ms, b->worked[i] = processor_ms() - cpu;
        arena_free(mem);
    }
    qsort(b->took, (size_t)b->times, sizeof b->took[0], compare);
    qsort(b->worked, (size_t)b->times, sizeof b->worked[0], compare);
    printf("%-34s %5lld%s  looked %7lld  first %7.2f  p50 %6.2f  p99 %6.2f  processor p50 %6.2f\n", name,
           (long long)page.total, page.exact ? " " : "+", (long long)page.looked, first, b->took[b->times / 2],
           b->took[(b->times - 1) * 99 / 100], b->worked[b->times / 2]);
}

static void ask_all(struct bench *b, const struct actor *who, unit_id below)
{
    day today = day_in_zone(&b->city.zone, db_now(b->db));
    ask(b, "common word: the", who, (struct matter_filter){.query = STR("the")});
    ask(b, "word: road", who, (struct matter_filter){.query = STR("road")});
    ask(b, "words: street lights", who, (struct matter_filter){.query = STR("street lights")});
    ask(b, "common and common: the 我们", who, (struct matter_filter){.query = STR("the 我们")});
    ask(b, "common and rare: the kabcdef", who, (struct matter_filter){.query = STR("the kabcdef")});
    ask(b, "rare: 柏杉", who, (struct matter_filter){.query = STR("柏杉")});
    ask(b, "pair: 路灯", who, (struct matter_filter){.query = STR("路灯")});
    ask(b, "run: 三月以来五六楼自来水没有水压", who,
        (struct matter_filter){.query = STR("三月以来五六楼自来水没有水压")});
    ask(b, "one character: 水", who, (struct matter_filter){.query = STR("水")});
    ask(b, "common, a year long ago", who,
        (struct matter_filter){.query = STR("the"), .from = {today.n - 2000}, .to = {today.n - 1700}});
    ask(b, "common, kind claim", who, (struct matter_filter){.query = STR("the"), .kind = STR("claim")});
    ask(b, "common, state partly", who, (struct matter_filter){.query = STR("the"), .state = STR("partly")});
    ask(b, "common, one small unit", who, (struct matter_filter){.query = STR("the"), .unit = below});
    ask(b, "common, a place nobody names", who, (struct matter_filter){.query = STR("the"), .place = STR("zzzz")});
    ask(b, "pair, oldest first", who, (struct matter_filter){.query = STR("路灯"), .sort = SORT_OLDEST});
}

int main(int argc, char **argv)
{
    static struct bench b;
    struct store *store;
    struct store_error why;
    struct person p;
    struct unit *below;
    size_t n;
    static const struct clock clock = {0};
    if (argc < 2) return 2;
    int64_t times = 200;
    if (argc > 2 && (!str_int(str_from(argv[2]), &times) || times < 1 || times > TIMES_MOST)) return 2;
    b.times = (int)times;
    b.part = argc > 4 ? argv[4] : NULL;
    b.mem = arena_new((size_t)1 << 30, NULL);
    secret_start();
    const char *path = str_format(b.mem, "%s/luoshi.db", argv[1]).p,
               *key = str_format(b.mem, "%s/luoshi.key", argv[1]).p;
    struct keys *keys;
    must(keys_open(key, &keys) == ST_OK);
    if (store_open(&(struct store_options){.path = path, .read_only = true, .clock = &clock}, &store, &why) != ST_OK) {
        fprintf(stderr, "%s\n", why.text);
        return 1;
    }
    must(db_open(store, &b.db) == ST_OK && city_load(b.db, b.mem, keys, &b.city) == ST_OK);
    must(unit_children(b.db, b.mem, b.city.root, STR(""), 1, &below, &n) == ST_OK && n == 1);
    puts("the public");
    ask_all(&b, NULL, below[0].id);
    if (person_by_login(b.db, b.mem, str_from(argc > 3 ? argv[3] : "clerk"), &p) == ST_OK) {
        struct actor who;
        must(actor_load(b.db, b.mem, p.id, db_now(b.db), &who) == ST_OK);
        puts("staff");
        ask_all(&b, &who, below[0].id);
    }
    db_close(b.db);
    store_close(store);
    return 0;
}
