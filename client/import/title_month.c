/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/plan_range.h"

/* 三月份工会工作安排, 实验小学2025年3月份工会活动: one month, and behind it what is planned. 2024年2月 at the end is a date. */
static bool names_month(const char *s, struct header *out)
{
    static const char *const works[] = {"工作", "活动", "工会", "安排", "计划", NULL};
    struct when when;
    for (size_t i = 0; s[i]; i += text_char(s + i)) {
        if (!when_parse(s + i, WHEN_NO_FESTIVAL, &when) || when.kind != WHEN_MONTH)
            continue;
        *out = (struct header){.strength = HEADER_STRONG, .when = when, .end = i + when.end};
        return when.count == 1 && text_has_any(s + i + when.end, works);
    }
    return false;
}

/* Does a list of items, and nothing that counts chapters, stand below the title? */
static bool heads_list(struct lines *lines, size_t title, const struct plan_range *range)
{
    const struct line *first = lines_next(lines, title, range->end);
    size_t items = 0;
    for (size_t i = title + 1; i < range->end; i++) {
        const struct header *header = &lines->items[i].header;
        enum label_style style = lines->items[i].label.style;
        bool other = header->strength == HEADER_STRONG && header->when.kind == WHEN_MONTH && header->rest < lines->items[i].text.n;
        if (lines->items[i].row || other)
            return false;
        if (lines->items[i].kind != LINE_CHROME && label_level(style) > 0 && label_level(style) < label_level(LABEL_DIGIT))
            return false;
        items += style != LABEL_NONE;
    }
    return first && first->kind == LINE_TEXT && first->label.style != LABEL_NONE && first->label.value <= 1 && items >= 2;
}

bool title_month_raise(struct lines *lines, const struct plan_range *range)
{
    size_t title = range->begin;
    struct header header;
    while (title < range->end && lines->items[title].kind != LINE_TITLE)
        title++;
    if (title == range->end || !names_month(lines->items[title].text.s, &header) || !heads_list(lines, title, range))
        return false;
    struct line *line = &lines->items[title];
    line->header = header;
    line->header.rest = line->text.n; /* what stands behind the month is the title's */
    line->heads = true;
    for (size_t i = title + 1; i < range->end; i++) /* 2、3月8日上午，召开…: days of the month */
        if (!line_is_signature_date(&lines->items[i]))
            lines->items[i].header.strength = HEADER_NONE;
    return true;
}
