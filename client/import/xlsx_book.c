/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/xlsx_book.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/import/document.h"
#include "common/base/clock.h"
#include "client/ui/lang.h"

/* ---- workbook.xml and its relations ---- */

static enum status on_book_start(void *context, const char *name, const char *const *attributes, struct err *err)
{
    struct xlsx_book *book = context;
    if (strcmp(name, "workbookPr") == 0) {
        const char *flag = xml_attribute(attributes, "date1904");
        book->date1904 = flag && (strcmp(flag, "1") == 0 || strcmp(flag, "true") == 0);
    }
    if (strcmp(name, "sheet") != 0)
        return STATUS_OK;
    if (book->sheet_count >= XLSX_MAX_SHEETS)
        return err_set(err, STATUS_NOT_UNDERSTOOD, _("the workbook has more than %d sheets"), XLSX_MAX_SHEETS);
    const char *title = xml_attribute(attributes, "name"), *state = xml_attribute(attributes, "state");
    const char *relation = NULL;
    for (const char *const *a = attributes; a[0]; a += 2) /* r:id, not sheetId */
        if (strchr(a[0], ':') && strcmp(strchr(a[0], ':'), ":id") == 0)
            relation = a[1];
    book->sheets = arena_grow(book->arena, book->sheets, book->sheet_count, &book->sheet_capacity, sizeof *book->sheets);
    book->sheets[book->sheet_count++] = (struct xlsx_sheet){.name = arena_strdup(book->arena, title ? title : ""),
                                                            .relation = arena_strdup(book->arena, relation ? relation : ""),
                                                            .hidden = state && strcmp(state, "visible") != 0};
    return STATUS_OK;
}

static enum status on_end_nothing(void *context, const char *name, struct err *err)
{
    (void)context;
    (void)name;
    (void)err;
    return STATUS_OK;
}

static enum status on_relation_start(void *context, const char *name, const char *const *attributes, struct err *err)
{
    struct xlsx_book *book = context;
    (void)err;
    const char *id = xml_attribute(attributes, "Id"), *target = xml_attribute(attributes, "Target");
    if (strcmp(name, "Relationship") != 0 || !id || !target)
        return STATUS_OK;
    for (size_t i = 0; i < book->sheet_count; i++)
        if (strcmp(book->sheets[i].relation, id) == 0)
            book->sheets[i].part =
                target[0] == '/' ? arena_strdup(book->arena, target + 1) : arena_printf(book->arena, "xl/%s", target);
    return STATUS_OK;
}

/* ---- sharedStrings.xml ---- */

static enum status on_string_start(void *context, const char *name, const char *const *attributes, struct err *err)
{
    struct xlsx_book *book = context;
    (void)attributes;
    (void)err;
    if (book->skip || strcmp(name, "rPh") == 0)
        book->skip++;
    else if (strcmp(name, "si") == 0)
        buf_reset(&book->text);
    else if (strcmp(name, "t") == 0)
        book->in_text = true;
    return STATUS_OK;
}

static enum status on_string_end(void *context, const char *name, struct err *err)
{
    struct xlsx_book *book = context;
    if (book->skip) {
        book->skip--;
        return STATUS_OK;
    }
    if (strcmp(name, "t") == 0)
        book->in_text = false;
    if (strcmp(name, "si") != 0)
        return STATUS_OK;
    book->string_bytes += book->text.len_bytes;
    if (book->string_count >= XLSX_MAX_STRINGS || book->text.failed || book->string_bytes > IMPORT_MAX_TEXT_BYTES)
        return err_set(err, STATUS_NOT_UNDERSTOOD, _("the workbook holds more text than a plan does"));
    book->strings = arena_grow(book->arena, book->strings, book->string_count, &book->string_capacity, sizeof *book->strings);
    book->strings[book->string_count++] = arena_strdup(book->arena, buf_text(&book->text));
    return STATUS_OK;
}

static enum status on_string_text(void *context, const char *text, size_t bytes, struct err *err)
{
    struct xlsx_book *book = context;
    (void)err;
    if (book->in_text && !book->skip)
        buf_put(&book->text, text, bytes);
    return STATUS_OK;
}

/* ---- styles.xml ---- */

static enum status on_style_start(void *context, const char *name, const char *const *attributes, struct err *err)
{
    struct xlsx_book *book = context;
    if (book->format_count >= XLSX_MAX_FORMATS || book->style_count >= XLSX_MAX_FORMATS)
        return err_set(err, STATUS_NOT_UNDERSTOOD, _("the workbook has more than %d formats"), XLSX_MAX_FORMATS);
    if (strcmp(name, "cellXfs") == 0)
        book->in_styles = true;
    if (strcmp(name, "numFmt") == 0) {
        const char *code = xml_attribute(attributes, "formatCode");
        book->formats = arena_grow(book->arena, book->formats, book->format_count, &book->format_capacity, sizeof *book->formats);
        book->formats[book->format_count++] = (struct xlsx_format){.id = xml_number(attributes, "numFmtId", 0, 100000),
                                                                   .code = arena_strdup(book->arena, code ? code : "")};
    }
    if (book->in_styles && strcmp(name, "xf") == 0) {
        book->styles = arena_grow(book->arena, book->styles, book->style_count, &book->style_capacity, sizeof *book->styles);
        book->styles[book->style_count++] = xml_number(attributes, "numFmtId", 0, 100000);
    }
    return STATUS_OK;
}

static enum status on_style_end(void *context, const char *name, struct err *err)
{
    struct xlsx_book *book = context;
    (void)err;
    if (strcmp(name, "cellXfs") == 0)
        book->in_styles = false;
    return STATUS_OK;
}

enum status xlsx_book_read(struct xlsx_book *book, struct package *package, struct arena *arena, struct err *err)
{
    static const struct xml_sink workbook = {on_book_start, on_end_nothing, NULL};
    static const struct xml_sink relations = {on_relation_start, on_end_nothing, NULL};
    static const struct xml_sink strings = {on_string_start, on_string_end, on_string_text};
    static const struct xml_sink styles = {on_style_start, on_style_end, NULL};
    *book = (struct xlsx_book){.arena = arena};
    buf_init(&book->text, XLSX_CELL_BYTES);
    enum status s = package_read(package, "xl/workbook.xml", &workbook, book, err);
    if (s == STATUS_OK)
        s = package_read(package, "xl/_rels/workbook.xml.rels", &relations, book, err);
    if (s == STATUS_OK && package_has(package, "xl/sharedStrings.xml"))
        s = package_read(package, "xl/sharedStrings.xml", &strings, book, err);
    if (s == STATUS_OK && package_has(package, "xl/styles.xml"))
        s = package_read(package, "xl/styles.xml", &styles, book, err);
    buf_done(&book->text);
    return s;
}

/* ---- numbers ---- */

enum { HAS_YEAR = 1, HAS_MONTH = 2, HAS_DAY = 4 };

/* The built-in formats that show dates, the Chinese ones too (ECMA-376 part 1, 18.8.30). */
static unsigned builtin_date(long id)
{
    if (id == 14 || id == 22 || id == 31 || id == 30 || (id >= 36 && id <= 36))
        return HAS_YEAR | HAS_MONTH | HAS_DAY;
    if (id == 17 || id == 27 || id == 50 || id == 52 || id == 57)
        return HAS_YEAR | HAS_MONTH;
    if (id == 15)
        return HAS_YEAR | HAS_MONTH | HAS_DAY;
    if (id == 16 || id == 28 || id == 29 || id == 51 || id == 53 || id == 54 || id == 58)
        return HAS_MONTH | HAS_DAY;
    return 0;
}

/* Which parts of a date a format code shows; quoted text, brackets and escapes do not count. */
static unsigned code_date(const char *code)
{
    unsigned parts = 0;
    for (const char *p = code; *p && *p != ';'; p++) {
        if (*p == '"') {
            p = strchr(p + 1, '"');
            if (!p)
                break;
        } else if (*p == '[') {
            p = strchr(p, ']');
            if (!p)
                break;
        } else if (*p == '\\' && p[1]) {
            p++;
        } else if (*p == 'y' || *p == 'Y') {
            parts |= HAS_YEAR;
        } else if (*p == 'd' || *p == 'D') {
            parts |= HAS_DAY;
        } else if ((*p == 'm' || *p == 'M') && !strchr(code, 'h') && !strchr(code, 'H')) {
            parts |= HAS_MONTH;
        } else if (*p == '0' || *p == '#' || *p == '?') {
            return 0;
        }
    }
    return parts;
}

static const char *date_text(const struct xlsx_book *book, double serial, unsigned parts)
{
    int year, month, day;
    int64_t number = (int64_t)serial + (book->date1904 ? -24107 : -25569); /* days since 1970-01-01 */
    clock_civil_from_day(number, &year, &month, &day);
    if ((parts & HAS_YEAR) && (parts & HAS_DAY))
        return arena_printf(book->arena, "%d-%02d-%02d", year, month, day);
    if (parts & HAS_YEAR)
        return parts & HAS_MONTH ? arena_printf(book->arena, "%d年%d月", year, month) : arena_printf(book->arena, "%d年", year);
    if (parts & HAS_DAY)
        return parts & HAS_MONTH ? arena_printf(book->arena, "%d月%d日", month, day) : arena_printf(book->arena, "%d日", day);
    return arena_printf(book->arena, "%d月", month);
}

/* The literal text of a number format before and behind the digits: 0"月", "约"0"人". */
static void literals(const char *code, char *before, char *after, size_t size)
{
    char *out = before;
    size_t n = 0;
    before[0] = after[0] = '\0';
    for (const char *p = code; *p && *p != ';'; p++) {
        if (*p == '0' || *p == '#' || *p == '?') {
            out = after;
            n = strlen(after);
        } else if (*p == '"') {
            for (p++; *p && *p != '"' && n + 1 < size; p++)
                out[n++] = *p;
            out[n] = '\0';
            if (!*p)
                break;
        } else if (*p == '[') {
            p = strchr(p, ']');
            if (!p)
                break;
        } else if ((unsigned char)*p >= 0x80 && n + 1 < size) {
            out[n++] = *p;
            out[n] = '\0';
        }
    }
}

static const char *plain_number(const struct xlsx_book *book, const char *value)
{
    char *end;
    double v = strtod(value, &end);
    if (*end != '\0' || end == value)
        return arena_strdup(book->arena, value);
    return arena_printf(book->arena, "%.12g", v);
}

const char *xlsx_number_text(const struct xlsx_book *book, const char *value, long style)
{
    long id = style >= 0 && (size_t)style < book->style_count ? book->styles[style] : 0;
    const char *code = NULL;
    for (size_t i = 0; !code && i < book->format_count; i++)
        if (book->formats[i].id == id)
            code = book->formats[i].code;
    unsigned parts = code ? code_date(code) : builtin_date(id);
    double v = strtod(value, NULL);
    if (parts && v >= 1 && v < 2958466) /* up to 9999-12-31 */
        return date_text(book, v, parts);
    char before[32], after[32];
    literals(code ? code : "", before, after, sizeof before);
    const char *number = plain_number(book, value);
    return before[0] || after[0] ? arena_printf(book->arena, "%s%s%s", before, number, after) : number;
}
