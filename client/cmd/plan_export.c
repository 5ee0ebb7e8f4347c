/* SPDX-License-Identifier: Apache-2.0
 *
 * plan export: the live plan as a document. What was dropped or cancelled is left out, what came later stands in its month. */
#include <string.h>
#include <unistd.h>

#include "client/cmd/change.h"
#include "client/cmd/plan.h"
#include "client/export/export.h"
#include "common/base/file.h"
#include "common/base/utf8.h"
#include "common/domain/month.h"
#include "common/domain/zh_number.h"
#include "common/record/text.h"

#define SIGNATURE_BYTES 96  /* a longer line at the end is a paragraph */
#define FILE_NAME_BYTES 120 /* of a title; a file's name has 255 */

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

/* 一、三月份 is section one, March: the number is left out, as in a column of times it would read as January. */
static const char *header_of(const Lianxin__Activity *a)
{
    int64_t number = 0, month = 0;
    size_t n = (unsigned char)a->header[0] < 0x80 ? 0 : zh_number_parse(a->header, &number);
    if (n == 0 || strncmp(a->header + n, "、", strlen("、")) != 0 || !a->months)
        return a->header;
    const char *rest = a->header + n + strlen("、");
    size_t digits = zh_number_parse(rest, &month);
    bool is_month = digits > 0 && strncmp(rest + digits, "月", strlen("月")) == 0;
    return is_month && month == month_of_year(month_set_first(a->months)) ? rest : a->header;
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
    size_t later = m->n, behind = m->signature;
    for (size_t i = m->n; i-- > 0;) {
        const Lianxin__Activity *other = m->entries[i].activity;
        if (!other)
            continue;
        if (first_month(other) == month) {
            insert(m, i + 1, (struct entry){NULL, a, m->entries[i].header});
            return;
        }
        if (behind == m->signature)
            behind = i + 1;
        if (month && first_month(other) > month)
            later = i;
    }
    const char *header = month ? arena_printf(&m->cmd->arena, "%d月份", month_of_year(month)) : "全年";
    insert(m, later < m->n ? later : behind, (struct entry){NULL, a, header});
}

static void make_entries(struct maker *m, const struct plan_piece *pieces, size_t n)
{
    m->entries = ARENA_ARRAY(&m->cmd->arena, n + 1, struct entry);
    for (size_t i = 0; i < n; i++) {
        const Lianxin__Activity *a = pieces[i].activity ? work_activity(pieces[i].activity) : NULL;
        if (!a)
            m->entries[m->n++].section = (const Lianxin__Section *)pieces[i].section->message;
        else if (is_printed(a) && has_header(a))
            m->entries[m->n++] = (struct entry){NULL, a, header_of(a)};
    }
    m->signature = find_signature(m);
    for (size_t i = 0; i < n; i++)
        if (pieces[i].activity && is_printed(work_activity(pieces[i].activity)) && !has_header(work_activity(pieces[i].activity)))
            insert_later(m, work_activity(pieces[i].activity));
}

/* --- the document --- */

static const char *text_of(struct cmd *cmd, const Lianxin__Activity *a)
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

static struct export_item make_item(struct cmd *cmd, const struct entry *entry)
{
    const Lianxin__Activity *a = entry->activity;
    const struct field *assisting = kind_find_field_by_name(change_kind(cmd, "activity"), "assisting");
    return (struct export_item){.header = entry->header,
                                .text = text_of(cmd, a),
                                .lead = a->lead,
                                .assist = a->n_assisting ? record_text(&cmd->arena, &a->base, assisting, true, 0) : NULL,
                                .person = a->person,
                                .budget_fen = a->has_budget_fen ? a->budget_fen : -1,
                                .participants = a->has_participants ? (int64_t)a->participants : -1};
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
    if (m->signature == m->n && m->plan->signature && *m->plan->signature)
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

/* --- where it goes --- */

static enum status choose_format(struct cmd *cmd, const struct export_format **out, struct err *err)
{
    const char *name = cmd_option(cmd, "format"), *path = cmd->ui.output_path;
    const struct export_format *format = name   ? export_format_find(name)
                                         : path ? export_format_find_for_file(path)
                                                : export_format_find("docx");
    if (!format)
        return err_set(err, STATUS_USAGE, _("a plan can be written as .docx, .xlsx, .md or .txt"));
    *out = format;
    return STATUS_OK;
}

/* The title as a file's name. */
static const char *default_path(struct cmd *cmd, const Lianxin__Plan *plan, const struct export_format *format)
{
    char *name = utf8_safe(&cmd->arena, plan->title && *plan->title ? plan->title : "plan");
    name[utf8_fit(name, strlen(name), FILE_NAME_BYTES / 3 * 2, true)] = '\0';
    for (char *p = name; *p; p++)
        if (strchr("/\\:*?\"<>|\n", *p) || (p == name && *p == '.'))
            *p = '_';
    return arena_printf(&cmd->arena, "%s.%s", name, format->name);
}

static enum status put_document(struct cmd *cmd, const Lianxin__Plan *plan, const struct export_format *format,
                                const struct buf *document, struct err *err)
{
    const char *path = cmd->ui.output_path;
    if (!path && format->text) {
        ui_print(&cmd->ui, "%s", buf_text(document));
        return STATUS_OK;
    }
    if (!path && access(path = default_path(cmd, plan, format), F_OK) == 0)
        return err_set(err, STATUS_EXISTS, _("there is a file \"%s\" already; name another one with -o FILE"), path);
    enum status s = file_write(path, document->data, document->len_bytes, 0644, err);
    if (s == STATUS_OK)
        ui_print(&cmd->ui, _("%s: written to %s\n"), plan->title, path);
    return s;
}

enum status plan_export(struct cmd *cmd, const struct work *work, struct err *err)
{
    const struct export_format *format = NULL;
    const struct record *plan;
    struct plan_piece *pieces;
    size_t n;
    enum status s = choose_format(cmd, &format, err);
    if (s == STATUS_OK)
        s = plan_get(cmd, work, &plan, err);
    if (s == STATUS_OK)
        s = plan_list_pieces(cmd, work, plan, &pieces, &n, err);
    if (s != STATUS_OK)
        return s;
    struct maker m = {.cmd = cmd, .plan = work_plan(plan)};
    struct buf document;
    make_entries(&m, pieces, n);
    make_parts(&m);
    buf_init(&document, 0);
    const struct export_plan content = {title_of(m.plan), m.parts, m.n_parts};
    s = export_write(format, &content, &cmd->arena, &document, err);
    if (s == STATUS_OK)
        s = put_document(cmd, m.plan, format, &document, err);
    buf_done(&document);
    return s;
}
