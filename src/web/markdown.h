/* markdown: CommonMark as markup for a page. The only pair of files that names cmark-gfm.
 *
 * Raw HTML in the text is dropped and addresses other than http, https, mailto and relative ones lead nowhere (the library's safe mode),
 * which is why the result may stand on a page as it is. Headings go two levels down, so that a page keeps its outline.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_WEB_MARKDOWN_H
#define LUOSHI_WEB_MARKDOWN_H

#include "base/arena.h"
#include "web/out.h"

/* Empty when there is no memory: a page without it is still whole. */
html markdown_html(struct arena *, str text);

#endif
