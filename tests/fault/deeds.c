/* deeds: see deeds.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "deeds.h"

static struct casefile_command command(struct deed *d, enum who who)
{
    struct matter_world *w = d->city->world;
    return (struct casefile_command){.city = &w->city,
                                     .who = who == RAISER ? NULL : &w->actor[who],
                                     .casefile = d->casefile,
                                     .version = d->version,
                                     .faults = &d->faults};
}

static enum status raise_matter(struct db *db, struct arena *mem, struct deed *d)
{
    return receipt_register(db, mem, &d->raise);
}

static enum status accept_matter(struct db *db, struct arena *mem, struct deed *d)
{
    struct casefile_command c = command(d, BUREAU_CLERK);
    return casefile_accept(db, mem, &c, (unit_id){0}, d->city->world->pipes, STR("We look into it"));
}

static enum status answer_matter(struct db *db, struct arena *mem, struct deed *d)
{
    struct casefile_command c = command(d, BUREAU_HANDLER);
    struct answer_draft answer = matter_world_answer();
    return casefile_answer(db, mem, &c, &answer);
}

static enum status confirm_matter(struct db *db, struct arena *mem, struct deed *d)
{
    struct casefile_command c = command(d, RAISER);
    return casefile_confirm(db, mem, &c, d->matter, STR("solved"), STR("Thank you"));
}

static enum status publish_matter(struct db *db, struct arena *mem, struct deed *d)
{
    struct matter_world *w = d->city->world;
    str subject = str_format(mem, "Shown %s", d->word);
    return matter_publish(db, mem, &w->city, &w->actor[BUREAU_CLERK], d->matter, true, subject, STR("Floors 5 and 6"),
                          STR(""), STR("The pump was replaced"), &d->faults);
}

const struct deed_kind deed_kinds[] = {
    {"raise", NULL, raise_matter, ST_OK, true, false},
    {"accept", "registered", accept_matter, ST_CONFLICT, false, false},
    {"answer", "handling", answer_matter, ST_CONFLICT, false, false},
    {"confirm", "answered", confirm_matter, ST_CONFLICT, false, false},
    {"publish", "answered", publish_matter, ST_COUNT, true, true},
};
const size_t deed_kinds_n = COUNT_OF(deed_kinds);

/* Letters only, so that it is one word in every language. */
static void unique_word(long n, char out[32])
{
    size_t at = 0;
    out[at++] = 'q';
    for (int i = 0; i < 6; i++, n /= 26) out[at++] = (char)('a' + n % 26);
    out[at] = 0;
}

static void ready_to_raise(struct deed *d, long n)
{
    struct matter_world *w = d->city->world;
    d->draft =
        matter_world_draft(w, str_format(d->mem, "No water %s", d->word).p, "Floors 5 and 6 since March", w->bureau);
    d->draft.contact = (struct contact){.name = STR("Lin Ruoxi"), .phone = STR("138 0000 0000")};
    assert_int_equal(matter_check(w->db, d->mem, &d->draft, &d->faults), ST_OK);
    d->token = str_format(d->mem, "round %09ld", n);
    d->raise = (struct receipt_command){
        .city = &w->city, .draft = &d->draft, .token = d->token, .digest = receipt_digest(d->mem, &d->draft)};
}

void deed_ready(struct fault_city *c, const struct deed_kind *kind, long n, struct deed *d)
{
    struct matter_world *w = c->world;
    struct arena_mark mark;
    *d = (struct deed){.city = c, .kind = kind, .mem = c->mem};
    unique_word(n, d->word);
    if (kind->state == NULL) {
        ready_to_raise(d, n);
        return;
    }
    mark = arena_mark(w->mem);
    assert_int_equal(db_batch_begin(w->db), ST_OK);
    struct receipt r = matter_world_in(w, kind->state);
    assert_int_equal(db_batch_commit(w->db), ST_OK);
    d->matter = r.matter;
    d->casefile = r.casefile;
    d->version = matter_world_load(w, r.casefile).version;
    arena_rewind(w->mem, mark);
}

enum status deed_do(struct db *db, struct arena *mem, void *deed)
{
    struct deed *d = deed;
    d->faults.n = 0;
    if (d->arena > 0) arena_fault_after(d->arena); /* until deed_arena_left: what is put off to the commit counts too */
    return d->kind->run(db, mem, d);
}

static enum status ask_left(struct db *db, struct arena *mem, void *left)
{
    (void)db;
    (void)mem;
    *(long *)left = arena_fault_left();
    arena_fault_after(0);
    return ST_OK;
}

long deed_arena_left(struct fault_city *c)
{
    long left = 0;
    assert_int_equal(db_write(c->world->db, ask_left, &left), ST_OK);
    return left;
}

static void receipt_opens(struct deed *d)
{
    struct matter_world *w = d->city->world;
    matter_id id;
    str digits;
    assert_true(receipt_parse(d->mem, str_from(d->raise.given.code), &digits));
    assert_int_equal(receipt_find(w->db, d->mem, &w->city, digits, &id), ST_OK);
}

void deed_seen(struct deed *d, bool done)
{
    struct matter_world *w = d->city->world;
    struct matter_filter filter = {.query = str_from(d->word)};
    struct matter_page page;
    if (done && d->kind->state == NULL) receipt_opens(d);
    if (!d->kind->is_found) return;
    assert_int_equal(
        matter_list(w->db, d->mem, &w->city, d->kind->is_public ? NULL : &w->actor[ROOT_CLERK], &filter, &page), ST_OK);
    assert_int_equal(page.n, done ? 1 : 0);
}
