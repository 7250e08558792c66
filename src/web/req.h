/* req: one request as a handler sees it. Handlers are plain blocking code: read, ask the rules, answer.
 *
 * Input comes through the getters, already decoded and valid UTF-8. User mistakes go into rq->faults and back to the form. A handler
 * returns ST_OK after answering, or another status, which becomes the error page (or problem details, RFC 9457).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_WEB_REQ_H
#define LUOSHI_WEB_REQ_H

#include "base/faults.h"
#include "people/guess.h"
#include "people/person.h"
#include "people/rights.h"
#include "web/form.h"
#include "web/http.h"
#include "web/lang.h"
#include "web/out.h"
#include "web/router.h"
#include "web/site.h"

struct req {
    struct site *site;
    struct city *city;
    struct db *db;
    struct arena *mem;
    struct http_exchange *x;
    const struct route *route;
    str param[ROUTE_PARAMS];
    str client;     /* address of the person's end, for limits only: never logged, never stored */
    bool tls, json; /* json: the JSON twin is wanted */
    enum lang lang;
    instant now;
    day today;
    struct actor actor; /* person.v == 0: nobody signed in */
    struct session session;
    str session_token;   /* as in the cookie */
    unit_id key_unit;    /* KEY_HOLDER: in whose name */
    bool key_unit_takes; /* matters: it is in office, and no partner */
    matter_id matter;    /* RAISER: the matter their code opens */
    str browser;         /* anonymous browser's random tag (cookie), for form tokens; empty: none yet */
    struct fields query, form;
    struct faults faults;
    struct out out;
    uint64_t epoch;     /* under which a page for everybody is made; 0: not to be kept */
    instant as_of;      /* when what it is made from was true */
    str tag;            /* its ETag */
    struct guess guess; /* what is being guessed at, see req_guess */
    bool answered;
    bool wrote; /* something that the next request must see, other than by a form */
};

/* Input */
str req_query(struct req *, const char *name); /* trimmed; empty when absent */
str req_form(struct req *, const char *name);  /* trimmed; empty when absent */
bool req_form_has(struct req *, const char *name);
enum status req_query_day(struct req *, const char *name, day *out); /* n 0 when absent; a fault when malformed */
enum status req_param_id(struct req *, int index, int64_t *out);     /* ST_NOT_FOUND unless a positive number */
enum status req_form_id(struct req *, const char *name,
                        int64_t *out);  /* 0 when absent or empty; fault + ST_INVALID when malformed */
str req_param(struct req *, int index); /* decoded */
/* The address of a path of this site as the person's browser writes it; empty when its Host is not plain. */
str req_address(struct req *, const char *path);

/* Words */
str req_tr(struct req *, const char *msgid);
/* The name in the reader's language, falling back to the other. */
str req_name(struct req *, str en, str zh);
str state_chip_kind(str state); /* "fine", "soon", "late", "plain" for ls-chip--… */

/* Answers */
enum page_place { PLACE_PUBLIC = 1, PLACE_WORK };
struct page {
    str title; /* already translated; shown as "title – city" */
    const char *
        nav; /* which menu entry is current: "home", "matters", "raise", "track", "work", "list", "register", "overview", "admin" or NULL */
    enum page_place place;
    bool wide;
    int status; /* 0: 200 */
};
/* For a view V named `name`: RESPOND(rq, matter_list, &view, .title = …, .nav = "matters") writes the JSON twin or frame + template. */
#define RESPOND(rq, name, view, ...)                                                                                   \
    ((rq)->json ? (respond_json_begin(rq), json_##name(&(rq)->out, (view)),                                            \
                   respond_json_end((rq), &(struct page){__VA_ARGS__}))                                                \
                : (respond_page_begin((rq), &(struct page){__VA_ARGS__}), tpl_##name(&(rq)->out, (view)),              \
                   respond_page_end((rq), &(struct page){__VA_ARGS__})))
void respond_json_begin(struct req *);
enum status respond_json_end(struct req *, const struct page *);
void respond_page_begin(struct req *, const struct page *);
enum status respond_page_end(struct req *, const struct page *);
enum status respond_redirect(struct req *, str to); /* 303; a local path only. JSON: 200 with {"location"} */
enum status respond_bytes(struct req *, int status, str content_type, str body);
enum status respond_json_text(struct req *, int status, str body);
/* The page for a status; also for statuses of the server itself. msg: message key or NULL for the usual words. */
enum status respond_error(struct req *, int http_status, const char *msg);
void respond_header(struct req *, str name, str value);
/* name=value with HttpOnly, SameSite=Lax, Path=/ and Secure when TLS; max_age 0: until the browser closes, < 0: remove. */
void respond_cookie(struct req *, const char *name, str value, int max_age);
/* The language of this answer and of the pages after it. */
void respond_lang(struct req *, enum lang);

/* Forms */
/* The token every form carries in a hidden field `csrf` (page.csrf in templates): bound to session or browser. */
str req_csrf(struct req *);
/* A fresh one-use token for the hidden field `once`. */
str req_once_new(struct req *);
/* The token that came with the form; ST_INVALID unless it is well-formed. */
enum status req_once(struct req *, str *token);
/* RAISER pages: remember or forget the code in a sealed cookie that ends with the browser. */
void raiser_remember(struct req *, matter_id);
void raiser_forget(struct req *);

/* Before a password or a code is compared: how long this guesser has to wait, 0: go on. Then say how it went. The right answer costs no
 * write unless wrong ones went before it. */
MUST_USE enum status req_guess(struct req *, str what, str from, int *wait_seconds);
MUST_USE enum status req_guess_failed(struct req *);
MUST_USE enum status req_guess_right(struct req *);

/* The faults as a view for the error summary (web/frame.view) and per field. */
struct faults_view;
struct faults_view *req_faults_view(struct req *); /* NULL when there are none */
str req_fault_text(struct req *, size_t index);    /* the index-th fault in the reader's words */
str req_fault(struct req *, const char *field);    /* translated message or empty */

#endif
