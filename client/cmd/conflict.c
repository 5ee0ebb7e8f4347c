/* SPDX-License-Identifier: Apache-2.0
 *
 * conflicts, resolve: two people changed the same thing; both values are kept until somebody decides. */
#include "client/cmd/conflict.h"

#include <stdlib.h>
#include <string.h>

#include "client/cmd/change.h"
#include "client/cmd/input.h"
#include "client/cmd/school.h"
#include "client/cmd/send.h"
#include "common/record/text.h"

struct open_list {
    struct record **items;
    size_t n;
};

static enum status list_open(struct cmd *cmd, struct open_list *out, struct err *err)
{
    struct record_list all;
    uint32_t stream;
    enum status s = school_get_stream(cmd, &stream, err);
    if (s == STATUS_OK)
        s = store_list(cache_store(cmd->cache), &cmd->arena, change_kind(cmd, "conflict"), stream, NULL, (struct value){0}, &all,
                       err);
    if (s != STATUS_OK)
        return s;
    *out = (struct open_list){ARENA_ARRAY(&cmd->arena, all.n + 1, struct record *), 0};
    for (size_t i = 0; i < all.n; i++)
        if (((const Lianxin__Conflict *)all.items[i]->message)->state == LIANXIN__CONFLICT_STATE__CONFLICT_STATE_OPEN)
            out->items[out->n++] = all.items[i];
    return STATUS_OK;
}

/* What people call the record: an activity's number and text, else the kind. */
static const char *name_target(struct cmd *cmd, uint32_t stream, const struct conflict *conflict)
{
    struct record *record;
    struct err none;
    const struct field *number = kind_find_field_by_name(conflict->kind, "number"),
                       *text = kind_find_field_by_name(conflict->kind, "text");
    const char *label = cmd->ui.chinese ? conflict->kind->label_zh : conflict->kind->label;
    if (store_find(cache_store(cmd->cache), &cmd->arena, conflict->kind, stream, &conflict->record, &record, &none) != STATUS_OK ||
        !record)
        return label;
    return arena_printf(&cmd->arena, "%s %s %s", label, number ? cmd_field(cmd, record->message, number) : "",
                        text ? cmd_field(cmd, record->message, text) : "");
}

const char *conflict_words(struct cmd *cmd, const struct conflict *conflict, const ProtobufCMessage *values)
{
    const char *text = "";
    for (size_t i = 0; i < conflict->kind->n_fields; i++) {
        const struct field *field = &conflict->kind->fields[i];
        if (!(conflict->fields & field_bit(field)) || field->meaning == MEANING_ID || field->meaning == MEANING_DIGEST)
            continue;
        const char *value = cmd_field(cmd, values, field);
        text = arena_printf(&cmd->arena, "%s%s%s: %s", text, *text ? "; " : "", cmd->ui.chinese ? field->label_zh : field->label,
                            *value ? value : "–");
    }
    return text;
}

/* What is held; where nothing is, because the record or what it belongs to was deleted, that. */
static const char *held_words(struct cmd *cmd, const struct record *record, const struct conflict *conflict)
{
    const struct field *why = kind_find_field_by_name(record->kind, "why");
    const bool gone =
        conflict->why == LIANXIN__CONFLICT_WHY__CONFLICT_WHY_DEAD || conflict->why == LIANXIN__CONFLICT_WHY__CONFLICT_WHY_HOMELESS;
    return gone ? cmd_field(cmd, record->message, why) : conflict_words(cmd, conflict, conflict->theirs);
}

static void put_conflict(struct cmd *cmd, struct table *table, size_t i, const struct record *record,
                         const struct conflict *conflict)
{
    const Lianxin__Conflict *c = (const Lianxin__Conflict *)record->message;
    table_add_row(table);
    table_put_int(table, (int64_t)i + 1);
    table_put_text(table, name_target(cmd, record->stream, conflict));
    table_put_text(table, held_words(cmd, record, conflict));
    table_put_text(table, c->holder_person);
    table_put_instant(table, c->holder_at);
    table_put_text(table, conflict_words(cmd, conflict, conflict->mine));
    table_put_text(table, c->author_person);
    table_put_instant(table, c->author_at);
    table_put_uuid(table, &record->id);
}

static enum status run_conflicts(struct cmd *cmd, struct err *err)
{
    struct open_list open;
    struct table *t = table_new(&cmd->arena, "conflicts", NULL, NULL);
    enum status s = list_open(cmd, &open, err);
    if (s != STATUS_OK)
        return s;
    table_add_column(t, "number", TABLE_INT, "no.", "号", TABLE_FIXED);
    table_add_column(t, "record", TABLE_TEXT, "what", "内容", TABLE_WRAP);
    table_add_column(t, "theirs", TABLE_TEXT, "held now", "现有的值", TABLE_WRAP);
    table_add_column(t, "holder_person", TABLE_TEXT, "by", "修改人", 0);
    table_add_column(t, "holder_at", TABLE_INSTANT_MS, "at", "时间", 0);
    table_add_column(t, "mine", TABLE_TEXT, "not taken", "未采用的值", TABLE_WRAP);
    table_add_column(t, "author_person", TABLE_TEXT, "by", "修改人", 0);
    table_add_column(t, "author_at", TABLE_INSTANT_MS, "at", "时间", 0);
    table_add_column(t, "id", TABLE_UUID, "id", "标识", TABLE_DATA_ONLY);
    for (size_t i = 0; i < open.n; i++) {
        struct conflict conflict;
        if ((s = conflict_read(&cmd->arena, cmd->schema, open.items[i], &conflict, err)) != STATUS_OK)
            return s;
        put_conflict(cmd, t, i, open.items[i], &conflict);
    }
    if (open.n)
        table_add_note(t, _("lianxin resolve NO. --theirs (held now), --mine (not taken) or --value VALUE"));
    return ui_table(&cmd->ui, t, err);
}

static const struct option options[] = {{"school", "单位", N_("CODE"), N_("another school's (district only)")}};

const struct verb verb_conflicts = {
    .name = "conflicts",
    .name_zh = "冲突",
    .arguments = "",
    .summary = N_("what two people changed at once, with both values"),
    .help = N_("  lianxin conflicts\n  lianxin resolve 1 --mine"),
    .options = options,
    .n_options = 1,
    .flags = VERB_HOME | VERB_TABLE,
    .writes = cmd_names_school,
    .run = run_conflicts,
};

/* --- resolve --- */

static enum status get_open(struct cmd *cmd, const char *text, const struct record **out, struct err *err)
{
    struct open_list open;
    const char *typed = input_fold(&cmd->arena, text);
    char *end;
    enum status s = list_open(cmd, &open, err);
    if (s != STATUS_OK)
        return s;
    unsigned long number = strtoul(typed, &end, 10);
    if (!*end && number >= 1 && number <= open.n)
        return *out = open.items[number - 1], STATUS_OK;
    for (size_t i = 0; i < open.n; i++)
        if (work_id_begins(&open.items[i]->id, typed))
            return *out = open.items[i], STATUS_OK;
    return err_set(err, STATUS_NOT_FOUND, _("there is no open conflict \"%s\"; `lianxin conflicts` lists them"), text);
}

static const struct field *only_field(const struct conflict *conflict)
{
    for (size_t i = 0; i < conflict->kind->n_fields; i++)
        if (conflict->fields == field_bit(&conflict->kind->fields[i]))
            return &conflict->kind->fields[i];
    return NULL;
}

/* Options and a bare word say the same; *value is the text of a third value, else NULL. */
static enum status read_words(struct cmd *cmd, Lianxin__ConflictChoice *choice, const char **value, struct err *err)
{
    const bool mine = cmd_option(cmd, "mine"), theirs = cmd_option(cmd, "theirs");
    const char *typed = change_text(cmd, 1);
    *value = cmd_option(cmd, "value");
    if (mine + theirs + (*value != NULL) + (typed != NULL) != 1)
        return err_set(err, STATUS_USAGE, _("say which value is to stay: --theirs, --mine or --value VALUE, one of them"));
    if (mine || (typed && (strcmp(typed, "mine") == 0 || strcmp(typed, "采用") == 0)))
        return *choice = LIANXIN__CONFLICT_CHOICE__CONFLICT_CHOICE_MINE, STATUS_OK;
    if (theirs || (typed && (strcmp(typed, "theirs") == 0 || strcmp(typed, "保留") == 0)))
        return *choice = LIANXIN__CONFLICT_CHOICE__CONFLICT_CHOICE_THEIRS, STATUS_OK;
    *choice = LIANXIN__CONFLICT_CHOICE__CONFLICT_CHOICE_VALUE;
    *value = *value ? *value : typed;
    return STATUS_OK;
}

static enum status read_choice(struct cmd *cmd, const struct conflict *conflict, Lianxin__ConflictChoice *choice,
                               ProtobufCMessage **value, struct err *err)
{
    const struct field *field = only_field(conflict);
    const char *typed;
    *value = NULL;
    enum status s = read_words(cmd, choice, &typed, err);
    if (s != STATUS_OK || *choice != LIANXIN__CONFLICT_CHOICE__CONFLICT_CHOICE_VALUE)
        return s;
    if (!field)
        return err_set(err, STATUS_USAGE, _("write mine or theirs: this conflict is about several fields together"));
    *value = record_message_new(&cmd->arena, conflict->kind);
    return record_parse_text(&cmd->arena, *value, field, typed, err);
}

static enum status run_resolve(struct cmd *cmd, struct err *err)
{
    const struct record *record = NULL;
    struct record *target;
    struct conflict conflict;
    Lianxin__ConflictChoice choice = LIANXIN__CONFLICT_CHOICE__CONFLICT_CHOICE_THEIRS;
    ProtobufCMessage *value;
    struct change change = {0};
    enum status s = get_open(cmd, cmd->args[0], &record, err);
    if (s == STATUS_OK)
        s = conflict_read(&cmd->arena, cmd->schema, record, &conflict, err);
    if (s == STATUS_OK)
        s = read_choice(cmd, &conflict, &choice, &value, err);
    if (s == STATUS_OK)
        s = store_find(cache_store(cmd->cache), &cmd->arena, conflict.kind, record->stream, &conflict.record, &target, err);
    if (s == STATUS_OK)
        s = conflict_resolve(&cmd->arena, cmd->schema, record, target, choice, value, cmd->identity.person, change.edits, &change.n,
                             err);
    if (s == STATUS_OK)
        s = change_commit(cmd, record->stream, &change, "resolve", err);
    if (s != STATUS_OK)
        return s;
    ui_print(&cmd->ui, _("%s: decided, %s\n"), name_target(cmd, record->stream, &conflict),
             choice == LIANXIN__CONFLICT_CHOICE__CONFLICT_CHOICE_THEIRS
                 ? held_words(cmd, record, &conflict)
                 : conflict_words(cmd, &conflict, value ? value : conflict.mine));
    return send_change(cmd, err);
}

static const struct option resolve_options[] = {
    {"theirs", "保留", NULL, N_("the value held now stays")},
    {"mine", "采用", NULL, N_("the value that was not taken is set after all")},
    {"value", "改为", N_("VALUE"), N_("a third value, for a conflict about one field")},
    {"school", "单位", N_("CODE"), N_("another school's (district only)")},
};

const struct verb verb_resolve = {
    .name = "resolve",
    .name_zh = "处理",
    .arguments = N_("NO."),
    .summary = N_("decide a conflict"),
    .help = N_("  lianxin resolve 1 --theirs           the value held now stays\n"
               "  lianxin resolve 1 --mine             the value that was not taken is set after all\n"
               "  lianxin resolve 1 --value 李老师     a third one\n"
               "Without dashes it works, too. What was decided stays in `lianxin history`."),
    .options = resolve_options,
    .n_options = sizeof resolve_options / sizeof resolve_options[0],
    .min_arguments = 1,
    .max_arguments = -1,
    .flags = VERB_HOME | VERB_WRITE,
    .run = run_resolve,
};
