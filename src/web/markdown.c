/* markdown: see markdown.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "web/markdown.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <pthread.h>

#define LEVELS_DOWN  2
#define LEVEL_LOWEST 6

static void lower_headings(cmark_node *root)
{
    cmark_iter *it = cmark_iter_new(root);
    cmark_event_type event;
    while (it != NULL && (event = cmark_iter_next(it)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(it);
        if (event != CMARK_EVENT_ENTER || cmark_node_get_type(node) != CMARK_NODE_HEADING) continue;
        int level = cmark_node_get_heading_level(node) + LEVELS_DOWN;
        (void)cmark_node_set_heading_level(node, level > LEVEL_LOWEST ? LEVEL_LOWEST : level);
    }
    cmark_iter_free(it);
}

/* Tables are what plans are full of; the library keeps a list of extensions that is filled once. */
static void register_extensions(void)
{
    cmark_gfm_core_extensions_ensure_registered();
}

static cmark_parser *new_parser(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, register_extensions);
    cmark_parser *parser = cmark_parser_new(CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8);
    cmark_syntax_extension *table = cmark_find_syntax_extension("table");
    if (parser != NULL && table != NULL) (void)cmark_parser_attach_syntax_extension(parser, table);
    return parser;
}

html markdown_html(struct arena *mem, str text)
{
    html out = {{"", 0}};
    cmark_parser *parser = new_parser();
    if (parser == NULL) return out;
    cmark_parser_feed(parser, text.p == NULL ? "" : text.p, text.n);
    cmark_node *root = cmark_parser_finish(parser);
    char *made = NULL;
    if (root != NULL) {
        lower_headings(root);
        made = cmark_render_html(root, CMARK_OPT_DEFAULT,
                                 cmark_parser_get_syntax_extensions(parser)); /* safe unless asked otherwise */
        cmark_node_free(root);
    }
    cmark_parser_free(parser);
    if (made == NULL) return out;
    size_t n = str_from(made).n;
    char *copy = arena_try_alloc(mem, n + 1, 1, 1);
    for (size_t i = 0; copy != NULL && i < n; i++) copy[i] = made[i];
    if (copy != NULL) out = (html){{copy, n}};
    void (*release)(void *) = cmark_get_default_mem_allocator()->free;
    release(made);
    return out;
}
