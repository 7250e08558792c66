/* markdown: see markdown.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "web/markdown.h"

#include <cmark-gfm.h>

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

html markdown_html(struct arena *mem, str text)
{
    html out = {{"", 0}};
    cmark_node *root = cmark_parse_document(text.p == NULL ? "" : text.p, text.n, CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8);
    if (root == NULL) return out;
    lower_headings(root);
    char *made = cmark_render_html(root, CMARK_OPT_DEFAULT, NULL); /* safe unless asked otherwise */
    cmark_node_free(root);
    if (made == NULL) return out;
    size_t n = str_from(made).n;
    char *copy = arena_try_alloc(mem, n + 1, 1, 1);
    for (size_t i = 0; copy != NULL && i < n; i++) copy[i] = made[i];
    if (copy != NULL) out = (html){{copy, n}};
    cmark_get_default_mem_allocator()->free(made);
    return out;
}
