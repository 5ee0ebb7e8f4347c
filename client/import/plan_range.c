/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/plan_range.h"

#include <string.h>

#include "client/import/told.h"

struct seen {
    int level1;  /* the highest 一、 so far */
    bool header; /* a strong month header, or a table row */
    bool signature;
    bool title;
    size_t content;        /* lines that are neither title, chrome nor short head lines */
    size_t last_scheduled; /* the last header or row */
};

static bool has_month_header(const struct line *line)
{
    return line->kind == LINE_ROW ||
           (line->header.strength == HEADER_STRONG && line->header.when.count > 0 && line->header.when.kind == WHEN_MONTH);
}

/* 一、 at the start of a line that is no month header. */
static bool is_first_heading(const struct line *line)
{
    return line->label.style == LABEL_ZH && line->label.value == 1 && !has_month_header(line) && line->text.s[line->label.end];
}

static bool restarts(const struct lines *lines, size_t at, const struct seen *seen)
{
    const struct line *line = &lines->items[at];
    if (!is_first_heading(line) || (seen->level1 < 2 && !seen->header))
        return false;
    const char *rest = line->text.s + line->label.end;
    return line_opens_plan(rest) && (seen->signature || line->indented || seen->level1 >= 2);
}

static bool new_title(const struct lines *lines, size_t at, const struct seen *seen, const char *title)
{
    const struct line *line = &lines->items[at];
    if (line->kind != LINE_TITLE)
        return false;
    if (title && strcmp(title, line->text.s) == 0)
        return false;
    if (title && line->label.style == LABEL_CHAPTER && text_has(title, "总结")) /* 总结及计划: its second part */
        return false;
    static const char *const words[] = {"计划", "要点", "规划", "篇", NULL};
    bool arranges = text_has(line->text.s, "安排") && text_has(line->text.s, "年") && (seen->signature || seen->header);
    if (!arranges && !text_has_any(line->text.s, words))
        return false;
    return seen->content > 0 && (seen->level1 > 0 || seen->header || seen->content >= 3);
}

/* Lines between the end of one plan's schedule and the restart that belong to the plan that begins: an advertising sentence
 * that names it. */
static size_t step_back(const struct lines *lines, size_t at, size_t begin)
{
    while (at > begin + 1 && lines->items[at - 1].kind == LINE_CHROME && text_has(lines->items[at - 1].text.s, "计划"))
        at--;
    return at;
}

static void note_line(struct seen *seen, struct line *line, size_t at)
{
    if (line->kind == LINE_CHROME) /* a table of contents counts nothing */
        return;
    if (line->label.style == LABEL_ZH && !has_month_header(line) && line->label.value > seen->level1)
        seen->level1 = line->label.value;
    if (line->label.style == LABEL_CHAPTER) /* the counters inside start again */
        seen->level1 = 0;
    if (has_month_header(line) && !line_is_signature_date(line)) {
        seen->header = true;
        seen->last_scheduled = at;
    }
    if (seen->content > 2 && (line_is_signature_date(line) || line_is_signature_name(line->text.s)))
        seen->signature = true;
    if (line->kind == LINE_TITLE)
        seen->title = true;
    else if (line->kind != LINE_CHROME && (line->label.style != LABEL_NONE || text_length(line->text.s) > 24 ||
                                           line->kind == LINE_ROW || has_month_header(line)))
        seen->content++;
}

/* Has the range what makes a plan: a title with a schedule or headings, or enough of these without one? */
static bool holds_plan(const struct lines *lines, const struct plan_range *range)
{
    size_t labels = 0, headers = 0, titles = 0, numbers = 0, spaced = 0;
    for (size_t i = range->begin; i < range->end; i++) {
        const struct line *line = &lines->items[i];
        titles += line->kind == LINE_TITLE;
        headers += has_month_header(line) && !line_is_signature_date(line);
        spaced += line->header.strength == HEADER_MEDIUM && line->header.when.kind == WHEN_MONTH; /* 1月份 慰问困难教职工 */
        numbers += line->label.style == LABEL_DIGIT;
        labels += line->label.style == LABEL_ZH || line->label.style == LABEL_ZH_PAREN || line->label.style == LABEL_CHAPTER;
    }
    return titles ? labels >= 2 || headers >= 1 || numbers >= 3 || spaced >= 3 : labels >= 2 || headers >= 2;
}

/* A range that is none belongs to the plan before it, the first to the plan behind it. */
static size_t merge_ranges(const struct lines *lines, struct plan_range *ranges, size_t n)
{
    size_t out = 0;
    for (size_t i = 0; i < n; i++) {
        bool plan = holds_plan(lines, &ranges[i]) || (ranges[i].part && told_is_report(lines, &ranges[i]));
        if (!plan && out > 0)
            ranges[out - 1].end = ranges[i].end;
        else if (!plan && i + 1 < n)
            ranges[i + 1].begin = ranges[i].begin;
        else
            ranges[out++] = ranges[i];
    }
    return out;
}

/* A title set in several lines: 2024学年度第二学期 / 第二中学工会 / 工作计划. */
#define TITLE_LINES 3
#define TITLE_LINE_CHARACTERS 24
static void join_titles(struct lines *lines, const struct plan_range *range)
{
    static const char *const sentence[] = {"。", ",", ";", ":", "!", "?", NULL};
    size_t title = range->begin;
    while (title < range->end && title <= range->begin + TITLE_LINES && lines->items[title].kind != LINE_TITLE)
        title++;
    if (title >= range->end || title > range->begin + TITLE_LINES)
        return;
    for (size_t i = range->begin; i < title; i++) {
        const struct line *line = &lines->items[i];
        if (line->kind != LINE_TEXT || line->label.style != LABEL_NONE || text_length(line->text.s) > TITLE_LINE_CHARACTERS ||
            text_has_any(line->text.s, sentence))
            return;
    }
    for (size_t i = range->begin; i < title; i++)
        lines->items[i].kind = LINE_TITLE;
}

size_t plan_ranges_find(struct lines *lines, struct plan_range out[IMPORT_MAX_PLANS])
{
    size_t n = 0;
    struct seen seen = {0};
    const char *title = NULL;
    bool over = false;
    out[n] = (struct plan_range){0};
    for (size_t i = 0; i < lines->count; i++) {
        struct line *line = &lines->items[i];
        if (line->number == 0 && i + 1 < lines->count && line[1].kind == LINE_TITLE) /* the name of a sheet that has its title */
            line->kind = LINE_CHROME;
        over |= (i > 10 || seen.header) && line_ends_document(line->text.s);
        if (over && !line->row) {
            line->kind = LINE_CHROME;
            line->header.strength = HEADER_NONE;
            continue;
        }
        bool titled = new_title(lines, i, &seen, title);
        bool glued = !titled && restarts(lines, i, &seen);
        bool part = !titled && !glued && (seen.header || seen.level1 > 1) && told_begins_report(lines, i);
        if ((titled || glued || part) && n + 1 < IMPORT_MAX_PLANS) {
            size_t begin = glued ? step_back(lines, i, out[n].begin) : i;
            out[n].end = begin;
            out[++n] = (struct plan_range){.begin = begin, .glued = glued, .part = part};
            seen = (struct seen){0};
            title = NULL;
        }
        if (line->kind == LINE_TITLE) {
            if (title && strcmp(title, line->text.s) == 0)
                line->kind = LINE_CHROME;
            title = line->text.s;
        }
        note_line(&seen, line, i);
    }
    out[n].end = lines->count;
    n = merge_ranges(lines, out, n + 1);
    for (size_t i = 0; i < n; i++)
        join_titles(lines, &out[i]);
    return n;
}

struct line *lines_next(struct lines *lines, size_t at, size_t end)
{
    for (size_t i = at + 1; i < end; i++)
        if (lines->items[i].kind != LINE_CHROME && lines->items[i].kind != LINE_COLUMNS)
            return &lines->items[i];
    return NULL;
}

struct line *lines_previous(struct lines *lines, size_t at, size_t begin)
{
    while (at > begin)
        if (lines->items[--at].kind != LINE_CHROME)
            return &lines->items[at];
    return NULL;
}
