/* SPDX-License-Identifier: Apache-2.0
 *
 * One table that comes in pages, written as the JSON document that table_json_write() makes of the whole, while only a page is in
 * memory:
 *
 *   table_pages_init(&pages, &out, &style);
 *   for each page: table_pages_add(&pages, page), and whenever one likes take what is in out away (buf_reset)
 *   table_pages_end(&pages, last_page);
 *
 * out->failed says when there was no memory. */
#ifndef COMMON_TABLE_TABLE_PAGES_H
#define COMMON_TABLE_TABLE_PAGES_H

#include "common/table/table_writer.h"

struct table_pages {
    struct buf *out;
    const struct table_style *style;
    size_t members, rows; /* written so far */
};

void table_pages_init(struct table_pages *pages, struct buf *out, const struct table_style *style);
void table_pages_add(struct table_pages *pages, const struct table *page);
/* Totals and notes are those of the last page, which has been added. */
void table_pages_end(struct table_pages *pages, const struct table *last);

#endif
