/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "common/base/utf8.h"
#include "common/table/table_writer.h"

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

/* A text that a spreadsheet would run as a formula (OWASP, "CSV injection"); East Asian versions take the full-width signs,
 * too. */
static bool starts_formula(const char *text)
{
    static const char *const signs[] = {"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"};
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (strncmp(text, signs[i], strlen(signs[i])) == 0)
            return true;
    return false;
}

/* One field, quoted where RFC 4180 wants it. foreign: not made by us, so it may be a formula. */
static void put_field(struct buf *out, const char *text, bool foreign)
{
    struct buf safe;
    buf_init(&safe, 0);
    utf8_put_safe(&safe, text, strlen(text), true);
    const char *field = buf_text(&safe);
    bool formula = foreign && starts_formula(field), quoted = strpbrk(field, ",\"\r\n") != NULL;
    buf_puts(out, quoted ? "\"" : "");
    buf_puts(out, formula ? "'" : "");
    for (const char *p = field; *p; p++) {
        if (*p == '"')
            buf_putc(out, '"');
        buf_putc(out, *p);
    }
    buf_puts(out, quoted ? "\"" : "");
    buf_done(&safe);
}

static void put_header(const struct table *table, const struct table_style *style, bool groups, struct buf *out)
{
    if (groups)
        put_field(out, style->chinese ? "分组" : "Group", false);
    for (size_t i = 0; i < table->n_columns; i++) {
        if (i > 0 || groups)
            buf_putc(out, ',');
        put_field(out, table_label(&table->columns[i], style), true);
    }
    buf_puts(out, "\r\n");
}

static void put_row(const struct table *table, const struct table_row *row, const struct table_style *style, bool groups,
                    struct buf *out)
{
    struct buf text;
    buf_init(&text, 0);
    if (groups)
        put_field(out, row->group ? row->group : "", true);
    for (size_t i = 0; i < table->n_columns; i++) {
        if (i > 0 || groups)
            buf_putc(out, ',');
        buf_reset(&text);
        table_cell_put(&text, &table->columns[i], &row->cells[i], style);
        put_field(out, buf_text(&text), row->cells[i].kind == TABLE_CELL_TEXT);
    }
    buf_puts(out, "\r\n");
    buf_done(&text);
}

enum status table_csv_write(const struct table *const *tables, size_t n, const struct table_style *style, struct buf *out,
                            struct err *err)
{
    (void)err;
    buf_puts(out, BYTE_ORDER_MARK);
    for (size_t t = 0; t < n; t++) {
        bool groups = table_has_groups(tables[t]);
        if (t > 0)
            buf_puts(out, "\r\n");
        if (n > 1 && table_title(tables[t], style)) {
            put_field(out, table_title(tables[t], style), true);
            buf_puts(out, "\r\n");
        }
        put_header(tables[t], style, groups, out);
        for (const struct table_row *row = tables[t]->rows; row; row = row->next)
            put_row(tables[t], row, style, groups, out);
    }
    return STATUS_OK;
}
