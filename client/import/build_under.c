/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/import/build.h"
#include "client/import/told.h"

bool build_ends_sentence(const char *s)
{
    static const char *const ends[] = {"。", ";", "!", "?", "…", ".", NULL};
    size_t n = strlen(s);
    bool number = n >= 2 && s[n - 1] == '.' && s[n - 2] >= '0' && s[n - 2] <= '9'; /* …；2. with its item on the next line */
    return !number && text_ends_any(s, ends);
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

/* …——48人, 经费2400元: the last of what an item tells. */
static bool ends_in_count(const char *s)
{
    size_t n = strlen(s), unit = text_ends_any(s, (const char *const[]){"元", "人", NULL}) ? strlen("元") : 0;
    return unit && n > unit && s[n - unit - 1] >= '0' && s[n - unit - 1] <= '9';
}

#define JOINED_BYTES_MAX ((size_t)1 << 10) /* some 350 characters: an item that goes on beyond is none */

/* Is the line the rest of the item before it, broken by the width of a page? */
static bool continues(const struct builder *b, const struct line *line)
{
    if (!b->last_line || b->last == IMPORT_NONE || line->label.style != LABEL_NONE)
        return false;
    const char *before = b->last_line->text.s;
    if (strlen(b->plan->activities[b->last].text) + line->text.raw_bytes > JOINED_BYTES_MAX)
        return false;
    static const char *const hanging[] = {",",  "、", "(",  "《", "和", "及", "与", "的", "预计",
                                          "约", "由", "向", "以", "在", "为", "对", NULL};
    static const char *const rests[] = {"的", ",", ";", "。", ")", "》", NULL}; /* nothing begins so */
    if (is_open(before) || text_ends_any(before, hanging) || text_begins_any(line->text.s, rests))
        return true;
    if (build_ends_sentence(before) || text_ends(before, ":") || ends_in_count(before) || line->after_blank)
        return false;
    static const char *const marks[] = {"。", ";", NULL};
    if (b->stops && (b->style == LABEL_NONE ? text_has_any(before, marks) : b->style != LABEL_BULLET))
        return true;
    size_t n = text_length(before);
    if (b->style == LABEL_NONE)
        return b->wrap && n + 2 >= b->wrap;
    bool between = b->next && b->next->kind == LINE_TEXT && b->style != LABEL_BULLET && b->next->label.style == b->style &&
                   b->next->label.value == b->value + 1;
    return n >= 24 || (between && line->indented && n >= 14);
}

static void join_line(struct builder *b, const struct line *line)
{
    struct import_activity *a = &b->plan->activities[b->last];
    struct piece pieces[SPLIT_MAX];
    struct arena scratch; /* an item may be joined many times over */
    arena_init(&scratch, 0);
    const char *joined = arena_printf(&scratch, "%s%s", a->text, line->text.raw);
    struct text text = text_fold(&scratch, joined, strlen(joined));
    size_t n = split_continued(&text, b->style, b->value, pieces);
    a->text = n > 1 ? text_cut(b->arena, &text, 0, pieces[0].to) : arena_strdup(b->arena, joined);
    b->last_line = line;
    doubts_add(b->doubts, IMPORT_DOUBT_LINES_JOINED, line->number, line->text.raw, a->text);
    struct line whole = {.text = text_fold(&scratch, a->text, strlen(a->text)), .number = line->number};
    a->budget_fen = a->participants = -1; /* a number may have been broken in two */
    build_meta(b, a, &whole);
    for (size_t i = 1; i < n; i++) /* 学雷锋”活动。3、上报名单: the list goes on in the line */
        build_item(b, line, &text, &pieces[i], NULL);
    b->value = n > 1 ? pieces[n - 1].value : b->value;
    arena_done(&scratch);
}

/* 保障措施, 工作要求: the heading of what is demanded. */
static bool names_demand(const char *s)
{
    static const char *const words[] = {"要求", "措施", "保障", "经费", "注意", "说明", NULL};
    return text_length(s) <= 12 && text_has_any(s, words);
}

/* Does the labelled line go on with the sections instead of the items? */
static bool is_next_section(const struct builder *b, const struct line *line)
{
    const struct label *l = &line->label;
    if (l->style == LABEL_CHAPTER || line->outline == 1)
        return true;
    if (l->style == LABEL_ZH && b->level1 > 0 && l->value == b->level1 + 1) {
        const struct label *inner = b->next ? &b->next->label : NULL;
        bool leads = inner && (inner->style == LABEL_DIGIT || inner->style == LABEL_ZH_PAREN) && inner->value == 1;
        bool heads = leads || names_demand(line->text.s);
        return heads || !(b->style == LABEL_ZH && l->value == b->value + 1);
    }
    if (l->style == LABEL_ZH && l->value > 1)
        return b->style != LABEL_ZH;
    if (l->style == LABEL_ZH && b->last_header && b->position > 0 && b->style != LABEL_ZH) /* the first numbered section */
        return !line->item || names_demand(line->text.s);
    if (l->style == LABEL_ZH_PAREN && b->level2 > 0 && l->value == b->level2 + 1)
        return !(b->style == LABEL_ZH_PAREN && l->value == b->value + 1);
    return false;
}

/* 3、书画比赛 behind 2、三月：跳绳比赛: the next of a list whose items carry their months, with none of its own. */
static bool is_undated_sibling(const struct builder *b, const struct line *line)
{
    const struct label *l = &line->label, *before = &b->outer->header.label;
    return b->outer->kind == LINE_HEADER && before->style == LABEL_DIGIT && l->style == before->style &&
           l->value == before->value + 1 && b->style == LABEL_NONE && b->outer->header.rest < b->outer->text.n && !b->outer->theme;
}

/* 3、… behind 2、…, 第一周：…, 第二周：… or 三月：…, 四月：…: the list they stand in goes on. */
static bool resumes_list(const struct builder *b, const struct line *line)
{
    const struct label *l = &line->label;
    return b->header->kind == LINE_HEADER && !b->header->theme && b->header->header.rest < b->header->text.n &&
           b->style == LABEL_NONE && l->value > 1 && l->style == b->listed.style && l->value == b->listed.value + 1;
}

/* 团委工作 above months of its own. */
static bool names_body(const struct builder *b, const char *s)
{
    static const char *const bodies[] = {"工会",   "团委",   "团支部", "共青团", "党支部", "女工",
                                         "女职工", "妇委会", "少先队", "经审",   NULL};
    static const char *const works[] = {"工作", "工作安排", "活动安排", "计划", NULL};
    size_t n = text_begins_any(s, bodies);
    return n && b->next && b->next->kind == LINE_HEADER && text_length(s) <= 10 && text_ends_any(s + n, works);
}

static bool is_outside_text(const struct builder *b, const struct line *line)
{
    const char *s = line->text.s;
    static const char *const words[] = {"措施", "要求", "保障", "说明", "注意", "目标", "思想", "意见", "建议", NULL};
    bool leads = text_ends(s, ":") && text_length(s) <= 16 && b->next && b->next->kind == LINE_HEADER && !b->next->sub;
    if (leads && (line->label.style == LABEL_NONE || line->label.style == LABEL_BULLET)) /* *学生活动： above its own months */
        return true;
    static const char *const rules[] = {"规程:", "规则:", "细则:", "须知:", NULL}; /* ★乒乓球赛规程： behind the months */
    if (text_ends_any(s, rules) && text_length(s) <= 16 && (line->label.style == LABEL_NONE || line->label.style == LABEL_BULLET) &&
        b->next && b->next->label.value == 1)
        return true;
    if (line->label.style != LABEL_NONE)
        return false;
    bool record = text_begins(s, "[活动") && text_ends(s, "]") && text_length(s) <= 8; /* 【活动二】 */
    if (line_closes_plan(s) || names_body(b, s) || record)
        return true;
    if (text_ends(s, ":") && text_length(s) <= 16 && text_has_any(s, words))
        return true;
    static const char *const orders[] = {"这些工作", "认真落实", "抓好落实", "贯彻执行", "贯彻落实", "高度重视", "各项工作", NULL};
    size_t n = text_length(s);
    bool listed =
        b->style != LABEL_NONE || (b->header->header.label.style == LABEL_BULLET && b->header->header.rest < b->header->text.n);
    bool told = listed && build_ends_sentence(s) && told_is_past(s); /* 本学期举行了…，受到好评。 */
    return b->last_header && ((listed && n > 60) || told || (n > 30 && text_has_any(s, orders)));
}

/* A line under an item that is no item of its own. */
static bool is_detail(const struct builder *b, const struct line *line)
{
    const char *close = line->text.s[0] == '(' ? strchr(line->text.s, ')') : NULL;
    if (b->last == IMPORT_NONE || line->label.style != LABEL_NONE)
        return false;
    static const char *const remarks[] = {"要求:", "具体要求:", "活动要求:", NULL};
    size_t remark = text_begins_any(line->text.s, remarks);
    if ((close && close[1] == '\0') || (remark && line->text.s[remark])) /* （运动会后一天，项目另定。）, 要求：注意安全 */
        return true;
    if (b->style == LABEL_NONE)
        return false;
    bool between = b->next && b->next->kind == LINE_TEXT && b->style != LABEL_BULLET && b->next->label.style == b->style &&
                   b->next->label.value == b->value + 1;
    return text_length(line->text.s) > 40 || (between && build_ends_sentence(b->last_line ? b->last_line->text.s : ""));
}

void build_note(struct builder *b, const struct line *line)
{
    struct import_activity *a = &b->plan->activities[b->last];
    if (a->note && strlen(a->note) + line->text.raw_bytes > IMPORT_MAX_LINE_BYTES) {
        build_section(b, IMPORT_NOTE, line, 0);
        return;
    }
    a->note = a->note ? arena_printf(b->arena, "%s\n%s", a->note, line->text.raw) : line->text.raw;
}

/* 常规工作： inside a month: a heading over some of its items; one more of them needs no list below. */
static bool is_subheading(const struct builder *b, const struct line *line)
{
    const struct line *next = b->next;
    bool listed = next && next->kind == LINE_TEXT && next->label.style != LABEL_NONE && next->label.value <= 1;
    bool another =
        next && next->kind == LINE_TEXT && next->label.style == LABEL_NONE && b->header != b->outer && b->style != LABEL_NONE;
    return line->label.style == LABEL_NONE && (listed || another) && text_ends(line->text.s, ":") &&
           text_length(line->text.s) <= 14;
}

static void open_subheading(struct builder *b, const struct line *line)
{
    const char *outer = build_outer_text(b);
    const char *own = text_cut(b->arena, &line->text, 0, line->text.n - 1);
    build_start_header(b, line, arena_printf(b->arena, "%s %s", outer, own));
}

/* 1.文体 over - … - …: a kind of work, no item. */
static bool names_kind(const char *s)
{
    static const char *const kinds[] = {"方面", "工作", "建设", "管理", "服务", "板块", "类", "文体活动", NULL};
    size_t n = text_length(s);
    return n > 0 && (n <= 4 || (n <= 8 && text_ends_any(s, kinds))) && !text_has(s, "节") && !strpbrk(s, ",;:()0123456789");
}

/* 1、“三八”系列活动： over （1）… （2）…: the number and the words name a group, its items follow. */
static bool is_group(const struct builder *b, const struct line *line)
{
    const struct line *next = b->next;
    static const char *const ends[] = {":", "系列活动", NULL};
    static const char *const agenda[] = {"内容", "议程", "要求", "如下", "包括", "形式", "方式", "议题", NULL};
    int level = label_level(line->label.style);
    if (level > 0 && next && next->kind == LINE_TEXT && next->label.style == LABEL_BULLET &&
        names_kind(line->text.s + line->label.end) && facts_owner_line(next->text.s) == next->text.n)
        return true;
    bool outline = level > 0 && level <= 2 && next && next->label.style == LABEL_DIGIT; /* （一）文体活动 over 1. 2. */
    if (outline && next->kind == LINE_TEXT && next->label.value == 1 && text_length(line->text.s) <= 20 &&
        !build_ends_sentence(line->text.s))
        return true;
    return level > 0 && next && next->kind == LINE_TEXT && label_level(next->label.style) > level && next->label.value == 1 &&
           text_ends_any(line->text.s, ends) && text_length(line->text.s) <= 24 && !text_has_any(line->text.s, agenda);
}

static void open_group(struct builder *b, const struct line *line)
{
    b->group_outer = b->header_text;
    b->group = line->label;
    b->header_text = arena_printf(b->arena, "%s %s", b->header_text, line->text.raw);
    b->style = LABEL_NONE;
    b->value = 0;
    b->last_line = NULL;
}

static void close_group(struct builder *b)
{
    b->header_text = b->group_outer;
    b->group_outer = NULL;
    b->style = b->group.style;
    b->value = b->group.value;
}

static const char *const themes[] = {"主题:", "活动主题:", "教育主题:", "月主题:", "本月主题:", "德育主题:", NULL};

/* ◆主题：巾帼绽芳华 over ◆内容：旗袍走秀, 教育主题：播种希望 over 1.…: the theme joins the header. */
static bool is_theme(const struct builder *b, const struct line *line)
{
    static const char *const contents[] = {"内容:", "活动内容:", "活动:", NULL};
    const struct line *next = b->next;
    size_t at = line->label.end + text_begins_any(line->text.s + line->label.end, themes);
    if (at == line->label.end || !next || next->kind != LINE_TEXT)
        return false;
    bool listed = line->label.style == LABEL_NONE && b->last == IMPORT_NONE && next->label.value == 1 &&
                  (next->label.style == LABEL_DIGIT || next->label.style == LABEL_DIGIT_PAREN);
    return listed || (next->label.style == line->label.style && text_begins_any(next->text.s + next->label.end, contents));
}

static void open_theme(struct builder *b, const struct line *line)
{
    const char *outer = build_outer_text(b);
    size_t at = line->label.end + text_begins_any(line->text.s + line->label.end, themes);
    build_start_header(b, line, arena_printf(b->arena, "%s %s", outer, text_cut(b->arena, &line->text, at, line->text.n)));
}

/* ——工会、团委 below an item that does not say it, or the names alone, moved in. */
static bool tells_owner(const struct builder *b, const struct line *line)
{
    const struct import_activity *a = b->last == IMPORT_NONE ? NULL : &b->plan->activities[b->last];
    size_t at = facts_owner_line(line->text.s);
    bool dashes = at >= strlen("--"), ends = !b->next || b->next->kind != LINE_TEXT || b->next->label.style != LABEL_NONE;
    bool sibling = b->style == LABEL_BULLET && line->label.style == LABEL_BULLET; /* - 三八节 / - 植树 */
    if (!a || a->lead || a->person || sibling || at == line->text.n || (line->label.style != LABEL_NONE && !dashes))
        return false;
    return dashes || (line->indented && ends && b->style != LABEL_NONE);
}

static void add_owner(struct builder *b, const struct line *line)
{
    struct import_activity *a = &b->plan->activities[b->last];
    struct text names = text_part(b->arena, &line->text, facts_owner_line(line->text.s), line->text.n);
    *(facts_is_person(names.s) ? &a->person : &a->lead) = names.raw;
    build_note(b, line);
    doubts_add(b->doubts, IMPORT_DOUBT_DETAIL_LINE, line->number, line->text.raw, a->text);
}

/* 活动： alone above the activities. */
static bool announces_items(const struct builder *b, const struct line *line)
{
    static const char *const words[] = {"活动:", "内容:", "活动内容:", "工作内容:", "主要内容:", "活动安排:", "主要工作:", NULL};
    size_t n = text_begins_any(line->text.s, words);
    return n && n == line->text.n && b->next && b->next->kind == LINE_TEXT;
}

void build_under_header(struct builder *b, struct line *line)
{
    if (b->group_outer && line->label.style == b->group.style)
        close_group(b);
    if (is_group(b, line) && !is_next_section(b, line)) {
        open_group(b, line);
        return;
    }
    if (b->in_note || is_next_section(b, line) || is_undated_sibling(b, line) || resumes_list(b, line) ||
        is_outside_text(b, line)) {
        bool note = b->in_note && !is_next_section(b, line);
        if (!note && line->label.style == LABEL_NONE)
            doubts_add(b->doubts, IMPORT_DOUBT_ITEM_OR_TEXT, line->number, line->text.raw, "");
        if (note) {
            build_section(b, IMPORT_NOTE, line, 0);
            return;
        }
        build_check_empty(b);
        build_close_header(b);
        build_outside(b, line);
        return;
    }
    if (is_theme(b, line)) {
        open_theme(b, line);
        return;
    }
    if (tells_owner(b, line)) {
        add_owner(b, line);
        return;
    }
    if (continues(b, line)) {
        join_line(b, line);
        return;
    }
    if (is_detail(b, line)) {
        build_note(b, line);
        doubts_add(b->doubts, IMPORT_DOUBT_DETAIL_LINE, line->number, line->text.raw, b->plan->activities[b->last].text);
        build_meta(b, &b->plan->activities[b->last], line);
        return;
    }
    if (announces_items(b, line)) {
        doubts_add(b->doubts, IMPORT_DOUBT_DETAIL_LINE, line->number, line->text.raw, b->header_text);
        return;
    }
    if (is_subheading(b, line)) {
        open_subheading(b, line);
        return;
    }
    build_items(b, line, &line->text, NULL);
    b->last_line = line;
}
