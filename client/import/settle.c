/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/import/facts.h"
#include "client/import/plan_range.h"
#include "client/import/told.h"

/* ---- zones ---- */

static bool is_heading_label(const struct line *line)
{
    return !line->item && (line->label.style == LABEL_ZH || line->label.style == LABEL_CHAPTER) &&
           !(line->header.strength && header_names_months(&line->header));
}

/* 一、二、… right below a month header count its items. */
static void mark_items(struct lines *lines, const struct plan_range *range)
{
    bool open = false;
    int value = 0;
    for (size_t i = range->begin; i < range->end; i++) {
        struct line *line = &lines->items[i];
        bool part = line->header.when.kind == WHEN_PART;
        if (line->header.strength == HEADER_STRONG && (header_names_months(&line->header) || part)) {
            open = true;
            value = 0;
        } else if (is_heading_label(line)) {
            line->item = open = open && line->label.value == value + 1;
            value++;
        } else if (value == 0 && line->kind == LINE_TEXT && line->label.style != LABEL_NONE) {
            open = false; /* the items are counted otherwise */
        }
    }
}

static void settle_zones(struct lines *lines, const struct plan_range *range)
{
    bool zone = false;
    enum label_style opened = LABEL_NONE;
    for (size_t i = range->begin; i < range->end; i++) {
        struct line *line = &lines->items[i];
        const char *s = line->text.s + line->label.end;
        bool colon = text_ends(s, ":");
        bool heading = line->label.style != LABEL_NONE || line->outline || colon || line->kind == LINE_TITLE;
        bool month = line->header.strength >= HEADER_MEDIUM && header_names_months(&line->header);
        if (!month && heading && line_is_schedule_heading(s) && !line->row) {
            zone = true;
            opened = line->label.style;
        } else if (is_heading_label(line) && zone && line->label.value != 1 && opened != LABEL_DIGIT) {
            zone = false;
        }
        line->zone = zone;
    }
}

/* ---- acceptance ---- */

#define DATED_LINES 30 /* between two months that head a plan */

/* 2026年1月 with something below, and 2026年2月 after that: months of the plan, no signature. */
static bool is_dated_header(struct lines *lines, size_t at, const struct plan_range *range)
{
    const struct line *line = &lines->items[at];
    for (size_t i = at + 2; i + 1 < range->end && i <= at + DATED_LINES && line->header.when.kind == WHEN_MONTH; i++) {
        const struct line *other = &lines->items[i];
        if (line_is_signature_date(other) && other->header.when.kind == WHEN_MONTH && !line_is_signature_date(other + 1) &&
            !line_is_signature_name(other[1].text.s))
            return true;
    }
    return false;
}

/* A date with a year and nothing under it is when somebody signed. */
static bool is_signature(struct lines *lines, size_t at, const struct plan_range *range)
{
    struct line *line = &lines->items[at];
    if (line->kind != LINE_TITLE && line_is_signature_pair(line))
        return true;
    if (!line_is_signature_date(line))
        return false;
    if (line->header.when.count >= 5 && line->header.mark == 0) /* （2024.9-2025.7） below the title: the term */
        return true;
    struct line *next = lines_next(lines, at, range->end), *before = lines_previous(lines, at, range->begin);
    if (!next || next->kind == LINE_TITLE || line_is_signature_date(next) || line_is_signature_name(next->text.s))
        return true;
    enum label_style style = next->label.style;
    if (is_dated_header(lines, at, range))
        return false;
    bool listed = !next->row && style != LABEL_NONE && style != LABEL_ZH && style != LABEL_ZH_PAREN && style != LABEL_CHAPTER;
    if (before && (line_is_signature_name(before->text.s) || before->kind == LINE_TITLE) && !listed)
        return true;
    if (!listed && header_is_page_date(lines, at, range))
        return true;
    return is_heading_label(next) && next->label.value == 1 && line_opens_plan(next->text.s + next->label.end);
}

static bool same_months(const struct when *outer, const struct when *inner)
{
    for (size_t i = 0; i < outer->count; i++)
        for (size_t k = 0; k < inner->count; k++)
            if (outer->months[i] == inner->months[k])
                return true;
    return false;
}

/* Is an item that begins with 教师节 under it an item, or the next header? */
static bool holds_month(const struct when *when)
{
    return when->kind == WHEN_MONTH || when->kind == WHEN_DATE || when->kind == WHEN_PART || when->kind == WHEN_QUARTER ||
           when->kind == WHEN_HALF || when->kind == WHEN_TERM;
}

/* 第三季度 or 第一学期 above month headers, or above a month table, is a heading over them. */
static bool groups_headers(struct lines *lines, size_t at, const struct plan_range *range)
{
    const struct line *line = &lines->items[at], *next = lines_next(lines, at, range->end);
    enum when_kind kind = line->header.when.kind;
    bool period = kind == WHEN_QUARTER || kind == WHEN_HALF || kind == WHEN_TERM || kind == WHEN_SEASON || kind == WHEN_YEAR ||
                  kind == WHEN_STANDING;
    bool tabled = next && next->row && !next->row->listed; /* 第一季度：迎新与动员 above a table too */
    if (!next || !period || (line->header.rest < line->text.n && !tabled))
        return false;
    return next->row || (next->header.strength == HEADER_STRONG && header_names_months(&next->header));
}

/* Do three lines of the plan look like headers of this kind? */
static bool are_three(const struct lines *lines, const struct plan_range *range, enum when_kind kind)
{
    size_t n = 0;
    for (size_t i = range->begin; i < range->end && n < 3; i++)
        n += lines->items[i].header.strength == HEADER_STRONG && lines->items[i].header.when.kind == kind;
    return n == 3;
}

/* 开学初, 期中, 期末 without a number before them: several of them are headers, one may be the beginning of an item. */
static bool has_points_of_term(const struct lines *lines, const struct plan_range *range)
{
    size_t n = 0;
    for (size_t i = range->begin; i < range->end && n < 2; i++) {
        const struct header *h = &lines->items[i].header;
        bool point = h->when.kind == WHEN_TERM_BEGIN || h->when.kind == WHEN_TERM_MIDDLE || h->when.kind == WHEN_TERM_END;
        n += point && h->strength == HEADER_STRONG && h->label.style == LABEL_NONE;
    }
    return n >= 2;
}

/* Does the list of items above start again below the line? */
static bool begins_list_anew(struct lines *lines, size_t at, const struct plan_range *range)
{
    const struct line *before = lines_previous(lines, at, range->begin), *next = lines_next(lines, at, range->end);
    return before && next && before->kind == LINE_TEXT && before->label.style != LABEL_NONE && next->label.value == 1 &&
           before->label.value >= 1 && next->label.style == before->label.style && lines->items[at].label.style == LABEL_NONE;
}

/* Does a header of a softer kind (quarter, season, festival, term, standing words) count here? current: the open month header. */
static bool accepts_soft(struct lines *lines, size_t at, const struct plan_range *range, const struct line *current)
{
    const struct line *line = &lines->items[at];
    enum when_kind own = line->header.when.kind;
    bool zone = line->zone || (own != WHEN_STANDING && own != WHEN_YEAR && own != WHEN_PART && are_three(lines, range, own));
    bool worded = line->header.mark != '(' && line->header.end > line->header.label.end + line->header.when.end;
    if (groups_headers(lines, at, range) || (own == WHEN_STANDING && worded)) /* 常规工作: a kind of work, no time */
        return false;
    if (own != WHEN_QUARTER && own != WHEN_HALF && current && line->label.style != LABEL_NONE && line->header.rest >= line->text.n)
        return false; /* 1．三八节 is an item */
    const char *behind = line->text.s + line->header.label.end + line->header.when.end;
    if (own == WHEN_FESTIVAL && line->label.style == LABEL_DIGIT && text_begins(behind, "活动"))
        return false; /* 2.妇女节活动（3月）：… names an activity */
    bool vacation = text_begins(line->text.s, "寒") || text_begins(line->text.s, "暑");
    if (vacation && current && line->header.mark == ':' && !same_months(&current->header.when, &line->header.when))
        return true; /* 六月：… 暑假：… */
    if (vacation && current && line->header.rest >= line->text.n && begins_list_anew(lines, at, range))
        return true; /* 12月 ①… ②… 寒假 ①… */
    const struct label *before = current ? &current->header.label : NULL;
    if (before && before->style != LABEL_NONE && before->style == line->header.label.style &&
        before->value + 1 == line->header.label.value && line->header.mark == ':')
        return true; /* (5)暑期: between (4)6月底: and (6)9月: */
    if (line->header.label.style == LABEL_DIGIT && header_names_occasion(&line->header, line->text.s))
        return true; /* 2. 春节前夕，走访… in a list whose items begin with their times */
    switch (line->header.when.kind) {
    case WHEN_QUARTER:
    case WHEN_HALF:
        return true;
    case WHEN_PART:
        return current != NULL || zone;
    case WHEN_SEASON:
    case WHEN_TERM:
        return zone || (current && current->header.when.kind == line->header.when.kind);
    case WHEN_FESTIVAL:
        return (zone || current) && (!current || !holds_month(&current->header.when));
    case WHEN_YEAR:
    case WHEN_STANDING:
        return zone || current != NULL;
    case WHEN_TERM_BEGIN:
    case WHEN_TERM_MIDDLE:
    case WHEN_TERM_END:
        return (line->header.label.style == LABEL_NONE && has_points_of_term(lines, range)) ||
               ((zone || current) && (!current || !holds_month(&current->header.when)));
    case WHEN_MONTH:
    case WHEN_DATE:
        break;
    }
    return false;
}

/* 趣味游戏（负责人：李军）: an activity, whatever stands below. */
static bool tells_owner_in_brackets(const char *s)
{
    const char *open = strchr(s, '(');
    return open && facts_begins_owner(open + 1);
}

/* 三月——学雷锋活动月 with numbered items below: the rest of the line is a theme. */
static bool rest_is_theme(struct lines *lines, size_t at, const struct plan_range *range)
{
    const struct line *line = &lines->items[at];
    if (line->header.rest >= line->text.n)
        return false;
    const char *rest = line->text.s + line->header.rest;
    if (text_begins(rest, "主题") || text_begins(rest, "活动主题"))
        return true;
    struct label label;
    if (label_parse(rest, 1, &label) || tells_owner_in_brackets(rest))
        return false;
    const struct line *next = lines_next(lines, at, range->end);
    while (next && next->kind == LINE_META) /* ● 1月 新春联谊 / ◎责任部门：… tells of an item, not of a theme */
        next = lines_next(lines, (size_t)(next - lines->items), range->end);
    const struct line *before = at > range->begin ? &lines->items[at - 1] : NULL;
    bool series = text_ends(rest, "系列活动") && !text_has(rest, "。") && !strpbrk(rest, ",;");
    if (series && next && next->kind == LINE_TEXT && next->label.style != LABEL_NONE && next->label.value == 1)
        return next->header.strength != HEADER_STRONG;
    bool listed = before && before->kind == LINE_HEADER && !before->theme && before->header.rest < before->text.n &&
                  before->header.when.kind == line->header.when.kind;
    if (listed &&
        (line->header.mark == ':' ||
         line->header.mark == before->header.mark)) /* the months before have their items on their lines, and nothing below */
        return false;
    bool days = next && line->header.when.kind == WHEN_MONTH && next->header.when.kind == WHEN_DATE && /* - 2月15日：… */
                next->header.label.style != LABEL_NONE && next->header.rest < next->text.n && text_length(rest) <= 12;
    if (!next || next->kind == LINE_ROW ||
        (next->header.strength == HEADER_STRONG && header_names_months(&next->header) && !days) || next->kind == LINE_SIGNATURE ||
        (is_heading_label(next) && next->label.value != 1))
        return false;
    bool parts = next->header.strength == HEADER_STRONG && next->header.when.kind == WHEN_PART &&
                 line->header.when.kind == WHEN_MONTH; /* 上旬： */
    bool short_rest = text_length(rest) <= 24 && !text_ends(rest, "。") && !text_ends(rest, ";");
    bool numbered = next->label.style != LABEL_NONE && next->label.style != LABEL_LOST && next->label.value <= 1;
    bool month = text_ends(rest, "月") && !next->row; /* 一月：温暖关怀月 */
    if (short_rest && month)
        return true;
    bool dash = line->header.mark == '-';
    return short_rest && (numbered || parts || (dash && next->header.strength == HEADER_NONE));
}

/* 3、三月下旬… behind 2、三月中旬…: the next of one list. */
static bool is_sibling(const struct line *before, const struct line *line)
{
    const struct label *own = &line->header.label, *last = &before->header.label;
    return own->style != LABEL_NONE && own->style == last->style && own->value == last->value + 1;
}

static void settle_line(struct lines *lines, size_t at, const struct plan_range *range, struct line **current)
{
    struct line *line = &lines->items[at];
    if (line->kind == LINE_ROW || line->kind == LINE_COLUMNS || line->kind == LINE_CHROME || line->kind == LINE_NOTE ||
        line->kind == LINE_TOTAL)
        return;
    if (is_signature(lines, at, range)) {
        line->kind = LINE_SIGNATURE;
        return;
    }
    struct header *h = &line->header;
    bool month_title = line->kind == LINE_TITLE && h->when.kind == WHEN_MONTH && h->when.year == 0 && at > range->begin;
    if (h->strength != HEADER_STRONG || (line->kind == LINE_TITLE && !month_title) || header_tells_event(lines, at, range))
        return;
    if (header_names_months(h)) {
        line->sub = *current && !is_sibling(*current, line) && h->when.kind == WHEN_DATE &&
                    (*current)->header.when.kind == WHEN_MONTH && (*current)->header.when.count == 1 &&
                    same_months(&(*current)->header.when, &h->when);
        line->kind = LINE_HEADER;
    } else if (accepts_soft(lines, at, range, *current)) {
        line->sub = h->when.kind == WHEN_PART && *current && (*current)->header.when.kind == WHEN_MONTH;
        line->kind = LINE_HEADER;
    }
    if (line->kind != LINE_HEADER) {
        if (groups_headers(lines, at, range))
            line->kind = LINE_HEADING;
        return;
    }
    line->theme = rest_is_theme(lines, at, range);
    if (!line->sub)
        *current = line;
}

static bool has_header(const struct lines *lines, const struct plan_range *range)
{
    for (size_t i = range->begin; i < range->end; i++)
        if (lines->items[i].kind == LINE_HEADER || lines->items[i].row)
            return true;
    return false;
}

static void settle_signatures(struct lines *lines, const struct plan_range *range)
{
    for (size_t i = range->begin; i < range->end; i++)
        if (is_signature(lines, i, range))
            lines->items[i].kind = LINE_SIGNATURE;
}

void headers_settle(struct lines *lines, const struct plan_range *range, struct doubts *doubts)
{
    summary_mark(lines, range);
    told_weaken(lines, range);
    time_lines_raise(lines, range);
    if (title_month_raise(lines, range)) {
        settle_signatures(lines, range);
        return;
    }
    numbers_settle(lines, range, doubts);
    mark_items(lines, range);
    settle_zones(lines, range);
    headers_raise(lines, range);
    struct line *current = NULL;
    for (size_t i = range->begin; i < range->end; i++) {
        if (is_heading_label(&lines->items[i]) && lines->items[i].header.strength != HEADER_STRONG && current &&
            lines->items[i].label.value > 1)
            current = NULL;
        settle_line(lines, i, range, &current);
    }
    if (!has_header(lines, range))
        rows_raise(lines, range, doubts->arena);
    else
        records_raise(lines, range, doubts->arena);
}
