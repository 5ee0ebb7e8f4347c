/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/told.h"

#include <string.h>

#define SENTENCE_CHARACTERS 12 /* a shorter line tells nothing */
#define ITEM_CHARACTERS 4
#define PROSE_CHARACTERS 20
#define TITLE_CHARACTERS 45

bool told_is_past(const char *s)
{
    static const char *const before[] = {"为", "除", "罢", "明", NULL}, *const behind[] = {"解", "然", "却", "如", NULL};
    static const char *const words[] = {"好评", "荣获", "圆满结束", "落下帷幕", NULL};
    static const char *const ahead[] = {"将", "拟", "力争", "争取", "确保", NULL};
    static const char done[] = "了";
    bool past = text_has_any(s, words);
    for (const char *at = s; !past && (at = strstr(at, done)) != NULL; at += strlen(done)) {
        size_t i = (size_t)(at - s);
        past = i > 0 && !text_begins_any(s + text_before(s, i), before) && !text_begins_any(at + strlen(done), behind);
    }
    return past && !text_has_any(s, ahead);
}

/* ---- where a report begins ---- */

/* 第二篇：, 篇二： and what stands behind them. NULL when the line is no such. */
static const char *behind_part(const char *s)
{
    static const char *const numbers[] = {"一", "二", "三", "四", "五", "六", "七", "八", "九", "十", NULL};
    size_t at = text_begins(s, "第"), part = at ? 0 : text_begins(s, "篇");
    size_t from = at + part, n = text_begins_any(s + from, numbers);
    n = n ? n : strspn(s + from, "0123456789");
    size_t end = from + n;
    end += at ? text_begins(s + end, "篇") : 0;
    bool whole = n && from && (!at || end > from + n) && (s[end] == ':' || s[end] == ' ' || !s[end]);
    return whole ? s + end + (s[end] != '\0') : NULL;
}

static bool names_report(const char *s)
{
    static const char *const ends[] = {"总结", "工作汇报", "述职报告", "工作报告", "情况汇报", NULL};
    static const char *const sentence[] = {"。", ",", ";", "!", "?", NULL};
    struct label label;
    return text_length(s) <= TITLE_CHARACTERS && text_ends_any(s, ends) && !text_has(s, "计划") && !text_has_any(s, sentence) &&
           !label_parse(s, 0, &label);
}

static bool is_report_title(const struct line *line)
{
    const char *rest = behind_part(line->text.s);
    return names_report(rest ? rest : line->text.s);
}

bool told_begins_report(const struct lines *lines, size_t at)
{
    static const char *const terms[] = {"学期", "年", NULL};
    const char *s = lines->items[at].text.s, *rest = behind_part(s);
    if (lines->items[at].row || lines->items[at].kind == LINE_CHROME)
        return false;
    if (rest)
        return !*rest || names_report(rest);
    if (!names_report(s) || !text_has_any(s, terms))
        return false;
    for (size_t i = at + 1; i < lines->count && i <= at + 2; i++)
        if (text_length(lines->items[i].text.s) >= PROSE_CHARACTERS)
            return !lines->items[i].row && told_is_past(lines->items[i].text.s);
    return false;
}

/* ---- what a report tells ---- */

/* Does the line, no row, tell anything: an item, a sentence? */
static bool is_told(const struct line *line)
{
    static const char *const marks[] = {"。", ";", ",", NULL};
    const char *s = line->text.s;
    enum label_style style = line->label.style;
    if (line->row || line->kind == LINE_TITLE || line->kind == LINE_CHROME || line->kind == LINE_COLUMNS)
        return false;
    bool headed = line->header.strength == HEADER_STRONG && line->header.rest < line->text.n;
    bool item = headed || style == LABEL_DIGIT || style == LABEL_DIGIT_PAREN || style == LABEL_CIRCLED || style == LABEL_BULLET;
    return text_length(s) >= (item ? ITEM_CHARACTERS : SENTENCE_CHARACTERS) && (item || text_has_any(s, marks));
}

bool told_is_report(const struct lines *lines, const struct plan_range *range)
{
    size_t told = 0, past = 0, rows = 0, past_rows = 0;
    bool titled = false; /* as a report */
    for (size_t i = range->begin; i < range->end; i++) {
        const struct line *line = &lines->items[i];
        if (line->kind == LINE_TITLE)
            return false;
        titled |= i == range->begin && is_report_title(line);
        rows += line->row != NULL;
        past_rows += line->row && told_is_past(line->text.s);
        told += is_told(line);
        past += is_told(line) && told_is_past(line->text.s);
    }
    if (past_rows * 2 > rows) { /* most tables do not say what was done, of a report or not */
        told += past_rows;
        past += past_rows;
    }
    return titled ? past * 3 >= told : past >= 2 && past * 3 >= told * 2;
}

void told_mark(struct lines *lines, const struct plan_range *range, struct doubts *doubts)
{
    for (size_t i = range->begin; i < range->end; i++) {
        struct line *line = &lines->items[i];
        line->past = true;
        line->header = (struct header){0};
        line->row = NULL;
        if (i == range->begin && is_report_title(line))
            line->kind = LINE_TITLE;
        else if (line->kind == LINE_ROW || line->kind == LINE_META || line->kind == LINE_TITLE)
            line->kind = LINE_TEXT;
    }
    doubts_add(doubts, IMPORT_DOUBT_TOLD_AS_DONE, lines->items[range->begin].number, lines->items[range->begin].text.raw, "");
}

static bool is_weak(const struct line *line)
{
    return line->kind == LINE_TEXT && (line->header.strength == HEADER_WEAK || line->header.strength == HEADER_MEDIUM) &&
           header_names_months(&line->header);
}

void told_weaken(struct lines *lines, const struct plan_range *range)
{
    size_t weak = 0, past = 0;
    for (size_t i = range->begin; i < range->end; i++) {
        weak += is_weak(&lines->items[i]);
        past += is_weak(&lines->items[i]) && told_is_past(lines->items[i].text.s);
    }
    for (size_t i = range->begin; past * 2 <= weak && i < range->end; i++)
        if (is_weak(&lines->items[i]) && told_is_past(lines->items[i].text.s)) {
            lines->items[i].header.strength = HEADER_NONE;
            lines->items[i].past = true;
        }
}
