/* http_tls: OpenSSL, named nowhere else. TLS 1.2 and 1.3, non-blocking, no renegotiation, HTTP/1.1 by ALPN.
 *
 * OpenSSL allocates for itself; SSL_MODE_RELEASE_BUFFERS gives its record buffers back while a connection is idle.
 * SPDX-License-Identifier: Apache-2.0 */
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string.h>

#include "base/log.h"
#include "web/http_internal.h"

static SSL_CTX *context(struct tls_config *t)
{
    return (SSL_CTX *)(void *)t;
}

static SSL *session(struct tls_wire *t)
{
    return (SSL *)(void *)t;
}

static int choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_n, const unsigned char *in,
                           unsigned in_n, void *ctx)
{
    (void)ssl;
    (void)ctx;
    static const unsigned char wanted[] = "\x08http/1.1";
    for (unsigned i = 0; i + 1 < in_n; i += 1u + in[i]) {
        if (in[i] != wanted[0] || in_n - i < 9 || memcmp(in + i, wanted, 9) != 0) continue;
        *out = in + i + 1;
        *out_n = 8;
        return SSL_TLSEXT_ERR_OK;
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

static bool configure(SSL_CTX *t, const char *cert, const char *key)
{
    SSL_CTX_set_options(t, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(t, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_alpn_select_cb(t, choose_protocol, NULL);
    return SSL_CTX_set_min_proto_version(t, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(t, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1 &&
           SSL_CTX_use_certificate_chain_file(t, cert) == 1 &&
           SSL_CTX_use_PrivateKey_file(t, key, SSL_FILETYPE_PEM) == 1 && SSL_CTX_check_private_key(t) == 1;
}

enum status tls_open(const char *cert, const char *key, struct tls_config **out)
{
    SSL_CTX *t = SSL_CTX_new(TLS_server_method());
    if (t == NULL || !configure(t, cert, key)) {
        log_line(LOG_ERROR, "certificate or key cannot be used", "code=%lu", ERR_peek_last_error());
        ERR_clear_error();
        SSL_CTX_free(t);
        return ST_IO;
    }
    *out = (struct tls_config *)(void *)t;
    return ST_OK;
}

void tls_close(struct tls_config *t)
{
    SSL_CTX_free(context(t));
}

struct tls_wire *tls_wire_open(struct tls_config *t, int fd)
{
    SSL *ssl = SSL_new(context(t));
    if (ssl == NULL) return NULL;
    if (SSL_set_fd(ssl, fd) != 1) {
        SSL_free(ssl);
        return NULL;
    }
    SSL_set_accept_state(ssl);
    return (struct tls_wire *)(void *)ssl;
}

void tls_wire_close(struct tls_wire *t)
{
    SSL_free(session(t));
    ERR_clear_error();
}

static int outcome(struct tls_wire *t, int result)
{
    int e = SSL_get_error(session(t), result);
    ERR_clear_error(); /* the queue belongs to the thread, not to the connection */
    if (e == SSL_ERROR_WANT_READ || e == SSL_ERROR_WANT_WRITE) return WIRE_AGAIN;
    return e == SSL_ERROR_ZERO_RETURN ? 0 : WIRE_ERROR;
}

int tls_handshake(struct tls_wire *t)
{
    int r = SSL_do_handshake(session(t));
    if (r == 1) return 0;
    r = outcome(t, r);
    return r == 0 ? WIRE_ERROR : r;
}

ptrdiff_t tls_read(struct tls_wire *t, char *to, size_t n)
{
    size_t got;
    int r = SSL_read_ex(session(t), to, n, &got);
    return r == 1 ? (ptrdiff_t)got : outcome(t, r);
}

ptrdiff_t tls_write(struct tls_wire *t, const char *from, size_t n)
{
    size_t sent;
    int r = SSL_write_ex(session(t), from, n, &sent);
    if (r == 1) return (ptrdiff_t)sent;
    r = outcome(t, r);
    return r == 0 ? WIRE_ERROR : r;
}

void tls_shut(struct tls_wire *t)
{
    SSL_shutdown(session(t));
    ERR_clear_error();
}
