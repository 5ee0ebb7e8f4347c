/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "common/table/markup.h"
#include "common/table/table_writer.h"

static const char style_sheet[] = "body{font-family:sans-serif;margin:2em}"
                                  "table{border-collapse:collapse;margin:1em 0}"
                                  "th,td{border:1px solid #999;padding:.3em .6em;text-align:left;vertical-align:top}"
                                  "thead th{background:#eee}tfoot td{font-weight:bold}"
                                  ".number{text-align:right;white-space:nowrap}.text{white-space:pre-line}"
                                  ".note{color:#555}@media print{thead{display:table-header-group}}";

static bool is_shown(const struct table_column *column)
{
    return !(column->flags & TABLE_DATA_ONLY);
}

static bool has_shown(const struct table *table)
{
    for (size_t i = 0; i < table->n_columns; i++)
        if (is_shown(&table->columns[i]))
            return true;
    return false;
}

static void put_row(struct markup *html, const struct table *table, const struct table_row *row, const struct table_style *style)
{
    struct buf text;
    buf_init(&text, 0);
    markup_start(html, "tr", NULL);
    for (size_t i = 0; i < table->n_columns; i++) {
        if (!is_shown(&table->columns[i]))
            continue;
        buf_reset(&text);
        table_cell_put(&text, &table->columns[i], &row->cells[i], style);
        markup_start(html, "td", "class", table_column_is_right(&table->columns[i]) ? "number" : "text", NULL);
        markup_text(html, buf_text(&text));
        markup_end(html);
    }
    markup_end(html);
    buf_done(&text);
}

static void put_rows(struct markup *html, const struct table *table, enum table_row_kind kind, const struct table_style *style)
{
    const char *group = NULL;
    char columns[16];
    snprintf(columns, sizeof columns, "%zu", table->n_columns);
    for (const struct table_row *row = table->rows; row; row = row->next) {
        if (row->kind != kind)
            continue;
        if (row->group && (!group || strcmp(group, row->group) != 0)) {
            markup_start(html, "tr", NULL);
            markup_start(html, "th", "colspan", columns, NULL);
            markup_text(html, row->group);
            markup_end(html);
            markup_end(html);
        }
        group = row->group;
        put_row(html, table, row, style);
    }
}

static void put_table(struct markup *html, const struct table *table, const struct table_style *style)
{
    if (table_title(table, style))
        markup_element(html, "h2", table_title(table, style));
    markup_start(html, "table", NULL);
    markup_start(html, "thead", NULL);
    markup_start(html, "tr", NULL);
    for (size_t i = 0; i < table->n_columns; i++)
        if (is_shown(&table->columns[i]))
            markup_element(html, "th", table_label(&table->columns[i], style));
    markup_end(html);
    markup_end(html);
    markup_start(html, "tbody", NULL);
    put_rows(html, table, TABLE_ROW_DATA, style);
    markup_end(html);
    if (table->n_totals) {
        markup_start(html, "tfoot", NULL);
        put_rows(html, table, TABLE_ROW_TOTAL, style);
        markup_end(html);
    }
    markup_end(html);
    for (const struct table_note *note = table->notes; note; note = note->next) {
        markup_start(html, "p", "class", "note", NULL);
        markup_text(html, note->text);
        markup_end(html);
    }
}

enum status table_html_write(const struct table *const *tables, size_t n, const struct table_style *style, struct buf *out,
                             struct err *err)
{
    (void)err;
    struct markup html;
    const char *title = n ? table_title(tables[0], style) : NULL;
    markup_init_html(&html, out);
    markup_start(&html, "html", "lang", style->chinese ? "zh-CN" : "en", NULL);
    markup_start(&html, "head", NULL);
    markup_empty(&html, "meta", "charset", "UTF-8", NULL);
    markup_element(&html, "title", title ? title : n ? tables[0]->name : "");
    markup_element(&html, "style", style_sheet);
    markup_end(&html);
    markup_start(&html, "body", NULL);
    for (size_t i = 0; i < n; i++)
        if (has_shown(tables[i]))
            put_table(&html, tables[i], style);
    markup_end(&html);
    markup_end(&html);
    return STATUS_OK;
}
