/* SPDX-License-Identifier: Apache-2.0
 *
 * One sheet: title and sections across all columns, the month table with the times merged over their items. */
#include <string.h>
#include <xlsxwriter.h>

#include "client/export/schedule.h"
#include "common/base/utf8.h"
#include "common/table/xlsx_file.h"

#define CELL_UNITS_MAX 32767 /* UTF-16 units ("Excel specifications and limits") */
#define WIDTH_TIME 12
#define WIDTH_CONTENT 56
#define WIDTH_LEAD 24
#define WIDTH_OTHER 16
#define DEFAULT_POINTS 11 /* of the font that widths are counted in */
#define LINE_FACTOR 1.5   /* a line is so much higher than its font */
#define PAPER_A4 9

enum look { LOOK_TITLE, LOOK_HEADING, LOOK_TEXT, LOOK_SIGNATURE, LOOK_HEAD, LOOK_CELL, LOOKS };

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
                  [LOOK_CELL] = {"仿宋_GB2312", 12, true, LXW_ALIGN_LEFT}};

struct sheet {
    lxw_worksheet *worksheet;
    lxw_format *formats[LOOKS];
    struct arena *arena;
    lxw_row_t row;   /* the next one */
    lxw_col_t last;  /* the last column */
    size_t width;    /* of all columns */
    lxw_error error; /* the first */
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

/* How high a row must be for a text in so many columns: programs do not find out by themselves for merged cells. */
static double height_of(const char *text, size_t width, enum look look)
{
    size_t lines = utf8_width(text, strlen(text), true) * looks[look].points / (width * DEFAULT_POINTS) + 1;
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

static size_t width_of(enum schedule_column column)
{
    switch (column) {
    case SCHEDULE_TIME:
        return WIDTH_TIME;
    case SCHEDULE_CONTENT:
        return WIDTH_CONTENT;
    case SCHEDULE_LEAD:
        return WIDTH_LEAD;
    case SCHEDULE_ASSIST:
    case SCHEDULE_PERSON:
    case SCHEDULE_BUDGET:
    case SCHEDULE_PEOPLE:
    case SCHEDULE_NOTE:
    case SCHEDULE_COLUMNS:
        break;
    }
    return WIDTH_OTHER;
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
        double height = height_of(text, width_of(s->columns[c]), LOOK_CELL);
        highest = height > highest ? height : highest;
        note(sheet, worksheet_write_string(sheet->worksheet, sheet->row, (lxw_col_t)c, text, sheet->formats[LOOK_CELL]));
    }
    note(sheet, worksheet_set_row(sheet->worksheet, sheet->row++, highest, NULL));
}

static void put_table(struct sheet *sheet, const struct export_part *part)
{
    struct schedule s = schedule_of(part);
    for (size_t c = 0; c < s.n_columns; c++)
        note(sheet, worksheet_write_string(sheet->worksheet, sheet->row, (lxw_col_t)c, schedule_title(s.columns[c]),
                                           sheet->formats[LOOK_HEAD]));
    note(sheet, worksheet_set_row(sheet->worksheet, sheet->row++, height_of("", 1, LOOK_HEAD), NULL));
    for (size_t i = 0; i < s.n; i++)
        put_item(sheet, &s, i);
}

static void put_part(struct sheet *sheet, const struct export_part *part)
{
    switch (part->kind) {
    case EXPORT_SECTION:
        put_across(sheet, part->section.level ? LOOK_HEADING : LOOK_TEXT, section_line(&part->section, sheet->arena));
        return;
    case EXPORT_SCHEDULE:
        put_table(sheet, part);
        return;
    case EXPORT_SIGNATURE:
        put_across(sheet, LOOK_SIGNATURE, one_line(part->section.text, sheet->arena));
        return;
    }
}

/* As many columns as the widest month table has, and how wide they are. */
static void set_columns(struct sheet *sheet, const struct export_plan *plan)
{
    struct schedule widest = schedule_of(&(struct export_part){.kind = EXPORT_SCHEDULE});
    for (size_t i = 0; i < plan->n; i++)
        if (plan->parts[i].kind == EXPORT_SCHEDULE && schedule_of(&plan->parts[i]).n_columns > widest.n_columns)
            widest = schedule_of(&plan->parts[i]);
    sheet->last = (lxw_col_t)(widest.n_columns - 1);
    for (size_t c = 0; c < widest.n_columns; c++) {
        size_t width = width_of(widest.columns[c]);
        sheet->width += width;
        note(sheet, worksheet_set_column(sheet->worksheet, (lxw_col_t)c, (lxw_col_t)c, (double)width, NULL));
    }
    worksheet_set_paper(sheet->worksheet, PAPER_A4);
    worksheet_fit_to_pages(sheet->worksheet, 1, 0);
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
