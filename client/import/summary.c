/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/import/plan_range.h"

#define HEADING_CHARACTERS 24 /* a longer line is no heading of a part */

static bool looks_back(const struct line *line)
{
    static const char *const words[] = {"总结", "回顾", "工作完成情况", "工作开展情况", "工作情况", NULL};
    const char *s = line->text.s + line->label.end;
    bool part = line->label.style == LABEL_CHAPTER || line->label.style == LABEL_ZH;
    return part && !line->row && text_length(s) <= HEADING_CHARACTERS && text_ends_any(s, words) && !text_has(s, "计划");
}

static bool looks_ahead(const struct line *line)
{
    static const char *const words[] = {"计划", "安排", "打算", "思路", "设想", "要点", "重点", NULL};
    const char *s = line->text.s + line->label.end;
    return text_length(s) <= HEADING_CHARACTERS && text_has_any(s, words);
}

/* The line of the next part, where that looks ahead; 0 when the line at `at` heads no summary above a plan. */
static size_t end_of_summary(const struct lines *lines, size_t at, size_t end)
{
    const struct label *own = &lines->items[at].label;
    for (size_t i = at + 1; i < end; i++) {
        const struct line *line = &lines->items[i];
        if (line->label.style == own->style && line->header.strength != HEADER_STRONG)
            return line->label.value == own->value + 1 && looks_ahead(line) ? i : 0;
        if (line->label.style == LABEL_CHAPTER || line->kind == LINE_TITLE)
            return 0;
    }
    return 0;
}

void summary_mark(struct lines *lines, const struct plan_range *range)
{
    for (size_t i = range->begin; i < range->end; i++) {
        bool item = i > range->begin && lines->items[i - 1].header.strength == HEADER_STRONG; /* 一月： over 一、年终总结 */
        size_t end = !item && looks_back(&lines->items[i]) ? end_of_summary(lines, i, range->end) : 0;
        for (; i + 1 < end; i++) {
            struct line *line = &lines->items[i + 1];
            line->past = !line->row;
            line->header.strength = line->row ? line->header.strength : HEADER_NONE;
        }
    }
}
