/* casefile_do_pages: the steps of the work: for each a form and what it does. One row a deed.
 *
 * A form carries the casefile's version: when it has moved on meanwhile, the form comes back with what is new and with
 * the words that were entered. It carries a token of one use: sent twice, it is done once.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "gen/tpl/case_form.h"
#include "gen/tpl/case_identity.h"
#include "matter/case_show_pages.h"
#include "matter/casefile_pages.h"
#include "matter/phrase.h"
#include "matter/pick_pages.h"

#define NEWS   4 /* newest steps that a conflict shows */
#define FIELDS 8

/* A deed under way: what the form said, and what came of it. */
struct doing {
    struct desk d;
    const struct deed *deed;
    struct form_field_view fields[FIELDS];
    size_t n_fields;
    bool offers_units;
    struct unit unit;
    struct category category;
    int64_t person, version;
    str token;
    struct contact contact;
};

static void add(struct doing *w, const struct part *p, str first)
{
    must(w->n_fields < FIELDS);
    w->fields[w->n_fields++] = part_field(w->d.rq, p, first);
}

/* Forms */

static const struct part unit_part = {
    .name = "unit", .kind = "unit", .label = TR_NOOP("Unit that handles it"), .hint = TR_NOOP("Its name or number")};
static const struct part words_part = {.name = "words",
                                       .kind = "area",
                                       .label = TR_NOOP("Words to the person"),
                                       .rows = 3,
                                       .hint = TR_NOOP("They read them with their receipt code"),
                                       .max = LIMIT_NOTE_POINTS,
                                       .optional = true};

static enum status fill_unit(struct doing *w, const struct part *part)
{
    struct unit u;
    TRY(unit_get(w->d.rq->db, w->d.rq->mem, w->d.c.unit, &u));
    add(w, part, unit_typed(w->d.rq, &u));
    w->offers_units = true;
    return ST_OK;
}

static enum status fill_accept(struct doing *w)
{
    static const struct part category = {.name = "category", .kind = "select", .label = TR_NOOP("Category")};
    struct req *rq = w->d.rq;
    struct option_view *list;
    struct category c = {0};
    size_t n;
    TRY(fill_unit(w, &unit_part));
    if (w->d.c.category.v != 0) TRY(category_get(rq->db, rq->mem, w->d.c.category, &c));
    TRY(category_options(rq, TR_NOOP("Not chosen"), 3, &list, &n));
    w->fields[w->n_fields++] = part_choice(rq, &category, c.code, list, n);
    add(w, &words_part, STR(""));
    return ST_OK;
}

static enum status fill_forward(struct doing *w)
{
    static const struct part to = {
        .name = "to", .kind = "unit", .label = TR_NOOP("Unit it goes to"), .hint = TR_NOOP("Its name or number")};
    static const struct part reason = {.name = "reason",
                                       .kind = "area",
                                       .label = TR_NOOP("Why it belongs there"),
                                       .rows = 3,
                                       .hint = TR_NOOP("The person and both units read it"),
                                       .max = LIMIT_NOTE_POINTS};
    add(w, &to, STR(""));
    add(w, &reason, STR(""));
    w->offers_units = true;
    return ST_OK;
}

static enum status fill_decline(struct doing *w)
{
    static const struct part reason = {.name = "reason",
                                       .kind = "area",
                                       .label = TR_NOOP("Why it is not within our remit"),
                                       .rows = 4,
                                       .hint = TR_NOOP("Name the rule, in words anybody understands"),
                                       .max = LIMIT_NOTE_POINTS};
    static const struct part address = {.name = "right_address",
                                        .kind = "area",
                                        .label = TR_NOOP("Where the person can turn instead"),
                                        .rows = 3,
                                        .hint = TR_NOOP("Body, address, phone, and by when"),
                                        .max = LIMIT_NOTE_POINTS};
    add(w, &reason, STR(""));
    add(w, &address, STR(""));
    return ST_OK;
}

/* Who may answer in the unit that the form names, else in the one that has it. */
static enum status fill_assign(struct doing *w)
{
    static const struct part person = {
        .name = "person", .kind = "select", .label = TR_NOOP("Person who handles and answers it")};
    struct req *rq = w->d.rq;
    struct member *list;
    size_t n, n_options = 1;
    TRY(fill_unit(w, &unit_part));
    unit_id unit = w->unit.id.v != 0 ? w->unit.id : w->d.c.unit;
    TRY(member_list(rq->db, rq->mem, unit, &list, &n));
    struct option_view *options = NEWN(rq->mem, struct option_view, n + 1);
    options[0] = (struct option_view){STR(""), req_tr(rq, "Choose a colleague"), false};
    for (size_t i = 0; i < n; i++) {
        str id = part_id(rq, list[i].person.v);
        str title = req_name(rq, list[i].title_en, list[i].title_zh);
        if (rights_scope(ACT_ANSWER, list[i].role) == SCOPE_NONE || str_eq(options[n_options - 1].value, id)) continue;
        str label = title.n == 0 || str_eq(title, list[i].person_name)
                        ? list[i].person_name
                        : str_format(rq->mem, "%.*s (%.*s)", STR_ARG(list[i].person_name), STR_ARG(title));
        options[n_options++] = (struct option_view){id, label, false};
    }
    w->fields[w->n_fields++] = part_choice(rq, &person, STR(""), options, n_options);
    add(w, &words_part, STR(""));
    return ST_OK;
}

static const struct part answer_parts[] = {
    {.name = "asked", .kind = "area", .label = TR_NOOP("What was asked"), .rows = 3, .max = LIMIT_ANSWER_POINTS},
    {.name = "found",
     .kind = "area",
     .label = TR_NOOP("What we found"),
     .rows = 5,
     .max = LIMIT_ANSWER_POINTS,
     .hint = TR_NOOP("Facts, who was asked, when somebody went there")},
    {.name = "done",
     .kind = "area",
     .label = TR_NOOP("What is done"),
     .rows = 5,
     .max = LIMIT_ANSWER_POINTS,
     .hint = TR_NOOP("What has been done or will be, by whom and by when; if nothing can be done, why")},
    {.name = "basis",
     .kind = "area",
     .label = TR_NOOP("What it rests on"),
     .rows = 2,
     .max = LIMIT_ANSWER_POINTS,
     .hint = TR_NOOP("Law, rule or decision, with its article")},
    {.name = "remedy", .kind = "area", .label = TR_NOOP("If you do not agree"), .rows = 3, .max = LIMIT_ANSWER_POINTS},
};

/* The first words of the last part, in the language of the matter: what the law says about the next step. */
static enum status remedy_words(struct doing *w, str *out)
{
    struct req *rq = w->d.rq;
    struct unit up;
    unit_id id;
    enum lang lang = rq->lang;
    (void)lang_parse(matter_lang(&w->d.m), &lang);
    TRY(unit_up(rq->db, rq->mem, w->d.c.unit, &id));
    TRY(unit_get(rq->db, rq->mem, id, &up));
    str name = lang == LANG_ZH ? up.name_zh : up.name_en;
    *out = tr_format(rq->mem, lang,
                     "If you do not agree with this answer, you can ask {unit} for a review within 30 days "
                     "(Regulations on Letters-and-Visits Work, article 35).",
                     "unit", name, NULL);
    return ST_OK;
}

static enum status fill_answer(struct doing *w)
{
    str remedy;
    TRY(remedy_words(w, &remedy));
    for (size_t i = 0; i < COUNT_OF(answer_parts); i++)
        add(w, &answer_parts[i], i == 0 ? w->d.m.subject : i + 1 == COUNT_OF(answer_parts) ? remedy : STR(""));
    return ST_OK;
}

static enum status fill_note(struct doing *w)
{
    static const struct part text = {.name = "text",
                                     .kind = "area",
                                     .label = TR_NOOP("Note"),
                                     .rows = 5,
                                     .max = LIMIT_NOTE_POINTS,
                                     .hint = TR_NOOP("Only colleagues who may see the casefile read it")};
    add(w, &text, STR(""));
    return ST_OK;
}

static enum status fill_message(struct doing *w)
{
    static const struct part text = {.name = "text",
                                     .kind = "area",
                                     .label = TR_NOOP("Message"),
                                     .rows = 6,
                                     .max = LIMIT_NOTE_POINTS,
                                     .hint = TR_NOOP("Ask what you need to know, or say what happens next")};
    add(w, &text, STR(""));
    return ST_OK;
}

static enum status fill_visit(struct doing *w)
{
    static const struct part said = {
        .name = "said", .kind = "radios", .label = TR_NOOP("Is it solved? In the person's own judgement")};
    static const struct part words = {.name = "words",
                                      .kind = "area",
                                      .label = TR_NOOP("What the person said"),
                                      .rows = 4,
                                      .max = LIMIT_NOTE_POINTS,
                                      .optional = true};
    static const struct {
        const char *key, *label;
    } choices[] = {
        {"solved", TR_NOOP("Solved")},
        {"partly", TR_NOOP("Partly solved")},
        {"not_solved", TR_NOOP("Not solved: it opens again one level up")},
        {"no_answer", TR_NOOP("Could not be reached: nothing changes")},
    };
    struct req *rq = w->d.rq;
    struct option_view *list = NEWN(rq->mem, struct option_view, COUNT_OF(choices));
    for (size_t i = 0; i < COUNT_OF(choices); i++)
        list[i] = (struct option_view){str_from(choices[i].key), req_tr(rq, choices[i].label), false};
    w->fields[w->n_fields++] = part_choice(rq, &said, STR(""), list, COUNT_OF(choices));
    add(w, &words, STR(""));
    return ST_OK;
}

static enum status fill_identity(struct doing *w)
{
    static const struct part reason = {
        .name = "reason",
        .kind = "text",
        .label = TR_NOOP("Why you need to know"),
        .hint = TR_NOOP("For example: to agree on a time for the return visit. It is recorded with your name")};
    add(w, &reason, STR(""));
    return ST_OK;
}

/* What each does, inside the write */

static struct casefile_command command_of(struct doing *w)
{
    struct req *rq = w->d.rq;
    return (struct casefile_command){
        .city = rq->city, .who = &rq->actor, .casefile = w->d.c.id, .version = w->version, .faults = &rq->faults};
}

static enum status run_accept(struct db *db, struct arena *mem, struct doing *w)
{
    struct casefile_command cmd = command_of(w);
    return casefile_accept(db, mem, &cmd, w->unit.id, w->category.id, req_form(w->d.rq, "words"));
}

static enum status run_forward(struct db *db, struct arena *mem, struct doing *w)
{
    struct casefile_command cmd = command_of(w);
    return casefile_forward(db, mem, &cmd, w->unit.id, req_form(w->d.rq, "reason"));
}

static enum status run_decline(struct db *db, struct arena *mem, struct doing *w)
{
    struct casefile_command cmd = command_of(w);
    return casefile_decline(db, mem, &cmd, req_form(w->d.rq, "reason"), req_form(w->d.rq, "right_address"));
}

static enum status run_assign(struct db *db, struct arena *mem, struct doing *w)
{
    struct casefile_command cmd = command_of(w);
    return casefile_assign(db, mem, &cmd, w->unit.id, (person_id){w->person}, req_form(w->d.rq, "words"));
}

static enum status run_answer(struct db *db, struct arena *mem, struct doing *w)
{
    struct req *rq = w->d.rq;
    struct casefile_command cmd = command_of(w);
    const struct answer_draft draft = {req_form(rq, "asked"), req_form(rq, "found"), req_form(rq, "done"),
                                       req_form(rq, "basis"), req_form(rq, "remedy")};
    return casefile_answer(db, mem, &cmd, &draft);
}

static enum status run_note(struct db *db, struct arena *mem, struct doing *w)
{
    struct casefile_command cmd = command_of(w);
    return casefile_note(db, mem, &cmd, req_form(w->d.rq, "text"));
}

static enum status run_message(struct db *db, struct arena *mem, struct doing *w)
{
    struct req *rq = w->d.rq;
    return message_add(db, mem, rq->city, &rq->actor, w->d.m.id, req_form(rq, "text"), &rq->faults);
}

static enum status run_visit(struct db *db, struct arena *mem, struct doing *w)
{
    struct casefile_command cmd = command_of(w);
    return casefile_return_visit(db, mem, &cmd, req_form(w->d.rq, "said"), req_form(w->d.rq, "words"));
}

static enum status run_identity(struct db *db, struct arena *mem, struct doing *w)
{
    struct req *rq = w->d.rq;
    struct contact c;
    TRY(contact_read(db, mem, rq->city, &rq->actor, w->d.m.id, req_form(rq, "reason"), &c, &rq->faults));
    w->contact = (struct contact){str_copy(rq->mem, c.name), str_copy(rq->mem, c.phone), str_copy(rq->mem, c.mail),
                                  str_copy(rq->mem, c.address)};
    return ST_OK;
}

/* The table: rows in the order of the work */

const struct deed deeds[] = {
    {.key = "accept",
     .action = ACT_ACCEPT,
     .button = TR_NOOP("Accept"),
     .title = TR_NOOP("Accept the matter"),
     .explain = TR_NOOP(
         "The person is told that it is accepted and who handles it. From now on 60 days run for the written answer."),
     .done = TR_NOOP("Accepted. The person has been told")},
    {.key = "assign",
     .action = ACT_ASSIGN,
     .button = TR_NOOP("Give to a person"),
     .title = TR_NOOP("Give it to a person"),
     .explain = TR_NOOP("That person answers for it from now on. Choose this unit or one below it."),
     .done = TR_NOOP("Given. It is in the person's queue")},
    {.key = "answer",
     .action = ACT_ANSWER,
     .button = TR_NOOP("Answer"),
     .title = TR_NOOP("Answer in writing"),
     .explain = TR_NOOP("Answer each point the person made. Whether it is solved, only the person says."),
     .done = TR_NOOP("Answered. Now the person says whether it is solved")},
    {.key = "return-visit",
     .action = ACT_RETURN_VISIT,
     .button = TR_NOOP("Return visit"),
     .title = TR_NOOP("Return visit"),
     .explain = TR_NOOP("Ask the person. Write down what they say, not what the unit thinks."),
     .done = TR_NOOP("The person's word is recorded")},
    {.key = "show",
     .action = ACT_PUBLISH,
     .button = TR_NOOP("Let through to the public"),
     .title = TR_NOOP("Let through to the public"),
     .explain = NULL,
     .done = TR_NOOP("What the public sees is saved")},
    {.key = "forward",
     .action = ACT_FORWARD,
     .button = TR_NOOP("Send on"),
     .title = TR_NOOP("Send on to another unit"),
     .explain = TR_NOOP("The time limits run on: for the person it stays the same matter."),
     .done = TR_NOOP("Sent on. The other unit has it now")},
    {.key = "decline",
     .action = ACT_DECLINE,
     .button = TR_NOOP("Not within remit"),
     .title = TR_NOOP("Not within our remit"),
     .explain = TR_NOOP("The person reads your reason and where to turn instead. They can say that it does not help; "
                        "then it opens one level up."),
     .done = TR_NOOP("The person has been told why, and where to turn"),
     .danger = true},
    {.key = "message",
     .action = ACT_MESSAGE,
     .button = TR_NOOP("Send the message"),
     .title = TR_NOOP("Write to the person"),
     .explain = NULL,
     .done = TR_NOOP("Sent. The person reads it with their receipt code"),
     .apart = true},
    {.key = "note",
     .action = ACT_NOTE,
     .button = TR_NOOP("Save the note"),
     .title = TR_NOOP("Internal note"),
     .explain = NULL,
     .done = TR_NOOP("The note is saved"),
     .apart = true},
    {.key = "identity",
     .action = ACT_READ_IDENTITY,
     .button = TR_NOOP("Show the contact"),
     .title = TR_NOOP("See who raised it"),
     .explain =
         TR_NOOP("Name and contact are sealed. They are shown once, and it is recorded who saw them, when and why."),
     .done = "",
     .apart = true},
};
const size_t n_deeds = COUNT_OF(deeds);

static const struct {
    const char *key;
    enum status (*fill)(struct doing *);
    enum status (*run)(struct db *, struct arena *, struct doing *);
} hands[] = {
    {"accept", fill_accept, run_accept},       {"assign", fill_assign, run_assign},
    {"answer", fill_answer, run_answer},       {"return-visit", fill_visit, run_visit},
    {"forward", fill_forward, run_forward},    {"decline", fill_decline, run_decline},
    {"message", fill_message, run_message},    {"note", fill_note, run_note},
    {"identity", fill_identity, run_identity},
};

static size_t hand_of(const struct deed *deed)
{
    for (size_t i = 0; i < COUNT_OF(hands); i++)
        if (strcmp(hands[i].key, deed->key) == 0) return i;
    must(false);
    return 0;
}

static bool is_deed(const struct deed *deed, const char *key)
{
    return strcmp(deed->key, key) == 0;
}

const struct deed *deed_find(str key)
{
    for (size_t i = 0; i < COUNT_OF(deeds); i++)
        if (str_eq(key, str_from(deeds[i].key))) return &deeds[i];
    return NULL;
}

bool deed_allowed(const struct desk *d, const struct deed *deed)
{
    if (!CAN(d->can, deed->action)) return false;
    if (deed->action == ACT_PUBLISH) return d->m.wants_public || d->m.shown;
    return deed->action != ACT_READ_IDENTITY || d->m.has_contact;
}

/* The page of a form */

/* Texts of the units in which the actor works, to be put into a part of the answer. */
static enum status fill_phrases(struct doing *w, struct case_form_view *v)
{
    static const struct part text = {.name = "phrase", .kind = "select", .label = TR_NOOP("Text of your unit")};
    static const struct part where = {.name = "into", .kind = "select", .label = TR_NOOP("Insert it into")};
    struct req *rq = w->d.rq;
    struct phrase *list;
    size_t n;
    TRY(phrase_list(rq->db, rq->mem, rq->actor.unit, &list, &n));
    if (n == 0) return ST_OK;
    struct option_view *texts = NEWN(rq->mem, struct option_view, n + 1);
    struct option_view *parts = NEWN(rq->mem, struct option_view, COUNT_OF(answer_parts));
    texts[0] = (struct option_view){STR(""), req_tr(rq, "Choose a text"), false};
    for (size_t i = 0; i < n; i++) texts[i + 1] = (struct option_view){part_id(rq, list[i].id.v), list[i].name, false};
    for (size_t i = 0; i < COUNT_OF(answer_parts); i++)
        parts[i] = (struct option_view){str_from(answer_parts[i].name), req_tr(rq, answer_parts[i].label), false};
    struct form_field_view *both = NEWN(rq->mem, struct form_field_view, 2);
    both[0] = part_choice(rq, &text, STR(""), texts, n + 1);
    both[1] = part_choice(rq, &where, STR("done"), parts, COUNT_OF(answer_parts));
    v->phrases = &both[0];
    v->phrase_part = &both[1];
    return ST_OK;
}

/* "Insert": the text goes to the end of the part; nothing is sent yet. */
static enum status insert_phrase(struct doing *w)
{
    struct req *rq = w->d.rq;
    struct phrase p;
    int64_t id;
    TRY(req_form_id(rq, "phrase", &id));
    if (id == 0) return fault(&rq->faults, "phrase", TR_NOOP("Choose a text"));
    TRY(phrase_get(rq->db, rq->mem, (phrase_id){id}, &p));
    if (!phrase_may_put(&rq->actor, p.unit)) return ST_NOT_FOUND;
    for (size_t i = 0; i < w->n_fields; i++) {
        struct form_field_view *f = &w->fields[i];
        if (!str_eq(f->name, req_form(rq, "into"))) continue;
        f->value = f->value.n == 0 ? p.text : str_format(rq->mem, "%.*s\n%.*s", STR_ARG(f->value), STR_ARG(p.text));
    }
    return ST_OK;
}

/* What was entered, to be read and copied when the step is no longer possible. */
static void keep_words(struct doing *w, struct case_form_view *v)
{
    v->kept = NEWN(w->d.rq->mem, struct case_kept_view, FIELDS);
    for (size_t i = 0; i < w->n_fields; i++)
        if (w->fields[i].value.n > 0 && !str_eq(w->fields[i].kind, STR("select")) &&
            !str_eq(w->fields[i].kind, STR("radios")))
            v->kept[v->n_kept++] = (struct case_kept_view){w->fields[i].label, w->fields[i].value};
}

static enum status fill_news(struct doing *w, struct case_form_view *v)
{
    struct case_news_view *news = NEW(w->d.rq->mem, struct case_news_view);
    news->allowed = deed_allowed(&w->d, w->deed);
    TRY(desk_steps(&w->d, NEWS, &news->steps, &news->n_steps));
    v->news = news;
    if (news->allowed) return ST_OK;
    keep_words(w, v);
    v->explain = STR("");
    v->n_fields = 0;
    return ST_OK;
}

static enum status show_form(struct doing *w, int status)
{
    struct req *rq = w->d.rq;
    const struct deed *deed = w->deed;
    struct case_form_view v = {
        .text = is_deed(deed, "identity") ? STR("") : w->d.m.text,
        .version = w->d.c.version,
        .once = req_once_new(rq),
        .action = str_from(deed->key),
        .title = req_tr(rq, deed->title),
        .explain = deed->explain == NULL ? STR("") : req_tr(rq, deed->explain),
        .button = req_tr(rq, deed->button),
        .danger = deed->danger,
        .look = is_deed(deed, "assign") ? req_tr(rq, "Show the people of this unit") : STR(""),
        .faults = req_faults_view(rq),
        .fields = w->fields,
        .n_fields = w->n_fields,
    };
    TRY(desk_head(&w->d, &v.head));
    if (is_deed(deed, "answer")) TRY(fill_phrases(w, &v));
    if (status == 409) TRY(fill_news(w, &v));
    if (w->offers_units) {
        struct unit_offers_view *offers = NEW(rq->mem, struct unit_offers_view);
        TRY(unit_offers(rq, &offers->items, &offers->n_items));
        v.units = offers;
    }
    return RESPOND(rq, case_form, &v, .title = v.title, .nav = "list", .place = PLACE_WORK, .status = status);
}

static enum status begin(struct req *rq, struct doing *w)
{
    *w = (struct doing){.deed = deed_find(req_param(rq, 1))};
    if (w->deed == NULL) return ST_NOT_FOUND;
    return desk_open(rq, &w->d);
}

enum status page_case_form(struct req *rq)
{
    struct doing *w = NEW(rq->mem, struct doing);
    TRY(begin(rq, w));
    if (!deed_allowed(&w->d, w->deed)) return ST_FORBIDDEN;
    if (is_deed(w->deed, "show")) return case_show_form(&w->d, 200);
    TRY(hands[hand_of(w->deed)].fill(w));
    return show_form(w, 200);
}

/* Doing it */

static enum status run(struct db *db, struct arena *mem, void *arg)
{
    struct doing *w = arg;
    str earlier;
    enum status st = once_find(db, mem, w->token, &earlier);
    if (st != ST_NOT_FOUND) return st; /* done before by the same form */
    TRY(hands[hand_of(w->deed)].run(db, mem, w));
    return once_keep(db, w->token, STR(""), db_now(db));
}

/* What the fields name. Faults stand beside those of the rules. */
static enum status read_choices(struct doing *w)
{
    struct req *rq = w->d.rq;
    bool forwards = is_deed(w->deed, "forward");
    const char *field = forwards ? "to" : "unit";
    enum status st = unit_pick(rq, field, req_form(rq, field), &w->unit);
    if (st == ST_OK && forwards && w->unit.id.v == 0)
        st = fault(&rq->faults, field, TR_NOOP("Enter the unit it goes to"));
    if (st != ST_OK && st != ST_INVALID) return st;
    st = category_pick(rq, "category", req_form(rq, "category"), &w->category);
    if (st != ST_OK && st != ST_INVALID) return st;
    (void)req_form_id(rq, "person", &w->person);
    if (!str_int(req_form(rq, "version"), &w->version) || w->version < 1) return ST_INVALID;
    return ST_OK;
}

static enum status show_again(struct doing *w, int status)
{
    w->n_fields = 0;
    TRY(desk_open(w->d.rq, &w->d));
    TRY(hands[hand_of(w->deed)].fill(w));
    return show_form(w, status);
}

static enum status show_contact(struct doing *w)
{
    struct req *rq = w->d.rq;
    struct case_identity_view v = {.reason = req_form(rq, "reason"),
                                   .name = w->contact.name,
                                   .phone = w->contact.phone,
                                   .mail = w->contact.mail,
                                   .address = w->contact.address};
    TRY(desk_head(&w->d, &v.head));
    return RESPOND(rq, case_identity, &v, .title = req_tr(rq, "Who raised it"), .nav = "list", .place = PLACE_WORK);
}

/* A step that leads out of one's own sight ends in the queue. */
static enum status go_on(struct doing *w)
{
    struct req *rq = w->d.rq;
    struct casefile c;
    if (casefile_get(rq->db, rq->mem, &rq->actor, w->d.c.id, &c) != ST_OK) return respond_redirect(rq, STR("/work"));
    return respond_redirect(rq, str_format(rq->mem, "/work/case/%lld?done=%s", (long long)w->d.c.id.v, w->deed->key));
}

static enum status finish(struct doing *w)
{
    struct req *rq = w->d.rq;
    bool shows_contact = is_deed(w->deed, "identity");
    if (rq->faults.n > 0 || req_once(rq, &w->token) != ST_OK) return show_again(w, 400);
    enum status st = db_write(rq->db, run, w);
    if (st == ST_INVALID && rq->faults.n > 0) return show_again(w, 400);
    if (st == ST_CONFLICT) return show_again(w, 409);
    if (st != ST_OK) return st;
    if (shows_contact && !contact_is_empty(&w->contact)) return show_contact(w);
    return shows_contact ? respond_redirect(rq, str_format(rq->mem, "/work/case/%lld", (long long)w->d.c.id.v))
                         : go_on(w);
}

enum status page_case_do(struct req *rq)
{
    struct doing *w = NEW(rq->mem, struct doing);
    TRY(begin(rq, w));
    bool allowed = deed_allowed(&w->d, w->deed);
    if (is_deed(w->deed, "show")) return allowed ? case_show_do(&w->d) : ST_FORBIDDEN;
    TRY(read_choices(w));
    if (!allowed) return w->version != w->d.c.version ? show_again(w, 409) : ST_FORBIDDEN;
    if (req_form_has(rq, "look")) return show_again(w, 200);
    if (req_form_has(rq, "insert")) {
        TRY(hands[hand_of(w->deed)].fill(w));
        enum status st = insert_phrase(w);
        return st == ST_OK || rq->faults.n > 0 ? show_form(w, st == ST_OK ? 200 : 400) : st;
    }
    return finish(w);
}
