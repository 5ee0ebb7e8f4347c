/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/import/build.h"
#include "client/import/item.h"

struct import_activity *build_activity(struct builder *b, const struct line *line, const struct text *item)
{
    struct import_plan *plan = b->plan;
    if (plan->activity_count >= IMPORT_MAX_ACTIVITIES) /* refused when the plan is done */
        plan->activity_count--;
    plan->activities =
        arena_grow(b->arena, plan->activities, plan->activity_count, &b->activity_capacity, sizeof *plan->activities);
    struct import_activity *a = &plan->activities[plan->activity_count++];
    *a = (struct import_activity){
        .section = plan->section_count ? (uint32_t)plan->section_count - 1 : IMPORT_NONE,
        .text = item->raw,
        .budget_fen = -1,
        .participants = -1,
        .line = line->number,
    };
    return a;
}

static void add_ranges(struct builder *b, const char *read, const struct facts *f, const struct line *line)
{
    if (f->budget_range)
        doubts_add(b->doubts, IMPORT_DOUBT_BUDGET_RANGE, line->number, read, "");
    if (f->people_range)
        doubts_add(b->doubts, IMPORT_DOUBT_COUNT_RANGE, line->number, read, "");
}

static void apply_facts(struct builder *b, struct import_activity *a, const struct facts *f, const struct line *line)
{
    if (f->budget_fen >= 0)
        a->budget_fen = f->budget_fen;
    else if (f->per_head)
        doubts_add(b->doubts, IMPORT_DOUBT_BUDGET_PER_HEAD, line->number, a->text, "");
    if (f->participants >= 0)
        a->participants = f->participants;
    add_ranges(b, a->text, f, line);
    if (f->lead)
        a->lead = f->lead;
    if (f->assist)
        a->assist = f->assist;
    if (f->person)
        a->person = f->person;
    if (f->owner_guessed)
        doubts_add(b->doubts, IMPORT_DOUBT_OWNER_UNCLEAR, line->number, a->text, f->lead ? f->lead : f->person);
}

void build_meta(struct builder *b, struct import_activity *activity, const struct line *line)
{
    struct facts f = facts_read(b->arena, &line->text);
    apply_facts(b, activity, &f, line);
}

static const char *column_text(struct builder *b, const char *text)
{
    struct text t = text_fold(b->arena, text, strlen(text));
    return t.n ? t.raw : NULL;
}

/* 女教工 46, 1200（购水）, 98×150: what a cell says beside its figure is a remark. */
static void keep_words(struct builder *b, struct import_activity *a, const char *cell)
{
    static const char *const measures[] = {"人民币", "全体", "人次", "万元", "左右", "人", "名", "元", "万", "千", "百",
                                           "约",     "共",   "计",   "合",   "余",   "无", "多", "位", "¥",  NULL};
    struct text t = text_fold(b->arena, cell ? cell : "", cell ? strlen(cell) : 0);
    for (size_t i = 0, n; i < t.n; i += n) {
        n = text_begins_any(t.s + i, measures);
        if (!n && (text_is_han(t.s + i) || text_begins_any(t.s + i, (const char *const[]){"×", "*", "x", "X", NULL}))) {
            a->note = a->note ? arena_printf(b->arena, "%s\n%s", a->note, t.raw) : t.raw;
            return;
        }
        n = n ? n : text_char(t.s + i);
    }
}

/* Money and people of a row stand for the row: with its first item, so that sums count them once. */
static void apply_measures(struct builder *b, struct import_activity *a, const struct row *row, const struct line *line)
{
    if (row->budget) {
        struct text t = text_fold(b->arena, row->budget, strlen(row->budget));
        struct facts f = facts_read(b->arena, &t);
        bool per_head = false;
        int64_t fen = facts_budget_cell(&t, row->budget_unit_fen, &per_head);
        add_ranges(b, t.raw, &f, line);
        if (fen >= 0)
            a->budget_fen = fen;
        else if (per_head)
            doubts_add(b->doubts, IMPORT_DOUBT_BUDGET_PER_HEAD, line->number, t.raw, "");
        else if (t.n > 1)
            doubts_add(b->doubts, IMPORT_DOUBT_BUDGET_UNCLEAR, line->number, t.raw, "");
        if (!row->people && a->participants < 0) /* 98人×200元 */
            a->participants = f.participants;
    }
    if (row->people) {
        struct text t = text_fold(b->arena, row->people, strlen(row->people));
        int64_t people = facts_people_cell(&t);
        struct facts f = facts_read(b->arena, &t);
        add_ranges(b, t.raw, &f, line);
        if (people >= 0)
            a->participants = people;
        else if (t.n > 1 && f.budget_fen < 0)
            doubts_add(b->doubts, IMPORT_DOUBT_COUNT_UNCLEAR, line->number, t.raw, "");
        if (!row->budget && f.budget_fen >= 0) /* 45人/900元 */
            a->budget_fen = f.budget_fen;
    }
    if (a->budget_fen >= 0)
        keep_words(b, a, row->budget);
    if (a->participants >= 0)
        keep_words(b, a, row->people);
}

/* The columns of remarks, one line each; what columns of their own tell is not looked for. A remark with money or people stands
 * with the first item, as the columns of these do. */
static void apply_note(struct builder *b, struct import_activity *a, const struct row *row, const struct line *line)
{
    struct text whole = text_fold(b->arena, row->note, strlen(row->note));
    a->note = whole.n ? whole.raw : NULL;
    bool first = b->last_line != line, owner = !a->lead && !a->person;
    for (const char *at = row->note; *at; at += strcspn(at, "\n"), at += *at == '\n') {
        struct text t = text_fold(b->arena, at, strcspn(at, "\n"));
        struct facts f = facts_read(b->arena, &t);
        if (owner && !a->lead && !a->person) {
            a->lead = f.lead;
            a->person = f.person;
            a->assist = a->assist ? a->assist : f.assist;
        }
        if (!first && (f.participants >= 0 || f.budget_fen >= 0))
            a->note = NULL;
        if (first && a->participants < 0 && !row->people)
            a->participants = f.participants;
        if (first && a->budget_fen < 0 && !row->budget)
            a->budget_fen = f.budget_fen;
    }
}

static void apply_row(struct builder *b, struct import_activity *a, const struct row *row, const struct line *line)
{
    if (row->lead && row->person) {
        a->lead = column_text(b, row->lead);
        a->person = column_text(b, row->person);
    } else if (row->lead || row->person) {
        const char *owner = row->lead ? row->lead : row->person;
        struct text t = text_fold(b->arena, owner, strlen(owner));
        struct facts f = facts_roles(b->arena, &t);
        bool person = row->person ? !facts_is_department(t.s) : facts_is_person(t.s);
        bool told = f.lead || f.person;
        bool same = !told && !person && a->lead && strcmp(a->lead, t.raw) == 0; /* the words told the person too */
        a->lead = told ? f.lead : person ? NULL : t.raw;
        a->person = told ? f.person : person ? t.raw : same ? a->person : NULL;
        a->assist = f.assist ? f.assist : a->assist;
        if (told)
            doubts_add(b->doubts, IMPORT_DOUBT_OWNER_UNCLEAR, line->number, t.raw, f.lead ? f.lead : f.person);
    }
    if (row->assist)
        a->assist = column_text(b, row->assist);
    if (row->note)
        apply_note(b, a, row, line);
}

/* Words that name what follows as the item. */
static const char *const keys[] = {
    "活动内容:", "工作内容:", "内容:", "活动名称:", "活动主题:", "活动项目:", "主要工作:", "具体工作:", "工作任务:", "活动:", NULL};

static bool says_nothing(const char *s)
{
    static const char *const words[] = {"无", "无。", "略", "略。", "/", "-", "--", "(略)", "(无)", "---", "----", NULL};
    for (size_t i = 0; words[i]; i++)
        if (strcmp(words[i], s) == 0)
            return true;
    return false;
}

/* 二月：寒假: why there is nothing to do. */
static bool is_vacation(const char *s)
{
    static const char *const words[] = {"寒假",  "寒假。", "(寒假)", "寒 假", "暑假",   "暑假。", "(暑假)",
                                        "暑 假", "假期",   "(假期)", "放假",  "(放假)", NULL};
    for (size_t i = 0; words[i]; i++)
        if (strcmp(words[i], s) == 0)
            return true;
    return false;
}

void build_item(struct builder *b, const struct line *line, const struct text *text, const struct piece *piece,
                const struct row *row)
{
    size_t key = text_begins_any(text->s + piece->from, keys);
    size_t from = piece->from + (piece->from + key < piece->to ? key : 0);
    struct text item = text_part(b->arena, text, from, piece->to);
    if (item.n == 0)
        return;
    if (says_nothing(item.s) || (is_vacation(item.s) && piece->label_at == piece->from)) {
        doubts_add(b->doubts, IMPORT_DOUBT_NOTHING_PLANNED, line->number, text->raw, b->header_text);
        return;
    }
    struct own_time own = {.months = b->months, .to = item.n};
    const char *header = b->header_text;
    bool told = b->period && own_time_find(&item, b->months, &own);
    if (told) {
        header = arena_printf(b->arena, "%s %s", header, text_cut(b->arena, &item, own.time, own.time_end));
        item = text_part(b->arena, &item, own.from, own.to);
    }
    struct import_activity *a = build_activity(b, line, &item);
    a->origin = IMPORT_FROM_SCHEDULE;
    a->header = header;
    a->months = own.months;
    a->standing = b->standing && !told;
    a->position = b->position++;
    if (piece->label_at < piece->from)
        a->label = text_cut(b->arena, text, piece->label_at, piece->from);
    else if (line->automatic && b->last_line != line)
        a->label = line->automatic;
    struct facts f = facts_read(b->arena, &item);
    apply_facts(b, a, &f, line);
    if (f.text_end && !row)
        a->text = text_cut(b->arena, &item, 0, f.text_end);
    if (!row && !a->lead && !a->person) {
        a->lead = b->owner.lead;
        a->assist = a->assist ? a->assist : b->owner.assist;
        a->person = b->owner.person;
    }
    if (row) {
        apply_row(b, a, row, line);
        if (b->last_line != line)
            apply_measures(b, a, row, line);
        else if (row->budget || row->people)
            doubts_add(b->doubts, IMPORT_DOUBT_SHARED_FIGURES, line->number, a->text, "");
    }
    b->last = (uint32_t)(b->plan->activity_count - 1);
    b->last_line = line;
}

/* 教师节庆祝活动：1、评选2、表彰3、慰问: a few words name the group, the numbered ones are the items. Bytes of the words with their
 * colon, 0 when the list belongs to a sentence: its agenda, its contents. */
static size_t lead_in(const struct builder *b, const struct text *text)
{
    static const char *const agenda[] = {
        "内容:", "议程:", "要求:", "如下:", "包括:", "形式:", "方式:", "议题:", "主题:", "项目:", "标准:", NULL};
    static const char *const sentence[] = {",", ";", "。", "、", "(", NULL};
    const char *colon = strchr(text->s, ':');
    size_t at = colon ? (size_t)(colon - text->s) + 1 : 0, end = text_skip_space(text->s, at);
    struct label label;
    struct piece pieces[SPLIT_MAX];
    if (!at || b->style != LABEL_NONE || label_parse(text->s, 0, &label) || !label_parse(text->s + end, 1, &label) ||
        label.value != 1)
        return 0;
    struct text words = text_part(b->arena, text, 0, at), list = text_part(b->arena, text, end, text->n);
    bool named = text_length(words.s) <= 20 && !text_has_any(words.s, sentence) && !text_ends_any(words.s, agenda);
    return named && split_numbered(&list, 1, pieces) > 1 ? end : 0;
}

static void add_group(struct builder *b, const struct line *line, const struct text *text, size_t from, const struct row *row)
{
    const char *outer = b->header_text;
    struct piece pieces[SPLIT_MAX];
    struct text list = text_part(b->arena, text, from, text->n);
    size_t n = split_numbered(&list, 1, pieces), to = (size_t)(strchr(text->s, ':') - text->s);
    b->header_text = arena_printf(b->arena, "%s %s", outer, text_cut(b->arena, text, 0, to));
    for (size_t i = 0; i < n; i++)
        build_item(b, line, &list, &pieces[i], row);
    b->header_text = outer;
    doubts_add(b->doubts, IMPORT_DOUBT_GLUED_ITEMS, line->number, text->raw, "");
}

/* Is what begins at offset at set apart from the item before it: behind the end of a sentence, or a space? */
static bool is_apart(const char *s, size_t at)
{
    static const char *const marks[] = {"。", ";", " ", NULL};
    size_t before = at ? text_before(s, at) : 0;
    if (before && s[before] == '(')
        return text_begins(s + text_before(s, before), "。") > 0;
    return at && text_begins_any(s + before, marks);
}

/* 1.工会会议；2.慰问老教师。负责人：李萍: a name behind the end of the last item, or behind a space, is that of all of them. */
static void share_key(struct builder *b, const struct text *text, size_t from, size_t n)
{
    size_t at = from;
    if (n < 2 || n > b->plan->activity_count)
        return;
    while (text->s[at] && !(facts_begins_owner(text->s + at) && is_apart(text->s, at)))
        at += text_char(text->s + at);
    if (!text->s[at])
        return;
    const struct import_activity *last = &b->plan->activities[b->plan->activity_count - 1];
    for (size_t i = 2; i <= n; i++) {
        struct import_activity *a = &b->plan->activities[b->plan->activity_count - i];
        bool free = !a->lead && !a->person && a->header == last->header;
        a->lead = free ? last->lead : a->lead;
        a->person = free ? last->person : a->person;
        a->assist = free && !a->assist ? last->assist : a->assist;
    }
}

static bool are_activities(struct builder *b, const struct text *text, const struct piece *pieces, size_t n)
{
    bool bars = strchr(text->s, '|') || text_has(text->s, " / "); /* nobody writes a bar inside an item */
    for (size_t i = 0; i < n; i++) {
        struct text piece = text_part(b->arena, text, pieces[i].from, pieces[i].to);
        if (!(bars ? item_may_be(piece.s) : item_is_activity(piece.s)))
            return false;
    }
    return true;
}

/* 篮球赛。经费合计：8000元: the last sentence is a sum. */
static bool add_total(struct builder *b, const struct line *line, const struct text *text, const struct piece *piece)
{
    struct line total = {.text = text_part(b->arena, text, piece->from, piece->to), .number = line->number};
    if (!line_is_total(total.text.s))
        return false;
    doubts_add(b->doubts, IMPORT_DOUBT_TOTAL_ROW, line->number, total.text.raw, "");
    build_section(b, IMPORT_NOTE, &total, 0);
    return true;
}

void build_items(struct builder *b, const struct line *line, const struct text *text, const struct row *row)
{
    struct piece pieces[SPLIT_MAX];
    size_t key = text_begins_any(text->s, keys);
    struct label first;
    if (key && label_parse(text->s + text_skip_space(text->s, key), 1, &first) && first.value == 1) { /* 内容：1.…2.… */
        struct text rest = text_part(b->arena, text, text_skip_space(text->s, key), text->n);
        build_items(b, line, &rest, row);
        return;
    }
    size_t lead = line->automatic ? 0 : lead_in(b, text);
    if (lead) {
        add_group(b, line, text, lead, row);
        return;
    }
    size_t n = split_numbered(text, b->value + 1, pieces);
    if (n > 1)
        doubts_add(b->doubts, IMPORT_DOUBT_GLUED_ITEMS, line->number, text->raw, "");
    bool numbered = n > 1 || pieces[0].style != LABEL_NONE || line->automatic;
    if (numbered) {
        if (pieces[0].style == LABEL_LOST)
            doubts_add(b->doubts, IMPORT_DOUBT_LOST_NUMBER, line->number, text->raw, "");
        for (size_t i = 0; i < n; i++)
            build_item(b, line, text, &pieces[i], row);
        const struct piece *last = &pieces[n - 1];
        share_key(b, text, last->from, n);
        bool own = last->style != LABEL_NONE;
        b->style = own ? last->style : line->automatic ? line->label.style : LABEL_DIGIT;
        b->value = last->style == LABEL_LOST ? b->value + 1 : own ? last->value : line->label.value;
        return;
    }
    n = split_gaps(text, pieces);
    n = n > 1 && are_activities(b, text, pieces, n) ? n : split_brackets(text, pieces);
    n = n ? n : split_sentences(text, 0, text->n, pieces);
    if (n > 1)
        doubts_add(b->doubts, IMPORT_DOUBT_SENTENCES_SPLIT, line->number, text->raw, "");
    if (n > 1 && !row && add_total(b, line, text, &pieces[n - 1]))
        n--;
    for (size_t i = 0; i < n; i++)
        build_item(b, line, text, &pieces[i], row);
    share_key(b, text, pieces[n - 1].from, n);
}
