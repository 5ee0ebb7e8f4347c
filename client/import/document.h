/* SPDX-License-Identifier: Apache-2.0
 *
 * What the readers make of a file and the grammar reads: paragraphs and tables in order, with their positions. */
#ifndef CLIENT_IMPORT_DOCUMENT_H
#define CLIENT_IMPORT_DOCUMENT_H

#include "client/import/doubts.h"
#include "client/import/import.h"
#include "common/base/arena.h"
#include "common/base/err.h"

struct cell {
    const char *text; /* lines separated by \n; "" for an empty cell */
    uint32_t line;
    bool covered; /* hidden behind a merged cell above or to the left, whose text it repeats */
};

struct table {
    struct cell *cells; /* rows * columns, by row */
    size_t rows, columns;
};

struct block {
    const char *text; /* a paragraph without its line end; "" for a table */
    size_t bytes;
    uint32_t line;
    const char *number;        /* automatic number of a word processor, NULL when none */
    uint8_t outline;           /* heading level the format tells, 0 when it tells none */
    const struct table *table; /* a table instead of a paragraph */
};

struct document {
    struct arena *arena;
    struct doubts *doubts;
    const char *format;
    struct block *blocks;
    size_t count, capacity;
    size_t text_bytes, cells; /* against the limits */
    size_t arena_begin;       /* arena->used_bytes before reading */
    unsigned grid_failures;   /* lines that looked like the beginning of a table and were none */
};

void document_init(struct document *document, struct arena *arena, struct doubts *doubts);
/* Appends a paragraph; blank ones too (they are a signal). Checks the limits and the encoding. */
enum status document_add_line(struct document *document, const char *text, size_t bytes, uint32_t line, struct err *err) MUST_CHECK;
/* Appends a table; the table and its texts stay with the caller's arena. */
enum status document_add_table(struct document *document, const struct table *table, struct err *err) MUST_CHECK;
/* Checks one text against the limits and counts it. */
enum status document_count(struct document *document, size_t bytes, uint32_t line, struct err *err) MUST_CHECK;
struct cell *table_cell(const struct table *table, size_t row, size_t column);

/* A growable array in an arena: room for one more of size bytes behind count. */
void *arena_grow(struct arena *arena, void *items, size_t count, size_t *capacity, size_t size) __attribute__((returns_nonnull));

#endif
