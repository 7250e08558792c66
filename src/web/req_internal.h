/* req_internal: between the files of this room that make a request out of an exchange. Never included elsewhere.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_WEB_REQ_INTERNAL_H
#define LUOSHI_WEB_REQ_INTERNAL_H

#include "web/req.h"

#define COOKIE_SESSION "luoshi"
#define COOKIE_BROWSER "luoshi_form"
#define COOKIE_RECEIPT "luoshi_code"
#define COOKIE_LANG    "luoshi_lang"
/* Says nothing but that its holder changed something just now, and up to which place of the database's log it stands. */
#define COOKIE_WROTE    "luoshi_wrote"
#define WROTE_SOMEWHERE 1 /* no place: there is no replica that it could matter to, or it is not known */
#define WROTE_SECONDS   5 /* longer than a kept page may be old, or a replica behind */

struct http_worker;

/* site.c */
struct db *site_worker_db(struct http_worker *);

/* serve.c */
void serve_request(struct site *, struct db *, struct arena *, struct http_exchange *);
/* The JSON twin rather than the page: by name, by Accept, or because only programs come here. */
bool wants_json(const struct http_exchange *, const struct route_match *);
bool accepts_json(const struct http_exchange *); /* and no page */
/* A short page, or problem details, for what the server or the door refuses: no database, no session. */
void site_refuse(struct site *, struct http_exchange *, int status);

/* req.c */
str client_address(const struct site *, const struct http_exchange *);
bool came_by_tls(const struct site *, const struct http_exchange *);
str cookie_get(const struct http_exchange *, str name);
bool accepts_coding(const struct http_exchange *, str coding);
/* By cookie, else by Accept-Language, else English. */
enum lang reader_lang(const struct http_exchange *);
bool session_wants_touch(struct site *, struct http_worker *, struct http_exchange *);
/* Who asks: session, key, receipt code, language. May touch the session (only when the thread may block). */
enum status req_identify(struct req *);
enum status req_read_body(struct req *);
/* ST_FORBIDDEN unless the form's token belongs to this session or browser and the Origin is ours. */
enum status req_check_csrf(struct req *);

/* respond.c */
void respond_common_headers(struct req *);
const char *http_reason_title(int status); /* message keys */
const char *http_reason_message(int status);

#endif
