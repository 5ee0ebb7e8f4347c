/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/cmd/change.h"
#include "client/cmd/conflict.h"
#include "client/cmd/plan.h"
#include "client/cmd/report.h"

struct history {
    struct cmd *cmd;
    const struct record *record;
    struct table *table;
    enum status status;
    struct err *err;
};

/* What tells a person something: no ids, no digests, no places in a document. */
static bool is_worth_reading(const struct field *field)
{
    return field->meaning != MEANING_ID && field->meaning != MEANING_DIGEST && strcmp(field->name, "position") != 0 &&
           strcmp(field->name, "source_line") != 0 && strcmp(field->name, "tags") != 0;
}

/* "held 2, people 49 …" */
static const char *figures_of(struct cmd *cmd, const Lianxin__Report *report)
{
    const char *text = "";
    for (enum report_figure i = 0; i < REPORT_FIGURES; i++) {
        const Lianxin__Figure *figure = report_find_figure(report, i);
        if (figure)
            text = arena_printf(&cmd->arena, "%s%s%s %s", text, *text ? ", " : "",
                                cmd->ui.chinese ? report_figure_at(i)->label_zh : report_figure_at(i)->label,
                                report_figure_text(cmd, i, report_figure_value(figure)));
    }
    return text;
}

static const char *value_of(struct cmd *cmd, const ProtobufCMessage *values, const struct field *field)
{
    if (field->meaning == MEANING_FIGURES && record_has(values, field))
        return figures_of(cmd, (const Lianxin__Report *)values);
    return record_has(values, field) ? cmd_field(cmd, values, field) : "–";
}

/* "state: draft → submitted; …"; of what is new only what it has. */
static const char *change_words(struct cmd *cmd, const struct edit *effect)
{
    const char *text = "";
    for (size_t i = 0; i < effect->kind->n_fields; i++) {
        const struct field *field = &effect->kind->fields[i];
        bool had = record_has(effect->before, field), has = record_has(effect->after, field);
        if (!(effect->fields & field_bit(field)) || !is_worth_reading(field) || (!had && !has))
            continue;
        const char *before = value_of(cmd, effect->before, field), *after = value_of(cmd, effect->after, field);
        if (strcmp(before, after) != 0) /* not to the minute */
            text = arena_printf(&cmd->arena, "%s%s%s: %s%s%s", text, *text ? "; " : "",
                                cmd->ui.chinese ? field->label_zh : field->label, had ? before : "", had ? " → " : "", after);
    }
    return text;
}

static const char *words(struct cmd *cmd, const struct edit *effect, const ProtobufCMessage *values)
{
    const char *text = "";
    for (size_t i = 0; i < effect->kind->n_fields; i++) {
        const struct field *field = &effect->kind->fields[i];
        if (!(effect->fields & field_bit(field)) || !record_has(values, field) || field->meaning == MEANING_ID)
            continue;
        text = arena_printf(&cmd->arena, "%s%s%s: %s", text, *text ? "; " : "", cmd->ui.chinese ? field->label_zh : field->label,
                            cmd_field(cmd, values, field));
    }
    return text;
}

/* Effects on the record itself, and on what belongs to it: an occurrence names it. */
static bool concerns(struct arena *arena, const struct edit *effect, const struct record *record)
{
    if (!effect->kind)
        return false;
    if (effect->kind == record->kind && uuid_equal(&effect->id, &record->id))
        return true;
    if (strcmp(record->kind->name, "activity") != 0)
        return false; /* a plan's activities have histories of their own */
    const struct field *owner = kind_find_field_by_name(effect->kind, record->kind->name);
    if (!owner || !record_has(effect->after, owner))
        return false;
    struct value value = record_get(arena, effect->after, owner);
    struct uuid id;
    return uuid_from_bytes(value.data, value.bytes, &id) && uuid_equal(&id, &record->id);
}

/* Who; and how it came, when not over the network. */
static const char *author(struct cmd *cmd, const struct commit *commit)
{
    switch (commit->way) {
    case COMMIT_BUNDLE:
        return arena_printf(&cmd->arena, _("%s (in a bundle)"), commit->person);
    case COMMIT_REVOKED:
        return arena_printf(&cmd->arena, _("%s (in a bundle, of a revoked device)"), commit->person);
    case COMMIT_NETWORK:
        break;
    }
    return commit->person;
}

/* change: before and after in one text, for people. */
static void add_line(struct history *h, uint64_t rev, const struct commit *commit, const struct kind *kind, const char *before,
                     const char *after, const char *change)
{
    table_add_row(h->table);
    table_put_int(h->table, (int64_t)rev);
    table_put_int(h->table, commit->time_ms);
    table_put_text(h->table, author(h->cmd, commit));
    table_put_text(h->table, h->cmd->ui.chinese ? kind->label_zh : kind->label);
    table_put_text(h->table, before);
    table_put_text(h->table, after);
    table_put_text(h->table, change_note(h->cmd, commit->note));
    table_put_text(h->table, change);
}

/* A conflict about the record: when it arose, what was not taken, and when it was decided, how. */
static void add_conflict(struct history *h, uint64_t rev, const struct commit *commit, const struct edit *effect)
{
    struct cmd *cmd = h->cmd;
    struct record *record;
    struct conflict conflict;
    struct err none;
    if (store_find(cache_store(cmd->cache), &cmd->arena, effect->kind, commit->stream, &effect->id, &record, &none) != STATUS_OK ||
        !record || record->dead || conflict_read(&cmd->arena, cmd->schema, record, &conflict, &none) != STATUS_OK ||
        conflict.kind != h->record->kind || !uuid_equal(&conflict.record, &h->record->id))
        return;
    const Lianxin__Conflict *now = (const Lianxin__Conflict *)effect->after;
    bool open = now->state != LIANXIN__CONFLICT_STATE__CONFLICT_STATE_RESOLVED;
    const char *after = open ? arena_printf(&cmd->arena, _("not taken: %s"), conflict_words(cmd, &conflict, conflict.mine))
                        : now->choice == LIANXIN__CONFLICT_CHOICE__CONFLICT_CHOICE_MINE
                            ? arena_printf(&cmd->arena, _("decided: %s"), conflict_words(cmd, &conflict, conflict.mine))
                        : now->choice == LIANXIN__CONFLICT_CHOICE__CONFLICT_CHOICE_THEIRS ? _("decided: the held value stays")
                                                                                          : _("decided: a third value");
    add_line(h, rev, commit, effect->kind, open ? conflict_words(cmd, &conflict, conflict.theirs) : "", after, after);
}

static bool visit(void *context, uint64_t rev, const struct row *row)
{
    struct history *h = context;
    struct commit commit;
    h->status = commit_decode(&h->cmd->arena, h->cmd->schema, row->body, row->body_bytes, &commit, h->err);
    if (h->status != STATUS_OK)
        return false;
    for (size_t i = 0; i < commit.n_effects; i++) {
        const struct edit *effect = &commit.effects[i];
        if (concerns(&h->cmd->arena, effect, h->record))
            add_line(h, rev, &commit, effect->kind, words(h->cmd, effect, effect->before),
                     effect->remove ? _("deleted") : words(h->cmd, effect, effect->after),
                     effect->remove ? _("deleted") : change_words(h->cmd, effect));
        else if (effect->kind && strcmp(effect->kind->name, "conflict") == 0)
            add_conflict(h, rev, &commit, effect);
    }
    return true;
}

static bool is_word(const struct cmd *cmd, const struct verb *verb)
{
    return strcmp(cmd->args[0], verb->name) == 0 || strcmp(cmd->args[0], verb->name_zh) == 0;
}

/* plan [PLAN], report [REPORT], else an activity. */
static enum status get_record(struct cmd *cmd, const struct report_work *all, const struct record **out, struct err *err)
{
    if (is_word(cmd, &verb_plan))
        return plan_get(cmd, &all->work, out, err);
    if (is_word(cmd, &verb_report))
        return report_get(cmd, all, out, err);
    if (cmd->n_args > 1)
        return err_set(err, STATUS_USAGE, _("\"%s\" is not understood: history ID, history plan or history report"), cmd->args[0]);
    return work_get_activity(cmd, &all->work, cmd->args[0], out, err);
}

static enum status run(struct cmd *cmd, struct err *err)
{
    struct report_work work;
    struct history h = {.cmd = cmd, .err = err};
    enum status s = report_load(cmd, &work, err);
    if (s == STATUS_OK)
        s = get_record(cmd, &work, &h.record, err);
    if (s != STATUS_OK)
        return s;
    h.table = table_new(&cmd->arena, "history", NULL, NULL);
    table_add_column(h.table, "rev", TABLE_INT, "rev", "版本", TABLE_FIXED);
    table_add_column(h.table, "time_ms", TABLE_INSTANT_MS, "when", "时间", TABLE_FIXED);
    table_add_column(h.table, "person", TABLE_TEXT, "by", "修改人", TABLE_WRAP);
    table_add_column(h.table, "kind", TABLE_TEXT, "what", "对象", 0);
    table_add_column(h.table, "before", TABLE_TEXT, "before", "原来", TABLE_DATA_ONLY);
    table_add_column(h.table, "after", TABLE_TEXT, "after", "改为", TABLE_DATA_ONLY);
    table_add_column(h.table, "note", TABLE_TEXT, "command", "操作", TABLE_WRAP);
    table_add_column(h.table, "change", TABLE_TEXT, "change", "改动", TABLE_WRAP);
    s = cache_walk_journal(cmd->cache, work.work.stream, visit, &h, err);
    if (s == STATUS_OK)
        s = h.status;
    return s == STATUS_OK ? ui_table(&cmd->ui, h.table, err) : s;
}

static const struct option options[] = {{"school", "单位", N_("CODE"), N_("another school's (district only)")}};

const struct verb verb_history = {
    .name = "history",
    .name_zh = "历史",
    .arguments = N_("ID|plan [PLAN]|report [REPORT]"),
    .summary = N_("who changed an activity, a plan or a report, when and how"),
    .help = N_("  lianxin history 3.2\n"
               "  lianxin history plan            its title, term and state; every return with its reason\n"
               "  lianxin history report 3        every version of March's report"),
    .options = options,
    .n_options = 1,
    .min_arguments = 1,
    .max_arguments = 2,
    .flags = VERB_HOME | VERB_TABLE,
    .writes = cmd_names_school,
    .run = run,
};
