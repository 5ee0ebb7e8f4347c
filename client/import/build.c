/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/build.h"

#include <string.h>

/* ---- sections ---- */

static uint8_t section_level(const struct line *line)
{
    int level = label_level(line->label.style);
    return (uint8_t)(level ? level : line->outline);
}

struct import_section *build_section(struct builder *b, enum import_section_kind kind, const struct line *line, size_t from)
{
    struct import_plan *plan = b->plan;
    plan->sections = arena_grow(b->arena, plan->sections, plan->section_count, &b->section_capacity, sizeof *plan->sections);
    struct import_section *section = &plan->sections[plan->section_count++];
    const char *text = text_cut(b->arena, &line->text, from, line->text.n);
    *section = (struct import_section){.kind = kind, .level = section_level(line), .line = line->number};
    if (line->automatic)
        section->label = line->automatic;
    else if (from > 0)
        section->label = text_cut(b->arena, &line->text, 0, from);
    *(kind == IMPORT_HEADING ? &section->heading : &section->text) = text;
    return section;
}

static bool is_heading(const struct line *line)
{
    const char *s = line->text.s + line->label.end;
    size_t n = text_length(s);
    static const char *const sentence[] = {"。", ";", "!", "?", ",", NULL};
    if (n == 0 || n > 40)
        return false;
    if (line->outline)
        return true;
    if (line->label.style == LABEL_NONE || line->label.style == LABEL_BULLET)
        return n <= 16 && (text_ends(s, ":") || (n <= 10 && (line_is_schedule_heading(s) || line_opens_plan(s))));
    int level = label_level(line->label.style);
    if (level == 1)
        return !text_ends(s, ";");
    return n <= 30 && !text_ends_any(s, sentence);
}

static void add_outside(struct builder *b, const struct line *line)
{
    bool heading = is_heading(line);
    if (line->label.style == LABEL_ZH)
        b->level1 = line->label.value;
    if (line->label.style == LABEL_ZH || line->label.style == LABEL_CHAPTER)
        b->level2 = 0;
    if (line->label.style == LABEL_ZH_PAREN)
        b->level2 = line->label.value;
    if (line->label.style == LABEL_LOST)
        doubts_add(b->doubts, IMPORT_DOUBT_LOST_NUMBER, line->number, line->text.raw, "");
    build_section(b, heading ? IMPORT_HEADING : IMPORT_PARAGRAPH, line, line->label.end);
    build_from_text(b, line);
}

/* ---- headers ---- */

static void close_header(struct builder *b)
{
    b->outer = b->header = NULL;
    b->last = IMPORT_NONE;
    b->last_line = NULL;
    b->in_note = false;
}

/* The header as written, without a final colon; a theme stays with it. */
static const char *header_text(struct builder *b, const struct line *line)
{
    size_t end = line->theme ? line->text.n : line->header.rest >= line->text.n ? line->text.n : line->header.end;
    while (end > 0 && (line->text.s[end - 1] == ':' || line->text.s[end - 1] == ' '))
        end--;
    return text_cut(b->arena, &line->text, 0, end);
}

static void check_empty(struct builder *b)
{
    if (b->header && b->position == 0 && b->header == b->outer)
        doubts_add(b->doubts, IMPORT_DOUBT_HEADER_EMPTY, b->header->number, b->header_text, "");
}

static void start_header(struct builder *b, const struct line *line, const char *text)
{
    b->header = line;
    b->header_text = text;
    b->position = 0;
    b->style = LABEL_NONE;
    b->value = 0;
    b->last = IMPORT_NONE;
    b->last_line = NULL;
    b->in_note = false;
    b->seen_header = true;
}

static void open_header(struct builder *b, const struct line *line)
{
    const char *text = header_text(b, line);
    if (line->sub && b->outer) {
        size_t end = b->outer->header.end;
        const char *outer = text_cut(b->arena, &b->outer->text, 0, end);
        text = arena_printf(b->arena, "%s %s", outer, text);
    } else {
        check_empty(b);
        b->outer = line;
    }
    start_header(b, line, text);
    b->months = line->months;
    b->standing = line->header.when.kind == WHEN_STANDING || line->header.when.kind == WHEN_YEAR;
    if (line->theme || line->header.rest >= line->text.n)
        return;
    struct text rest = text_part(b->arena, &line->text, line->header.rest, line->text.n);
    build_items(b, line, &rest, NULL);
}

/* 常规工作： inside a month: a heading over some of its items. */
static bool is_subheading(const struct builder *b, const struct line *line)
{
    const struct line *next = b->next;
    bool listed = next && next->kind == LINE_TEXT && next->label.style != LABEL_NONE && next->label.value <= 1;
    return line->label.style == LABEL_NONE && listed && text_ends(line->text.s, ":") && text_length(line->text.s) <= 14;
}

static void open_subheading(struct builder *b, const struct line *line)
{
    const char *outer = text_cut(b->arena, &b->outer->text, 0, b->outer->header.end);
    const char *own = text_cut(b->arena, &line->text, 0, line->text.n - 1);
    start_header(b, line, arena_printf(b->arena, "%s %s", outer, own));
}

static void add_row(struct builder *b, const struct line *line)
{
    const struct row *row = line->row;
    bool same = b->header && b->header->kind == LINE_ROW && b->months == line->months && strcmp(b->header_text, row->time) == 0;
    if (!same) {
        start_header(b, line, row->time);
        b->outer = line;
        b->months = line->months;
        b->standing = row->when_known && (row->when.kind == WHEN_STANDING || row->when.kind == WHEN_YEAR);
    }
    b->plan->table |= !row->listed;
    b->style = LABEL_NONE;
    b->value = 0;
    size_t first = b->plan->activity_count;
    const char *at = row->content ? row->content : "";
    while (*at) {
        size_t n = strcspn(at, "\n");
        struct text text = text_fold(b->arena, at, n);
        if (text.n)
            build_items(b, line, &text, row);
        at += n + (at[n] == '\n');
    }
    (void)first;
}

/* ---- lines under a header ---- */

static bool ends_sentence(const char *s)
{
    static const char *const ends[] = {"。", ";", "!", "?", "…", ".", NULL};
    return text_ends_any(s, ends);
}

static bool is_open(const char *s)
{
    int paren = 0, quote = 0;
    for (; *s; s += text_char(s)) {
        paren += (*s == '(') - (*s == ')');
        if (text_begins(s, "《"))
            paren++;
        if (text_begins(s, "》"))
            paren--;
        quote += *s == '"';
    }
    (void)quote;
    return paren > 0;
}

/* Is the line the rest of the item before it, broken by the width of a page? */
static bool continues(const struct builder *b, const struct line *line)
{
    if (!b->last_line || b->last == IMPORT_NONE || line->label.style != LABEL_NONE)
        return false;
    const char *before = b->last_line->text.s;
    if (strlen(b->plan->activities[b->last].text) + line->text.raw_bytes > IMPORT_MAX_LINE_BYTES)
        return false;
    static const char *const hanging[] = {",",  "、", "(",  "《", "和", "及", "与", "的", "预计",
                                          "约", "由", "向", "以", "在", "为", "对", NULL};
    if (is_open(before) || text_ends_any(before, hanging))
        return true;
    if (ends_sentence(before) || line->after_blank)
        return false;
    size_t n = text_length(before);
    if (b->style == LABEL_NONE)
        return b->wrap && n + 2 >= b->wrap;
    return n >= 24;
}

static void join_line(struct builder *b, const struct line *line)
{
    struct import_activity *a = &b->plan->activities[b->last];
    a->text = arena_printf(b->arena, "%s%s", a->text, line->text.raw);
    b->last_line = line;
    doubts_add(b->doubts, IMPORT_DOUBT_LINES_JOINED, line->number, line->text.raw, a->text);
    struct line whole = {.text = text_fold(b->arena, a->text, strlen(a->text)), .number = line->number};
    a->budget_fen = a->participants = -1; /* a number may have been broken in two */
    build_meta(b, a, &whole);
}

/* Does the labelled line go on with the sections instead of the items? */
static bool is_next_section(const struct builder *b, const struct line *line)
{
    const struct label *l = &line->label;
    if (l->style == LABEL_CHAPTER || line->outline == 1)
        return true;
    if (l->style == LABEL_ZH && b->level1 > 0 && l->value == b->level1 + 1) {
        static const char *const words[] = {"要求", "措施", "保障", "经费", "注意", "说明", NULL};
        const struct label *inner = b->next ? &b->next->label : NULL;
        bool leads = inner && (inner->style == LABEL_DIGIT || inner->style == LABEL_ZH_PAREN) && inner->value == 1;
        bool heads = leads || (text_length(line->text.s) <= 12 && text_has_any(line->text.s, words));
        return heads || !(b->style == LABEL_ZH && l->value == b->value + 1);
    }
    if (l->style == LABEL_ZH && l->value > 1)
        return b->style != LABEL_ZH;
    if (l->style == LABEL_ZH_PAREN && b->level2 > 0 && l->value == b->level2 + 1)
        return !(b->style == LABEL_ZH_PAREN && l->value == b->value + 1);
    return false;
}

static bool is_outside_text(const struct builder *b, const struct line *line)
{
    const char *s = line->text.s;
    static const char *const words[] = {"措施", "要求", "保障", "说明", "注意", "目标", "思想", "意见", "建议", NULL};
    if (line->label.style != LABEL_NONE)
        return false;
    if (line_closes_plan(s))
        return true;
    if (text_ends(s, ":") && text_length(s) <= 16 && text_has_any(s, words))
        return true;
    static const char *const orders[] = {"这些工作", "认真落实", "抓好落实", "贯彻执行", "贯彻落实", "高度重视", "各项工作", NULL};
    size_t n = text_length(s);
    return b->last_header && ((b->style != LABEL_NONE && n > 60) || (n > 30 && text_has_any(s, orders)));
}

/* A line under a numbered item that is no item of its own. */
static bool is_detail(const struct builder *b, const struct line *line)
{
    if (b->style == LABEL_NONE || b->last == IMPORT_NONE || line->label.style != LABEL_NONE)
        return false;
    bool between = b->next && b->style != LABEL_BULLET && b->next->label.style == b->style && b->next->label.value == b->value + 1;
    return text_length(line->text.s) > 40 || (between && ends_sentence(b->last_line ? b->last_line->text.s : ""));
}

static void add_note_to_last(struct builder *b, const struct line *line)
{
    struct import_activity *a = &b->plan->activities[b->last];
    if (a->note && strlen(a->note) + line->text.raw_bytes > IMPORT_MAX_LINE_BYTES) {
        build_section(b, IMPORT_NOTE, line, 0);
        return;
    }
    a->note = a->note ? arena_printf(b->arena, "%s\n%s", a->note, line->text.raw) : line->text.raw;
}

static void add_under_header(struct builder *b, struct line *line)
{
    if (b->in_note || is_next_section(b, line) || is_outside_text(b, line)) {
        bool note = b->in_note && !is_next_section(b, line);
        if (!note && line->label.style == LABEL_NONE)
            doubts_add(b->doubts, IMPORT_DOUBT_ITEM_OR_TEXT, line->number, line->text.raw, "");
        if (note) {
            build_section(b, IMPORT_NOTE, line, 0);
            return;
        }
        check_empty(b);
        close_header(b);
        add_outside(b, line);
        return;
    }
    if (continues(b, line)) {
        join_line(b, line);
        return;
    }
    if (is_detail(b, line)) {
        add_note_to_last(b, line);
        doubts_add(b->doubts, IMPORT_DOUBT_DETAIL_LINE, line->number, line->text.raw, b->plan->activities[b->last].text);
        build_meta(b, &b->plan->activities[b->last], line);
        return;
    }
    if (is_subheading(b, line)) {
        open_subheading(b, line);
        return;
    }
    build_items(b, line, &line->text, NULL);
    b->last_line = line;
}

/* ---- the walk ---- */

static bool header_follows(const struct lines *lines, size_t at, size_t end)
{
    for (size_t i = at + 1; i < end; i++)
        if (lines->items[i].kind == LINE_HEADER || lines->items[i].kind == LINE_ROW)
            return true;
    return false;
}

/* A name alone on its line signs the plan when only dates and names follow, or when it stands before the first heading. */
static bool signs(const struct lines *lines, size_t at, const struct plan_range *range, const struct builder *b)
{
    const struct line *line = &lines->items[at];
    if (!line_is_signature_name(line->text.s))
        return false;
    if (b->plan->section_count == 0 && !b->seen_header)
        return true;
    for (size_t i = at + 1; i < range->end; i++) {
        const struct line *next = &lines->items[i];
        if (next->kind == LINE_SIGNATURE || next->kind == LINE_CHROME || line_is_signature_name(next->text.s) ||
            line_is_signature_date(next))
            continue;
        return false;
    }
    return true;
}

static void add_title(struct builder *b, const struct line *line)
{
    if (!b->plan->title) {
        b->plan->title = line->text.raw;
        return;
    }
    add_outside(b, line);
}

static void add_meta(struct builder *b, struct line *line)
{
    if (!b->header || b->last == IMPORT_NONE) {
        if (b->header)
            add_under_header(b, line);
        else
            add_outside(b, line);
        return;
    }
    struct import_activity *a = &b->plan->activities[b->last];
    add_note_to_last(b, line);
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
    doubts_add(b->doubts, IMPORT_DOUBT_DETAIL_LINE, line->number, line->text.raw, a->text);
}

static void add_line(struct builder *b, struct lines *lines, size_t at, const struct plan_range *range)
{
    struct line *line = &lines->items[at];
    b->next = at + 1 < range->end ? &lines->items[at + 1] : NULL;
    if (line->kind == LINE_TEXT && signs(lines, at, range, b))
        line->kind = LINE_SIGNATURE;
    switch (line->kind) {
    case LINE_TITLE:
        close_header(b);
        add_title(b, line);
        break;
    case LINE_HEADER:
        b->last_header = !header_follows(lines, at, range->end);
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
        check_empty(b);
        close_header(b);
        build_section(b, IMPORT_SIGNATURE, line, 0);
        break;
    case LINE_CHROME:
        doubts_add(b->doubts, IMPORT_DOUBT_PAGE_CHROME, line->number, line->text.raw, "");
        break;
    case LINE_META:
        add_meta(b, line);
        break;
    case LINE_HEADING:
        check_empty(b);
        close_header(b);
        build_section(b, IMPORT_HEADING, line, line->label.end);
        break;
    case LINE_TEXT:
        if (b->header && b->header->kind != LINE_ROW && !line->cell)
            add_under_header(b, line);
        else {
            close_header(b);
            add_outside(b, line);
        }
        break;
    case LINE_COLUMNS:
        check_empty(b);
        close_header(b);
        if (b->plan->columns && strlen(b->plan->columns) + line->text.raw_bytes > IMPORT_MAX_LINE_BYTES)
            break;
        b->plan->columns = b->plan->columns ? arena_printf(b->arena, "%s\n%s", b->plan->columns, line->text.raw) : line->text.raw;
        break;
    case LINE_NESTED:
        break;
    }
}

/* The width at which lines break: two of the longest are about as long and end in the middle of a sentence. */
#define WRAP_CHARACTERS 28
static size_t find_wrap(const struct lines *lines, const struct plan_range *range)
{
    size_t width = 0, n = 0;
    for (size_t i = range->begin; i < range->end; i++) {
        size_t length = text_length(lines->items[i].text.s);
        width = length > width ? length : width;
    }
    for (size_t i = range->begin; i < range->end; i++)
        n += text_length(lines->items[i].text.s) + 2 >= width && !ends_sentence(lines->items[i].text.s);
    return width >= WRAP_CHARACTERS && width <= 60 && n >= 2 ? width : 0;
}

void build_plan(struct lines *lines, const struct plan_range *range, struct import_plan *plan, struct arena *arena,
                struct doubts *doubts)
{
    struct builder b = {.arena = arena, .doubts = doubts, .plan = plan, .last = IMPORT_NONE};
    b.wrap = find_wrap(lines, range);
    if (range->begin < range->end) {
        plan->line = lines->items[range->begin].number;
        plan->last_line = lines->items[range->end - 1].number;
    }
    for (size_t i = range->begin; i < range->end; i++)
        add_line(&b, lines, i, range);
    check_empty(&b);
}
