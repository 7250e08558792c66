/* demo_special: see demo_special.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "demo/demo_special.h"

static void end_as(struct demo_fate *f, enum demo_end end)
{
    if (end == END_ANY) return;
    *f = (struct demo_fate){.accept_days = 1, .assign_days = 1, .answer_days = 9, .said_days = 6, .is_shown = true};
    switch (end) {
    case END_SOLVED: f->said[0] = f->said[1] = SAID_SOLVED; break;
    case END_PARTLY: f->said[0] = f->said[1] = SAID_PARTLY; break;
    case END_REOPENED:
        f->said[0] = SAID_NOT_SOLVED;
        f->said[1] = SAID_SOLVED;
        break;
    case END_UNCONFIRMED: f->said[0] = f->said[1] = SAID_NOTHING; break;
    case END_DECLINED: f->declined = true; break;
    case END_OPEN:
    case END_OVERDUE: f->never_answered = true; break;
    case END_ANY: break;
    }
}

static void dress_theme(struct demo_life *l, const struct demo_special *s)
{
    struct demo_theme *t = NEW(l->d->row, struct demo_theme);
    const struct demo_wording w = {.found = s->found, .done = {s->done, s->done}};
    *t = *l->theme;
    t->category = s->category;
    t->department = s->department;
    t->level = s->level;
    t->basis = s->basis;
    if (s->zh) t->zh = w;
    else t->en = w;
    l->theme = t;
}

static str text_of(struct arena *mem, const struct demo_special *s)
{
    str text = str_from(s->text);
    if (text.n > 0) return text;
    for (const char *const *page = demo_long_letter; *page != NULL; page++)
        text = str_concat(mem, text, str_from(*page));
    return text;
}

void demo_dress(struct demo_life *l, const struct demo_special *s)
{
    struct matter_draft *m = &l->draft;
    struct arena *mem = l->d->row;
    dress_theme(l, s);
    m->kind = str_from(s->kind);
    m->channel = str_from(s->channel);
    m->raiser = s->firm ? STR("enterprise") : STR("resident");
    m->lang = s->zh ? STR("zh-CN") : STR("en");
    m->subject = str_from(s->subject);
    m->text = text_of(mem, s);
    m->place = s->place == NULL ? demo_place(mem, &l->slots) : str_from(s->place);
    m->lat = m->lon = 0;
    m->wants_public = !s->hidden;
    m->contact = s->name == NULL   ? demo_contact(mem, &l->slots)
                 : s->name[0] == 0 ? (struct contact){0}
                                   : (struct contact){.name = str_from(s->name)};
    end_as(&l->fate, s->end);
    l->fate.erased = m->contact.name.n > 0 && (str_eq(m->subject, STR("Please remove my name from the file")) ||
                                               str_eq(m->subject, STR("请删除我的个人信息")));
}
