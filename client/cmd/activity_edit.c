/* SPDX-License-Identifier: Apache-2.0
 *
 * add, edit: an activity's own text and data. */
#include <string.h>

#include "client/cmd/activity.h"
#include "client/cmd/change.h"
#include "client/cmd/input.h"
#include "client/cmd/school.h"
#include "common/domain/month.h"
#include "common/record/text.h"

static const struct option edit_options[] = {{"school", "单位", N_("CODE"), N_("act for a school (district only)")}};

/* 三月、四月 as 2024-03,2024-04; what is no list of months stays as it is, for the record layer to judge. */
static const char *write_months(struct cmd *cmd, const char *typed, int32_t near)
{
    const char *folded = input_fold(&cmd->arena, typed), *out = "";
    for (const char *at = folded; *at;) {
        size_t n = strcspn(at, ",");
        const char *ideographic = strstr(at, "、");
        size_t skip = at[n] == ',';
        if (ideographic && (size_t)(ideographic - at) < n) {
            n = (size_t)(ideographic - at);
            skip = strlen("、");
        }
        struct err none;
        int32_t month;
        char text[MONTH_TEXT_BYTES];
        if (input_month(&cmd->arena, arena_strndup(&cmd->arena, at, n), near, &month, &none) != STATUS_OK)
            return typed;
        month_format(month, text);
        out = arena_printf(&cmd->arena, "%s%s%s", out, *out ? "," : "", text);
        at += n + skip;
    }
    return out;
}

/* FIELD=VALUE, the field by its name or label in either language; = may be full width. */
static enum status set_field(struct cmd *cmd, const struct kind *kind, ProtobufCMessage *after, const char *typed, int32_t near,
                             struct err *err)
{
    const char *equals = strstr(typed, "＝"), *narrow = strchr(typed, '=');
    size_t length = 3;
    if (!equals || (narrow && narrow < equals)) {
        equals = narrow;
        length = 1;
    }
    if (!equals)
        return err_set(err, STATUS_USAGE, _("\"%s\" is no change; write FIELD=VALUE, for instance budget_fen=500 or 预算=500"),
                       typed);
    const char *name = arena_strndup(&cmd->arena, typed, (size_t)(equals - typed));
    const struct field *field = kind_find_field_by_name(kind, name);
    if (!field || field->flags & FIELD_FIXED)
        return err_set(err, STATUS_USAGE,
                       field ? _("\"%s\" cannot be changed") : _("there is no field \"%s\"; `lianxin show ID` shows them"), name);
    const char *value = equals + length;
    if (field->meaning == MEANING_MONTH || field->meaning == MEANING_MONTHS)
        value = write_months(cmd, value, near);
    enum status s = record_parse_text(&cmd->arena, after, field, value, err);
    if (s == STATUS_OK && strcmp(field->name, "category") == 0) /* a person has looked at it */
        s = record_parse_text(&cmd->arena, after, kind_find_field_by_name(kind, "category_confirmed"), *value ? "yes" : "", err);
    return s;
}

/* Two activities of one plan with one number could not be told apart any more. */
static enum status check_number(struct cmd *cmd, const struct work *work, const struct record *record,
                                const Lianxin__Activity *after, struct err *err)
{
    struct record_list same = {0};
    enum status s = after->number ? work_list_numbered(cmd, work, after->number, &same, err) : STATUS_OK;
    for (size_t i = 0; i < same.n && s == STATUS_OK; i++)
        if (!uuid_equal(&same.items[i]->id, &record->id) &&
            work_find_plan_of(work, same.items[i]) == work_find_plan_of(work, record))
            s = err_set(err, STATUS_EXISTS, _("the number %s is taken: %s"), after->number, work_activity(same.items[i])->text);
    return s;
}

static enum status run_edit(struct cmd *cmd, struct err *err)
{
    struct work work;
    struct change change = {0};
    const struct record *record;
    uint32_t stream;
    enum status s = school_get_stream(cmd, &stream, err);
    if (s == STATUS_OK)
        s = work_load_activity(cmd, stream, cmd->args[0], &work, &record, err);
    if (s != STATUS_OK)
        return s;
    ProtobufCMessage *after = change_copy(cmd, record->kind, record);
    int64_t months = work_activity(record)->months;
    for (size_t i = 1; i < cmd->n_args && s == STATUS_OK; i++)
        s = set_field(cmd, record->kind, after, cmd->args[i], months ? month_set_first(months) : work.month, err);
    if (s == STATUS_OK)
        s = check_number(cmd, &work, record, (const Lianxin__Activity *)after, err);
    if (s != STATUS_OK)
        return s;
    change_add(cmd, &change, record->kind, &record->id, record, after);
    s = change_commit(cmd, work.stream, &change, arena_printf(&cmd->arena, "edit %s", work_activity(record)->number), err);
    return s == STATUS_OK ? activity_finish(cmd, (const Lianxin__Activity *)after, change_text(cmd, 1), err) : s;
}

const struct verb verb_edit = {
    .name = "edit",
    .name_zh = "修改",
    .arguments = N_("ID FIELD=VALUE…"),
    .summary = N_("change an activity"),
    .help = N_("Fields by name or by label; nothing behind = clears:\n"
               "  lianxin edit 3.2 budget_fen=500 person=李老师\n"
               "  lianxin edit 3.2 预算=500 负责人=李老师 类别=文体与节庆"),
    .options = edit_options,
    .n_options = 1,
    .min_arguments = 2,
    .max_arguments = -1,
    .flags = VERB_HOME | VERB_WRITE,
    .run = run_edit,
};

/* --- add --- */

static const struct option add_options[] = {
    {"month", "月份", N_("MONTH"), N_("when it is planned")},
    {"body", "组织", N_("BODY"), N_("whose plan it belongs to: union (default), women, audit, group …")},
    {"category", "类别", N_("CATEGORY"), N_("its category")},
    {"person", "负责人", N_("NAME"), N_("who is in charge")},
    {"budget", "预算", N_("YUAN"), N_("what it may cost")},
    {"above", "上级交办", NULL, N_("given by the union above, not planned by the school")},
    {"school", "单位", N_("CODE"), N_("act for a school (district only)")},
};

static enum status find_plan(struct cmd *cmd, const struct work *work, const struct record **plan, struct err *err)
{
    const char *text = cmd_option(cmd, "body");
    const struct field *field = kind_find_field_by_name(change_kind(cmd, "plan"), "body");
    int64_t body = LIANXIN__BODY__BODY_UNION;
    if (text && !schema_enum_parse(field, input_fold(&cmd->arena, text), &body))
        return err_set(err, STATUS_USAGE, _("there is no body \"%s\"; write union, women, audit or group"), text);
    *plan = work_current_plan(work, (Lianxin__Body)body);
    if (*plan)
        return STATUS_OK;
    return err_set(err, STATUS_NOT_FOUND, _("there is no plan to add to; import one first: lianxin import FILE"));
}

static enum status read_options(struct cmd *cmd, const struct kind *kind, ProtobufCMessage *after, struct err *err)
{
    static const struct {
        const char *option, *field;
    } pairs[] = {{"category", "category"}, {"person", "person"}, {"budget", "budget_fen"}};
    enum status s = STATUS_OK;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0] && s == STATUS_OK; i++) {
        const char *value = cmd_option(cmd, pairs[i].option);
        if (value)
            s = record_parse_text(&cmd->arena, after, kind_find_field_by_name(kind, pairs[i].field), value, err);
    }
    return s;
}

static enum status fill_new(struct cmd *cmd, const struct work *work, const struct record *plan, Lianxin__Activity *a,
                            struct err *err)
{
    const char *month_text = cmd_option(cmd, "month");
    int32_t month = 0, position = 0;
    enum status s = month_text ? input_month(&cmd->arena, month_text, work_near_month(work), &month, err) : STATUS_OK;
    if (s != STATUS_OK)
        return s;
    if (month)
        month_set_add(&a->months, month);
    for (size_t i = 0; i < work->activities.n; i++)
        if (work_find_plan_of(work, work->activities.items[i]) == plan &&
            (int32_t)work_activity(work->activities.items[i])->position >= position)
            position = (int32_t)work_activity(work->activities.items[i])->position + 1;
    a->has_months = month != 0;
    a->has_plan = a->has_position = a->has_state = a->has_origin = 1;
    a->plan = change_id(cmd, &plan->id);
    a->position = (uint32_t)position;
    a->state = LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_PLANNED;
    a->origin = cmd_option(cmd, "above") ? LIANXIN__ORIGIN__ORIGIN_ABOVE : LIANXIN__ORIGIN__ORIGIN_EXTRA;
    a->text = change_text(cmd, 0);
    a->number = arena_strdup(&cmd->arena, work_next_number(cmd, work, plan, a->months));
    if (cmd_option(cmd, "category"))
        a->has_category_confirmed = a->category_confirmed = 1;
    return read_options(cmd, change_kind(cmd, "activity"), &a->base, err);
}

static enum status run_add(struct cmd *cmd, struct err *err)
{
    struct work work;
    struct change change = {0};
    const struct record *plan;
    const struct kind *kind = change_kind(cmd, "activity");
    Lianxin__Activity *activity = (Lianxin__Activity *)record_message_new(&cmd->arena, kind);
    struct uuid id = uuid_new(&cmd->clock, &cmd->random);
    uint32_t stream;
    enum status s = school_get_stream(cmd, &stream, err);
    if (s == STATUS_OK)
        s = work_load(cmd, stream, &work, err);
    if (s == STATUS_OK)
        s = find_plan(cmd, &work, &plan, err);
    if (s == STATUS_OK)
        s = fill_new(cmd, &work, plan, activity, err);
    if (s != STATUS_OK)
        return s;
    change_add(cmd, &change, kind, &id, NULL, &activity->base);
    s = change_commit(cmd, work.stream, &change, arena_printf(&cmd->arena, "add %s", activity->number), err);
    return s == STATUS_OK ? activity_finish(cmd, activity, _("added"), err) : s;
}

const struct verb verb_add = {
    .name = "add",
    .name_zh = "增加",
    .arguments = N_("TEXT"),
    .summary = N_("an activity outside the plan"),
    .help = N_("  lianxin add 组织教职工观影 --month 10 --category culture\n"
               "  lianxin add 参加区职工运动会 --month 十月 --above"),
    .options = add_options,
    .n_options = sizeof add_options / sizeof add_options[0],
    .min_arguments = 1,
    .max_arguments = -1,
    .flags = VERB_HOME | VERB_WRITE,
    .run = run_add,
};
