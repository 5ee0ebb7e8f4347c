/* SPDX-License-Identifier: Apache-2.0
 *
 * Emits HTML or XML whose elements are always closed and whose text is always escaped:
 *
 *   markup_start(&m, "td", "class", "number", NULL);
 *   markup_text(&m, foreign);
 *   markup_end(&m);
 *
 * Element and attribute names are ours; texts and attribute values may be anybody's: what XML 1.0 forbids (section 2.2) and what
 * could steer a terminal is taken out by utf8_put_safe(). */
#ifndef COMMON_TABLE_MARKUP_H
#define COMMON_TABLE_MARKUP_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/buf.h"

#define MARKUP_DEPTH_MAX 16

struct markup {
    struct buf *out;
    bool xml;
    const char *open[MARKUP_DEPTH_MAX];
    size_t depth;
};

/* Writes the document type. */
void markup_init_html(struct markup *markup, struct buf *out);
/* Writes the XML declaration. Nothing is put between elements, as space there may mean something. */
void markup_init_xml(struct markup *markup, struct buf *out);
/* Pairs of attribute name and value, ended by NULL. The element name is borrowed until markup_end(). */
void markup_start(struct markup *markup, const char *element, ...) __attribute__((sentinel));
void markup_text(struct markup *markup, const char *text);
void markup_end(struct markup *markup);
/* start, text and end in one. */
void markup_element(struct markup *markup, const char *element, const char *text);
/* An element without content: meta. */
void markup_empty(struct markup *markup, const char *element, ...) __attribute__((sentinel));

#endif
