/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/plan_document.h"

#include <string.h>

#include "client/cmd/change.h"
#include "client/import/facts.h"
#include "common/domain/month.h"
#include "common/record/text.h"

#define SIGNATURE_BYTES 96 /* a longer line at the end is a paragraph */

/* What is printed, in order: a section, or an activity under a header. */
struct entry {
    const Lianxin__Section *section;
    const Lianxin__Activity *activity;
    const char *header;
};

struct maker {
    struct cmd *cmd;
    const Lianxin__Plan *plan;
    struct entry *entries;
    size_t n;
    size_t signature; /* entries from here on are signature lines */
    struct export_part *parts;
    size_t n_parts;
};

/* --- sections --- */

static bool ends_sentence(const char *text)
{
    static const char *const ends[] = {"。", "；", "：", ";", ":"};
    size_t n = strlen(text);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        if (n >= strlen(ends[i]) && strcmp(text + n - strlen(ends[i]), ends[i]) == 0)
            return true;
    return false;
}

static bool may_sign(const Lianxin__Section *s)
{
    return s && !s->level && (!s->label || !*s->label) && s->text && strlen(s->text) <= SIGNATURE_BYTES && !ends_sentence(s->text);
}

/* Short lines at the end that hold the plan's signature. */
static size_t find_signature(const struct maker *m)
{
    size_t start = m->n;
    bool found = false;
    while (m->plan->signature && start > 0 && may_sign(m->entries[start - 1].section)) {
        start--;
        found |= strcmp(m->entries[start].section->text, m->plan->signature) == 0;
    }
    return found ? start : m->n;
}

/* --- activities --- */

/* Those a text's times gave stand in that text already. */
static bool is_printed(const Lianxin__Activity *a)
{
    return a->origin != LIANXIN__ORIGIN__ORIGIN_TEXT && a->state != LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DROPPED &&
           a->state != LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_CANCELLED;
}

static bool has_header(const Lianxin__Activity *a)
{
    return a->header && *a->header;
}

static int32_t first_month(const Lianxin__Activity *a)
{
    return a->months ? month_set_first(a->months) : 0;
}

static void insert(struct maker *m, size_t at, struct entry entry)
{
    memmove(&m->entries[at + 1], &m->entries[at], (m->n - at) * sizeof *m->entries);
    m->entries[at] = entry;
    m->n++;
    m->signature++;
}

/* What does not come from the document goes behind the last item of its month, else before the first of a later month, else behind
 * the schedule. */
static void insert_later(struct maker *m, const Lianxin__Activity *a)
{
    int32_t month = first_month(a);
    size_t later = m->n, behind = SIZE_MAX;
    for (size_t i = m->n; i-- > 0;) {
        const Lianxin__Activity *other = m->entries[i].activity;
        if (!other)
            continue;
        if (first_month(other) == month) {
            insert(m, i + 1, (struct entry){NULL, a, m->entries[i].header});
            return;
        }
        if (behind == SIZE_MAX)
            behind = i + 1;
        if (month && first_month(other) > month)
            later = i;
    }
    const char *header = month ? arena_printf(&m->cmd->arena, "%d月份", month_of_year(month)) : "全年";
    size_t last = behind < SIZE_MAX ? behind : m->signature;
    insert(m, later < m->n ? later : last, (struct entry){NULL, a, header});
}

static void make_entries(struct maker *m, const struct plan_piece *pieces, size_t n)
{
    m->entries = ARENA_ARRAY(&m->cmd->arena, n + 1, struct entry);
    for (size_t i = 0; i < n; i++) {
        const Lianxin__Activity *a = pieces[i].activity ? work_activity(pieces[i].activity) : NULL;
        if (!a)
            m->entries[m->n++].section = (const Lianxin__Section *)pieces[i].section->message;
        else if (is_printed(a) && has_header(a))
            m->entries[m->n++] = (struct entry){NULL, a, a->header};
    }
    m->signature = find_signature(m);
    for (size_t i = 0; i < n; i++)
        if (pieces[i].activity && is_printed(work_activity(pieces[i].activity)) && !has_header(work_activity(pieces[i].activity)))
            insert_later(m, work_activity(pieces[i].activity));
}

/* --- the document --- */

const char *plan_document_text(struct cmd *cmd, const Lianxin__Activity *a)
{
    const char *text = a->text ? a->text : "";
    if (a->state == LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DEFERRED && a->has_deferred_to)
        text = arena_printf(&cmd->arena, "%s（延至%d年%d月）", text, month_year(a->deferred_to), month_of_year(a->deferred_to));
    if (a->origin == LIANXIN__ORIGIN__ORIGIN_EXTRA)
        return arena_printf(&cmd->arena, "%s（计划外）", text);
    if (a->origin == LIANXIN__ORIGIN__ORIGIN_ABOVE)
        return arena_printf(&cmd->arena, "%s（上级交办）", text);
    return text;
}

static bool is_same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

/* What an import would read from the item's text alone. */
static unsigned said_by(struct cmd *cmd, const struct export_item *item)
{
    const struct text text = text_fold(&cmd->arena, item->text, strlen(item->text));
    const struct facts facts = facts_read(&cmd->arena, &text);
    unsigned said = is_same(facts.lead, item->lead) ? EXPORT_LEAD : 0;
    said |= is_same(facts.assist, item->assist) ? EXPORT_ASSIST : 0;
    said |= is_same(facts.person, item->person) ? EXPORT_PERSON : 0;
    if (item->lead && !(said & EXPORT_LEAD)) /* beside a department in its column the text's person is not looked for */
        said &= ~(unsigned)EXPORT_PERSON;
    said |= facts.budget_fen >= 0 && facts.budget_fen == item->budget_fen ? EXPORT_BUDGET : 0;
    return said | (facts.participants >= 0 && facts.participants == item->participants ? EXPORT_PEOPLE : 0);
}

/* 慰问困难职工（工会委员）: where the bracket at its end begins, 0 when there is none. */
static size_t find_note(const char *text)
{
    static const char open[] = "（", close[] = "）";
    size_t at = strlen(text), width = strlen(open);
    for (int depth = 0; at >= width; at--) {
        depth += strncmp(text + at - width, close, width) == 0;
        depth -= strncmp(text + at - width, open, width) == 0;
        if (depth <= 0)
            return depth == 0 && at < strlen(text) ? at - width : 0;
    }
    return 0;
}

/* A remark was stored in a bracket behind the text. Read again there it may tell who is responsible, or what it costs, which as a
 * remark it did not: then it goes back into a column of its own. */
static void set_note_apart(struct cmd *cmd, struct export_item *item)
{
    const struct text text = text_fold(&cmd->arena, item->text, strlen(item->text));
    const struct facts facts = facts_read(&cmd->arena, &text);
    bool owner = !item->lead && !item->person && (facts.lead || facts.person);
    bool assist = !item->assist && facts.assist, budget = item->budget_fen < 0 && facts.budget_fen >= 0;
    size_t at = find_note(item->text), width = strlen("（");
    if (!at || !(owner || assist || budget || (item->participants < 0 && facts.participants >= 0)))
        return;
    item->note = arena_strndup(&cmd->arena, item->text + at + width, strlen(item->text) - at - 2 * width);
    item->text = arena_strndup(&cmd->arena, item->text, at);
}

static struct export_item make_item(struct cmd *cmd, const struct entry *entry)
{
    const Lianxin__Activity *a = entry->activity;
    const struct field *assisting = kind_find_field_by_name(change_kind(cmd, "activity"), "assisting");
    struct export_item item = {.header = entry->header,
                               .text = plan_document_text(cmd, a),
                               .lead = a->lead,
                               .assist = a->n_assisting ? record_text(&cmd->arena, &a->base, assisting, true, 0) : NULL,
                               .person = a->person,
                               .budget_fen = a->has_budget_fen ? a->budget_fen : -1,
                               .participants = a->has_participants ? (int64_t)a->participants : -1};
    set_note_apart(cmd, &item);
    item.said = said_by(cmd, &item);
    return item;
}

/* （2024年9月—2025年7月） below the title was taken for a signature: it is printed where it stands. */
static bool is_printed_line(const struct maker *m, const char *text)
{
    for (size_t i = 0; i < m->n; i++)
        if (m->entries[i].section && m->entries[i].section->text && strcmp(m->entries[i].section->text, text) == 0)
            return true;
    return false;
}

static void make_parts(struct maker *m)
{
    struct export_item *items = ARENA_ARRAY(&m->cmd->arena, m->n + 1, struct export_item);
    size_t n_items = 0;
    m->parts = ARENA_ARRAY(&m->cmd->arena, m->n + 1, struct export_part);
    for (size_t i = 0; i < m->n; i++) {
        const Lianxin__Section *s = m->entries[i].section;
        struct export_part *last = m->n_parts ? &m->parts[m->n_parts - 1] : NULL;
        if (s) {
            m->parts[m->n_parts++] = (struct export_part){.kind = i < m->signature ? EXPORT_SECTION : EXPORT_SIGNATURE,
                                                          .section = {s->level, s->label, s->text ? s->text : ""}};
            continue;
        }
        if (!last || last->kind != EXPORT_SCHEDULE) {
            last = &m->parts[m->n_parts++];
            *last = (struct export_part){.kind = EXPORT_SCHEDULE, .items = &items[n_items]};
        }
        items[n_items++] = make_item(m->cmd, &m->entries[i]);
        last->n_items++;
    }
    if (m->signature == m->n && m->plan->signature && *m->plan->signature && !is_printed_line(m, m->plan->signature))
        m->parts[m->n_parts++] = (struct export_part){.kind = EXPORT_SIGNATURE, .section.text = m->plan->signature};
}

/* A plan without a title is called after its file (client/cmd/import_fresh.c): such a name is not printed. */
static const char *title_of(const Lianxin__Plan *plan)
{
    const char *name = plan->source_name ? plan->source_name : "";
    size_t n = strlen(name);
    if (n && plan->title && strncmp(plan->title, name, n) == 0 && strncmp(plan->title + n, " (", 2) == 0)
        return NULL;
    return plan->title;
}

struct export_plan plan_document_make(struct cmd *cmd, const Lianxin__Plan *plan, const struct plan_piece *pieces, size_t n)
{
    struct maker m = {.cmd = cmd, .plan = plan};
    make_entries(&m, pieces, n);
    make_parts(&m);
    return (struct export_plan){title_of(plan), m.parts, m.n_parts};
}
