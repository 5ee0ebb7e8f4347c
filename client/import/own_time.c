/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/own_time.h"

#include <string.h>

bool own_time_may_be(enum when_kind kind)
{
    return kind == WHEN_QUARTER || kind == WHEN_HALF || kind == WHEN_SEASON || kind == WHEN_TERM || kind == WHEN_YEAR;
}

/* The months of `when` among those of the header; 0 when one of them is not there. */
static uint64_t choose(const struct when *when, uint64_t months)
{
    uint64_t set = 0;
    for (size_t i = 0; i < when->count; i++) {
        uint64_t one = 0;
        for (unsigned m = when->months[i] - 1u; m < 64 && !one; m += 12)
            one = months & UINT64_C(1) << m;
        if (!one)
            return 0;
        set |= one;
    }
    return set == months ? 0 : set;
}

static bool is_told(const struct when *when)
{
    return (when->kind == WHEN_MONTH || when->kind == WHEN_DATE) && when->count > 0 && !when->bare && when->year >= 0;
}

/* 3月下旬：工会委员培训; 3月8日女教师插花 keeps its words. */
static bool leads(const struct text *item, struct own_time *out, struct when *when)
{
    struct header header;
    if (!header_parse(item->s, WHEN_NO_FESTIVAL, &header) || header.label.style != LABEL_NONE || !is_told(&header.when) ||
        header.rest >= item->n)
        return false;
    bool apart = header.strength >= HEADER_MEDIUM || item->s[header.end] == ',';
    *out = (struct own_time){.time_end = header.end, .from = apart ? header.rest : 0, .to = item->n};
    *when = header.when;
    return true;
}

/* 教工篮球赛（4月）。 */
static bool trails(const struct text *item, struct own_time *out, struct when *when)
{
    const char *s = item->s;
    size_t end = item->n;
    while (end > 0 && (s[end - 1] == ';' || s[end - 1] == '.' || s[end - 1] == ' '))
        end--;
    if (end >= strlen("。") && text_begins(s + end - strlen("。"), "。"))
        end -= strlen("。");
    size_t open = end;
    while (open > 0 && s[open] != '(')
        open--;
    static const char *const about[] = {"之前", "以前", "前后", "左右", "前", "起", NULL};
    size_t at = open ? text_skip_space(s, open + 1) : 0;
    if (!open || s[end - 1] != ')' || !when_parse(s + at, WHEN_NO_FESTIVAL, when) || !is_told(when))
        return false;
    size_t close = at + when->end + text_begins_any(s + at + when->end, about);
    if (text_skip_space(s, close) != end - 1)
        return false;
    *out = (struct own_time){.time = at, .time_end = end - 1, .to = open};
    return true;
}

/* Where the value that begins at `at` ends: at a mark, a bracket or the end. */
static bool value_ends(const char *s, size_t at)
{
    at = text_skip_space(s, at);
    return !s[at] || strchr(",;).", s[at]) || text_begins(s + at, "。");
}

bool own_time_keyed(const struct text *item, struct own_time *out, struct when *when)
{
    static const char *const keys[] = {"完成时间:", "完成时限:", "时间:",     "时限:",     "活动时间:", "计划时间:",
                                       "开展时间:", "实施时间:", "举办时间:", "拟办时间:", NULL};
    const char *s = item->s;
    for (size_t at = text_char(s); at < item->n; at += text_char(s + at)) {
        bool begins = strchr(",; (", s[at - 1]) || text_begins(s + text_before(s, at), "。");
        size_t n = begins ? text_begins_any(s + at, keys) : 0, from = text_skip_space(s, at + n);
        if (!n || !when_parse(s + from, WHEN_NO_FESTIVAL, when) || !is_told(when) || !value_ends(s, from + when->end))
            continue;
        *out = (struct own_time){.time = from, .time_end = from + when->end, .to = item->n};
        return true;
    }
    return false;
}

bool own_time_find(const struct text *item, uint64_t months, struct own_time *out)
{
    struct own_time found;
    struct when when;
    if (!leads(item, &found, &when) && !trails(item, &found, &when) && !own_time_keyed(item, &found, &when))
        return false;
    found.months = choose(&when, months);
    if (!found.months)
        return false;
    *out = found;
    return true;
}
