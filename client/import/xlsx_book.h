/* SPDX-License-Identifier: Apache-2.0
 *
 * What a workbook's cells refer to: shared texts, number formats, sheets (ECMA-376 part 1, 18). */
#ifndef CLIENT_IMPORT_XLSX_BOOK_H
#define CLIENT_IMPORT_XLSX_BOOK_H

#include "client/import/package.h"
#include "common/base/arena.h"
#include "common/base/buf.h"

#define XLSX_MAX_STRINGS 100000
#define XLSX_MAX_FORMATS 10000
#define XLSX_MAX_SHEETS 256
#define XLSX_CELL_BYTES ((size_t)16 << 10)

struct xlsx_sheet {
    const char *name, *relation, *part; /* part: its path in the package */
    bool hidden;
};

struct xlsx_book {
    struct arena *arena;
    struct xlsx_sheet *sheets;
    size_t sheet_count, sheet_capacity;
    const char **strings;
    size_t string_count, string_capacity;
    size_t string_bytes;
    struct xlsx_format {
        long id;
        const char *code;
    } * formats;
    size_t format_count, format_capacity;
    long *styles; /* number format id per cell style */
    size_t style_count, style_capacity;
    bool date1904;
    /* while parsing */
    struct buf text;
    unsigned skip;
    bool in_text, in_styles;
};

enum status xlsx_book_read(struct xlsx_book *book, struct package *package, struct arena *arena, struct err *err) MUST_CHECK;
/* A number as the cell's style shows it, as far as plans need: dates as 2024-09-01, 2024年9月, 9月10日 or 9月; numbers with the
 * literal text around them (9月 of format 0"月"). value is the cell's text. */
const char *xlsx_number_text(const struct xlsx_book *book, const char *value, long style);

#endif
