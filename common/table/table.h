/* SPDX-License-Identifier: Apache-2.0
 *
 * A table: typed columns and rows, built once and printed anywhere (terminal, JSON, CSV, XLSX, HTML: table_writer.h).
 *
 *   struct table *t = table_new(&arena, "schools", "Schools", "学校");
 *   table_add_column(t, "code", TABLE_TEXT, "Code", "代码", TABLE_FIXED);
 *   table_add_column(t, "spent_fen", TABLE_MONEY_FEN, "Spent", "支出", 0);
 *   table_add_row(t);
 *   table_put_text(t, "SY01");
 *   table_put_int(t, 125000);
 *
 * Everything is copied into the arena, so row values borrowed from a query may be put as they are. Building never fails in
 * the builder's face: memory spent or cells that do not fit the columns are remembered and reported when the table is
 * written. Labels come in English and Chinese; with label_zh NULL the first is used for both (it was translated already). */
#ifndef COMMON_TABLE_TABLE_H
#define COMMON_TABLE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/base/uuid.h"

#define TABLE_COLUMNS_MAX 64

enum table_type {
    TABLE_TEXT,
    TABLE_INT,
    TABLE_MONEY_FEN,  /* integer fen; people see yuan with two decimals */
    TABLE_DAY,        /* text "2024-09-01" */
    TABLE_MONTH,      /* month number (domain/month.h) */
    TABLE_MONTH_SET,  /* month set (domain/month.h) */
    TABLE_INSTANT_MS, /* ms since 1970 UTC; people see day and minute in the zone of the style */
    TABLE_BOOL,
    TABLE_ENUM,  /* a key for programs, a label for people */
    TABLE_RATIO, /* ten-thousandths: 8750 is 87.5 % */
    TABLE_UUID,
};

/* How a column behaves on a terminal too narrow for the table. Text is cut with … unless a flag says otherwise; numbers,
 * days and the like are never touched. */
enum table_flag {
    TABLE_FIXED = 1,     /* never cut */
    TABLE_WRAP = 2,      /* goes on in further lines instead of being cut */
    TABLE_RIGHT = 4,     /* numbers are right-aligned by themselves */
    TABLE_DATA_ONLY = 8, /* for programs and spreadsheets (ids …); not shown to people on a terminal or a page; a table of
                          * nothing else is only named there, with the number of its lines */
};

struct table_column {
    const char *key; /* as the field is called in proto/records.proto */
    const char *label, *label_zh;
    enum table_type type;
    unsigned flags; /* of enum table_flag */
};

enum table_cell_kind { TABLE_CELL_NULL, TABLE_CELL_NUMBER, TABLE_CELL_TEXT };

struct table_cell {
    enum table_cell_kind kind;
    int64_t number;
    const char *text;             /* for TABLE_ENUM the key */
    const char *label, *label_zh; /* for TABLE_ENUM only */
};

enum table_row_kind { TABLE_ROW_DATA, TABLE_ROW_TOTAL };

struct table_row {
    struct table_row *next;
    enum table_row_kind kind;
    const char *group;         /* the heading this row stands under; NULL: none */
    struct table_cell cells[]; /* one for each column; those not put are null */
};

struct table_note {
    struct table_note *next;
    const char *text;
};

struct table {
    struct arena *arena;
    const char *name;             /* for programs: ascii, no spaces */
    const char *title, *title_zh; /* NULL: none */
    struct table_column columns[TABLE_COLUMNS_MAX];
    size_t n_columns;
    struct table_row *rows, *last_row;
    size_t n_rows, n_totals, n_put; /* n_put: cells put into the last row */
    struct table_note *notes, *last_note;
    const char *group;
    enum status fault; /* STATUS_NO_MEMORY, STATUS_INVALID (wrong use) or STATUS_OK */
};

struct table *table_new(struct arena *arena, const char *name, const char *title, const char *title_zh);
/* Columns come before the first row. key NULL is wrong use. */
void table_add_column(struct table *table, const char *key, enum table_type type, const char *label, const char *label_zh,
                      unsigned flags);
/* Starts a row; the puts that follow fill its cells from left to right. */
void table_add_row(struct table *table);
/* The same for a line of totals, set off from the rows and kept apart from them in JSON. */
void table_add_total(struct table *table);
/* Rows added from here on stand under heading; NULL ends the group. */
void table_begin_group(struct table *table, const char *heading);
/* Moves the rows and totals of a further page, with the same number of columns, behind those of table; both share one arena. Of
 * notes the page's replace the table's. */
void table_append(struct table *table, struct table *page);
/* A line below the table, for people: freshness, warnings, what to type next. */
void table_add_note(struct table *table, const char *text);

void table_put_null(struct table *table);
/* For every numeric type, in the unit of the column: INT, MONEY_FEN, MONTH, MONTH_SET, INSTANT_MS, RATIO, BOOL. */
void table_put_int(struct table *table, int64_t value);
void table_put_bool(struct table *table, bool value);
void table_put_instant(struct table *table, int64_t at_ms); /* 0: null */
/* For TEXT, DAY and UUID in text form; NULL puts null. */
void table_put_text(struct table *table, const char *text);
void table_put_printf(struct table *table, const char *format, ...) PRINTF_LIKE(2, 3);
/* For ENUM: key for programs ("done"), label for people ("done", "完成"; NULL: the key). */
void table_put_enum(struct table *table, const char *key, const char *label, const char *label_zh);
/* part ÷ whole, rounded to a ten-thousandth; null when whole is 0. */
void table_put_ratio(struct table *table, int64_t part, int64_t whole);
void table_put_uuid(struct table *table, const struct uuid *id);

/* True when both hold the same: names, titles, columns, rows, groups, totals and notes. */
bool table_equal(const struct table *a, const struct table *b);

#endif
