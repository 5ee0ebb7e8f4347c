/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/build.h"

#include <string.h>

/* ---- headers ---- */

void build_close_header(struct builder *b)
{
    b->outer = b->header = NULL;
    b->last = IMPORT_NONE;
    b->last_line = NULL;
    b->in_note = false;
}

/* The header as written, without a key before it (时间：九月), a bullet inside a month and a final colon; a theme stays with it. */
static const char *header_text(struct builder *b, const struct line *line)
{
    static const char *const keys[] = {"时间:", "活动时间:", "月份:", "日期:", NULL};
    size_t bullet = line->sub && line->header.label.style == LABEL_BULLET ? line->header.label.end : 0;
    size_t begin = bullet ? bullet : text_skip_space(line->text.s, text_begins_any(line->text.s, keys));
    bool titled = line_is_column_title(line->text.s + text_skip_space(line->text.s, line->header.end));
    size_t end = line->theme || (line->header.rest >= line->text.n && !titled) ? line->text.n : line->header.end;
    while (end > 0 && (line->text.s[end - 1] == ':' || line->text.s[end - 1] == ' '))
        end--;
    return text_cut(b->arena, &line->text, begin, end);
}

const char *build_outer_text(const struct builder *b)
{
    const struct line *outer = b->outer;
    return text_cut(b->arena, &outer->text, 0, outer->theme ? outer->text.n : outer->header.end);
}

void build_check_empty(struct builder *b)
{
    if (b->header && b->position == 0 && b->header == b->outer)
        doubts_add(b->doubts, IMPORT_DOUBT_HEADER_EMPTY, b->header->number, b->header_text, "");
}

void build_start_header(struct builder *b, const struct line *line, const char *text)
{
    b->header = line;
    b->header_text = text;
    b->position = 0;
    b->style = LABEL_NONE;
    b->value = 0;
    b->last = IMPORT_NONE;
    b->last_line = NULL;
    b->in_note = false;
    b->group_outer = NULL;
    b->owner = (struct facts){0};
    b->seen_header = true;
}

/* 【一月】责任人：赵云, 九月（负责人：李红）: who is responsible for the whole month. */
static void read_header_owner(struct builder *b, const struct line *line)
{
    const char *s = line->text.s, *paren = memchr(s, '(', line->header.end);
    size_t from = line->header.rest < line->text.n ? line->header.rest : paren ? (size_t)(paren - s) + 1 : line->text.n;
    struct text words = text_part(b->arena, &line->text, from, line->text.n);
    if (line_is_meta(words.s)) {
        facts_owner_read(b->arena, &words, &b->owner);
    } else if (paren && line->header.rest >= line->text.n && text_ends(words.s, ")") && !text_ends(words.s, "月)")) {
        /* 三月份（文体委员 史进负责）, but 三月（计划月） tells a theme */
        words = text_part(b->arena, &line->text, (size_t)(paren - s), line->text.n);
        facts_owner_read(b->arena, &words, &b->owner);
    }
}

/* Says once that a paragraph fell into months. */
static void report_whole(struct builder *b, const struct line *line)
{
    if (line->whole && b->whole != line->whole)
        doubts_add(b->doubts, IMPORT_DOUBT_GLUED_ITEMS, line->number, line->whole, "");
    b->whole = line->whole;
}

static void keep_columns(struct import_plan *plan, struct arena *arena, const char *titles)
{
    if (!plan->columns)
        plan->columns = titles;
    else if (strlen(plan->columns) + strlen(titles) <= IMPORT_MAX_LINE_BYTES)
        plan->columns = arena_printf(arena, "%s\n%s", plan->columns, titles);
}

static void open_header(struct builder *b, const struct line *line)
{
    const char *text = header_text(b, line);
    if (line->sub && b->outer) {
        text = arena_printf(b->arena, "%s %s", build_outer_text(b), text);
    } else {
        build_check_empty(b);
        b->outer = line;
    }
    build_start_header(b, line, text);
    b->months = line->months;
    b->standing = line->header.when.kind == WHEN_STANDING || line->header.when.kind == WHEN_YEAR;
    b->period = own_time_may_be(line->header.when.kind);
    read_header_owner(b, line);
    bool told = b->owner.lead || b->owner.person;
    const char *behind = line->text.s + text_skip_space(line->text.s, line->header.end);
    if (!line->theme && line->header.rest >= line->text.n && line_is_column_title(behind))
        keep_columns(b->plan, b->arena, text_cut(b->arena, &line->text, line->header.end, line->text.n));
    if (told || line->theme || line->header.rest >= line->text.n)
        return;
    struct text rest = text_part(b->arena, &line->text, line->header.rest, line->text.n);
    bool sentence = line->header.label.style == LABEL_DIGIT && line->header.mark == 0; /* 4、三月下旬举行…大会。表彰…: one item */
    if (sentence)
        build_item(b, line, &rest, &(struct piece){.to = rest.n}, NULL);
    else
        build_items(b, line, &rest, NULL);
}

static void add_row(struct builder *b, const struct line *line)
{
    const struct row *row = line->row;
    bool same = b->header && b->header->kind == LINE_ROW && b->months == line->months && strcmp(b->header_text, row->time) == 0;
    if (!same) {
        if (b->header && b->header->kind == LINE_HEADER && b->months != line->months)
            build_check_empty(b);
        build_start_header(b, line, row->time);
        b->outer = line;
        b->months = line->months;
        b->standing = row->when_known && (row->when.kind == WHEN_STANDING || row->when.kind == WHEN_YEAR);
        b->period = row->when_known && own_time_may_be(row->when.kind);
    }
    b->plan->table |= !row->listed;
    b->style = LABEL_NONE;
    b->value = 0;
    const char *at = row->content ? row->content : "";
    while (*at) {
        size_t n = strcspn(at, "\n");
        struct text text = text_fold(b->arena, at, n);
        if (text.n)
            build_items(b, line, &text, row);
        at += n + (at[n] == '\n');
    }
}

/* ---- the walk ---- */

static bool header_follows(const struct lines *lines, size_t at, size_t end)
{
    for (size_t i = at + 1; i < end; i++)
        if (lines->items[i].kind == LINE_HEADER || lines->items[i].kind == LINE_ROW)
            return true;
    return false;
}

/* A name alone on its line signs the plan when a signature or only dates and names follow, or when it stands before the first
 * heading. */
static bool signs(const struct lines *lines, size_t at, const struct builder *b)
{
    if (!line_is_signature_name(lines->items[at].text.s))
        return false;
    bool dated = b->next && b->next->kind == LINE_SIGNATURE;
    return (b->plan->section_count == 0 && !b->seen_header) || at >= b->closing || dated;
}

static void add_title(struct builder *b, const struct line *line)
{
    struct import_plan *plan = b->plan;
    if (!plan->title)
        plan->title = line->text.raw;
    else if (plan->section_count == 0 && !b->seen_header && !line_is_title(b->title->text.s)) /* its next line */
        plan->title = arena_printf(b->arena, "%s%s", plan->title, line->text.raw);
    else
        build_outside(b, line);
    b->title = line;
    if (line->heads)
        open_header(b, line);
}

/* 责任人：… as the last line of a month whose items have no owners of their own: of all of them. */
static void share_owner(struct builder *b, const struct import_activity *last)
{
    if (last->position > b->last || (!last->lead && !last->person))
        return;
    struct import_activity *first = &b->plan->activities[b->last - last->position];
    for (struct import_activity *a = first; a < last; a++)
        if (a->lead || a->person || a->note || a->origin != IMPORT_FROM_SCHEDULE)
            return;
    for (struct import_activity *a = first; a < last; a++) {
        a->lead = last->lead;
        a->assist = last->assist;
        a->person = last->person;
    }
}

static void add_meta(struct builder *b, struct line *line)
{
    if (!b->header || b->last == IMPORT_NONE) {
        struct facts all = {0};
        if (b->header && b->header->kind == LINE_HEADER)
            facts_owner_read(b->arena, &line->text, &all);
        if (all.lead || all.person) { /* 三月 / 责任人：赵云 / 1.… : of the whole month */
            b->owner = all;
            doubts_add(b->doubts, IMPORT_DOUBT_DETAIL_LINE, line->number, line->text.raw, b->header_text);
        } else if (b->header)
            build_under_header(b, line);
        else
            build_outside(b, line);
        return;
    }
    struct import_activity *a = &b->plan->activities[b->last];
    build_note(b, line);
    build_meta(b, a, line);
    /* 1.…；2.…。 on one line, 责任人：… on the next: of all of them. */
    for (uint32_t i = b->last; i > 0 && b->plan->activities[i - 1].line == a->line; i--) {
        struct import_activity *other = &b->plan->activities[i - 1];
        if (other->origin == IMPORT_FROM_SCHEDULE && !other->lead && !other->person) {
            other->lead = a->lead;
            other->assist = a->assist;
            other->person = a->person;
        }
    }
    bool ends = !b->next || b->next->kind != LINE_TEXT || b->next->label.style == LABEL_NONE;
    if (b->style != LABEL_NONE && line->label.style == LABEL_NONE && !line->indented && ends)
        share_owner(b, a);
    doubts_add(b->doubts, IMPORT_DOUBT_DETAIL_LINE, line->number, line->text.raw, a->text);
}

/* 3.内容：健康讲座、文艺表演 below 一、女职工节活动 and 1.时间：3月8日. */
static bool tells_record(const struct builder *b, const struct line *line)
{
    static const char *const words[] = {"内容:", "活动内容:", "主要内容:", "具体内容:", "活动安排:", "活动流程:", NULL};
    bool record = b->header && b->header->kind == LINE_ROW && b->header->row->listed && b->last != IMPORT_NONE;
    return record && text_begins_any(line->text.s + line->label.end, words);
}

static void add_text(struct builder *b, struct line *line)
{
    if (tells_record(b, line)) {
        build_note(b, line);
        doubts_add(b->doubts, IMPORT_DOUBT_DETAIL_LINE, line->number, line->text.raw, b->plan->activities[b->last].text);
        return;
    }
    if (b->header && b->header->kind != LINE_ROW && !line->cell) {
        build_under_header(b, line);
        return;
    }
    build_close_header(b);
    build_outside(b, line);
}

static void add_columns(struct builder *b, const struct line *line)
{
    build_check_empty(b);
    build_close_header(b);
    keep_columns(b->plan, b->arena, line->text.raw);
}

static void add_line(struct builder *b, struct lines *lines, size_t at, const struct plan_range *range)
{
    struct line *line = &lines->items[at];
    b->next = at + 1 < range->end ? &lines->items[at + 1] : NULL;
    if ((line->kind == LINE_TEXT || (line->kind == LINE_META && line_is_closing(line->text.s))) && signs(lines, at, b))
        line->kind = LINE_SIGNATURE;
    switch (line->kind) {
    case LINE_TITLE:
        build_close_header(b);
        add_title(b, line);
        break;
    case LINE_HEADER:
        b->last_header = !header_follows(lines, at, range->end);
        report_whole(b, line);
        open_header(b, line);
        break;
    case LINE_ROW:
        b->last_header = false;
        add_row(b, line);
        break;
    case LINE_NOTE:
        b->in_note = b->header != NULL;
        build_section(b, IMPORT_NOTE, line, 0);
        break;
    case LINE_TOTAL:
        doubts_add(b->doubts, IMPORT_DOUBT_TOTAL_ROW, line->number, line->text.raw, "");
        build_section(b, IMPORT_NOTE, line, 0);
        break;
    case LINE_SIGNATURE:
        build_check_empty(b);
        build_close_header(b);
        build_section(b, IMPORT_SIGNATURE, line, 0);
        break;
    case LINE_CHROME:
        doubts_add(b->doubts, IMPORT_DOUBT_PAGE_CHROME, line->number, line->text.raw, "");
        break;
    case LINE_META:
        add_meta(b, line);
        break;
    case LINE_HEADING:
        build_check_empty(b);
        build_close_header(b);
        build_section(b, IMPORT_HEADING, line, line->label.end);
        break;
    case LINE_TEXT:
        add_text(b, line);
        break;
    case LINE_COLUMNS:
        add_columns(b, line);
        break;
    case LINE_NESTED:
        break;
    }
}

void build_plan(struct lines *lines, const struct plan_range *range, struct import_plan *plan, struct arena *arena,
                struct doubts *doubts)
{
    struct builder b = {.arena = arena, .doubts = doubts, .plan = plan, .last = IMPORT_NONE};
    b.wrap = build_find_wrap(lines, range);
    b.stops = build_items_stop(lines, range);
    b.closing = build_find_closing(lines, range);
    if (range->begin < range->end) {
        plan->line = lines->items[range->begin].number;
        plan->last_line = lines->items[range->end - 1].number;
    }
    for (size_t i = range->begin; i < range->end && arena->used_bytes <= lines->arena_end; i++)
        add_line(&b, lines, i, range);
    build_check_empty(&b);
}
