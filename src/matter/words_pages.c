/* words_pages: see words_pages.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "matter/words_pages.h"

#include <string.h>

const char *const matter_states[] = {"registered", "accepted", "handling", "answered",
                                     "partly",     "solved",   "declined", NULL};

struct label {
    const char *key;
    const char *label; /* message key */
    const char *chip;  /* kind of chip */
};

#define TR(s) s /* marks a message for extraction */

static const struct label states[] = {
    {"registered", TR("registered"), ""},     {"accepted", TR("accepted"), ""},
    {"handling", TR("being handled"), ""},    {"answered", TR("answered, not yet confirmed"), "soon"},
    {"solved", TR("solved"), "fine"},         {"partly", TR("partly solved"), "soon"},
    {"declined", TR("not within remit"), ""},
};
static const struct label kinds[] = {
    {"enquiry", TR("Enquiry"), ""},       {"help", TR("Request for help"), ""},
    {"complaint", TR("Complaint"), ""},   {"report", TR("Report of wrongdoing"), ""},
    {"suggestion", TR("Suggestion"), ""}, {"claim", TR("Claim or appeal"), ""},
};
static const struct label channels[] = {
    {"web", TR("Website"), ""},      {"phone", TR("Phone"), ""},       {"counter", TR("Counter"), ""},
    {"letter", TR("Letter"), ""},    {"visit", TR("Field visit"), ""}, {"mail", TR("E-mail"), ""},
    {"sms", TR("Text message"), ""}, {"api", TR("Other system"), ""},  {"import", TR("Imported"), ""},
};

static const struct label *find(const struct label *list, size_t n, str key)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(str_from(list[i].key), key)) return &list[i];
    return NULL;
}

static bool is_open(str state)
{
    return str_eq(state, STR("registered")) || str_eq(state, STR("accepted")) || str_eq(state, STR("handling"));
}

struct chip_view state_chip(struct req *rq, str state, int64_t reopened)
{
    const struct label *l = find(states, COUNT_OF(states), state);
    if (reopened > 0 && is_open(state))
        return (struct chip_view){req_tr(rq, TR("not solved, one level up")), STR("late")};
    if (l == NULL) return (struct chip_view){state, STR("")};
    return (struct chip_view){req_tr(rq, l->label), str_from(l->chip)};
}

str days_left(struct req *rq, day due, str *kind)
{
    int64_t left = (int64_t)due.n - rq->today.n;
    int64_t shown = left < 0 ? -left : left;
    str n = str_format(rq->mem, "%lld", (long long)shown);
    *kind = left < 0 ? STR("late") : left <= DUE_SOON_DAYS ? STR("soon") : STR("fine");
    if (left == 0) return req_tr(rq, TR("due today"));
    if (left < 0)
        return tr_format_plural(rq->mem, rq->lang, "{n} day overdue", "{n} days overdue", shown, "n", n, NULL);
    return tr_format_plural(rq->mem, rq->lang, "{n} day left", "{n} days left", shown, "n", n, NULL);
}

struct chip_view work_chip(struct req *rq, str state, int64_t reopened, day due)
{
    str kind;
    struct chip_view chip = state_chip(rq, state, reopened);
    if (!is_open(state) || due.n == 0) return chip;
    str time = days_left(rq, due, &kind);
    if (str_eq(kind, STR("fine"))) kind = STR("");
    str join = rq->lang == LANG_ZH ? STR("，") : STR(", ");
    return (struct chip_view){str_concat(rq->mem, str_concat(rq->mem, chip.text, join), time),
                              kind.n > 0 ? kind : chip.kind};
}

static str label_of(struct req *rq, const struct label *list, size_t n, str key)
{
    const struct label *l = find(list, n, key);
    return l == NULL ? key : req_tr(rq, l->label);
}

str kind_label(struct req *rq, str kind)
{
    return label_of(rq, kinds, COUNT_OF(kinds), kind);
}

str channel_label(struct req *rq, str channel)
{
    return label_of(rq, channels, COUNT_OF(channels), channel);
}

str state_label(struct req *rq, str state)
{
    return label_of(rq, states, COUNT_OF(states), state);
}

struct option_view *key_options(struct req *rq, const char *const *keys, str chosen, const char *first,
                                str (*label)(struct req *, str), size_t *n)
{
    size_t count = 0;
    *n = 0;
    while (keys[count] != NULL) count++;
    struct option_view *list = NEWN(rq->mem, struct option_view, count + 1);
    if (first != NULL) list[(*n)++] = (struct option_view){STR(""), req_tr(rq, first), chosen.n == 0};
    for (size_t i = 0; i < count; i++) {
        str key = str_from(keys[i]);
        list[(*n)++] = (struct option_view){key, label(rq, key), str_eq(key, chosen)};
    }
    return list;
}

static void add_pair(struct req *rq, struct buf *b, str name, str value)
{
    buf_add_byte(b, str_find_byte(buf_str(b), '?') < 0 ? '?' : '&');
    buf_add(b, percent_encode(rq->mem, name));
    buf_add_byte(b, '=');
    buf_add(b, percent_encode(rq->mem, value));
}

str address_with(struct req *rq, const char *path, const char *name, str value)
{
    struct buf b;
    buf_init(&b, rq->mem, 128, 64 * 1024);
    buf_add(&b, str_from(path));
    for (size_t i = 0; i < rq->query.n; i++) {
        const struct field *f = &rq->query.item[i];
        if (f->value.n == 0 || str_eq(f->name, str_from(name)) || str_eq(f->name, STR("lang")) ||
            str_eq(f->name, STR("after")))
            continue;
        add_pair(rq, &b, f->name, f->value);
    }
    if (value.p != NULL) add_pair(rq, &b, str_from(name), value);
    return buf_str(&b);
}
