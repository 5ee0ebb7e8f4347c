/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/document.h"

#include <string.h>

#include "common/base/utf8.h"
#include "client/ui/lang.h"

void *arena_grow(struct arena *arena, void *items, size_t count, size_t *capacity, size_t size)
{
    if (items && count < *capacity)
        return items;
    size_t wanted = *capacity ? *capacity * 2 : 16;
    void *grown = arena_array(arena, wanted, size);
    if (count)
        memcpy(grown, items, count * size);
    *capacity = wanted;
    return grown;
}

void document_init(struct document *document, struct arena *arena, struct doubts *doubts)
{
    *document = (struct document){.arena = arena, .arena_begin = arena->used_bytes, .doubts = doubts};
}

enum status document_count(struct document *document, size_t bytes, uint32_t line, struct err *err)
{
    if (bytes > IMPORT_MAX_LINE_BYTES)
        return err_set(err, STATUS_NOT_UNDERSTOOD, _("line %u is %zu bytes long, the limit is %zu: this is no plan document"), line,
                       bytes, IMPORT_MAX_LINE_BYTES);
    document->text_bytes += bytes;
    if (document->text_bytes > IMPORT_MAX_TEXT_BYTES)
        return err_set(err, STATUS_NOT_UNDERSTOOD, _("the document holds more than %zu bytes of text: this is no plan document"),
                       IMPORT_MAX_TEXT_BYTES);
    return STATUS_OK;
}

static enum status check_text(const char *text, size_t bytes, uint32_t line, struct err *err)
{
    size_t at;
    if (!utf8_check(text, bytes, &at))
        return err_set(err, STATUS_NOT_UNDERSTOOD,
                       _("line %u, byte %zu: not readable text; save the document again as UTF-8 or GB18030"), line, at + 1);
    return STATUS_OK;
}

static enum status add(struct document *document, struct block block, struct err *err)
{
    if (document->count >= IMPORT_MAX_LINES)
        return err_set(err, STATUS_NOT_UNDERSTOOD, _("the document has more than %zu lines: this is no plan document"),
                       IMPORT_MAX_LINES);
    document->blocks = arena_grow(document->arena, document->blocks, document->count, &document->capacity, sizeof block);
    document->blocks[document->count++] = block;
    return STATUS_OK;
}

enum status document_add_line(struct document *document, const char *text, size_t bytes, uint32_t line, struct err *err)
{
    enum status s = document_count(document, bytes, line, err);
    if (s == STATUS_OK)
        s = check_text(text, bytes, line, err);
    if (s != STATUS_OK)
        return s;
    return add(document, (struct block){.text = arena_strndup(document->arena, text, bytes), .bytes = bytes, .line = line}, err);
}

enum status document_add_table(struct document *document, const struct table *table, struct err *err)
{
    document->cells += table->rows * table->columns;
    if (document->cells > IMPORT_MAX_CELLS)
        return err_set(err, STATUS_NOT_UNDERSTOOD, _("the document has more than %zu table cells: this is no plan document"),
                       IMPORT_MAX_CELLS);
    for (size_t i = 0; i < table->rows * table->columns; i++) {
        const struct cell *cell = &table->cells[i];
        size_t bytes = strlen(cell->text);
        enum status s = cell->covered ? STATUS_OK : document_count(document, bytes, cell->line, err);
        if (s == STATUS_OK)
            s = check_text(cell->text, bytes, cell->line, err);
        if (s != STATUS_OK)
            return s;
    }
    uint32_t line = table->rows && table->columns ? table->cells[0].line : 0;
    return add(document, (struct block){.text = "", .line = line, .table = table}, err);
}

struct cell *table_cell(const struct table *table, size_t row, size_t column)
{
    return &table->cells[row * table->columns + column];
}
