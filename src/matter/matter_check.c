/* matter_check: what a form, a row or a call says, made fit to keep. Nothing is refused for what it means: only for
 * what cannot be stored or found again. SPDX-License-Identifier: Apache-2.0 */
#include "matter/category.h"
#include "matter/matter.h"
#include "matter/search.h"
#include "matter/words.h"
#include "people/unit.h"

#define PHONE_DIGITS 5

const char *const matter_kinds[] = {"enquiry", "help", "complaint", "report", "suggestion", "claim", NULL};
const char *const matter_channels[] = {"web",  "phone", "counter", "letter", "visit",
                                       "mail", "sms",   "api",     "import", NULL};
static const char *const raisers[] = {"resident", "enterprise", "visit", NULL};

static const struct words_rule subject_rule = {"subject", TR_NOOP("Enter a subject"),
                                               TR_NOOP("The subject must be {max} characters or fewer"),
                                               LIMIT_SUBJECT_POINTS, true};
static const struct words_rule text_rule = {"text", TR_NOOP("Enter what it is about"),
                                            TR_NOOP("The details must be {max} characters or fewer"), LIMIT_TEXT_POINTS,
                                            false};
static const struct words_rule place_rule = {"place", NULL, TR_NOOP("The place must be {max} characters or fewer"),
                                             LIMIT_PLACE_POINTS, true};
static const struct words_rule name_rule = {"contact_name", NULL, TR_NOOP("The name must be {max} characters or fewer"),
                                            LIMIT_NAME_POINTS, true};
static const struct words_rule phone_rule = {
    "contact_phone", NULL, TR_NOOP("The phone number must be {max} characters or fewer"), LIMIT_CONTACT_POINTS, true};
static const struct words_rule mail_rule = {
    "contact_mail", NULL, TR_NOOP("The email address must be {max} characters or fewer"), LIMIT_CONTACT_POINTS, true};
static const struct words_rule address_rule = {
    "contact_address", NULL, TR_NOOP("The address must be {max} characters or fewer"), LIMIT_CONTACT_POINTS, true};
static const struct words_rule source_rule = {"source", NULL, TR_NOOP("The source must be {max} characters or fewer"),
                                              LIMIT_NAME_POINTS, true};
static const struct words_rule number_rule = {
    "source_no", NULL, TR_NOOP("The number must be {max} characters or fewer"), LIMIT_NAME_POINTS, true};

static bool is_one_of(str word, const char *const *list)
{
    for (; *list != NULL; list++)
        if (str_eq(word, str_from(*list))) return true;
    return false;
}

static void check_keys(struct matter_draft *d, struct faults *f)
{
    if (d->kind.n == 0) d->kind = STR("help");
    if (d->raiser.n == 0) d->raiser = STR("resident");
    if (!is_one_of(d->kind, matter_kinds)) (void)fault(f, "kind", TR_NOOP("Choose what kind of matter it is"));
    if (!is_one_of(d->raiser, raisers)) (void)fault(f, "raiser", TR_NOOP("Choose who raises it"));
    if (!is_one_of(d->channel, matter_channels)) (void)fault(f, "channel", TR_NOOP("Choose how it reached you"));
    if (d->lang.n > 0 && !is_one_of(d->lang, (const char *const[]){"en", "zh-CN", NULL})) d->lang = STR("");
    if (str_eq(d->kind, STR("report")))
        d->wants_public = false; /* an accusation must not reach the accused (2022 regulations art. 30) */
}

static void check_point(struct matter_draft *d, struct faults *f)
{
    /* Written so that a value that is not a number fails too. */
    if (d->lat >= -90.0 && d->lat <= 90.0 && d->lon >= -180.0 && d->lon <= 180.0) return;
    (void)fault(f, "point", TR_NOOP("Choose a point on the map again"));
}

static void check_contact(struct arena *mem, struct contact *c, struct faults *f)
{
    size_t digits = 0;
    str before, after;
    (void)words_check(mem, f, &name_rule, &c->name);
    (void)words_check(mem, f, &address_rule, &c->address);
    if (words_check(mem, f, &phone_rule, &c->phone) == ST_OK && c->phone.n > 0) {
        for (size_t i = 0; i < c->phone.n;) {
            uint32_t p = str_next_point(c->phone, &i);
            digits += (p >= '0' && p <= '9') || (p >= 0xFF10 && p <= 0xFF19);
        }
        if (digits < PHONE_DIGITS) (void)fault(f, "contact_phone", TR_NOOP("Enter a phone number, like 138 0000 0000"));
    }
    if (words_check(mem, f, &mail_rule, &c->mail) == ST_OK && c->mail.n > 0) {
        bool parts = str_cut(c->mail, '@', &before, &after) && before.n > 0 && after.n > 0;
        if (!parts || str_find_byte(c->mail, ' ') >= 0 || str_find_byte(after, '@') >= 0)
            (void)fault(f, "contact_mail", TR_NOOP("Enter an email address, like name@example.com"));
    }
}

static enum status check_category(struct db *db, struct arena *mem, category_id id, struct faults *f)
{
    struct category c;
    if (id.v == 0) return ST_OK;
    enum status st = category_get(db, mem, id, &c);
    if (st == ST_NOT_FOUND || (st == ST_OK && c.ended)) {
        (void)fault(f, "category", TR_NOOP("Choose a category from the list"));
        return ST_OK;
    }
    return st;
}

/* A unit that has ended is replaced by the one that does its work now. */
static enum status check_unit(struct db *db, struct arena *mem, unit_id *id, struct faults *f)
{
    struct unit u;
    if (id->v == 0) return ST_OK;
    enum status st = unit_now(db, mem, *id, id);
    if (st == ST_OK) st = unit_get(db, mem, *id, &u);
    if (st == ST_NOT_FOUND || (st == ST_OK && (u.ends.n != 0 || str_eq(u.kind, STR("partner"))))) {
        (void)fault(f, "unit", TR_NOOP("Choose a public body from the list"));
        return ST_OK;
    }
    return st;
}

static void check_words(struct arena *mem, instant now, struct matter_draft *d, struct faults *found)
{
    (void)words_check(mem, found, &subject_rule, &d->subject);
    (void)words_check(mem, found, &text_rule, &d->text);
    (void)words_check(mem, found, &place_rule, &d->place);
    (void)words_check(mem, found, &source_rule, &d->source);
    (void)words_check(mem, found, &number_rule, &d->source_no);
    check_point(d, found);
    check_contact(mem, &d->contact, found);
    if (d->raised_at.ms > now.ms + DAY_MS)
        (void)fault(found, "raised_at", TR_NOOP("The day must not be in the future"));
}

static enum status conclude(const struct faults *found, struct faults *f)
{
    for (size_t i = 0; i < found->n; i++)
        (void)fault_max(f, found->item[i].field, found->item[i].msg, found->item[i].max);
    return found->n > 0 ? ST_INVALID : ST_OK;
}

void matter_cut(struct arena *mem, struct matter_draft *d)
{
    d->tokens = search_tokens(mem, (const str[]){d->subject, d->text, d->place}, 3);
}

enum status matter_check(struct db *db, struct arena *mem, struct matter_draft *d, struct faults *f)
{
    struct faults found = {0};
    check_keys(d, &found);
    TRY(check_category(db, mem, d->category, &found));
    if (!d->unit_takes) TRY(check_unit(db, mem, &d->unit, &found));
    check_words(mem, db_now(db), d, &found);
    TRY(conclude(&found, f));
    matter_cut(mem, d);
    return ST_OK;
}

enum status matter_check_words(struct arena *mem, instant now, struct matter_draft *d, struct faults *f)
{
    struct faults found = {0};
    check_keys(d, &found);
    check_words(mem, now, d, &found);
    return conclude(&found, f);
}
