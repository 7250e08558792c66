/* xml: XML read as a stream of events, fed piece by piece.
 *
 * Made for files from strangers: a document type declaration is refused, so there are no entities but the five every
 * XML has; the coding must be UTF-8 or UTF-16; nothing is ever fetched; depth and name lengths are bounded by the
 * library. Names are given without prefix. Texts may come in several pieces. Text is always well-formed UTF-8, whatever
 * the document's coding. Ownership    the parser is freed by xml_close or with the arena. Threads      one parser, one
 * thread. Callbacks    run inside the library: never leave by longjmp (arena_try_alloc only); end early with xml_stop.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_EXCHANGE_XML_H
#define LUOSHI_EXCHANGE_XML_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

struct xml;
struct xml_tag; /* an element's start, only during its callback */

struct xml_handler {
    void (*start)(void *user, const struct xml_tag *);
    void (*end)(void *user);
    void (*text)(void *user, str);
};

enum xml_result {
    XML_FINE,
    XML_STOPPED,  /* by xml_stop */
    XML_UNSAFE,   /* document type, entities or an unusual coding */
    XML_MALFORMED /* see xml_reason */
};

/* NULL when the library has no memory. The handler must outlive it. */
struct xml *xml_new(struct arena *, const struct xml_handler *, void *user);
void xml_close(struct xml *);
/* `last` says that nothing follows; the document must then be complete. After anything but XML_FINE it stays so. */
MUST_USE enum xml_result xml_feed(struct xml *, str piece, bool last);
void xml_stop(struct xml *);
/* The library's words for what is malformed, with the line. */
const char *xml_reason(const struct xml *);

str xml_tag_name(const struct xml_tag *);
/* The attribute's value, valid during the callback; false when absent. */
bool xml_tag_value(const struct xml_tag *, str name, str *value);

#endif
