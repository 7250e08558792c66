/* http_body: the body of a request, from the wire to one piece of memory.
 *
 *   fits behind its head in the input buffer      stays there, nothing is copied
 *   longer, Content-Length                        read straight into storage that doubles as bytes arrive
 *   chunked                                       a window behind the head: gate, then llhttp, which hands out the data
 *
 * Storage grows with what came, not with what was announced; all bodies together share one budget.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "web/http_internal.h"

/* Makes room for `need` bytes in all, `most` being the end of it. */
static bool reserve(struct http_server *s, struct http_work *k, size_t need, size_t most)
{
    if (need <= k->body_cap) return true;
    size_t cap = k->body_cap == 0 ? HTTP_BODY_FIRST : k->body_cap * 2;
    if (cap < need) cap = need;
    if (cap > most && most >= need) cap = most;
    if (atomic_fetch_add(&s->bodies, cap) + cap > HTTP_BODIES_MOST) {
        atomic_fetch_sub(&s->bodies, cap);
        return false;
    }
    struct arena *mem = arena_new(cap + 256, NULL);
    char *p = arena_try_alloc(mem, cap, 1, 1);
    if (p == NULL) {
        arena_free(mem);
        atomic_fetch_sub(&s->bodies, cap);
        return false;
    }
    if (k->body_n > 0) memcpy(p, k->body, k->body_n);
    size_t n = k->body_n;
    http_body_free(s, k);
    k->body = p;
    k->body_n = n;
    k->body_cap = cap;
    k->body_mem = mem;
    return true;
}

void http_body_free(struct http_server *s, struct http_work *k)
{
    if (k->body_mem != NULL) {
        atomic_fetch_sub(&s->bodies, k->body_cap);
        arena_free(k->body_mem);
    }
    k->body_mem = NULL;
    k->body = NULL;
    k->body_n = k->body_cap = 0;
}

static bool is_in_place(const struct http_work *k)
{
    return !k->gate.chunked && k->head_end + k->gate.length <= sizeof k->in;
}

/* From llhttp. Only a chunked body is put together here; others lie in one piece already. */
static void on_body(void *ctx, str part)
{
    struct http_conn *c = ctx;
    struct http_work *k = c->work;
    if (!k->gate.chunked) return;
    size_t most = k->x.body_max;
    if (k->body_full || !reserve(c->io->server, k, k->body_n + part.n, most)) {
        k->body_full = true;
        return;
    }
    memcpy(k->body + k->body_n, part.p, part.n);
    k->body_n += part.n;
}

static void on_header(void *ctx, str name, str value)
{
    struct http_conn *c = ctx;
    struct http_work *k = c->work;
    if (k->x.n_headers < LIMIT_HEADERS) k->headers[k->x.n_headers++] = (struct http_header){name, value};
}

const struct http_parse_events http_body_events = {.header = on_header, .body = on_body};

/* The body is whole: the gate and llhttp must both say so. */
static bool finish(struct http_conn *c, size_t next)
{
    struct http_work *k = c->work;
    if (!http_parse_is_done(&k->parse)) {
        http_conn_refuse(c, 400);
        return true;
    }
    k->next = next;
    k->x.body = (str){k->body, k->body_n};
    http_conn_serve(c);
    return true;
}

static bool finish_length(struct http_conn *c, size_t next)
{
    struct http_work *k = c->work;
    if (!http_parse_body(&k->parse, (str){k->body, k->body_n})) {
        http_conn_refuse(c, 400);
        return true;
    }
    return finish(c, next);
}

/* Reads n bytes at most. 1: got some, 0: wait, -1: the connection is gone. */
static int fill(struct http_conn *c, char *to, size_t n, size_t *got)
{
    *got = 0;
    if (!c->readable) return 0;
    ptrdiff_t r = http_wire_read(c, to, n);
    if (r == WIRE_AGAIN) return 0;
    if (r <= 0) {
        http_conn_close(c); /* the end came before the end of the body: nothing to answer */
        return -1;
    }
    *got = (size_t)r;
    return 1;
}

static bool step_in_place(struct http_conn *c)
{
    struct http_work *k = c->work;
    size_t end = k->head_end + k->gate.length, got;
    while (k->in_to < end) {
        if (fill(c, k->in + k->in_to, sizeof k->in - k->in_to, &got) <= 0) return false;
        k->in_to += got;
    }
    k->body = k->in + k->head_end;
    k->body_n = k->gate.length;
    return finish_length(c, end);
}

static bool step_stored(struct http_conn *c)
{
    struct http_work *k = c->work;
    size_t got;
    while (k->body_n < k->gate.length) {
        if (k->body_n == k->body_cap && !reserve(c->io->server, k, k->body_n + 1, k->gate.length)) {
            http_count_up(&c->io->shed);
            http_conn_refuse(c, 503);
            return true;
        }
        if (fill(c, k->body + k->body_n, k->body_cap - k->body_n, &got) <= 0) return false;
        k->body_n += got;
    }
    return finish_length(c, k->head_end);
}

/* What the window holds. 0: more is needed, 1: whole, else a status to refuse with. */
static int read_window(struct http_conn *c)
{
    struct http_work *k = c->work;
    str window = {k->in + k->head_end, k->in_to - k->head_end};
    size_t used;
    enum http_gate_found found = http_gate_chunks(&k->chunks, window, &used);
    if (found == HTTP_GATE_BAD) return 400;
    if (k->chunks.total > k->x.body_max) return 413;
    if (!http_parse_body(&k->parse, str_sub(window, 0, used))) return 400;
    if (k->body_full) return 503;
    if (http_parse_is_done(&k->parse) != (found == HTTP_GATE_END)) return 400;
    k->next = k->head_end + used;
    return found == HTTP_GATE_END ? 1 : 0;
}

static bool step_chunked(struct http_conn *c)
{
    struct http_work *k = c->work;
    size_t got;
    for (;;) {
        int r = read_window(c);
        if (r == 1) return finish(c, k->next);
        if (r != 0) {
            if (r == 503) http_count_up(&c->io->shed);
            http_conn_refuse(c, r);
            return true;
        }
        k->in_to = k->head_end; /* all of it was used */
        if (fill(c, k->in + k->in_to, sizeof k->in - k->in_to, &got) <= 0) return false;
        k->in_to += got;
    }
}

bool http_body_step(struct http_conn *c)
{
    if (c->work->gate.chunked) return step_chunked(c);
    return is_in_place(c->work) ? step_in_place(c) : step_stored(c);
}

static bool invite(struct http_conn *c)
{
    str out[2] = {STR("HTTP/1.1 100 Continue\r\n\r\n"), {NULL, 0}};
    if (http_wire_write(c, out) == 0) return true;
    http_conn_close(c); /* the pipe is full or broken before the first answer */
    return false;
}

/* admit has agreed and a body is to come. */
bool http_body_start(struct http_conn *c)
{
    struct http_work *k = c->work;
    size_t have = k->in_to - k->head_end;
    c->state = CONN_BODY;
    if (k->gate.expect_continue && have == 0 && !invite(c)) return false;
    if (k->gate.chunked || is_in_place(k)) return true;
    if (!reserve(c->io->server, k, have + 1, k->gate.length)) {
        http_count_up(&c->io->shed);
        http_conn_refuse(c, 503);
        return true;
    }
    memcpy(k->body, k->in + k->head_end, have);
    k->body_n = have;
    k->in_to = k->head_end;
    return true;
}
