/* SPDX-License-Identifier: Apache-2.0
 *
 * Times that are none of a schedule: of one event, of the page itself. */
#include <string.h>

#include "client/import/plan_range.h"

/* 二、活动时间 above 2015年3月期间: when one event takes place, no month of a schedule. */
static bool answers_when(struct lines *lines, size_t at, const struct plan_range *range)
{
    static const char *const words[] = {"时间", "活动时间", "时间安排", "起止时间", "举办时间", "比赛时间", "实施时间", NULL};
    const struct line *line = &lines->items[at], *before = lines_previous(lines, at, range->begin);
    size_t n = before && before->label.style != LABEL_NONE ? text_begins_any(before->text.s + before->label.end, words) : 0;
    size_t end = n ? before->label.end + n : 0;
    return n && (!before->text.s[end] || strcmp(before->text.s + end, ":") == 0) && line->label.style == LABEL_NONE;
}

static bool is_dated_day(const struct line *line)
{
    const struct header *h = &line->header;
    return h->strength == HEADER_STRONG && h->when.kind == WHEN_DATE && (h->when.year > 0 || h->when.year == WHEN_YEAR_MASKED);
}

static bool tells_months(const struct line *line)
{
    return line->row || (line->header.strength == HEADER_STRONG && header_names_months(&line->header));
}

/* Is there another line like this one? From it outwards: asked of each of them, no line is looked at more than a few times. */
static bool has_other(const struct lines *lines, size_t at, const struct plan_range *range, bool (*like)(const struct line *))
{
    for (size_t i = at + 1; i < range->end; i++)
        if (like(&lines->items[i]))
            return true;
    for (size_t i = at; i > range->begin; i--)
        if (like(&lines->items[i - 1]))
            return true;
    return false;
}

bool header_is_page_date(const struct lines *lines, size_t at, const struct plan_range *range)
{
    return is_dated_day(&lines->items[at]) && !has_other(lines, at, range, is_dated_day);
}

/* 20xx年3—4月 alone, without a list below, in a plan that names no other month: when all of it takes place. */
static bool is_only_time(struct lines *lines, size_t at, const struct plan_range *range)
{
    const struct line *line = &lines->items[at], *next = lines_next(lines, at, range->end);
    if (line->header.when.year == 0 || line->header.rest < line->text.n || (next && next->label.style != LABEL_NONE))
        return false;
    return !has_other(lines, at, range, tells_months);
}

bool header_tells_event(struct lines *lines, size_t at, const struct plan_range *range)
{
    return answers_when(lines, at, range) || is_only_time(lines, at, range);
}
