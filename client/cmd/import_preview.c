/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/import_preview.h"

#include <stdlib.h>
#include <string.h>

#include "client/cmd/change.h"
#include "common/base/utf8.h"
#include "common/domain/month.h"
#include "common/record/text.h"

#define DOUBTS_SHOWN 5 /* of one kind, without details */

/* --- months --- */

/* "2026-03"; without a year the month alone, and which year of the plan when it is not the first. */
static const char *month_words(struct cmd *cmd, const struct import_plan *plan, unsigned month)
{
    if (plan->year)
        return arena_printf(&cmd->arena, "%04d-%02u", plan->year + (int)(month / 12), month % 12 + 1);
    unsigned year = month / 12 - (plan->first >= 0 ? (unsigned)plan->first / 12 : 0);
    if (year)
        return arena_printf(&cmd->arena, _("month %u, %u year(s) on"), month % 12 + 1, year);
    return arena_printf(&cmd->arena, _("month %u"), month % 12 + 1);
}

/* Runs of three months and more as first – last. */
static const char *months_words(struct cmd *cmd, const struct import_plan *plan, uint64_t months)
{
    const char *text = "";
    for (unsigned m = 0; m < IMPORT_MONTHS; m++) {
        unsigned last = m;
        if (!(months >> m & 1))
            continue;
        while (last + 1 < IMPORT_MONTHS && months >> (last + 1) & 1)
            last++;
        last = last < m + 2 ? m : last;
        text = arena_printf(&cmd->arena, "%s%s%s%s%s", text, *text ? " " : "", month_words(cmd, plan, m), last > m ? " – " : "",
                            last > m ? month_words(cmd, plan, last) : "");
        m = last;
    }
    return text;
}

static const char *term_words(struct cmd *cmd, const struct import_plan *plan)
{
    if (plan->first < 0)
        return plan->year ? arena_printf(&cmd->arena, "%d", plan->year) : "";
    return arena_printf(&cmd->arena, "%s – %s", month_words(cmd, plan, (unsigned)plan->first),
                        month_words(cmd, plan, (unsigned)plan->last));
}

/* --- the plans found --- */

static size_t count_doubts(const struct import_result *result, uint32_t plan)
{
    size_t n = 0;
    for (size_t i = 0; i < result->doubt_count; i++)
        n += result->doubts[i].plan == plan;
    return n;
}

static bool body_is_guessed(const struct import_result *result, uint32_t plan)
{
    for (size_t i = 0; i < result->doubt_count; i++)
        if (result->doubts[i].plan == plan &&
            (result->doubts[i].code == IMPORT_DOUBT_BODY_GUESSED || result->doubts[i].code == IMPORT_DOUBT_BODY_MISMATCH))
            return true;
    return false;
}

static enum status show_plans(struct cmd *cmd, const struct import_file *file, struct err *err)
{
    const struct import_result *result = &file->result;
    struct table *t = table_new(
        &cmd->arena, "plans",
        arena_printf(&cmd->arena, ngettext("%s: %zu plan", "%s: %zu plans", result->plan_count), file->name, result->plan_count),
        NULL);
    table_add_column(t, "plan", TABLE_INT, "no", "序", TABLE_FIXED);
    table_add_column(t, "title", TABLE_TEXT, "title", "标题", TABLE_WRAP);
    table_add_column(t, "body", TABLE_TEXT, "body", "制定组织", TABLE_WRAP);
    table_add_column(t, "term", TABLE_TEXT, "term", "期间", TABLE_WRAP);
    table_add_column(t, "activities", TABLE_INT, "activities", "活动", 0);
    table_add_column(t, "sections", TABLE_INT, "sections", "章节", 0);
    table_add_column(t, "doubts", TABLE_INT, "doubts", "疑点", 0);
    for (size_t i = 0; i < result->plan_count; i++) {
        const struct import_plan *plan = &result->plans[i];
        table_add_row(t);
        table_put_int(t, (int64_t)i + 1);
        table_put_text(t, plan->title ? plan->title : _("(no title)"));
        table_put_printf(t, "%s%s", import_body_text(plan->body, cmd->ui.chinese),
                         body_is_guessed(result, (uint32_t)i) ? _(" (guess)") : "");
        table_put_text(t, term_words(cmd, plan));
        table_put_int(t, (int64_t)plan->activity_count);
        table_put_int(t, (int64_t)plan->section_count);
        table_put_int(t, (int64_t)count_doubts(result, (uint32_t)i));
    }
    return ui_table(&cmd->ui, t, err);
}

/* --- one plan --- */

static struct table *plan_table(struct cmd *cmd, const struct import_plan *plan, size_t number)
{
    return table_new(&cmd->arena, "plan", arena_printf(&cmd->arena, "%zu. %s", number, plan->title ? plan->title : _("(no title)")),
                     NULL);
}

static int compare_months(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right, first_a = a & (~a + 1), first_b = b & (~b + 1);
    return first_a != first_b ? (first_a > first_b) - (first_a < first_b) : (a > b) - (a < b);
}

/* The sets of months there are, by their first; returns how many. In arena. */
static size_t list_months(struct cmd *cmd, const struct import_plan *plan, uint64_t **out)
{
    uint64_t *sets = ARENA_ARRAY(&cmd->arena, plan->activity_count + 1, uint64_t);
    size_t n = 0;
    for (size_t i = 0; i < plan->activity_count; i++)
        sets[i] = plan->activities[i].months;
    qsort(sets, plan->activity_count, sizeof *sets, compare_months);
    for (size_t i = 0; i < plan->activity_count; i++)
        if (!n || sets[n - 1] != sets[i])
            sets[n++] = sets[i];
    *out = sets;
    return n;
}

/* A line for each set of months, with all its activities. */
static struct table *months_table(struct cmd *cmd, const struct import_plan *plan, size_t number)
{
    uint64_t *sets;
    size_t n_sets = list_months(cmd, plan, &sets);
    struct table *t = plan_table(cmd, plan, number);
    table_add_column(t, "months", TABLE_TEXT, "months", "月份", TABLE_FIXED);
    table_add_column(t, "n", TABLE_INT, "n", "项", 0);
    table_add_column(t, "activities", TABLE_TEXT, "activities", "活动", TABLE_WRAP);
    for (size_t i = 0; i < n_sets; i++) {
        struct buf texts;
        int64_t n = 0;
        buf_init(&texts, 0);
        for (size_t k = 0; k < plan->activity_count; k++)
            if (plan->activities[k].months == sets[i])
                buf_printf(&texts, "%s%s", n++ ? " ｜ " : "", plan->activities[k].text);
        table_add_row(t);
        table_put_text(t, sets[i] ? months_words(cmd, plan, sets[i]) : _("not told"));
        table_put_int(t, n);
        table_put_text(t, buf_text(&texts));
        buf_done(&texts);
    }
    return t;
}

static void put_category(struct cmd *cmd, struct table *t, const char *name)
{
    const struct field *field = kind_find_field_by_name(change_kind(cmd, "activity"), "category");
    int64_t value;
    if (name && schema_enum_parse(field, name, &value))
        table_put_enum(t, name, schema_enum_label(field, value, false), schema_enum_label(field, value, true));
    else
        table_put_null(t);
}

static struct table *details_table(struct cmd *cmd, const struct import_plan *plan, size_t number)
{
    struct table *t = plan_table(cmd, plan, number);
    table_add_column(t, "line", TABLE_INT, "line", "行", TABLE_FIXED);
    table_add_column(t, "months", TABLE_TEXT, "months", "月份", TABLE_WRAP);
    table_add_column(t, "text", TABLE_TEXT, "activity", "活动", TABLE_WRAP);
    table_add_column(t, "category", TABLE_ENUM, "category", "类别", 0);
    table_add_column(t, "lead", TABLE_TEXT, "lead", "责任部门", TABLE_WRAP);
    for (size_t i = 0; i < plan->activity_count; i++) {
        const struct import_activity *a = &plan->activities[i];
        table_add_row(t);
        table_put_int(t, a->line);
        table_put_text(t, months_words(cmd, plan, a->months));
        table_put_text(t, a->text);
        put_category(cmd, t, a->category);
        table_put_text(t, a->lead);
    }
    return t;
}

/* --- doubts --- */

static void show_doubt(struct cmd *cmd, const struct import_doubt *d, bool details)
{
    const char *text = arena_printf(&cmd->arena, "    %s%s%s%s", d->line ? arena_printf(&cmd->arena, _("line %u: "), d->line) : "",
                                    d->read, *d->other ? " → " : "", d->other);
    size_t width = cmd->ui.width && !details ? cmd->ui.width : SIZE_MAX, bytes = strlen(text);
    if (utf8_width(text, bytes, cmd->ui.ambiguous_wide) > width)
        text = arena_printf(&cmd->arena, "%.*s…", (int)utf8_fit(text, bytes, width - 2, cmd->ui.ambiguous_wide), text);
    ui_print(&cmd->ui, "%s\n", text);
}

static bool concerns(const struct import_doubt *d, const bool *chosen)
{
    return !chosen || d->plan == IMPORT_NONE || chosen[d->plan];
}

/* Those of one kind together, in the order of the first of each kind. */
static void show_doubts(struct cmd *cmd, const struct import_result *result, const bool *chosen, bool details)
{
    bool headed = false;
    bool *shown = ARENA_ARRAY(&cmd->arena, result->doubt_count + 1, bool);
    for (size_t i = 0; i < result->doubt_count; i++) {
        size_t n = 0;
        if (shown[i] || !concerns(&result->doubts[i], chosen))
            continue;
        if (!headed)
            ui_print(&cmd->ui, "\n%s\n", _("Please look at:"));
        headed = true;
        ui_print(&cmd->ui, "  %s [%s]\n", import_doubt_text(result->doubts[i].code, cmd->ui.chinese),
                 import_doubt_name(result->doubts[i].code));
        for (size_t k = i; k < result->doubt_count; k++) {
            if (result->doubts[k].code != result->doubts[i].code || !concerns(&result->doubts[k], chosen))
                continue;
            shown[k] = true;
            if (n++ < DOUBTS_SHOWN || details)
                show_doubt(cmd, &result->doubts[k], details);
        }
        if (n > DOUBTS_SHOWN && !details)
            ui_print(&cmd->ui, _("    and %zu more (--details shows all)\n"), n - DOUBTS_SHOWN);
    }
    if (result->doubts_dropped)
        ui_print(&cmd->ui, _("  and %zu more\n"), result->doubts_dropped);
}

enum status import_preview(struct cmd *cmd, const struct import_file *file, const bool *chosen, bool details, struct err *err)
{
    enum status s = show_plans(cmd, file, err);
    for (size_t i = 0; i < file->result.plan_count && s == STATUS_OK; i++) {
        const struct import_plan *plan = &file->result.plans[i];
        if ((chosen && !chosen[i]) || !plan->activity_count)
            continue;
        ui_print(&cmd->ui, "\n");
        s = ui_table(&cmd->ui, details ? details_table(cmd, plan, i + 1) : months_table(cmd, plan, i + 1), err);
    }
    if (s == STATUS_OK)
        show_doubts(cmd, &file->result, chosen, details);
    return s;
}

/* --- a newer version --- */

static const char *what_text(enum import_what what)
{
    switch (what) {
    case IMPORT_ADDED:
        return _("new");
    case IMPORT_CHANGED:
        return _("changed");
    case IMPORT_DROPPED:
        return _("dropped");
    case IMPORT_KEPT:
        return _("gone, kept");
    case IMPORT_DIFFERS:
        return _("differs");
    case IMPORT_WHATS:
        break;
    }
    return "";
}

/* "月份: 2026-03 → 2026-04; …": what changes besides the text, which has a column of its own. */
static const char *fields_text(struct cmd *cmd, const Lianxin__Activity *before, const Lianxin__Activity *after)
{
    static const char *const names[] = {"months", "header", "lead", "assisting", "person", "budget_fen", "participants"};
    const char *text = "";
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct field *field = kind_find_field_by_name(change_kind(cmd, "activity"), names[i]);
        if (record_field_equal(&before->base, &after->base, field))
            continue;
        const char *old = record_text(&cmd->arena, &before->base, field, cmd->ui.chinese, cmd->clock.zone_s);
        text =
            arena_printf(&cmd->arena, "%s%s%s: %s → %s", text, *text ? "; " : "", cmd->ui.chinese ? field->label_zh : field->label,
                         *old ? old : "—", record_text(&cmd->arena, &after->base, field, cmd->ui.chinese, cmd->clock.zone_s));
    }
    return text;
}

/* Its text when that changes, then what changes besides. */
static const char *change_words(struct cmd *cmd, const struct import_change *change)
{
    const char *fields = fields_text(cmd, change->before, change->after);
    if (strcmp(change->before->text, change->after->text) == 0)
        return fields;
    return *fields ? arena_printf(&cmd->arena, "%s; %s", change->after->text, fields) : change->after->text;
}

static void put_change(struct cmd *cmd, struct table *t, const struct import_change *change)
{
    const Lianxin__Activity *a = change->before ? change->before : change->after;
    table_add_row(t);
    table_put_text(t, what_text(change->what));
    table_put_text(t, a->number);
    table_put_int(t, a->months);
    bool both = change->what == IMPORT_CHANGED || change->what == IMPORT_DIFFERS;
    if (both && strcmp(change->before->text, change->after->text) != 0)
        table_put_printf(t, "%s → %s", change->before->text, change->after->text);
    else
        table_put_text(t, a->text);
    table_put_text(t, both ? fields_text(cmd, change->before, change->after) : "");
}

enum status import_preview_changes(struct cmd *cmd, const struct import_records *records, struct err *err)
{
    const Lianxin__Plan *older = work_plan(records->older);
    struct table *t = table_new(&cmd->arena, "changes",
                                arena_printf(&cmd->arena, _("A newer version of \"%s\" (%s)"), older->title ? older->title : "",
                                             older->source_name ? older->source_name : ""),
                                NULL);
    table_add_column(t, "what", TABLE_TEXT, "what", "变化", TABLE_FIXED);
    table_add_column(t, "number", TABLE_TEXT, "number", "编号", TABLE_FIXED);
    table_add_column(t, "months", TABLE_MONTH_SET, "months", "月份", 0);
    table_add_column(t, "text", TABLE_TEXT, "activity", "活动", TABLE_WRAP);
    table_add_column(t, "fields", TABLE_TEXT, "besides", "其他变化", TABLE_WRAP);
    for (enum import_what what = IMPORT_ADDED; what < IMPORT_WHATS; what++)
        for (size_t i = 0; i < records->n_changes; i++)
            if (records->changes[i].what == what)
                put_change(cmd, t, &records->changes[i]);
    if (records->counts[IMPORT_KEPT])
        table_add_note(t, _("\"gone, kept\": the document no longer has it, but somebody has worked on it; it stays"));
    if (records->counts[IMPORT_DIFFERS])
        table_add_note(
            t, _("\"differs\": changed here and in the document; what is here stays. --document takes the document's words"));
    ui_print(&cmd->ui, "\n");
    return ui_table(&cmd->ui, t, err);
}

const char *import_count_changes(struct cmd *cmd, const struct import_records *records)
{
    return arena_printf(&cmd->arena, _("%zu new, %zu changed, %zu dropped, %zu kept though gone; sections changed: %zu"),
                        records->counts[IMPORT_ADDED], records->counts[IMPORT_CHANGED], records->counts[IMPORT_DROPPED],
                        records->counts[IMPORT_KEPT], records->sections);
}

void import_say_left(struct cmd *cmd, const struct import_records *records)
{
    for (size_t i = 0; i < records->n_changes; i++) {
        const struct import_change *change = &records->changes[i];
        if (change->what == IMPORT_KEPT)
            ui_print(&cmd->ui, _("  stays although the document no longer has it: %s %s\n"), change->before->number,
                     change->before->text);
        if (change->what == IMPORT_DIFFERS)
            ui_print(&cmd->ui,
                     _("  stays as it was changed here, the document says otherwise: %s %s (document: %s; --document takes it)\n"),
                     change->before->number, change->before->text, change_words(cmd, change));
    }
}
