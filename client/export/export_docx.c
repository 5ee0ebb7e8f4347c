/* SPDX-License-Identifier: Apache-2.0
 *
 * Office Open XML for Word, WPS and LibreOffice (ECMA-376). The page is that of GB/T 9704-2012, 7.2: A4, 37 mm above, 35 mm below,
 * 28 mm at the left and 26 mm at the right. */
#include <stdio.h>
#include <string.h>

#include "client/export/docx_style.h"
#include "client/export/package.h"
#include "client/export/schedule.h"

#define TWIPS(mm) (((mm)*14400 + 127) / 254) /* 1440 to the inch of 25.4 mm */
#define PAGE_WIDTH TWIPS(210)
#define PAGE_HEIGHT TWIPS(297)
#define TEXT_WIDTH (PAGE_WIDTH - TWIPS(28) - TWIPS(26))
#define NUMBER_BYTES 16

static const char content_types[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
    "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
    "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
    "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
    "<Override PartName=\"/word/document.xml\" "
    "ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>"
    "<Override PartName=\"/word/styles.xml\" "
    "ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/>"
    "<Override PartName=\"/word/fontTable.xml\" "
    "ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml\"/>"
    "</Types>";
static const char package_relations[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    "<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" "
    "Target=\"word/document.xml\"/></Relationships>";
static const char document_relations[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    "<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" "
    "Target=\"styles.xml\"/>"
    "<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/fontTable\" "
    "Target=\"fontTable.xml\"/></Relationships>";

static const char *number(char room[NUMBER_BYTES], int value)
{
    snprintf(room, NUMBER_BYTES, "%d", value);
    return room;
}

static void put_paragraph(struct markup *m, enum docx_style style, const char *text)
{
    markup_start(m, "w:p", NULL);
    markup_start(m, "w:pPr", NULL);
    markup_empty(m, "w:pStyle", "w:val", docx_style_id(style), NULL);
    markup_end(m);
    if (*text) {
        markup_start(m, "w:r", NULL);
        markup_start(m, "w:t", "xml:space", "preserve", NULL);
        markup_text(m, text);
        markup_end(m);
        markup_end(m);
    }
    markup_end(m);
}

/* --- the month table --- */

struct grid {
    const struct schedule *schedule;
    struct arena *arena;
    int widths[SCHEDULE_COLUMNS];
};

/* The content takes what the others leave. */
static void set_widths(struct grid *grid)
{
    const struct schedule *s = grid->schedule;
    int left = TEXT_WIDTH, narrow = s->n_columns > 4 ? TWIPS(18) : TWIPS(26), content = 0;
    for (size_t c = 0; c < s->n_columns; c++) {
        bool wide = s->columns[c] == SCHEDULE_LEAD || s->columns[c] == SCHEDULE_ASSIST;
        grid->widths[c] = wide && s->n_columns < 5 ? TWIPS(36) : narrow;
        if (s->columns[c] == SCHEDULE_CONTENT)
            content = (int)c;
        else
            left -= grid->widths[c];
    }
    grid->widths[content] = left;
}

/* merge: "restart" or "continue" of a vertical merge, NULL for none. */
static void put_cell(struct markup *m, int width, const char *merge, enum docx_style style, const char *text)
{
    char room[NUMBER_BYTES];
    markup_start(m, "w:tc", NULL);
    markup_start(m, "w:tcPr", NULL);
    markup_empty(m, "w:tcW", "w:w", number(room, width), "w:type", "dxa", NULL);
    if (merge)
        markup_empty(m, "w:vMerge", "w:val", merge, NULL);
    markup_empty(m, "w:vAlign", "w:val", "center", NULL);
    markup_end(m);
    put_paragraph(m, style, text);
    markup_end(m);
}

static void put_table_head(struct markup *m, const struct grid *grid)
{
    static const char *const sides[] = {"w:top", "w:left", "w:bottom", "w:right", "w:insideH", "w:insideV"};
    static const struct {
        const char *side, *twips;
    } margins[] = {{"w:top", "57"}, {"w:left", "85"}, {"w:bottom", "57"}, {"w:right", "85"}}; /* 1 mm, 1.5 mm */
    char room[NUMBER_BYTES];
    markup_start(m, "w:tblPr", NULL);
    markup_empty(m, "w:tblW", "w:w", number(room, TEXT_WIDTH), "w:type", "dxa", NULL);
    markup_empty(m, "w:jc", "w:val", "center", NULL); /* else its border stands out of the text to the left */
    markup_start(m, "w:tblBorders", NULL);
    for (size_t i = 0; i < sizeof sides / sizeof sides[0]; i++)
        markup_empty(m, sides[i], "w:val", "single", "w:sz", "4", "w:space", "0", "w:color", "auto", NULL);
    markup_end(m);
    markup_empty(m, "w:tblLayout", "w:type", "fixed", NULL);
    markup_start(m, "w:tblCellMar", NULL);
    for (size_t i = 0; i < sizeof margins / sizeof margins[0]; i++)
        markup_empty(m, margins[i].side, "w:w", margins[i].twips, "w:type", "dxa", NULL);
    markup_end(m);
    markup_end(m);
    markup_start(m, "w:tblGrid", NULL); /* WPS shows no table without it */
    for (size_t c = 0; c < grid->schedule->n_columns; c++)
        markup_empty(m, "w:gridCol", "w:w", number(room, grid->widths[c]), NULL);
    markup_end(m);
    markup_start(m, "w:tr", NULL);
    markup_start(m, "w:trPr", NULL);
    markup_empty(m, "w:tblHeader", NULL);
    markup_end(m);
    for (size_t c = 0; c < grid->schedule->n_columns; c++)
        put_cell(m, grid->widths[c], NULL, DOCX_TableHead, schedule_title(grid->schedule->columns[c]));
    markup_end(m);
}

static void put_row(struct markup *m, const struct grid *grid, size_t i)
{
    const struct schedule *s = grid->schedule;
    bool begins = schedule_begins(s, i), alone = begins && schedule_span(s, i) == 1;
    markup_start(m, "w:tr", NULL);
    markup_start(m, "w:trPr", NULL);
    markup_empty(m, "w:cantSplit", NULL);
    markup_end(m);
    for (size_t c = 0; c < s->n_columns; c++) {
        bool time = s->columns[c] == SCHEDULE_TIME;
        put_cell(m, grid->widths[c],
                 !time || alone ? NULL
                 : begins       ? "restart"
                                : "continue",
                 time ? DOCX_TableHead : DOCX_TableText, time && !begins ? "" : schedule_cell(s, i, s->columns[c], grid->arena));
    }
    markup_end(m);
}

static void put_table(struct markup *m, const struct export_part *part, struct arena *arena)
{
    struct schedule schedule = schedule_of(part);
    struct grid grid = {.schedule = &schedule, .arena = arena};
    set_widths(&grid);
    markup_start(m, "w:tbl", NULL);
    put_table_head(m, &grid);
    for (size_t i = 0; i < schedule.n; i++)
        put_row(m, &grid, i);
    markup_end(m);
}

/* --- the document --- */

static enum docx_style style_of(const struct export_section *section)
{
    static const enum docx_style headings[] = {DOCX_Heading1, DOCX_Heading2, DOCX_Heading3, DOCX_Heading4, DOCX_Heading5};
    size_t n = sizeof headings / sizeof headings[0];
    if (!section->level)
        return DOCX_BodyText;
    return headings[section->level < n ? section->level - 1 : n - 1];
}

static void put_part(struct markup *m, const struct export_part *part, bool after_signature, struct arena *arena)
{
    switch (part->kind) {
    case EXPORT_SECTION:
        put_paragraph(m, style_of(&part->section), section_line(&part->section, arena));
        return;
    case EXPORT_SCHEDULE:
        put_table(m, part, arena);
        return;
    case EXPORT_SIGNATURE:
        if (!after_signature)
            put_paragraph(m, DOCX_Normal, "");
        put_paragraph(m, DOCX_Signature, one_line(part->section.text, arena));
        return;
    }
}

static void put_page(struct markup *m)
{
    char a[NUMBER_BYTES], b[NUMBER_BYTES], c[NUMBER_BYTES], d[NUMBER_BYTES], e[NUMBER_BYTES], f[NUMBER_BYTES];
    markup_start(m, "w:sectPr", NULL);
    markup_empty(m, "w:pgSz", "w:w", number(a, PAGE_WIDTH), "w:h", number(b, PAGE_HEIGHT), NULL);
    markup_empty(m, "w:pgMar", "w:top", number(a, TWIPS(37)), "w:right", number(b, TWIPS(26)), "w:bottom", number(c, TWIPS(35)),
                 "w:left", number(d, TWIPS(28)), "w:header", number(e, TWIPS(15)), "w:footer", number(f, TWIPS(28)), "w:gutter",
                 "0", NULL);
    markup_end(m);
}

static void put_document(struct buf *out, const struct export_plan *plan, struct arena *arena)
{
    struct markup m;
    markup_init_xml(&m, out);
    markup_start(&m, "w:document", "xmlns:w", DOCX_W, NULL);
    markup_start(&m, "w:body", NULL);
    if (plan->title) {
        put_paragraph(&m, DOCX_Title, one_line(plan->title, arena));
        put_paragraph(&m, DOCX_Normal, "");
    }
    for (size_t i = 0; i < plan->n; i++)
        put_part(&m, &plan->parts[i], i > 0 && plan->parts[i - 1].kind == EXPORT_SIGNATURE, arena);
    /* a table must not be the last thing of a body */
    if (plan->n && plan->parts[plan->n - 1].kind == EXPORT_SCHEDULE)
        put_paragraph(&m, DOCX_Normal, "");
    put_page(&m);
    markup_end(&m);
    markup_end(&m);
}

enum status export_docx_write(const struct export_plan *plan, struct arena *arena, struct buf *out, struct err *err)
{
    struct buf document, styles, fonts;
    buf_init(&document, 0);
    buf_init(&styles, 0);
    buf_init(&fonts, 0);
    put_document(&document, plan, arena);
    docx_put_styles(&styles);
    docx_put_fonts(&fonts);
    const struct package_part parts[] = {
        {"[Content_Types].xml", content_types, sizeof content_types - 1},
        {"_rels/.rels", package_relations, sizeof package_relations - 1},
        {"word/document.xml", buf_text(&document), document.len_bytes},
        {"word/_rels/document.xml.rels", document_relations, sizeof document_relations - 1},
        {"word/styles.xml", buf_text(&styles), styles.len_bytes},
        {"word/fontTable.xml", buf_text(&fonts), fonts.len_bytes},
    };
    enum status s = document.failed || styles.failed || fonts.failed
                        ? err_set(err, STATUS_NO_MEMORY, "no memory to write the document")
                        : package_write(parts, sizeof parts / sizeof parts[0], out, err);
    buf_done(&document);
    buf_done(&styles);
    buf_done(&fonts);
    return s;
}
