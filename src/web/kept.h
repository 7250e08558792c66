/* kept: public pages answered from memory, and tags that spare sending them at all (docs/adr/009-etag-from-commits.md).
 *
 * A page that everybody gets is kept as it was made. Within a second it is given out again whatever has been committed since; after that
 * only when nothing was. Who has just changed something (COOKIE_WROTE), or says `Cache-Control: no-cache`, never gets one from before the
 * last commit. Between the files of this room.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_WEB_KEPT_H
#define LUOSHI_WEB_KEPT_H

#include "web/req_internal.h"

/* At the door, before anything is known of who asks: a kept page that may be given out, held for the caller; else NULL. db: this thread's
 * connection, or NULL: then only a page that is young. */
MUST_USE struct memo_page *kept_find(struct site *, struct db *, const struct http_exchange *);
/* Answers with it: 304 when the reader has it already. Takes the caller's hold. */
void kept_send(struct site *, struct http_exchange *, struct memo_page *);

/* In serve: true when it answered. Else prepares keeping what will be made. */
bool kept_respond(struct req *);
/* After a 200: keeps it, and sends it as it is kept. */
void kept_put(struct req *);

#endif
