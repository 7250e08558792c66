/* parts: see parts.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "web/parts.h"

#include <string.h>

str part_id(struct req *rq, int64_t id)
{
    return str_format(rq->mem, "%lld", (long long)id);
}

str part_value(struct req *rq, const char *name, str first)
{
    return rq->x->method == HTTP_POST && req_form_has(rq, name) ? req_form(rq, name) : first;
}

/* Ids of the lines that explain the part. */
static str described(struct req *rq, const struct part *p, bool has_error)
{
    struct buf b;
    buf_init(&b, rq->mem, 64, 1024);
    if (p->hint != NULL) buf_format(&b, "f-%s-hint", p->name);
    if (has_error) buf_format(&b, "%sf-%s-error", b.n > 0 ? " " : "", p->name);
    if (p->max > 0 && strcmp(p->kind, "area") == 0) buf_format(&b, "%sf-%s-info", b.n > 0 ? " " : "", p->name);
    return buf_str(&b);
}

struct form_field_view part_field(struct req *rq, const struct part *p, str first)
{
    str error = req_fault(rq, p->name);
    bool is_secret = strcmp(p->kind, "password") == 0;
    bool is_check = strcmp(p->kind, "check") == 0;
    str value = is_check && rq->x->method == HTTP_POST ? req_form(rq, p->name) : part_value(rq, p->name, first);
    return (struct form_field_view){
        .name = str_from(p->name),
        .kind = str_from(p->kind),
        .label = req_tr(rq, p->label),
        .hint = p->hint == NULL ? STR("") : req_tr(rq, p->hint),
        .value = is_secret ? STR("") : value,
        .error = error,
        .described = described(rq, p, error.n > 0),
        .optional = p->optional,
        .rows = p->rows > 0 ? p->rows : 4,
        .max = p->max,
        .autocomplete = str_from(p->autocomplete),
        .width = strcmp(p->kind, "date") == 0 ? STR("10") : str_from(p->width),
        .mode = str_from(p->mode),
        .large = p->large,
        .keep = STR("{n}"),
    };
}

struct form_field_view part_choice(struct req *rq, const struct part *p, str first, struct option_view *options,
                                   size_t n)
{
    struct form_field_view f = part_field(rq, p, first);
    for (size_t i = 0; i < n; i++) options[i].chosen = str_eq(options[i].value, f.value);
    f.options = options;
    f.n_options = n;
    return f;
}
