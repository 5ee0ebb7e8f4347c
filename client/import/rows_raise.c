/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/import/facts.h"
#include "client/import/own_time.h"
#include "client/import/rows_parts.h"
#include "common/domain/zh_number.h"

/* An item that ends in its time: 3.组织教职工参加区运动会（10月）, 2、女教职工健步走 3月. */
struct timed_item {
    size_t words_end, time, time_end; /* of the fold */
    struct when when;
};

static size_t item_end(const struct text *text)
{
    const char *s = text->s;
    size_t end = text->n;
    while (end > 0 && (s[end - 1] == ' ' || s[end - 1] == ';' || s[end - 1] == '.'))
        end--;
    if (end >= strlen("。") && text_begins(s + end - strlen("。"), "。"))
        end -= strlen("。");
    return end;
}

#define UNNUMBERED_CHARACTERS 40 /* a longer line without a number is running text */

/* ，2.4万元，负责人：…: figures or keys behind a comma. */
static bool facts_follow(const char *s)
{
    size_t at = *s == ',' || *s == ';' ? text_skip_space(s, 1) : 0;
    return at && ((s[at] >= '0' && s[at] <= '9') || text_begins(s + at, "约") || facts_begins_key(s + at));
}

/* 1.春游活动（4月）：118人，…: the time stands behind the name, the rest of the item behind a colon, or facts behind a comma. */
static bool named_with_time(const struct line *line, struct timed_item *out)
{
    const char *s = line->text.s, *paren = strchr(s, '('), *close = paren ? strchr(paren, ')') : NULL;
    if (line->kind != LINE_TEXT || line->label.style == LABEL_NONE || !close || text_length(s) > 80 ||
        (close[1] != ':' && !facts_follow(close + 1)))
        return false;
    size_t at = text_skip_space(s, (size_t)(paren - s) + 1), end = (size_t)(close - s);
    *out = (struct timed_item){.words_end = line->text.n, .time = at, .time_end = end};
    return at > line->label.end + 1 && when_parse(s + at, WHEN_NO_FESTIVAL, &out->when) && out->when.count > 0 && !out->when.bare &&
           text_skip_space(s, at + out->when.end) == end;
}

/* （4月中旬，体育组牵头，约120人）, （6月、12月各一次）, （3月8日前后，女工委）: more stands behind the time; the bracket stays. */
static bool tells_more(const struct line *line, struct timed_item *out)
{
    static const char *const about[] = {"前后", "左右", "期间", "之前", "以前", "前", "起", NULL};
    static const char *const more[] = {",", "、", "各", NULL};
    const char *s = line->text.s;
    bool month = out->when.kind == WHEN_MONTH || out->when.kind == WHEN_DATE;
    size_t at = out->time + out->when.end, end = at + text_begins_any(s + at, about);
    if (!month || line->label.style == LABEL_NONE || (end < out->time_end && !text_begins_any(s + end, more)))
        return false;
    out->words_end = line->text.n;
    out->time_end = end;
    return true;
}

/* Does the item end in this time, the words before it at words_end? */
static bool is_timed(const struct line *line, bool paren, struct timed_item *out)
{
    const char *s = line->text.s;
    if (out->words_end <= line->label.end || !when_parse(s + out->time, WHEN_NO_FESTIVAL, &out->when) || out->when.bare)
        return false;
    bool often = paren && out->when.kind == WHEN_STANDING; /* （每月一次） */
    if (out->when.count == 0 && !often)
        return false;
    return text_skip_space(s, out->time + out->when.end) == out->time_end || (paren && tells_more(line, out));
}

/* 教代会………12月, 送温暖——1月: two marks at least before the time. */
static size_t before_leader(const char *s, size_t last)
{
    const char *mark = s[last] == '-' ? "-" : "…";
    size_t n = strlen(mark), begin = last;
    while (begin >= n && text_begins(s + begin - n, mark))
        begin -= n;
    return begin < last ? begin : 0;
}

/* （责任部门：办公室；完成时间：2月） at the end of an item that keeps it. */
static bool keyed_with_time(const struct line *line, struct timed_item *out)
{
    struct own_time own;
    struct when when;
    if (line->kind != LINE_TEXT || line->cell || line->label.style == LABEL_NONE || !own_time_keyed(&line->text, &own, &when))
        return false;
    *out = (struct timed_item){.words_end = line->text.n, .time = own.time, .time_end = own.time_end, .when = when};
    return true;
}

static bool item_with_time(const struct line *line, struct timed_item *out)
{
    if (named_with_time(line, out) || keyed_with_time(line, out))
        return true;
    static const char *const keys[] = {"时间:", "活动时间:", "月份:", NULL};
    const char *s = line->text.s;
    size_t end = item_end(&line->text), open = end ? end - 1 : 0,
           limit = line->label.style == LABEL_NONE ? UNNUMBERED_CHARACTERS : 80;
    if (line->kind != LINE_TEXT || line->cell || end == 0 || text_length(s) > limit)
        return false;
    bool paren = s[open] == ')', leader = false;
    for (; open > 0 && s[open] != (paren ? '(' : ' ') && !leader; open -= !leader)
        leader = !paren && (text_begins(s + open, "…") || text_begins(s + open - 1, "--"));
    size_t time = text_skip_space(s, open + (leader ? text_char(s + open) : 1));
    time += paren ? 0 : text_begins_any(s + time, keys);
    *out =
        (struct timed_item){.words_end = leader ? before_leader(s, open) : open, .time = time, .time_end = paren ? end - 1 : end};
    return is_timed(line, paren, out);
}

void rows_make(struct line *line, struct row row, struct arena *arena)
{
    row.when_known = row.listed = true;
    line->row = arena_copy(arena, &row, sizeof row);
    line->kind = LINE_ROW;
}

/* In a plan without any header, three and more such items whose times go on are its schedule: each becomes a row with its time
 * as header. Times in no order belong to the text. */
static void raise_items(struct lines *lines, const struct plan_range *range, struct arena *arena)
{
    size_t n = 0;
    int back = 0, previous = 0;
    struct timed_item item;
    for (size_t i = range->begin; i < range->end; i++) {
        if (!item_with_time(&lines->items[i], &item))
            continue;
        if (item.when.count == 0)
            continue;
        back += n > 0 && item.when.months[0] < previous;
        previous = item.when.months[0];
        n++;
    }
    for (size_t i = range->begin; n >= 3 && back <= 1 && i < range->end; i++) {
        struct line *line = &lines->items[i];
        if (!item_with_time(line, &item))
            continue;
        rows_make(line,
                  (struct row){.time = text_cut(arena, &line->text, item.time, item.time_end),
                               .when = item.when,
                               .content = text_cut(arena, &line->text, 0, item.words_end)},
                  arena);
    }
}

/* 时间：9月10日 in a line of its own; offset of the time, 0 when it is none. */
static size_t time_line(const struct line *line, struct when *out)
{
    static const char *const words[] = {
        "时间:", "活动时间:", "时间安排:", "举办时间:", "开展时间:", "具体时间:", "竞赛时间:", "比赛时间:", "月份:", NULL};
    const char *s = line->text.s + line->label.end;
    size_t n = text_begins_any(s, words);
    size_t at = n ? text_skip_space(s, n) : 0;
    bool told = n && !line->row && line->kind != LINE_CHROME && when_parse(s + at, WHEN_IN_CELL, out) && out->count;
    return told ? line->label.end + at : 0;
}

/* 工作内容： alone on its line. */
static bool names_content(const struct line *line)
{
    static const char *const words[] = {"工作内容:", "活动内容:", "主要内容:", "内容:", NULL};
    size_t n = text_begins_any(line->text.s, words);
    return n && n == line->text.n;
}

/* 时间：九月 with a numbered list below is a header. */
void time_lines_raise(struct lines *lines, const struct plan_range *range)
{
    size_t n = 0;
    struct when when;
    for (int pass = 0; pass < 2 && (pass == 0 || n >= 2); pass++)
        for (size_t i = range->begin; i + 1 < range->end; i++) {
            struct line *line = &lines->items[i];
            size_t below = i + 1 + (i + 2 < range->end && names_content(&lines->items[i + 1]));
            const struct label *next = &lines->items[below].label;
            size_t at = next->style != LABEL_NONE && next->value == 1 ? time_line(line, &when) : 0;
            if (!at || text_skip_space(line->text.s, at + when.end) < line->text.n)
                continue;
            n += pass == 0;
            if (pass == 0)
                continue;
            if (below > i + 1)
                lines->items[i + 1].kind = LINE_CHROME;
            line->kind = LINE_TEXT;
            line->header = (struct header){.strength = HEADER_STRONG, .when = when, .end = line->text.n, .rest = line->text.n};
        }
}

/* Where the words of a record's first line begin: behind 活动一：. */
static size_t record_name(const struct line *line)
{
    static const char *const words[] = {
        "活动名称:", "活动主题:", "活动内容:", "活动项目:", "工作内容:", "主要内容:", "具体内容:", "项目:", "主题:",
        "内容:",     "名称:",     "活动:",     "工作:",     "事项:",     "任务:",     "工作任务:", NULL};
    const char *s = line->text.s;
    size_t at = line->label.end, n = text_begins(s + at, "活动");
    int64_t value;
    size_t number = n ? zh_number_parse(s + at + n, &value) : 0;
    if (number && (s[at + n + number] == ':' || text_begins(s + at + n + number, "、")))
        return text_skip_space(s, at + n + number + text_char(s + at + n + number));
    return at + text_begins_any(s + at, words);
}

/* 内容：… behind a 时间：… line. */
static bool begins_record(const struct line *line)
{
    return (line->kind == LINE_TEXT || line->kind == LINE_META) && record_name(line) > line->label.end;
}

/* 三、活动时间与地点, 二、活动安排: a section that tells when, no activity. */
static bool is_section(const struct line *name)
{
    const char *s = name->text.s + name->label.end;
    return label_level(name->label.style) == 1 && (text_has(s, "时间") || line_is_schedule_heading(s));
}

#define RECORD_LINES 8 /* 一、女职工节活动 above 1.时间：…. */
static bool heads_facts(const struct line *name, const struct line *time)
{
    int level = label_level(name->label.style);
    return level > 0 && level < label_level(time->label.style) && time->label.value == 1 && !is_section(name);
}

/* Does the line before 时间：… name the record, with a number of its own? Then what follows tells of it. */
static bool names_record(const struct line *name, const struct line *time)
{
    return name->kind == LINE_TEXT && name->label.style != LABEL_NONE && name->label.value > 0 && !begins_record(name) &&
           (time->label.style == LABEL_NONE || time->label.style == LABEL_BULLET || heads_facts(name, time));
}

/* a time and the name it belongs to are no further apart */

/* Do records begin with their times: 活动时间：… 地点：… 活动内容：…? */
static bool times_lead(const struct lines *lines, const struct plan_range *range)
{
    struct when when;
    for (size_t i = range->begin; i < range->end; i++) {
        if (time_line(&lines->items[i], &when))
            return true;
        if (begins_record(&lines->items[i]))
            return false;
    }
    return false;
}

/* The line that names what the time on line at is for; at itself when none does before the next time. */
static size_t name_behind(const struct lines *lines, const struct plan_range *range, size_t at, bool lead)
{
    struct when when;
    size_t end = at + 1 + (lead ? RECORD_LINES : 1);
    for (size_t i = at + 1; i < end && i < range->end && !time_line(&lines->items[i], &when); i++)
        if (begins_record(&lines->items[i]))
            return i;
    return at;
}

/* Plans as records: a line that names an activity, then lines of facts, one of them 时间：…. */
static void raise_records(struct lines *lines, const struct plan_range *range, struct arena *arena)
{
    size_t n = 0;
    bool lead = times_lead(lines, range);
    struct when when;
    for (size_t i = range->begin; i < range->end; i++)
        n += lines->items[i].label.style != LABEL_ZH && time_line(&lines->items[i], &when) != 0;
    for (size_t i = range->begin; n >= 2 && i < range->end; i++) {
        size_t at = time_line(&lines->items[i], &when), k = i;
        if (!at || lines->items[i].label.style == LABEL_ZH) /* 二、活动时间：… of the scheme of one event */
            continue;
        bool named = i > range->begin && names_record(&lines->items[i - 1], &lines->items[i]);
        if (!named)
            k = name_behind(lines, range, i, lead);
        while (k <= i && k > range->begin && (k == i || (lines->items[k].kind != LINE_TEXT && lines->items[k].kind != LINE_ROW)))
            k--;
        struct line *name = &lines->items[k], *time = &lines->items[i];
        if ((name->kind != LINE_TEXT && k < i) || is_section(name))
            continue;
        const char *content = text_cut(arena, &name->text, record_name(name), name->text.n);
        const char *told = text_cut(arena, &time->text, at, time->text.n);
        time->kind = LINE_NESTED;
        if (k > i + 1) { /* what stands between is about this one, not about the one before */
            time->text = name->text;
            time->label = name->label;
            name->kind = LINE_NESTED;
            name = time;
        }
        rows_make(name, (struct row){.time = told, .when = when, .content = content}, arena);
    }
}

void records_raise(struct lines *lines, const struct plan_range *range, struct arena *arena)
{
    size_t n = 0;
    struct when when;
    for (size_t i = range->begin; i < range->end; i++) {
        const struct line *line = &lines->items[i];
        if (line->row || (line->kind == LINE_HEADER && header_names_months(&line->header)))
            return;
        n += i > range->begin && time_line(line, &when) && begins_record(line - 1);
    }
    for (size_t i = range->begin; n >= 3 && i < range->end; i++)
        if (lines->items[i].kind == LINE_HEADER)
            lines->items[i].kind = LINE_HEADING;
    if (n >= 3)
        raise_records(lines, range, arena);
}

void rows_raise(struct lines *lines, const struct plan_range *range, struct arena *arena)
{
    rows_raise_inline(lines, range, arena);
    raise_records(lines, range, arena);
    raise_items(lines, range, arena);
}
