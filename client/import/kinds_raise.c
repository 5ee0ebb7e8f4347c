/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/import/plan_range.h"

#define ITEMS_LEAST 4 /* of lists by kind */
#define DAYS_LEAST 2

static bool is_heading(const struct line *line)
{
    enum label_style style = line->label.style;
    bool heading = style == LABEL_CHAPTER || style == LABEL_ZH || style == LABEL_ZH_PAREN || line->outline;
    return heading && !line->row && line->header.strength == HEADER_NONE;
}

/* 1．4月召开教代会: a numbered item that begins with its month. */
static bool begins_with_month(const struct line *line)
{
    const struct header *h = &line->header;
    return h->strength != HEADER_NONE && h->label.style == line->label.style && header_names_months(h) && h->when.year == 0 &&
           h->rest < line->text.n;
}

/* Items numbered anew below each heading, as good as all of them beginning with their months: the lists of a plan by kinds of
 * work. */
void kinds_raise(struct lines *lines, const struct plan_range *range)
{
    size_t items = 0, dated = 0, lists = 0;
    bool heading = false;
    for (size_t i = range->begin; i < range->end; i++) {
        const struct line *line = &lines->items[i];
        heading |= is_heading(line);
        if (line->kind != LINE_TEXT || line->label.style != LABEL_DIGIT)
            continue;
        items++;
        dated += begins_with_month(line);
        lists += heading && line->label.value == 1 && begins_with_month(line);
        heading = false;
    }
    for (size_t i = range->begin; dated >= ITEMS_LEAST && lists >= 2 && dated * 5 >= items * 4 && i < range->end; i++) {
        struct line *line = &lines->items[i];
        if (line->kind == LINE_TEXT && line->label.style == LABEL_DIGIT && begins_with_month(line))
            line->header.strength = HEADER_STRONG;
    }
}

/* 26日，召开工会委员会。 below 二、2月 */
static bool names_day(const struct line *line)
{
    const char *s = line->text.s;
    size_t digits = strspn(s, "0123456789");
    return line->kind == LINE_TEXT && line->label.style == LABEL_NONE && line->header.when.kind == WHEN_PART && digits &&
           text_begins(s + digits, "日") && s[line->header.end] == ',' && s[line->header.end + 1];
}

void month_days_raise(struct lines *lines, const struct plan_range *range)
{
    size_t n = 0;
    bool month = false;
    for (int pass = 0; pass < 2 && (pass == 0 || n >= DAYS_LEAST); pass++)
        for (size_t i = range->begin; i < range->end; i++) {
            struct line *line = &lines->items[i];
            if (!names_day(line)) {
                month = line->header.strength == HEADER_STRONG && header_names_months(&line->header);
                continue;
            }
            n += pass == 0 && month;
            if (pass > 0 && month)
                line->header.strength = HEADER_STRONG;
        }
}

/* Does the plan's title tell a calendar year? */
static bool is_calendar(const struct lines *lines, const struct plan_range *range)
{
    for (size_t i = range->begin; i < range->end; i++)
        if (lines->items[i].kind == LINE_TITLE)
            return text_has(lines->items[i].text.s, "年") && !text_has(lines->items[i].text.s, "学年") &&
                   !text_has(lines->items[i].text.s, "学期");
    return false;
}

/* 2026年 over months: they are of a new year. */
static bool heads_year(const struct line *line)
{
    int year, second;
    return line->kind == LINE_HEADING && when_parse_year(line->text.s + line->label.end, &year, &second) && year > 0;
}

bool kinds_divide(const struct lines *lines, const struct plan_range *range)
{
    size_t falls = 0;
    int first = 0, previous = 0, latest = 0; /* latest: of the months behind the first fall */
    bool heading = false;
    for (size_t i = range->begin; i < range->end; i++) {
        const struct line *line = &lines->items[i];
        const struct when *when = line_when(line);
        heading |= line->kind == LINE_COLUMNS || is_heading(line);
        if (heads_year(line))
            return false;
        if (!when || when->count == 0 || (when->kind != WHEN_MONTH && when->kind != WHEN_DATE))
            continue;
        falls += heading && when->months[0] < previous;
        first = first ? first : when->months[0];
        latest = falls && when->months[0] > latest ? when->months[0] : latest;
        heading = false;
        previous = when->months[when->count - 1];
    }
    /* one fall may be the turn of the year, with January and February behind it, or all of a school year */
    return falls >= 2 || (falls == 1 && first < 7 && latest > 2 && is_calendar(lines, range));
}
