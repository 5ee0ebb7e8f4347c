/* SPDX-License-Identifier: Apache-2.0
 *
 * One sheet: title and sections across all columns, the month table with the times merged over their items. */
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

#include "client/export/schedule.h"
#include "common/base/utf8.h"
#include "common/table/xlsx_file.h"

#define CELL_UNITS_MAX 32767 /* UTF-16 units ("Excel specifications and limits") */
#define CONTENT_UNITS 56     /* of width; the content gets what is left of the paper, but no less */
#define PORTRAIT_UNITS 92
#define LANDSCAPE_UNITS 136
#define UNIT_PIXELS 7 /* a unit of width is a digit of the font that widths are counted in, a cell has some pixels more */
#define CELL_PIXELS 5
#define LINE_FACTOR 1.5 /* a line is so much higher than its font */
#define INDENT "　　"
#define PAPER_A4 9

enum look { LOOK_TITLE, LOOK_HEADING, LOOK_TEXT, LOOK_SIGNATURE, LOOK_HEAD, LOOK_CELL, LOOK_FACT, LOOKS };

static const struct {
    const char *font;
    uint8_t points;
    bool border;
    uint8_t across;
} looks[LOOKS] = {[LOOK_TITLE] = {"方正小标宋简体", 22, false, LXW_ALIGN_CENTER},
                  [LOOK_HEADING] = {"黑体", 14, false, LXW_ALIGN_LEFT},
                  [LOOK_TEXT] = {"仿宋_GB2312", 14, false, LXW_ALIGN_LEFT},
                  [LOOK_SIGNATURE] = {"仿宋_GB2312", 14, false, LXW_ALIGN_RIGHT},
                  [LOOK_HEAD] = {"黑体", 12, true, LXW_ALIGN_CENTER},
                  [LOOK_CELL] = {"仿宋_GB2312", 12, true, LXW_ALIGN_LEFT},
                  [LOOK_FACT] = {"仿宋_GB2312", 12, true, LXW_ALIGN_CENTER}};

struct sheet {
    lxw_worksheet *worksheet;
    lxw_format *formats[LOOKS];
    struct arena *arena;
    size_t widths[SCHEDULE_COLUMNS]; /* in units, by column of the sheet */
    size_t width;                    /* of all */
    size_t tables;                   /* of the plan */
    lxw_row_t row;                   /* the next one */
    lxw_col_t last;                  /* the last column */
    lxw_error error;                 /* the first */
};

static void make_formats(struct sheet *sheet, lxw_workbook *workbook)
{
    for (size_t i = 0; i < LOOKS; i++) {
        lxw_format *format = sheet->formats[i] = workbook_add_format(workbook);
        format_set_font_name(format, looks[i].font);
        format_set_font_size(format, looks[i].points);
        format_set_text_wrap(format);
        format_set_align(format, looks[i].across);
        format_set_align(format, LXW_ALIGN_VERTICAL_CENTER);
        if (looks[i].border)
            format_set_border(format, LXW_BORDER_THIN);
    }
}

static void note(struct sheet *sheet, lxw_error error)
{
    if (sheet->error == LXW_NO_ERROR)
        sheet->error = error;
}

static const char *safe(struct sheet *sheet, const char *text)
{
    return utf8_safe(sheet->arena, text);
}

/* worksheet_merge_range() does not say when a text is too long. */
static void check_length(struct sheet *sheet, const char *text)
{
    size_t units = 0;
    for (const unsigned char *p = (const unsigned char *)text; *p; p++)
        units += (*p & 0xC0) != 0x80 ? 1 + (*p >= 0xF0) : 0;
    if (units > CELL_UNITS_MAX)
        note(sheet, LXW_ERROR_MAX_STRING_LENGTH_EXCEEDED);
}

/* Of half width, in thousandths of a pixel: an em is 4/3 pixels to the point. */
static size_t character_width(enum look look)
{
    return (size_t)looks[look].points * 2000 / 3;
}

/* How high a row must be for a text in so many units: programs do not find out by themselves for merged cells. */
static double height_of(const char *text, size_t units, enum look look)
{
    size_t width = units * UNIT_PIXELS * 1000, text_width = utf8_width(text, strlen(text), true) * character_width(look);
    size_t lines = text_width ? (text_width + width - 1) / width : 1;
    return (double)lines * looks[look].points * LINE_FACTOR;
}

static void put_across(struct sheet *sheet, enum look look, const char *text)
{
    check_length(sheet, text);
    note(sheet, worksheet_set_row(sheet->worksheet, sheet->row, height_of(text, sheet->width, look), NULL));
    note(sheet,
         worksheet_merge_range(sheet->worksheet, sheet->row, 0, sheet->row, sheet->last, safe(sheet, text), sheet->formats[look]));
    sheet->row++;
}

static void put_time(struct sheet *sheet, const struct schedule *s, size_t i, lxw_col_t column)
{
    const char *text = safe(sheet, schedule_cell(s, i, SCHEDULE_TIME, sheet->arena));
    lxw_row_t last = sheet->row + (lxw_row_t)schedule_span(s, i) - 1;
    if (last == sheet->row)
        note(sheet, worksheet_write_string(sheet->worksheet, sheet->row, column, text, sheet->formats[LOOK_HEAD]));
    else
        note(sheet, worksheet_merge_range(sheet->worksheet, sheet->row, column, last, column, text, sheet->formats[LOOK_HEAD]));
}

static enum look look_of(enum schedule_column column)
{
    switch (column) {
    case SCHEDULE_TIME:
        return LOOK_HEAD;
    case SCHEDULE_CONTENT:
    case SCHEDULE_NOTE:
        return LOOK_CELL;
    case SCHEDULE_LEAD:
    case SCHEDULE_ASSIST:
    case SCHEDULE_PERSON:
    case SCHEDULE_BUDGET:
    case SCHEDULE_PEOPLE:
    case SCHEDULE_COLUMNS:
        break;
    }
    return LOOK_FACT;
}

/* Money and people are numbers, which a sheet can add up. */
static void put_cell(struct sheet *sheet, lxw_col_t at, enum schedule_column column, const char *text)
{
    lxw_format *format = sheet->formats[look_of(column)];
    char *end;
    double number = strtod(text, &end);
    if ((column == SCHEDULE_BUDGET || column == SCHEDULE_PEOPLE) && *text && !*end)
        note(sheet, worksheet_write_number(sheet->worksheet, sheet->row, at, number, format));
    else
        note(sheet, worksheet_write_string(sheet->worksheet, sheet->row, at, text, format));
}

static void put_item(struct sheet *sheet, const struct schedule *s, size_t i)
{
    double highest = 0;
    for (size_t c = 0; c < s->n_columns; c++) {
        if (s->columns[c] == SCHEDULE_TIME) {
            if (schedule_begins(s, i))
                put_time(sheet, s, i, (lxw_col_t)c);
            continue;
        }
        const char *text = safe(sheet, schedule_cell(s, i, s->columns[c], sheet->arena));
        double height = height_of(text, sheet->widths[c], LOOK_CELL);
        highest = height > highest ? height : highest;
        put_cell(sheet, (lxw_col_t)c, s->columns[c], text);
    }
    note(sheet, worksheet_set_row(sheet->worksheet, sheet->row++, highest, NULL));
}

static void put_table(struct sheet *sheet, const struct export_part *part)
{
    struct schedule s = schedule_of(part);
    double highest = 0;
    for (size_t c = 0; c < s.n_columns; c++) {
        double height = height_of(schedule_title(s.columns[c]), sheet->widths[c], LOOK_HEAD);
        highest = height > highest ? height : highest;
        note(sheet, worksheet_write_string(sheet->worksheet, sheet->row, (lxw_col_t)c, schedule_title(s.columns[c]),
                                           sheet->formats[LOOK_HEAD]));
    }
    if (sheet->tables == 1)
        note(sheet, worksheet_repeat_rows(sheet->worksheet, sheet->row, sheet->row));
    note(sheet, worksheet_set_row(sheet->worksheet, sheet->row++, highest, NULL));
    for (size_t i = 0; i < s.n; i++)
        put_item(sheet, &s, i);
}

static void put_part(struct sheet *sheet, const struct export_part *part)
{
    switch (part->kind) {
    case EXPORT_SECTION:
        put_across(
            sheet, part->section.level ? LOOK_HEADING : LOOK_TEXT,
            arena_printf(sheet->arena, "%s%s", part->section.level ? "" : INDENT, section_line(&part->section, sheet->arena)));
        return;
    case EXPORT_SCHEDULE:
        put_table(sheet, part);
        return;
    case EXPORT_SIGNATURE:
        put_across(sheet, LOOK_SIGNATURE, one_line(part->section.text, sheet->arena));
        return;
    }
}

/* Units of width for a table's columns. */
static size_t give_widths(struct sheet *sheet, const struct schedule *s, size_t paper)
{
    size_t content = 0, others = 0;
    for (size_t c = 0; c < s->n_columns; c++) {
        size_t characters = schedule_width(s, s->columns[c], false, sheet->arena);
        size_t pixels = characters * character_width(LOOK_CELL) / 1000 + 1 + CELL_PIXELS;
        sheet->widths[c] = (pixels + UNIT_PIXELS - 1) / UNIT_PIXELS;
        content = characters ? content : c;
        others += characters ? sheet->widths[c] : 0;
    }
    sheet->widths[content] = others + CONTENT_UNITS < paper ? paper - others : CONTENT_UNITS;
    return others + sheet->widths[content];
}

/* Those of the month table with the most columns; where they are too wide for it the paper lies. */
static void set_columns(struct sheet *sheet, const struct export_plan *plan)
{
    struct schedule widest = schedule_of(&(struct export_part){.kind = EXPORT_SCHEDULE});
    for (size_t i = 0; i < plan->n; i++) {
        struct schedule s = schedule_of(&plan->parts[i]);
        sheet->tables += plan->parts[i].kind == EXPORT_SCHEDULE;
        if (s.n_columns > widest.n_columns || (s.n_columns == widest.n_columns && s.n > widest.n))
            widest = s;
    }
    sheet->last = (lxw_col_t)(widest.n_columns - 1);
    sheet->width = give_widths(sheet, &widest, PORTRAIT_UNITS);
    if (sheet->width > PORTRAIT_UNITS) {
        sheet->width = give_widths(sheet, &widest, LANDSCAPE_UNITS);
        worksheet_set_landscape(sheet->worksheet);
    }
    for (size_t c = 0; c < widest.n_columns; c++)
        note(sheet, worksheet_set_column(sheet->worksheet, (lxw_col_t)c, (lxw_col_t)c, (double)sheet->widths[c], NULL));
    worksheet_set_paper(sheet->worksheet, PAPER_A4);
    worksheet_fit_to_pages(sheet->worksheet, 1, 0);
    worksheet_center_horizontally(sheet->worksheet);
    note(sheet, worksheet_set_footer(sheet->worksheet, "&C第 &P 页，共 &N 页"));
}

static enum status fill(lxw_workbook *workbook, const struct export_plan *plan, struct arena *arena, struct err *err)
{
    struct sheet sheet = {.worksheet = workbook_add_worksheet(workbook, "工作计划"), .arena = arena};
    if (!sheet.worksheet)
        return err_set(err, STATUS_NO_MEMORY, "no memory to make the sheet");
    make_formats(&sheet, workbook);
    set_columns(&sheet, plan);
    if (plan->title)
        put_across(&sheet, LOOK_TITLE, one_line(plan->title, arena));
    for (size_t i = 0; i < plan->n; i++)
        put_part(&sheet, &plan->parts[i]);
    if (sheet.error == LXW_ERROR_MAX_STRING_LENGTH_EXCEEDED)
        return err_set(err, STATUS_TOO_LARGE, "a text is longer than the %d characters a cell holds: write the plan as .docx",
                       CELL_UNITS_MAX);
    if (sheet.error != LXW_NO_ERROR)
        return err_set(err, STATUS_FAILED, "the sheet could not be written: %s", lxw_strerror(sheet.error));
    return STATUS_OK;
}

enum status export_xlsx_write(const struct export_plan *plan, struct arena *arena, struct buf *out, struct err *err)
{
    struct xlsx_file file;
    enum status s = xlsx_file_open(&file, err);
    if (s != STATUS_OK)
        return s;
    s = fill(file.workbook, plan, arena, err);
    return xlsx_file_close(&file, s, out, err);
}
