/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/import.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "client/import/build.h"
#include "client/import/finish.h"
#include "client/import/package.h"
#include "client/import/reader.h"
#include "client/import/told.h"
#include "client/ui/lang.h"
#include "common/domain/month.h"

/* ---- names ---- */

const char *import_body_name(enum import_body body)
{
    static const char *const names[] = {
#define BODY(upper, lower, text, text_zh) #lower,
#include "client/import/body.def"
#undef BODY
    };
    return names[body];
}

const char *import_body_text(enum import_body body, bool chinese)
{
    static const char *const texts[][2] = {
#define BODY(upper, lower, text, text_zh) {text, text_zh},
#include "client/import/body.def"
#undef BODY
    };
    return texts[body][chinese];
}

const char *import_term_name(enum import_term term)
{
    static const char *const names[] = {"year", "school_year", "semester"};
    return names[term];
}

const char *import_doubt_name(enum import_doubt_code code)
{
    static const char *const names[] = {
#define DOUBT(upper, lower, text, text_zh) #lower,
#include "client/import/doubt.def"
#undef DOUBT
    };
    return names[code];
}

const char *import_doubt_text(enum import_doubt_code code, bool chinese)
{
    static const char *const texts[][2] = {
#define DOUBT(upper, lower, text, text_zh) {text, text_zh},
#include "client/import/doubt.def"
#undef DOUBT
    };
    return texts[code][chinese];
}

void import_month_format(int year, unsigned month, char out[IMPORT_MONTH_TEXT_BYTES])
{
    unsigned offset = month / 12 % 10, of_year = month % 12 + 1;
    if (year > 0)
        month_format(month_make(year, 1) + (int32_t)month, out);
    else if (offset)
        snprintf(out, IMPORT_MONTH_TEXT_BYTES, "Y+%u-%02u", offset, of_year);
    else
        snprintf(out, IMPORT_MONTH_TEXT_BYTES, "Y-%02u", of_year);
}

/* ---- is it a plan at all? ---- */

#define PROSE_CHARACTERS 30 /* below a title, what is shorter is no plan */

static size_t schedule_months(const struct import_plan *plan)
{
    uint64_t all = 0;
    size_t n = 0;
    for (size_t i = 0; i < plan->activity_count; i++)
        if (plan->activities[i].origin == IMPORT_FROM_SCHEDULE)
            all |= plan->activities[i].months;
    for (; all; all &= all - 1)
        n++;
    return n;
}

/* 新的一年，我校工会将于三月份组织…，四月份组织…。 */
static bool is_prose(const struct import_section *section)
{
    return section->kind == IMPORT_PARAGRAPH && text_length(section->text) >= PROSE_CHARACTERS && text_ends(section->text, "。");
}

static bool is_plan(const struct import_plan *plan)
{
    size_t headings = 0, prose = 0;
    for (size_t i = 0; i < plan->section_count; i++) {
        headings += plan->sections[i].kind == IMPORT_HEADING || (plan->sections[i].label != NULL);
        prose += is_prose(&plan->sections[i]);
    }
    size_t months = schedule_months(plan);
    return (plan->title && (months >= 1 || headings >= 2 || prose >= 1)) || months >= 2 || headings >= 3;
}

/* A summary or a piece of news may speak of months and have headings, but its title says what it is. */
static const char *other_genre(struct arena *arena, const struct lines *lines)
{
    static const char *const genres[] = {
#define GENRE(text) text,
#include "client/import/genre.def"
        NULL};
    for (size_t i = 0; i < lines->count; i++)
        if (lines->items[i].kind == LINE_TITLE)
            return NULL;
    if (lines->count == 0)
        return NULL;
    const struct text *text = &lines->items[0].text;
    const char *open = strrchr(text->s, '('); /* 获奖统计表（2023年） */
    struct text first =
        text_part(arena, text, 0, open && open > text->s && text_ends(text->s, ")") ? (size_t)(open - text->s) : text->n);
    return text_length(text->s) <= 40 && text_ends_any(first.s, genres) ? text->raw : NULL;
}

static enum status parse(const struct document *document, struct import_result *out, struct err *err)
{
    struct arena *arena = document->arena;
    struct lines lines;
    lines_make(&lines, document);
    lines.arena_end = document->arena_begin + IMPORT_ARENA_BYTES;
    struct plan_range *ranges = ARENA_ARRAY(arena, IMPORT_MAX_PLANS, struct plan_range);
    size_t n = plan_ranges_find(&lines, ranges), plans = 0;
    struct import_result result = {.format = document->format};
    result.plans = ARENA_ARRAY(arena, n, struct import_plan);
    const char *genre = other_genre(arena, &lines);
    size_t reports = 0;
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        struct import_plan *plan = &result.plans[plans];
        *plan = (struct import_plan){.first = -1, .last = -1};
        document->doubts->plan = (uint32_t)plans;
        if (told_is_report(&lines, &ranges[i])) {
            told_mark(&lines, &ranges[i], document->doubts);
            reports++;
        }
        headers_settle(&lines, &ranges[i], document->doubts);
        months_walk(&lines, &ranges[i], document->doubts);
        build_plan(&lines, &ranges[i], plan, arena, document->doubts);
        finish_plan(&lines, &ranges[i], plan, arena, document->doubts);
        if (plan->activity_count >= IMPORT_MAX_ACTIVITIES)
            return err_set(err, STATUS_NOT_UNDERSTOOD, _("the plan has %zu activities or more: this is no plan document"),
                           IMPORT_MAX_ACTIVITIES);
        if (arena->used_bytes > lines.arena_end)
            return err_set(err, STATUS_NOT_UNDERSTOOD,
                           _("reading the document takes more than %zu MB of memory: this is no plan document"),
                           IMPORT_ARENA_BYTES >> 20);
        any |= is_plan(plan);
        plans++;
    }
    if (genre && n == 1)
        return err_set(err, STATUS_NOT_UNDERSTOOD, _("this is titled \"%s\" and is no work plan; import reads plans only"), genre);
    if (reports == n)
        return err_set(err, STATUS_NOT_UNDERSTOOD,
                       _("this tells what was done and has no title with 计划: a report is no work plan; import reads plans only"));
    if (!any)
        return err_set(
            err, STATUS_NOT_UNDERSTOOD,
            _("no work plan found: no title with 计划, no month schedule, no numbered sections; is this the right file?"));
    result.plan_count = plans;
    result.doubts = document->doubts->items;
    result.doubt_count = document->doubts->count;
    result.doubts_dropped = document->doubts->dropped;
    *out = result;
    return STATUS_OK;
}

/* ---- formats ---- */

static bool name_ends(const char *name, const char *ending)
{
    size_t n = name ? strlen(name) : 0, m = strlen(ending);
    return n >= m && strcasecmp(name + n - m, ending) == 0;
}

static enum status refuse_old(const char *what, const char *instead, struct err *err)
{
    return err_set(err, STATUS_NOT_UNDERSTOOD, _("this is an old %s file; open it and save it as %s (另存为 %s), then import that"),
                   what, instead, instead);
}

/* A zip: by what is in it, whatever it is called. */
static enum status read_package(const char *data, size_t bytes, struct document *document, struct err *err)
{
    struct package package;
    enum status s = package_open(&package, data, bytes, err);
    if (s != STATUS_OK)
        return s;
    bool workbook = package_has(&package, "xl/workbook.xml");
    package_close(&package);
    return workbook ? read_xlsx(data, bytes, document, err) : read_docx(data, bytes, document, err);
}

/* A page of Markdown in a text file, as programs that write for people give it: two headings with # at least. */
static bool is_markdown(const char *data, size_t n)
{
    size_t headings = 0;
    for (size_t at = 0; at < n && headings < 2;) {
        const char *end = memchr(data + at, '\n', n - at);
        size_t length = end ? (size_t)(end - data) - at : n - at, level = 0;
        while (level < length && data[at + level] == '#')
            level++;
        headings += level >= 1 && level <= 6 && level + 1 < length && data[at + level] == ' ';
        at += length + 1;
    }
    return headings >= 2;
}

static enum status read_document(const struct import_source *source, struct document *document, struct err *err)
{
    static const unsigned char ole[] = {0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1};
    const char *data = source->data;
    size_t n = source->size_bytes;
    if (n == 0)
        return err_set(err, STATUS_NOT_UNDERSTOOD, _("the file is empty"));
    if (n > IMPORT_MAX_BYTES)
        return err_set(err, STATUS_NOT_UNDERSTOOD, _("the file has %zu bytes, the limit is %zu"), n, IMPORT_MAX_BYTES);
    if (n >= sizeof ole && memcmp(data, ole, sizeof ole) == 0) {
        if (name_ends(source->name, ".docx") || name_ends(source->name, ".xlsx"))
            return err_set(err, STATUS_NOT_UNDERSTOOD,
                           _("the file is protected by a password or in an old format; save it without a password as "
                             ".docx or .xlsx, then import that"));
        bool sheet = name_ends(source->name, ".xls") || name_ends(source->name, ".et");
        return refuse_old(sheet ? "Excel" : _("Word or WPS"), sheet ? ".xlsx" : ".docx", err);
    }
    if (n >= 5 && memcmp(data, "{\\rtf", 5) == 0)
        return refuse_old(_("rich text"), ".docx", err);
    if (n >= 4 && memcmp(data, "%PDF", 4) == 0)
        return err_set(err, STATUS_NOT_UNDERSTOOD,
                       _("this is a PDF; import the .docx or .xlsx it was made from, or save its text as .txt"));
    if (n >= 2 && memcmp(data, "PK", 2) == 0)
        return read_package(data, n, document, err);
    bool markdown = name_ends(source->name, ".md") || name_ends(source->name, ".markdown") || is_markdown(data, n);
    return read_text(data, n, markdown, document, err);
}

enum status import_read(const struct import_source *source, struct arena *arena, struct import_result *out, struct err *err)
{
    struct doubts doubts;
    struct document document;
    doubts_init(&doubts, arena);
    document_init(&document, arena, &doubts);
    enum status s = read_document(source, &document, err);
    return s == STATUS_OK ? parse(&document, out, err) : s;
}

/* ---- binding ---- */

bool import_first_month(const struct import_plan *plan, int32_t *from)
{
    if (!plan->year || plan->first < 0)
        return false;
    *from = month_make(plan->year, 1) + plan->first;
    return true;
}

enum status import_bind(const struct import_plan *plan, int32_t from, struct arena *arena, struct import_binding *out,
                        struct err *err)
{
    char text[MONTH_TEXT_BYTES], told[MONTH_TEXT_BYTES];
    month_format(from, text);
    if (plan->first < 0)
        return err_set(err, STATUS_NOT_UNDERSTOOD, _("the plan has no month schedule, so no first month can be given to it"));
    if (month_of_year(from) != plan->first % 12 + 1)
        return err_set(err, STATUS_NOT_UNDERSTOOD, _("the plan begins in month %d, not in %s"), plan->first % 12 + 1, text);
    int32_t base = from - plan->first;
    if (plan->year && month_year(base) != plan->year) {
        month_format(month_make(plan->year, 1) + plan->first, told);
        return err_set(err, STATUS_NOT_UNDERSTOOD, _("the plan says %s, so it begins in %s, not in %s"), plan->year_text, told,
                       text);
    }
    struct import_binding binding = {.first = from, .last = base + plan->last};
    binding.months = ARENA_ARRAY(arena, plan->activity_count, int64_t);
    for (size_t i = 0; i < plan->activity_count; i++)
        for (int m = 0; m < IMPORT_MONTHS; m++)
            if (plan->activities[i].months >> m & 1 && !month_set_add(&binding.months[i], base + m))
                return err_set(err, STATUS_NOT_UNDERSTOOD, _("activity \"%s\" reaches over too many months"),
                               plan->activities[i].text);
    *out = binding;
    return STATUS_OK;
}
