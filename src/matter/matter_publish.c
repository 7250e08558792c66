/* matter_publish: what of a matter the public may see, and the words between its raiser and the unit.
 * SPDX-License-Identifier: Apache-2.0 */
#include "gen/sql/matter.h"
#include "matter/casefile.h"
#include "matter/event.h"
#include "matter/search.h"
#include "matter/words.h"

static const struct words_rule subject_rule = {"subject", TR_NOOP("Enter a subject"),
                                               TR_NOOP("The subject must be {max} characters or fewer"),
                                               LIMIT_SUBJECT_POINTS, true};
static const struct words_rule text_rule = {"text", TR_NOOP("Enter what it is about"),
                                            TR_NOOP("The details must be {max} characters or fewer"), LIMIT_TEXT_POINTS,
                                            false};
static const struct words_rule place_rule = {"place", NULL, TR_NOOP("The place must be {max} characters or fewer"),
                                             LIMIT_PLACE_POINTS, true};
static const struct words_rule answer_rule = {"answer", NULL, TR_NOOP("The answer must be {max} characters or fewer"),
                                              INT64_C(5) * LIMIT_ANSWER_POINTS, false};
static const struct words_rule message_rule = {"text", TR_NOOP("Enter a message"),
                                               TR_NOOP("The message must be {max} characters or fewer"),
                                               LIMIT_NOTE_POINTS, false};

struct shown_words {
    str subject, text, place, answer;
};

static enum status check(struct arena *mem, struct shown_words *w, struct faults *f)
{
    enum status st[] = {words_check(mem, f, &subject_rule, &w->subject), words_check(mem, f, &text_rule, &w->text),
                        words_check(mem, f, &place_rule, &w->place), words_check(mem, f, &answer_rule, &w->answer)};
    for (size_t i = 0; i < COUNT_OF(st); i++) TRY(st[i]);
    return ST_OK;
}

/* The public finds the shown words and nothing else. */
static enum status index_again(struct db *db, struct arena *mem, const struct matter *m, const struct shown_words *w)
{
    struct q_matter_shown_answers *a;
    size_t n;
    if (m->shown) TRY(search_hide(db, mem, m->id));
    struct search_text t = {.matter = m->id,
                            .raised_at = m->raised_at,
                            .kind = m->kind,
                            .channel = m->channel,
                            .parts = (const str[]){m->subject, m->text, m->place},
                            .n = 3};
    TRY(search_show(db, mem, &t, (const str[]){w->subject, w->text, w->place}, 3));
    TRY(q_matter_shown_answers(db, mem, m->casefile, &a, &n));
    for (size_t i = 0; i < n; i++) {
        t.answer = a[i].id;
        t.parts = (const str[]){a[i].found, a[i].done, a[i].basis, a[i].remedy};
        t.n = 4;
        TRY(search_show(db, mem, &t, &a[i].shown_text, 1));
    }
    return ST_OK;
}

static enum status show(struct db *db, struct arena *mem, const struct matter *m, const struct shown_words *w)
{
    struct q_matter_last_answer last;
    TRY(q_matter_show(db, m->id, w->subject, w->text, w->place, NULL));
    enum status st = q_matter_last_answer(db, mem, m->casefile, &last);
    if (st == ST_OK) st = q_matter_show_answer(db, m->casefile, last.id, w->answer, NULL);
    if (st != ST_OK && st != ST_NOT_FOUND) return st;
    return index_again(db, mem, m, w);
}

static enum status hide(struct db *db, struct arena *mem, const struct matter *m)
{
    TRY(q_matter_hide(db, m->id, NULL));
    TRY(q_matter_hide_answers(db, m->casefile, NULL));
    return search_hide(db, mem, m->id);
}

enum status matter_publish(struct db *db, struct arena *mem, const struct city *city, const struct actor *who,
                           matter_id id, bool shown, str subject, str text, str place, str answer, struct faults *f)
{
    struct matter m;
    struct casefile c;
    struct event_draft e = {.matter = id, .kind = shown ? "shown" : "hidden", .at = db_now(db)};
    struct shown_words w = {subject, text, place, answer};
    (void)city;
    TRY(matter_get(db, mem, id, &m));
    if (who != NULL) {
        TRY(casefile_get(db, mem, who, m.casefile, &c));
        if (!rights_allow(db, mem, who, ACT_PUBLISH, c.unit, c.owner, &e.unit)) return ST_FORBIDDEN;
        e.person = who->person;
    }
    if (shown && !m.wants_public)
        return fault(f, "", TR_NOOP("The person who raised it did not agree to make it public"));
    if (shown) TRY(check(mem, &w, f));
    TRY(shown ? show(db, mem, &m, &w) : hide(db, mem, &m));
    e.casefile = m.casefile;
    return shown || m.shown ? event_add(db, mem, &e, NULL) : ST_OK; /* deciding not to show is no news */
}

/* Messages */

enum status message_check(struct arena *mem, str text, struct faults *f)
{
    return words_check(mem, f, &message_rule, &text);
}

enum status message_add(struct db *db, struct arena *mem, const struct city *city, const struct actor *who,
                        matter_id id, str text, struct faults *f)
{
    struct matter m;
    struct casefile c;
    struct event_draft e = {.matter = id, .kind = who == NULL ? "message_raiser" : "message_unit", .at = db_now(db)};
    (void)city;
    TRY(matter_get(db, mem, id, &m));
    e.casefile = m.casefile;
    if (who != NULL) {
        TRY(casefile_get(db, mem, who, m.casefile, &c));
        if (!rights_allow(db, mem, who, ACT_MESSAGE, c.unit, c.owner, &e.unit)) return ST_FORBIDDEN;
        e.person = who->person;
    }
    TRY(words_check(mem, f, &message_rule, &text));
    TRY(q_matter_add_message(db, (message_id){db_new_id(db)}, id, e.person, text, e.at, NULL));
    if (who == NULL) TRY(q_matter_said(db, id, e.at, NULL));
    return event_add(db, mem, &e, NULL);
}

enum status message_list(struct db *db, struct arena *mem, matter_id id, struct message **out, size_t *n)
{
    struct q_matter_messages *rows;
    TRY(q_matter_messages(db, mem, id, &rows, n));
    *out = NEWN(mem, struct message, *n + 1);
    for (size_t i = 0; i < *n; i++)
        (*out)[i] = (struct message){rows[i].person_id.v == 0, rows[i].person_name, rows[i].text, rows[i].at};
    return ST_OK;
}
