/* SPDX-License-Identifier: Apache-2.0
 *
 * log, done, defer, cancel, drop: what became of an activity. */
#include <string.h>

#include "client/cmd/activity.h"
#include "client/cmd/change.h"
#include "client/cmd/input.h"
#include "client/cmd/school.h"
#include "common/domain/month.h"

#define PEOPLE_MAX 1000000

#define OPTION_SCHOOL                                                                                                              \
    {                                                                                                                              \
        "school", "单位", N_("CODE"), N_("act for a school (district only)")                                                       \
    }

static const struct option held_options[] = {
    {"day", "日期", N_("DAY"), N_("when it was held (default: today)")},
    {"people", "人次", "N", N_("how many people took part")},
    {"money", "支出", N_("YUAN"), N_("what was spent")},
    {"note", "备注", N_("TEXT"), N_("a remark")},
    OPTION_SCHOOL,
};
static const struct option school_options[] = {OPTION_SCHOOL};

/* The activity that was named, and a copy to be changed. */
struct target {
    struct work work;
    const struct record *record;
    Lianxin__Activity *after;
    struct change change;
};

static enum status find_target(struct cmd *cmd, struct target *target, struct err *err)
{
    uint32_t stream;
    *target = (struct target){0};
    enum status s = school_get_stream(cmd, &stream, err);
    if (s == STATUS_OK)
        s = work_load_activity(cmd, stream, cmd->args[0], &target->work, &target->record, err);
    if (s == STATUS_OK)
        target->after = (Lianxin__Activity *)change_copy(cmd, target->record->kind, target->record);
    return s;
}

static void set_state(struct target *target, Lianxin__ActivityState state, char *reason)
{
    target->after->has_state = 1;
    target->after->state = state;
    target->after->state_reason = reason;
    target->after->has_deferred_to = 0;
    target->after->deferred_to = 0;
}

static enum status finish(struct cmd *cmd, struct target *target, const char *what, struct err *err)
{
    change_add(cmd, &target->change, target->record->kind, &target->record->id, target->record, &target->after->base);
    const char *note = arena_printf(&cmd->arena, "%s %s", cmd->verb->name, target->after->number);
    enum status s = change_commit(cmd, target->work.stream, &target->change, note, err);
    return s == STATUS_OK ? activity_finish(cmd, target->after, what, err) : s;
}

/* --- log, done --- */

static enum status read_held(struct cmd *cmd, Lianxin__Occurrence *held, struct err *err)
{
    const char *day = cmd_option(cmd, "day"), *people = cmd_option(cmd, "people"), *money = cmd_option(cmd, "money"),
               *note = cmd_option(cmd, "note");
    int64_t n = 0;
    enum status s = STATUS_OK;
    held->day = change_today(cmd);
    if (day) {
        char *out = arena_alloc(&cmd->arena, CLOCK_DAY_BYTES);
        s = input_day(&cmd->arena, day, held->day, out, err);
        held->day = out;
    }
    if (s == STATUS_OK && people && (s = input_count(&cmd->arena, people, PEOPLE_MAX, &n, err)) == STATUS_OK) {
        held->has_people = 1;
        held->people = (uint32_t)n;
    }
    if (s == STATUS_OK && money && (s = input_money(&cmd->arena, money, &held->money_fen, err)) == STATUS_OK)
        held->has_money_fen = 1;
    if (note)
        held->note = arena_strdup(&cmd->arena, input_fold(&cmd->arena, note));
    return s;
}

/* Held today, in a month it was not planned for? Mostly the day was forgotten, and figures would go into the wrong month. */
static bool is_odd_day(const struct cmd *cmd, const struct target *target)
{
    int32_t month = cmd_month(cmd);
    return !cmd_option(cmd, "day") && target->record && work_activity(target->record)->months &&
           !work_is_in_month(target->record, month);
}

static enum status hold(struct cmd *cmd, Lianxin__ActivityState state, struct err *err)
{
    struct target target;
    const struct kind *kind = change_kind(cmd, "occurrence");
    Lianxin__Occurrence *held = (Lianxin__Occurrence *)record_message_new(&cmd->arena, kind);
    struct uuid id = uuid_new(&cmd->clock, &cmd->random);
    enum status s = find_target(cmd, &target, err);
    if (s == STATUS_OK)
        s = read_held(cmd, held, err);
    if (s != STATUS_OK)
        return s;
    held->has_activity = 1;
    held->activity = change_id(cmd, &target.record->id);
    change_add(cmd, &target.change, kind, &id, NULL, &held->base);
    bool was_done = target.after->state == LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DONE;
    if (!was_done)
        set_state(&target, state, NULL);
    if (is_odd_day(cmd, &target))
        ui_warn(&cmd->ui, _("counted for today, %s; if it was held on another day: lianxin undo, then again with --day"),
                held->day);
    bool done = state == LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DONE;
    return finish(cmd, &target,
                  was_done ? arena_printf(&cmd->arena, _("held once more, %s (it was done already)"), held->day)
                  : done   ? arena_printf(&cmd->arena, _("done, held %s"), held->day)
                           : arena_printf(&cmd->arena, _("held %s, goes on"), held->day),
                  err);
}

static enum status run_log(struct cmd *cmd, struct err *err)
{
    return hold(cmd, LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DOING, err);
}

static enum status run_done(struct cmd *cmd, struct err *err)
{
    return hold(cmd, LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DONE, err);
}

const struct verb verb_log = {
    .name = "log",
    .name_zh = "记录",
    .arguments = "ID",
    .summary = N_("one holding of an activity that goes on"),
    .help = N_("For what is held every week or several times a term:\n"
               "  lianxin log 3.2 --people 45 --money 500\n"
               "  lianxin log 3.2 --day 9-12 --note 第一场"),
    .options = held_options,
    .n_options = sizeof held_options / sizeof held_options[0],
    .min_arguments = 1,
    .max_arguments = 1,
    .flags = VERB_HOME | VERB_WRITE,
    .run = run_log,
};

const struct verb verb_done = {
    .name = "done",
    .name_zh = "完成",
    .arguments = "ID",
    .summary = N_("an activity was held and is finished"),
    .help = N_("  lianxin done 3.2                              held today\n"
               "  lianxin done 3.2 --day 9-12 --people 45 --money 500"),
    .options = held_options,
    .n_options = sizeof held_options / sizeof held_options[0],
    .min_arguments = 1,
    .max_arguments = 1,
    .flags = VERB_HOME | VERB_WRITE,
    .run = run_done,
};

/* --- defer, cancel, drop --- */

static enum status run_defer(struct cmd *cmd, struct err *err)
{
    struct target target;
    int32_t month = 0;
    enum status s = find_target(cmd, &target, err);
    if (s != STATUS_OK)
        return s;
    /* a month without a year is a later one */
    int32_t near = (target.after->months ? month_set_last(target.after->months) : target.work.month) + 5;
    if ((s = input_month(&cmd->arena, cmd->args[1], near, &month, err)) != STATUS_OK)
        return s;
    set_state(&target, LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DEFERRED, change_text(cmd, 2));
    target.after->has_deferred_to = 1;
    target.after->deferred_to = month;
    char text[MONTH_TEXT_BYTES];
    month_format(month, text);
    return finish(cmd, &target, arena_printf(&cmd->arena, _("deferred to %s (%s)"), text, target.after->state_reason), err);
}

static enum status end_activity(struct cmd *cmd, Lianxin__ActivityState state, const char *what, struct err *err)
{
    struct target target;
    enum status s = find_target(cmd, &target, err);
    if (s != STATUS_OK)
        return s;
    set_state(&target, state, change_text(cmd, 1));
    return finish(cmd, &target, what, err);
}

static enum status run_cancel(struct cmd *cmd, struct err *err)
{
    return end_activity(cmd, LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_CANCELLED, _("cancelled"), err);
}

static enum status run_drop(struct cmd *cmd, struct err *err)
{
    return end_activity(cmd, LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DROPPED, _("dropped, counted nowhere"), err);
}

const struct verb verb_defer = {
    .name = "defer",
    .name_zh = "延期",
    .arguments = N_("ID MONTH REASON"),
    .summary = N_("an activity is held in a later month"),
    .help = N_("  lianxin defer 3.2 5 场地维修\n  lianxin defer 3.2 2025-05 场地维修"),
    .options = school_options,
    .n_options = 1,
    .min_arguments = 3,
    .max_arguments = -1,
    .flags = VERB_HOME | VERB_WRITE,
    .run = run_defer,
};

const struct verb verb_cancel = {
    .name = "cancel",
    .name_zh = "取消",
    .arguments = N_("ID REASON"),
    .summary = N_("an activity will not be held"),
    .help = N_("  lianxin cancel 3.2 教育局统一安排，不再举办"),
    .options = school_options,
    .n_options = 1,
    .min_arguments = 2,
    .max_arguments = -1,
    .flags = VERB_HOME | VERB_WRITE,
    .run = run_cancel,
};

const struct verb verb_drop = {
    .name = "drop",
    .name_zh = "作废",
    .arguments = N_("ID [REASON]"),
    .summary = N_("an activity was a mistake: count it nowhere"),
    .help = N_("  lianxin drop 3.9 重复"),
    .options = school_options,
    .n_options = 1,
    .min_arguments = 1,
    .max_arguments = -1,
    .flags = VERB_HOME | VERB_WRITE,
    .run = run_drop,
};
