/* SPDX-License-Identifier: Apache-2.0
 *
 * Emits HTML whose elements are always closed and whose text is always escaped:
 *
 *   html_start(&html, "td", "class", "number", NULL);
 *   html_text(&html, foreign);
 *   html_end(&html);
 *
 * Element and attribute names are ours; texts and attribute values may be anybody's. */
#ifndef COMMON_TABLE_HTML_H
#define COMMON_TABLE_HTML_H

#include <stddef.h>

#include "common/base/buf.h"

#define HTML_DEPTH_MAX 16

struct html {
    struct buf *out;
    const char *open[HTML_DEPTH_MAX];
    size_t depth;
};

/* Writes the document type, too. */
void html_init(struct html *html, struct buf *out);
/* Pairs of attribute name and value, ended by NULL. The element name is borrowed until html_end(). */
void html_start(struct html *html, const char *element, ...) __attribute__((sentinel));
void html_text(struct html *html, const char *text);
void html_end(struct html *html);
/* start, text and end in one. */
void html_element(struct html *html, const char *element, const char *text);
/* An element without content: meta. */
void html_void(struct html *html, const char *element, ...) __attribute__((sentinel));

#endif
