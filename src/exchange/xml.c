/* xml: the only file that names libxml2. Its push parser with our own SAX table: nothing builds a tree, and no handler
 * exists for entities, external subsets or processing instructions.
 * SPDX-License-Identifier: Apache-2.0 */
#include "exchange/xml.h"

#include <libxml/parser.h>

#include "base/status.h"

#define PIECE_MAX ((size_t)1 << 20)

struct xml {
    xmlParserCtxtPtr parser;
    const struct xml_handler *handler;
    void *user;
    enum xml_result result;
    char reason[160];
};

struct xml_tag {
    str name;
    int n;
    const xmlChar **attribute; /* five pointers each: name, prefix, namespace, value, its end */
};

static str from_xml(const xmlChar *z)
{
    return str_from((const char *)z);
}

static void halt(struct xml *x, enum xml_result why)
{
    if (x->result == XML_FINE) x->result = why;
    xmlStopParser(x->parser);
}

static void on_start(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int n_namespaces,
                     const xmlChar **namespaces, int n, int n_default, const xmlChar **attributes)
{
    (void)prefix;
    (void)uri;
    (void)n_namespaces;
    (void)namespaces;
    (void)n_default;
    struct xml *x = ctx;
    struct xml_tag tag = {from_xml(name), n, attributes};
    if (x->result == XML_FINE) x->handler->start(x->user, &tag);
}

static void on_end(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    (void)name;
    (void)prefix;
    (void)uri;
    struct xml *x = ctx;
    if (x->result == XML_FINE) x->handler->end(x->user);
}

static void on_text(void *ctx, const xmlChar *p, int n)
{
    struct xml *x = ctx;
    if (x->result == XML_FINE && n > 0) x->handler->text(x->user, (str){(const char *)p, (size_t)n});
}

/* The declaration has been read, nothing else. Codings beyond Unicode's own would go through iconv's many tables. */
static void on_document(void *ctx)
{
    static const str allowed[] = {STR_INIT("UTF-8"), STR_INIT("UTF-16"), STR_INIT("UTF-16LE"), STR_INIT("UTF-16BE"),
                                  STR_INIT("US-ASCII")};
    struct xml *x = ctx;
    const xmlChar *named = x->parser->encoding;
    if (!named && x->parser->input) named = x->parser->input->encoding;
    if (!named) return;
    for (size_t i = 0; i < COUNT_OF(allowed); i++)
        if (str_eq_nocase(from_xml(named), allowed[i])) return;
    halt(x, XML_UNSAFE);
}

/* Called as soon as <!DOCTYPE and a name are read, before anything it declares. */
static void on_doctype(void *ctx, const xmlChar *name, const xmlChar *public_id, const xmlChar *system_id)
{
    (void)name;
    (void)public_id;
    (void)system_id;
    halt(ctx, XML_UNSAFE);
}

/* A reference to an entity nobody declared. */
static void on_reference(void *ctx, const xmlChar *name)
{
    (void)name;
    halt(ctx, XML_UNSAFE);
}

static void on_error(void *ctx, xmlErrorPtr e)
{
    struct xml *x = ctx;
    if (x->reason[0] || !e || e->level < XML_ERR_ERROR) return;
    const char *says = e->message ? e->message : "malformed";
    int n = (int)strcspn(says, "\n");
    snprintf(x->reason, sizeof x->reason, "%.*s (line %d)", n < 120 ? n : 120, says, e->line);
    for (char *c = x->reason; *c; c++) /* the words may quote the document */
        if (*c < ' ' || *c > '~') *c = '?';
}

static void free_parser(void *arg)
{
    struct xml *x = arg;
    if (x->parser) xmlFreeParserCtxt(x->parser);
    x->parser = NULL;
}

struct xml *xml_new(struct arena *mem, const struct xml_handler *handler, void *user)
{
    xmlSAXHandler sax = {
        .initialized = XML_SAX2_MAGIC,
        .startDocument = on_document,
        .startElementNs = on_start,
        .endElementNs = on_end,
        .characters = on_text,
        .ignorableWhitespace = on_text,
        .internalSubset = on_doctype,
        .reference = on_reference,
        .serror = on_error,
    };
    struct xml *x = NEW(mem, struct xml);
    x->handler = handler;
    x->user = user;
    arena_defer(mem, free_parser, x);
    xmlInitParser();
    x->parser = xmlCreatePushParserCtxt(&sax, x, NULL, 0, NULL);
    if (!x->parser) return NULL;
    /* NOENT: without it the library leaves "&#38;" for "&amp;" in attributes. There are no other entities to replace,
     * because a document type is refused above. */
    if (xmlCtxtUseOptions(x->parser, XML_PARSE_NONET | XML_PARSE_NOENT) != 0) return NULL;
    return x;
}

void xml_close(struct xml *x)
{
    if (x) free_parser(x);
}

enum xml_result xml_feed(struct xml *x, str piece, bool last)
{
    must(x->parser && piece.n <= PIECE_MAX);
    if (x->result != XML_FINE) return x->result;
    (void)xmlParseChunk(x->parser, piece.p, (int)piece.n, last);
    if (x->result == XML_FINE && (!x->parser->wellFormed || x->parser->disableSAX)) x->result = XML_MALFORMED;
    return x->result;
}

void xml_stop(struct xml *x)
{
    halt(x, XML_STOPPED);
}

const char *xml_reason(const struct xml *x)
{
    return x->reason[0] ? x->reason : "malformed XML";
}

str xml_tag_name(const struct xml_tag *tag)
{
    return tag->name;
}

bool xml_tag_value(const struct xml_tag *tag, str name, str *value)
{
    for (int i = 0; i < tag->n; i++) {
        const xmlChar **a = tag->attribute + (size_t)i * 5;
        if (!str_eq(from_xml(a[0]), name)) continue;
        *value = (str){(const char *)a[3], (size_t)(a[4] - a[3])};
        return true;
    }
    return false;
}
