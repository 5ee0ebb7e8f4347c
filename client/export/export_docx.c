/* SPDX-License-Identifier: Apache-2.0
 *
 * Office Open XML for Word, WPS and LibreOffice (ECMA-376). */
#include <stdio.h>
#include <string.h>

#include "client/export/docx_page.h"
#include "client/export/package.h"
#include "client/export/schedule.h"

#define CELL_MARGIN 85 /* 1.5 mm, at the left and at the right */
#define CELL_MARGIN_TEXT "85"
#define SLACK 20                                 /* of a cell: fonts are not exact */
#define CHARACTER(half_points) ((half_points)*5) /* twips of half width */
#define HALF_POINTS 24                           /* of the table's styles, and of its small ones */
#define SMALL_HALF_POINTS 21
#define CONTENT_CHARACTERS 36 /* of half width: below that the other columns get narrow, then the letters small */
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
    "<Override PartName=\"/word/settings.xml\" "
    "ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml\"/>"
    "<Override PartName=\"/word/footer1.xml\" "
    "ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>"
    "<Override PartName=\"/word/footer2.xml\" "
    "ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>"
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
    "Target=\"fontTable.xml\"/>"
    "<Relationship Id=\"" DOCX_ODD_FOOTER "\" Type=\"" DOCX_R "/footer\" Target=\"footer1.xml\"/>"
    "<Relationship Id=\"" DOCX_EVEN_FOOTER "\" Type=\"" DOCX_R "/footer\" Target=\"footer2.xml\"/>"
    "<Relationship Id=\"rId5\" Type=\"" DOCX_R "/settings\" Target=\"settings.xml\"/></Relationships>";

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
    bool small;
};

/* The content takes what the others leave; twips of it. */
static int give_widths(struct grid *grid, bool narrow, int half_points)
{
    const struct schedule *s = grid->schedule;
    int left = TEXT_WIDTH, content = 0;
    for (size_t c = 0; c < s->n_columns; c++) {
        size_t characters = schedule_width(s, s->columns[c], narrow, grid->arena);
        grid->widths[c] = characters ? (int)characters * CHARACTER(half_points) + 2 * CELL_MARGIN + SLACK : 0;
        content = characters ? content : (int)c;
        left -= grid->widths[c];
    }
    grid->widths[content] = left;
    return left;
}

static void set_widths(struct grid *grid)
{
    int least = CONTENT_CHARACTERS * CHARACTER(HALF_POINTS);
    grid->small = give_widths(grid, false, HALF_POINTS) < least && give_widths(grid, true, HALF_POINTS) < least;
    if (grid->small)
        give_widths(grid, true, SMALL_HALF_POINTS);
}

static enum docx_style cell_style(const struct grid *grid, enum schedule_column column)
{
    switch (column) {
    case SCHEDULE_TIME:
        return grid->small ? DOCX_SmallHead : DOCX_TableHead;
    case SCHEDULE_CONTENT:
    case SCHEDULE_NOTE:
        return grid->small ? DOCX_SmallText : DOCX_TableText;
    case SCHEDULE_LEAD:
    case SCHEDULE_ASSIST:
    case SCHEDULE_PERSON:
    case SCHEDULE_BUDGET:
    case SCHEDULE_PEOPLE:
    case SCHEDULE_COLUMNS:
        break;
    }
    return grid->small ? DOCX_SmallFact : DOCX_TableFact;
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
    } margins[] = {{"w:top", "57"}, {"w:left", CELL_MARGIN_TEXT}, {"w:bottom", "57"}, {"w:right", CELL_MARGIN_TEXT}};
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
        put_cell(m, grid->widths[c], NULL, cell_style(grid, SCHEDULE_TIME), schedule_title(grid->schedule->columns[c]));
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
                 cell_style(grid, s->columns[c]), time && !begins ? "" : schedule_cell(s, i, s->columns[c], grid->arena));
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

static void put_document(struct buf *out, const struct export_plan *plan, struct arena *arena)
{
    struct markup m;
    markup_init_xml(&m, out);
    markup_start(&m, "w:document", "xmlns:w", DOCX_W, "xmlns:r", DOCX_R, NULL);
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
    docx_put_page(&m);
    markup_end(&m);
    markup_end(&m);
}

/* The parts that are made for the document. */
enum made { MADE_DOCUMENT, MADE_STYLES, MADE_FONTS, MADE_SETTINGS, MADE_ODD, MADE_EVEN, MADE };

enum status export_docx_write(const struct export_plan *plan, struct arena *arena, struct buf *out, struct err *err)
{
    static const char *const names[MADE] = {
        [MADE_DOCUMENT] = "word/document.xml", [MADE_STYLES] = "word/styles.xml", [MADE_FONTS] = "word/fontTable.xml",
        [MADE_SETTINGS] = "word/settings.xml", [MADE_ODD] = "word/footer1.xml",   [MADE_EVEN] = "word/footer2.xml"};
    struct buf made[MADE];
    struct package_part parts[] = {{"[Content_Types].xml", content_types, sizeof content_types - 1},
                                   {"_rels/.rels", package_relations, sizeof package_relations - 1},
                                   {"word/_rels/document.xml.rels", document_relations, sizeof document_relations - 1},
                                   [3 + MADE - 1] = {0}};
    bool failed = false;
    for (size_t i = 0; i < MADE; i++)
        buf_init(&made[i], 0);
    put_document(&made[MADE_DOCUMENT], plan, arena);
    docx_put_styles(&made[MADE_STYLES]);
    docx_put_fonts(&made[MADE_FONTS]);
    docx_put_settings(&made[MADE_SETTINGS]);
    docx_put_footer(&made[MADE_ODD], DOCX_PageOdd);
    docx_put_footer(&made[MADE_EVEN], DOCX_PageEven);
    for (size_t i = 0; i < MADE; i++) {
        parts[3 + i] = (struct package_part){names[i], buf_text(&made[i]), made[i].len_bytes};
        failed |= made[i].failed;
    }
    enum status s = failed ? err_set(err, STATUS_NO_MEMORY, "no memory to write the document")
                           : package_write(parts, sizeof parts / sizeof parts[0], out, err);
    for (size_t i = 0; i < MADE; i++)
        buf_done(&made[i]);
    return s;
}
