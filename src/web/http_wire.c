/* http_wire: bytes to and from the socket, plain or through TLS.
 *
 * Sockets are watched edge-triggered: a read that brings less than was asked for has emptied a plain socket, and the
 * next bytes raise a new event. That saves the second read of every request.
 * SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "web/http_internal.h"

ptrdiff_t http_wire_read(struct http_conn *c, char *to, size_t n)
{
    if (c->tls != NULL) {
        ptrdiff_t got = tls_read(c->tls, to, n);
        if (got == WIRE_AGAIN) c->readable = false;
        return got;
    }
    ssize_t got;
    do got = recv(c->fd, to, n, 0);
    while (got < 0 && errno == EINTR);
    if (got < 0) {
        c->readable = false;
        return errno == EAGAIN ? WIRE_AGAIN : WIRE_ERROR;
    }
    if ((size_t)got < n && !c->hung_up) c->readable = false;
    return got;
}

static void advance(str out[2], size_t n)
{
    for (int i = 0; i < 2; i++) {
        size_t step = n < out[i].n ? n : out[i].n;
        out[i].p += step;
        out[i].n -= step;
        n -= step;
    }
}

static int write_tls(struct http_conn *c, str out[2])
{
    while (out[0].n + out[1].n > 0) {
        str *part = out[0].n > 0 ? &out[0] : &out[1];
        ptrdiff_t sent = tls_write(c->tls, part->p, part->n);
        if (sent < 0) return (int)sent;
        advance(out, (size_t)sent);
    }
    return 0;
}

/* The kernel takes a pointer to bytes it will not change. */
static void *unconst(const char *p)
{
    union {
        const char *in;
        void *out;
    } u = {.in = p};
    return u.out;
}

static ssize_t send_parts(int fd, str out[2])
{
    if (out[1].n == 0) return send(fd, out[0].p, out[0].n, MSG_NOSIGNAL);
    struct iovec part[2] = {{unconst(out[0].p), out[0].n}, {unconst(out[1].p), out[1].n}};
    struct msghdr message = {.msg_iov = part, .msg_iovlen = 2};
    return sendmsg(fd, &message, MSG_NOSIGNAL);
}

int http_wire_write(struct http_conn *c, str out[2])
{
    if (c->tls != NULL) return write_tls(c, out);
    while (out[0].n + out[1].n > 0) {
        ssize_t sent = send_parts(c->fd, out);
        if (sent >= 0) {
            advance(out, (size_t)sent);
        } else if (errno == EAGAIN) {
            return WIRE_AGAIN;
        } else if (errno != EINTR) {
            return WIRE_ERROR;
        }
    }
    return 0;
}

int http_wire_handshake(struct http_conn *c)
{
    return c->tls == NULL ? 0 : tls_handshake(c->tls);
}

void http_wire_shut(struct http_conn *c)
{
    if (c->tls != NULL) tls_shut(c->tls);
    shutdown(c->fd, SHUT_WR);
}
