/* http_answer: an exchange's answer to the bytes of HTTP/1.1.
 *
 * The server writes Date, Content-Length and Connection itself; a handler that sets one of them is a bug.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/status.h"
#include "base/time.h"
#include "web/http_internal.h"

/* Status line, Date, Content-Length, Connection and the empty line, rounded up. */
#define HEAD_FIXED ((size_t)192)

static const struct {
    int status;
    str reason;
} reasons[] = {
    {200, STR_INIT("OK")},
    {201, STR_INIT("Created")},
    {202, STR_INIT("Accepted")},
    {204, STR_INIT("No Content")},
    {206, STR_INIT("Partial Content")},
    {301, STR_INIT("Moved Permanently")},
    {302, STR_INIT("Found")},
    {303, STR_INIT("See Other")},
    {304, STR_INIT("Not Modified")},
    {307, STR_INIT("Temporary Redirect")},
    {308, STR_INIT("Permanent Redirect")},
    {400, STR_INIT("Bad Request")},
    {401, STR_INIT("Unauthorized")},
    {403, STR_INIT("Forbidden")},
    {404, STR_INIT("Not Found")},
    {405, STR_INIT("Method Not Allowed")},
    {406, STR_INIT("Not Acceptable")},
    {408, STR_INIT("Request Timeout")},
    {409, STR_INIT("Conflict")},
    {410, STR_INIT("Gone")},
    {412, STR_INIT("Precondition Failed")},
    {413, STR_INIT("Content Too Large")},
    {414, STR_INIT("URI Too Long")},
    {415, STR_INIT("Unsupported Media Type")},
    {416, STR_INIT("Range Not Satisfiable")},
    {417, STR_INIT("Expectation Failed")},
    {422, STR_INIT("Unprocessable Content")},
    {428, STR_INIT("Precondition Required")},
    {429, STR_INIT("Too Many Requests")},
    {431, STR_INIT("Request Header Fields Too Large")},
    {500, STR_INIT("Internal Server Error")},
    {501, STR_INIT("Not Implemented")},
    {502, STR_INIT("Bad Gateway")},
    {503, STR_INIT("Service Unavailable")},
    {504, STR_INIT("Gateway Timeout")},
    {505, STR_INIT("HTTP Version Not Supported")},
};

static str reason_of(int status)
{
    for (size_t i = 0; i < COUNT_OF(reasons); i++)
        if (reasons[i].status == status) return reasons[i].reason;
    return STR("Unknown"); /* the reason is decoration: RFC 9112 section 4 */
}

void http_date_refresh(struct http_date *d)
{
    int64_t now = (int64_t)time(NULL);
    if (now == d->second) return;
    d->second = now;
    (void)http_date_format((instant){now * SECOND_MS}, d->text);
}

static bool breaks_line(str s)
{
    return s.n > 0 && (memchr(s.p, '\n', s.n) != NULL || memchr(s.p, '\r', s.n) != NULL || memchr(s.p, 0, s.n) != NULL);
}

static bool is_ours(str name)
{
    return str_eq_nocase(name, STR("content-length")) || str_eq_nocase(name, STR("transfer-encoding")) ||
           str_eq_nocase(name, STR("connection")) || str_eq_nocase(name, STR("date"));
}

void http_header_add(struct http_exchange *x, str name, str value)
{
    must(x->n_out < COUNT_OF(x->out));
    must(name.n > 0 && str_find_byte(name, ':') < 0 && !breaks_line(name) && !breaks_line(value));
    must(!is_ours(name));
    x->out[x->n_out++] = (struct http_header){name, value};
}

str http_header_get(const struct http_exchange *x, str name)
{
    for (size_t i = 0; i < x->n_headers; i++)
        if (x->headers[i].name.n == name.n && str_eq_nocase(x->headers[i].name, name)) return x->headers[i].value;
    return (str){NULL, 0};
}

/* ---- writing, into space that head_bytes() has measured */

static char *put(char *to, str s)
{
    if (s.n > 0) memcpy(to, s.p, s.n);
    return to + s.n;
}

static char *put_number(char *to, size_t v)
{
    char digits[20];
    size_t n = 0;
    do digits[n++] = (char)('0' + v % 10);
    while ((v /= 10) > 0);
    while (n > 0) *to++ = digits[--n];
    return to;
}

static size_t head_bytes(const struct http_exchange *x)
{
    size_t n = HEAD_FIXED + x->out_head.n;
    for (size_t i = 0; i < x->n_out; i++) n += x->out[i].name.n + x->out[i].value.n + 4;
    return n;
}

static bool has_no_body(int status)
{
    return status == 204 || status == 304;
}

static size_t write_head(char *to, const struct http_work *k, const struct http_date *date)
{
    const struct http_exchange *x = &k->x;
    char *at = put(to, STR("HTTP/1.1 "));
    at = put_number(at, (size_t)x->status);
    *at++ = ' ';
    at = put(at, reason_of(x->status));
    at = put(at, STR("\r\nDate: "));
    at = put(at, (str){date->text, 29});
    at = put(at, STR("\r\n"));
    at = put(at, x->out_head);
    for (size_t i = 0; i < x->n_out; i++) {
        at = put(at, x->out[i].name);
        at = put(at, STR(": "));
        at = put(at, x->out[i].value);
        at = put(at, STR("\r\n"));
    }
    if (!has_no_body(x->status)) {
        at = put(at, STR("Content-Length: "));
        at = put_number(at, x->out_body.n);
        at = put(at, STR("\r\n"));
    }
    at = put(at, k->last ? STR("Connection: close\r\n\r\n") : STR("\r\n"));
    return (size_t)(at - to);
}

/* n bytes that live until the answer is sent. NULL when there is no memory. */
static char *space(struct http_work *k, size_t n)
{
    if (n <= sizeof k->out_bytes) return k->out_bytes;
    k->out_mem = arena_new(n + 256, NULL);
    return arena_try_alloc(k->out_mem, n, 1, 1);
}

void http_answer_build(struct http_work *k, const struct http_date *date, bool keep)
{
    struct http_exchange *x = &k->x;
    must(x->status >= 200 && x->status <= 599 && x->n_out <= COUNT_OF(x->out));
    str body = has_no_body(x->status) || x->method == HTTP_HEAD ? (str){NULL, 0} : x->out_body;
    size_t head_n = head_bytes(x);
    bool copies = body.n <= HTTP_COPY_BYTES || (keep && !x->out_static && x->out_owner == NULL);
    char *to = space(k, copies ? head_n + body.n : head_n);
    k->out[0] = k->out[1] = (str){NULL, 0};
    k->out_n = 0;
    if (to == NULL) {
        k->last = true; /* nothing can be said: the connection ends */
        return;
    }
    k->out[0] = (str){to, write_head(to, k, date)};
    if (copies) {
        (void)put(to + k->out[0].n, body);
        k->out[0].n += body.n;
    } else {
        k->out[1] = body;
    }
    k->out_n = k->out[0].n + k->out[1].n;
}

void http_answer_keep(struct http_work *k)
{
    if (k->out[1].n == 0 || k->x.out_static || k->x.out_owner != NULL) return;
    struct arena *mem = arena_new(k->out[0].n + k->out[1].n + 256, NULL);
    char *to = arena_try_alloc(mem, k->out[0].n + k->out[1].n, 1, 1);
    size_t n = k->out[0].n + k->out[1].n;
    if (to != NULL) (void)put(put(to, k->out[0]), k->out[1]);
    k->out[0] = (str){to, to == NULL ? 0 : n};
    k->out[1] = (str){NULL, 0};
    if (to == NULL) k->last = true;
    if (k->out_mem != NULL) arena_free(k->out_mem);
    k->out_mem = mem;
}

void http_answer_free(struct http_work *k)
{
    if (k->out_mem != NULL) arena_free(k->out_mem);
    k->out_mem = NULL;
    k->out[0] = k->out[1] = (str){NULL, 0};
    http_answer_release(&k->x);
}

void http_answer_release(struct http_exchange *x)
{
    if (x->out_owner != NULL) x->out_release(x->out_owner);
    x->out_owner = NULL;
}
