/* http_parse: callbacks of llhttp turned into borrowed pieces of the head.
 * SPDX-License-Identifier: Apache-2.0 */
#include "web/http_parse.h"

#include <llhttp.h>

#include "base/status.h"

_Static_assert(sizeof(llhttp_t) <= sizeof((struct http_parse){0}.llhttp), "llhttp grew");
_Static_assert(_Alignof(llhttp_t) <= 8, "llhttp needs more alignment");

static llhttp_t *inner(struct http_parse *p)
{
    return (llhttp_t *)(void *)p->llhttp;
}

/* A piece may come in parts; they lie behind one another in the head, or something is wrong. */
static void extend(struct http_parse *p, str *s, const char *at, size_t n)
{
    if (s->n == 0) {
        *s = (str){at, n};
    } else if (s->p + s->n == at) {
        s->n += n;
    } else {
        p->torn = true;
    }
}

static str trim_blanks(str s)
{
    while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t')) s = str_sub(s, 1, s.n);
    while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t')) s.n--;
    return s;
}

static void header_end(struct http_parse *p)
{
    if (!p->has_name) return;
    p->has_name = false;
    p->n_headers++;
    if (p->events->header != NULL) p->events->header(p->ctx, p->name, trim_blanks(p->value));
    p->name = p->value = (str){NULL, 0};
}

static int on_url(llhttp_t *l, const char *at, size_t n)
{
    struct http_parse *p = l->data;
    extend(p, &p->target, at, n);
    return 0;
}

static int on_field(llhttp_t *l, const char *at, size_t n)
{
    struct http_parse *p = l->data;
    if (p->headers_done) p->torn = true; /* a trailer */
    extend(p, &p->name, at, n);
    p->has_name = true;
    return 0;
}

static int on_value(llhttp_t *l, const char *at, size_t n)
{
    struct http_parse *p = l->data;
    extend(p, &p->value, at, n);
    return 0;
}

static int on_value_end(llhttp_t *l)
{
    header_end(l->data);
    return 0;
}

static int on_headers(llhttp_t *l)
{
    struct http_parse *p = l->data;
    p->headers_done = true;
    l->upgrade = 0; /* offers of another protocol are not taken up */
    return 0;
}

static int on_body(llhttp_t *l, const char *at, size_t n)
{
    struct http_parse *p = l->data;
    if (p->events->body != NULL) p->events->body(p->ctx, (str){at, n});
    return 0;
}

static int on_message(llhttp_t *l)
{
    struct http_parse *p = l->data;
    p->done = true;
    return 0;
}

static const llhttp_settings_t settings = {
    .on_url = on_url,
    .on_header_field = on_field,
    .on_header_value = on_value,
    .on_header_value_complete = on_value_end,
    .on_headers_complete = on_headers,
    .on_body = on_body,
    .on_message_complete = on_message,
};

void http_parse_init(struct http_parse *p, const struct http_parse_events *events, void *ctx)
{
    *p = (struct http_parse){.events = events, .ctx = ctx};
    llhttp_init(inner(p), HTTP_REQUEST, &settings);
    inner(p)->data = p;
}

bool http_parse_head(struct http_parse *p, str head, struct http_parse_head *out)
{
    llhttp_t *l = inner(p);
    if (llhttp_execute(l, head.p, head.n) != HPE_OK || p->torn || !p->headers_done) return false;
    *out = (struct http_parse_head){
        .method_name = str_from(llhttp_method_name((llhttp_method_t)l->method)),
        .target = p->target,
        .minor = l->http_major == 1 ? l->http_minor : -1,
        .chunked = (l->flags & F_CHUNKED) != 0,
        .length = l->content_length,
        .n_headers = p->n_headers,
        .done = p->done,
    };
    /* once the message is over llhttp has cleared its flags and length: both are then none by definition */
    if (p->done) out->chunked = false, out->length = 0;
    return true;
}

bool http_parse_body(struct http_parse *p, str part)
{
    if (part.n == 0) return true;
    if (p->done) return false;
    return llhttp_execute(inner(p), part.p, part.n) == HPE_OK && !p->torn;
}

bool http_parse_is_done(const struct http_parse *p)
{
    return p->done;
}
