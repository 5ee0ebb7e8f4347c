/* SPDX-License-Identifier: Apache-2.0
 *
 * Writers: each turns tables into bytes of one format. writer.def lists them. A document is one table or several (the
 * nightly brief).
 *
 *   terminal  aligned text; CJK width counted; too narrow: texts are cut or wrapped, then one line for each cell
 *   json      one table: {"name", "title", "rows": [{key: value}], "total", "notes"}; several: {"tables": [those]}.
 *             Money as integer fen under a key ending in _fen, a month "2024-09", a month set ["2024-09", …], an instant
 *             ISO 8601 with zone under its key without _ms, a ratio as a fraction of 1, an enum as its key; a row of a group
 *             has "group"
 *   csv       for spreadsheets: UTF-8 with BOM, CRLF, quoted after RFC 4180, formulas neutralised
 *   xlsx      Excel (ECMA-376), one sheet for each table, set up for printing on A4
 *   html      a page that stands alone */
#ifndef COMMON_TABLE_TABLE_WRITER_H
#define COMMON_TABLE_TABLE_WRITER_H

#include "common/base/buf.h"
#include "common/base/err.h"
#include "common/table/table.h"

struct table_style {
    bool chinese;        /* which labels; words such as yes / 是 */
    bool colour;         /* terminal only: ANSI bold and dim */
    bool ambiguous_wide; /* terminal only: “ ” … · take two columns (utf8_width) */
    size_t width;        /* terminal only: columns; 0: no limit */
    int32_t zone_s;      /* instants are shown in this zone, seconds east of UTC */
};

struct table_writer {
    const char *name;
    const char *extension; /* ".csv"; "" for a format that has none */
    enum status (*write)(const struct table *const *tables, size_t n, const struct table_style *style, struct buf *out,
                         struct err *err) MUST_CHECK;
};

#define TABLE_WRITER(lower_name, extension)                                                                                        \
    enum status table_##lower_name##_write(const struct table *const *tables, size_t n, const struct table_style *style,           \
                                           struct buf *out, struct err *err) MUST_CHECK;
#include "common/table/writer.def"
#undef TABLE_WRITER

/* By name ("json") and by the extension of a file name ("报表.XLSX", any case); NULL when there is none. */
const struct table_writer *table_writer_find(const char *name);
const struct table_writer *table_writer_find_for_file(const char *path);
/* All of them. */
const struct table_writer *table_writer_list(size_t *n);

/* Appends the document to out. A table that was not built whole is reported here (STATUS_NO_MEMORY, STATUS_INVALID), and so
 * is an out that could not grow (STATUS_TOO_LARGE); out is then as it was. */
enum status table_write(const struct table_writer *writer, const struct table *const *tables, size_t n,
                        const struct table_style *style, struct buf *out, struct err *err) MUST_CHECK;

/* For writers: a cell as people read it, not yet made safe or escaped; nothing for null. */
void table_cell_put(struct buf *out, const struct table_column *column, const struct table_cell *cell,
                    const struct table_style *style);
/* The column's label, the table's title (NULL: none) in the language of the style. */
const char *table_label(const struct table_column *column, const struct table_style *style);
const char *table_title(const struct table *table, const struct table_style *style);
bool table_column_is_right(const struct table_column *column);
bool table_has_groups(const struct table *table);

#endif
