/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/import/docx_numbering.h"
#include "client/import/reader.h"
#include "client/import/table_build.h"
#include "common/base/buf.h"
#include "client/ui/lang.h"

#define MAX_NESTED 8 /* tables in tables, paragraphs in text boxes */
#define MAX_SPAN_ROWS 2000

/* A paragraph being read. One may stand in another's text box. */
struct paragraph {
    struct buf text;
    long list, level;
    int outline;
    const char *style;
    bool properties; /* inside its pPr */
};

/* A table being read. */
struct grid_state {
    struct table_build build;
    size_t row, column;
    size_t rows_seen;
    bool in_cell, row_deleted;
    size_t span;
    enum { MERGE_NONE, MERGE_RESTART, MERGE_CONTINUE } merge;
    size_t open[IMPORT_MAX_COLUMNS]; /* index + 1 of the cell that vMerge continues in this column */
    struct buf cell;
    uint32_t cell_line;
};

struct docx {
    struct document *document;
    struct numbering numbering;
    struct paragraph paragraphs[MAX_NESTED];
    size_t paragraph_depth;
    struct grid_state grids[MAX_NESTED];
    size_t grid_depth;
    unsigned skip;  /* depth inside an element whose text does not count */
    bool in_text;   /* inside w:t */
    bool hidden;    /* the run is hidden */
    uint32_t count; /* paragraphs so far */
    bool deletions;
};

static struct paragraph *paragraph(struct docx *d)
{
    return d->paragraph_depth ? &d->paragraphs[d->paragraph_depth - 1] : NULL;
}

static struct grid_state *grid(struct docx *d)
{
    return d->grid_depth ? &d->grids[d->grid_depth - 1] : NULL;
}

/* ---- paragraphs ---- */

static enum status start_paragraph(struct docx *d, struct err *err)
{
    if (d->paragraph_depth >= MAX_NESTED)
        return err_set(err, STATUS_NOT_UNDERSTOOD, _("the document nests more than %d paragraphs"), MAX_NESTED);
    struct paragraph *p = &d->paragraphs[d->paragraph_depth++];
    *p = (struct paragraph){.list = -1, .level = -1};
    buf_init(&p->text, IMPORT_MAX_LINE_BYTES);
    d->count++;
    return STATUS_OK;
}

static enum status add_lines(struct docx *d, const char *text, const char *number, int outline, struct err *err)
{
    enum status s = STATUS_OK;
    do {
        size_t n = strcspn(text, "\n");
        s = document_add_line(d->document, text, n, d->count, err);
        if (s != STATUS_OK)
            return s;
        struct block *block = &d->document->blocks[d->document->count - 1];
        block->number = number;
        block->outline = (uint8_t)outline;
        number = NULL;
        text += n + (text[n] == '\n');
    } while (*text);
    return s;
}

static void add_to_cell(struct docx *d, struct grid_state *g, const char *text, const char *number)
{
    (void)d;
    if (!*text)
        return;
    if (g->cell.len_bytes)
        buf_putc(&g->cell, '\n');
    else
        g->cell_line = d->count;
    if (number)
        buf_puts(&g->cell, number);
    buf_puts(&g->cell, text);
}

static enum status end_paragraph(struct docx *d, struct err *err)
{
    struct paragraph *p = paragraph(d);
    enum status s = STATUS_OK;
    if (!p)
        return s;
    numbering_style_apply(&d->numbering, p->style, &p->list, &p->level, &p->outline);
    const char *text = buf_text(&p->text);
    bool blank = text[strspn(text, " \t\n")] == '\0';
    const char *number = !blank && p->list > 0 ? numbering_next(&d->numbering, p->list, p->level < 0 ? 0 : p->level) : NULL;
    d->paragraph_depth--;
    if (p->text.failed)
        s = err_set(err, STATUS_NOT_UNDERSTOOD, _("paragraph %u is longer than %zu bytes: this is no plan document"), d->count,
                    IMPORT_MAX_LINE_BYTES);
    else if (grid(d) && grid(d)->in_cell)
        add_to_cell(d, grid(d), text, number);
    else
        s = add_lines(d, text, number, p->outline, err);
    buf_done(&p->text);
    return s;
}

/* ---- tables ---- */

static void open_grid(struct docx *d, struct grid_state *g)
{
    *g = (struct grid_state){0};
    table_build_init(&g->build, d->document->arena);
    buf_init(&g->cell, IMPORT_MAX_LINE_BYTES);
}

static enum status flush_grid(struct docx *d, struct grid_state *g, struct err *err)
{
    const struct table *table = table_build_finish(&g->build);
    table_build_init(&g->build, d->document->arena);
    memset(g->open, 0, sizeof g->open);
    return table ? document_add_table(d->document, table, err) : STATUS_OK;
}

static void put_cell(struct docx *d, struct grid_state *g)
{
    if (g->row_deleted || g->column >= IMPORT_MAX_COLUMNS)
        return;
    size_t open = g->open[g->column];
    if (g->merge == MERGE_CONTINUE && open) {
        struct built_cell *above = &g->build.cells[open - 1];
        if (above->rows < MAX_SPAN_ROWS)
            above->rows++;
        return;
    }
    struct built_cell cell = {.row = g->row,
                              .column = g->column,
                              .rows = 1,
                              .columns = g->span,
                              .text = arena_strdup(d->document->arena, buf_text(&g->cell)),
                              .line = g->cell_line};
    bool added = table_build_add(&g->build, cell);
    g->open[g->column] = added && g->merge == MERGE_RESTART ? g->build.count : 0;
}

/* A table in a cell: what stands before it in the outer table becomes a table of its own, so that order is kept. */
static enum status start_table(struct docx *d, struct err *err)
{
    if (d->grid_depth >= MAX_NESTED)
        return err_set(err, STATUS_NOT_UNDERSTOOD, _("the document nests more than %d tables"), MAX_NESTED);
    struct grid_state *outer = grid(d);
    enum status s = STATUS_OK;
    if (outer && outer->in_cell) {
        put_cell(d, outer);
        buf_reset(&outer->cell);
        s = flush_grid(d, outer, err);
    }
    open_grid(d, &d->grids[d->grid_depth++]);
    return s;
}

static enum status end_table(struct docx *d, struct err *err)
{
    struct grid_state *g = grid(d);
    if (!g)
        return STATUS_OK;
    d->grid_depth--;
    enum status s = flush_grid(d, g, err);
    buf_done(&g->cell);
    return s;
}

static enum status end_cell(struct docx *d, struct err *err)
{
    struct grid_state *g = grid(d);
    if (!g || !g->in_cell)
        return STATUS_OK;
    if (g->cell.failed)
        return err_set(err, STATUS_NOT_UNDERSTOOD,
                       _("a table cell at paragraph %u is longer than %zu bytes: this is no plan document"), d->count,
                       IMPORT_MAX_LINE_BYTES);
    put_cell(d, g);
    g->in_cell = false;
    g->column += g->span;
    return STATUS_OK;
}

/* ---- events ---- */

static bool is_one(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(name, *names) == 0)
            return true;
    return false;
}

static bool is_on(const char *const *attributes)
{
    const char *val = xml_attribute(attributes, "val");
    return !val || (strcmp(val, "0") != 0 && strcmp(val, "false") != 0 && strcmp(val, "off") != 0);
}

static void start_table_part(struct docx *d, const char *name, const char *const *attributes)
{
    struct grid_state *g = grid(d);
    if (!g)
        return;
    if (strcmp(name, "tr") == 0) {
        g->row = g->rows_seen++;
        g->column = 0;
        g->row_deleted = false;
    } else if (strcmp(name, "tc") == 0) {
        g->in_cell = true;
        g->span = 1;
        g->merge = MERGE_NONE;
        g->cell_line = d->count + 1;
        buf_reset(&g->cell);
    } else if (strcmp(name, "gridSpan") == 0) {
        g->span = (size_t)xml_number(attributes, "val", 1, IMPORT_MAX_COLUMNS);
        g->span = g->span ? g->span : 1;
    } else if (strcmp(name, "gridBefore") == 0) {
        g->column = (size_t)xml_number(attributes, "val", 0, IMPORT_MAX_COLUMNS);
    } else if (strcmp(name, "vMerge") == 0) {
        const char *val = xml_attribute(attributes, "val");
        g->merge = val && strcmp(val, "restart") == 0 ? MERGE_RESTART : MERGE_CONTINUE;
    } else if (strcmp(name, "hidden") == 0 && !g->in_cell) {
        g->row_deleted = is_on(attributes);
    }
}

static void start_run_part(struct docx *d, const char *name, const char *const *attributes)
{
    struct paragraph *p = paragraph(d);
    if (!p)
        return;
    if (strcmp(name, "t") == 0) {
        d->in_text = true;
    } else if (strcmp(name, "r") == 0) {
        d->hidden = false;
    } else if (strcmp(name, "vanish") == 0 && !p->properties) {
        d->hidden = is_on(attributes);
    } else if (strcmp(name, "tab") == 0 && !p->properties) {
        buf_putc(&p->text, ' ');
        buf_putc(&p->text, ' ');
    } else if (strcmp(name, "br") == 0 || strcmp(name, "cr") == 0) {
        buf_putc(&p->text, '\n');
    } else if (strcmp(name, "noBreakHyphen") == 0) {
        buf_putc(&p->text, '-');
    } else if (strcmp(name, "pPr") == 0) {
        p->properties = true;
    } else if (p->properties && strcmp(name, "pStyle") == 0) {
        const char *val = xml_attribute(attributes, "val");
        p->style = val ? arena_strdup(d->document->arena, val) : NULL;
    } else if (p->properties && strcmp(name, "numId") == 0) {
        p->list = xml_number(attributes, "val", 0, 1000000);
    } else if (p->properties && strcmp(name, "ilvl") == 0) {
        p->level = xml_number(attributes, "val", 0, NUMBERING_LEVELS - 1);
    } else if (p->properties && strcmp(name, "outlineLvl") == 0) {
        long level = xml_number(attributes, "val", 9, 9);
        p->outline = level < 9 ? (int)level + 1 : 0;
    }
}

/* Elements whose text is not the document's: deleted text, moved-away text, field codes, fall-backs of text boxes, phonetic
 * guides, tracked old properties. */
static const char *const skipped[] = {"del",         "moveFrom",   "instrText",  "Fallback", "rt",       "pPrChange", "rPrChange",
                                      "tblPrChange", "tcPrChange", "trPrChange", "delText",  "footnote", NULL};

static enum status on_start(void *context, const char *name, const char *const *attributes, struct err *err)
{
    struct docx *d = context;
    if (d->skip || is_one(name, skipped)) {
        struct grid_state *g = grid(d);
        if (!d->skip && strcmp(name, "del") == 0) {
            d->deletions = true;
            if (g && !g->in_cell) /* in a row's properties: the row is deleted */
                g->row_deleted = true;
        }
        d->skip++;
        return STATUS_OK;
    }
    if (strcmp(name, "p") == 0)
        return start_paragraph(d, err);
    if (strcmp(name, "tbl") == 0)
        return start_table(d, err);
    start_table_part(d, name, attributes);
    start_run_part(d, name, attributes);
    return STATUS_OK;
}

static enum status on_end(void *context, const char *name, struct err *err)
{
    struct docx *d = context;
    if (d->skip) {
        d->skip--;
        return STATUS_OK;
    }
    if (strcmp(name, "p") == 0)
        return end_paragraph(d, err);
    if (strcmp(name, "tbl") == 0)
        return end_table(d, err);
    if (strcmp(name, "tc") == 0)
        return end_cell(d, err);
    if (strcmp(name, "t") == 0)
        d->in_text = false;
    else if (strcmp(name, "pPr") == 0 && paragraph(d))
        paragraph(d)->properties = false;
    return STATUS_OK;
}

static enum status on_text(void *context, const char *text, size_t bytes, struct err *err)
{
    struct docx *d = context;
    (void)err;
    if (!d->skip && d->in_text && !d->hidden && paragraph(d))
        buf_put(&paragraph(d)->text, text, bytes);
    return STATUS_OK;
}

static enum status read_body(struct package *package, struct document *document, struct err *err)
{
    static const struct xml_sink sink = {on_start, on_end, on_text};
    struct docx *d = ARENA_NEW(document->arena, struct docx);
    d->document = document;
    enum status s = numbering_read(&d->numbering, package, document->arena, err);
    if (s == STATUS_OK)
        s = package_read(package, "word/document.xml", &sink, d, err);
    for (size_t i = 0; i < d->paragraph_depth; i++)
        buf_done(&d->paragraphs[i].text);
    for (size_t i = 0; i < d->grid_depth; i++)
        buf_done(&d->grids[i].cell);
    if (s == STATUS_OK && d->deletions)
        doubts_add(document->doubts, IMPORT_DOUBT_DELETION_SKIPPED, 0, "", "");
    return s;
}

enum status read_docx(const void *data, size_t bytes, struct document *document, struct err *err)
{
    struct package package;
    enum status s = package_open(&package, data, bytes, err);
    if (s != STATUS_OK)
        return s;
    document->format = "docx";
    if (package_has(&package, "word/vbaProject.bin"))
        s = err_set(err, STATUS_NOT_UNDERSTOOD,
                    _("the document contains macros; save it as a .docx without macros, then import that"));
    else if (!package_has(&package, "word/document.xml"))
        s = err_set(err, STATUS_NOT_UNDERSTOOD,
                    _("the file is a zip archive but no Word document; lianxin reads .txt, .md, .tsv, .docx and .xlsx"));
    else
        s = read_body(&package, document, err);
    package_close(&package);
    return s;
}
