/* mktpl_pot: the messages of the templates as a .pot fragment, each once with all its places.
 * SPDX-License-Identifier: Apache-2.0 */
#include "mktpl.h"
#include "tool.h"

struct place {
    str path;
    int line;
    struct place *next;
};

struct message {
    str context, one, many;
    struct place *places, **places_end;
    struct message *next;
};

struct pot {
    struct mktpl *m;
    struct message *first, **end;
};

static bool note(struct pot *p, str path, const struct node *n)
{
    struct message *found = p->first;
    while (found != NULL && !(str_eq(found->one, n->text) && str_eq(found->context, n->context))) found = found->next;
    if (found == NULL) {
        found = NEW(p->m->mem, struct message);
        *found = (struct message){.context = n->context, .one = n->text, .many = n->many};
        found->places_end = &found->places;
        *p->end = found;
        p->end = &found->next;
    }
    if (found->many.n > 0 && n->many.n > 0 && !str_eq(found->many, n->many)) {
        return mktpl_fail(p->m, path, n->line, "this message has another plural at %.*s:%d",
                          STR_ARG(found->places->path), found->places->line);
    }
    if (n->many.n > 0) found->many = n->many;
    struct place *place = NEW(p->m->mem, struct place);
    *place = (struct place){.path = path, .line = n->line};
    *found->places_end = place;
    found->places_end = &place->next;
    return true;
}

static bool collect(struct pot *p, str path, const struct node *n)
{
    for (; n != NULL; n = n->next) {
        if (n->kind == NODE_MESSAGE && !note(p, path, n)) return false;
        for (const struct branch *b = n->branch; b != NULL; b = b->next) {
            if (!collect(p, path, b->body)) return false;
        }
    }
    return true;
}

static void put(struct buf *b, const char *keyword, str s)
{
    buf_format(b, "%s \"", keyword);
    tool_c_literal(b, s);
    buf_add(b, STR("\"\n"));
}

bool mktpl_pot(struct mktpl *m, struct buf *b)
{
    struct pot p = {.m = m};
    p.end = &p.first;
    for (const struct template *t = m->templates; t != NULL; t = t->next) {
        if (!collect(&p, t->path, t->body)) return false;
    }
    for (const struct message *s = p.first; s != NULL; s = s->next) {
        for (const struct place *at = s->places; at != NULL; at = at->next) {
            buf_format(b, "#: %.*s:%d\n", STR_ARG(at->path), at->line);
        }
        if (s->context.p != NULL) put(b, "msgctxt", s->context);
        put(b, "msgid", s->one);
        if (s->many.n > 0) {
            put(b, "msgid_plural", s->many);
            put(b, "msgstr[0]", STR(""));
        } else {
            put(b, "msgstr", STR(""));
        }
        buf_add_byte(b, '\n');
    }
    return true;
}
