/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "client/cmd/delivery.h"
#include "client/cmd/input.h"
#include "client/cmd/school.h"
#include "client/cmd/work.h"
#include "common/domain/month.h"

static const struct option options[] = {
    {"month", "月份", N_("MONTH"), N_("one month: 9, 九月 or 2024-09")},
    {"state", "状态", N_("STATE"), N_("planned, doing, done, deferred, cancelled, dropped or overdue")},
    {"category", "类别", N_("CATEGORY"), N_("one category")},
    {"body", "组织", N_("BODY"), N_("one body: union, women, audit, group …")},
    {"all", "全部", NULL, N_("everything, of all plans")},
    {"school", "单位", N_("CODE"), N_("another school (district only)")},
};

struct filter {
    int32_t month;                 /* 0: any */
    int64_t state, category, body; /* 0: any */
    bool overdue, all, alone;      /* alone: no filter was given */
};

static enum status read_enum(struct cmd *cmd, const char *option, const char *kind, const char *name, int64_t *value,
                             struct err *err)
{
    const char *text = cmd_option(cmd, option);
    if (!text || schema_enum_parse(kind_find_field_by_name(schema_find_kind_by_name(cmd->schema, kind), name),
                                   input_fold(&cmd->arena, text), value))
        return STATUS_OK;
    return err_set(err, STATUS_USAGE, _("\"%s\" is not understood; see `lianxin list --help`"), text);
}

static enum status read_filter(struct cmd *cmd, const struct work *work, struct filter *out, struct err *err)
{
    const char *month = cmd_option(cmd, "month"), *state = cmd_option(cmd, "state");
    struct filter f = {.all = cmd_option(cmd, "all"),
                       .alone = !cmd->n_options || (cmd->n_options == 1 && cmd_option(cmd, "school"))};
    enum status s = month ? input_month(&cmd->arena, month, work_near_month(work), &f.month, err) : STATUS_OK;
    f.overdue = state && (strcmp(state, "overdue") == 0 || strcmp(state, "逾期") == 0);
    if (s == STATUS_OK && !f.overdue)
        s = read_enum(cmd, "state", "activity", "state", &f.state, err);
    if (s == STATUS_OK)
        s = read_enum(cmd, "category", "activity", "category", &f.category, err);
    if (s == STATUS_OK)
        s = read_enum(cmd, "body", "plan", "body", &f.body, err);
    if (s == STATUS_OK)
        *out = f;
    return s;
}

static bool is_shown(const void *context, const struct work *work, const struct record *record)
{
    const struct filter *f = context;
    const Lianxin__Activity *a = work_activity(record);
    const struct record *plan = work_find_plan_of(work, record);
    if (a->state == LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DROPPED && f->state != a->state)
        return false;
    if (f->alone)
        return work_is_current(work, plan) && (work_is_in_month(record, work->month) || work_is_overdue(work, record));
    return (!f->month || work_is_in_month(record, f->month)) && (!f->state || a->state == (Lianxin__ActivityState)f->state) &&
           (!f->category || a->category == (Lianxin__Category)f->category) &&
           (!f->body || (plan && work_plan(plan)->body == (Lianxin__Body)f->body)) &&
           (!f->overdue || work_is_overdue(work, record)) && (f->month || work_is_current(work, plan));
}

struct line {
    const struct record *record, *plan;
};

static int64_t first_month(const Lianxin__Activity *a)
{
    return a->months ? month_set_first(a->months) : 0;
}

static int compare(const void *left, const void *right)
{
    const struct line *a = left, *b = right;
    const Lianxin__Activity *x = work_activity(a->record), *y = work_activity(b->record);
    int64_t body = (a->plan ? (int64_t)work_plan(a->plan)->body : 0) - (b->plan ? (int64_t)work_plan(b->plan)->body : 0);
    int64_t month = first_month(x) - first_month(y), position = (int64_t)x->position - (int64_t)y->position;
    int64_t d = body ? body : month ? month : position;
    return d < 0 ? -1 : d > 0 ? 1 : memcmp(a->record->id.bytes, b->record->id.bytes, UUID_BYTES);
}

static enum status show(struct cmd *cmd, const struct work *work, const struct filter *f, size_t hidden, struct err *err)
{
    size_t n = work->activities.n;
    struct line *lines = ARENA_ARRAY(&cmd->arena, n, struct line);
    struct table *table = work_table_new(cmd, "activities");
    for (size_t i = 0; i < n; i++)
        lines[i] = (struct line){work->activities.items[i], work_find_plan_of(work, work->activities.items[i])};
    qsort(lines, n, sizeof *lines, compare);
    for (int overdue = f->alone ? 1 : 0; overdue >= 0; overdue--) {
        bool begun = false;
        for (size_t i = 0; i < n; i++) {
            if (f->alone && work_is_overdue(work, lines[i].record) != (overdue == 1))
                continue;
            if (f->alone && !begun)
                table_begin_group(table, overdue ? _("overdue") : _("this month"));
            begun = true;
            work_table_add(cmd, table, work, lines[i].record);
        }
    }
    if (f->alone && hidden)
        table_add_note(table, arena_printf(&cmd->arena, _("%zu more; `lianxin list --all` shows everything"), hidden));
    if (!work->plans.n)
        table_add_note(
            table,
            _("there is no plan here yet: `lianxin import FILE` takes one over; `lianxin sync` brings one that another computer "
              "has sent"));
    work_table_note_freshness(cmd, table, work);
    enum status s = ui_table(&cmd->ui, table, err);
    return s == STATUS_OK ? delivery_warn_late(cmd, err) : s;
}

static enum status run(struct cmd *cmd, struct err *err)
{
    struct work work;
    struct filter filter;
    size_t hidden = 0;
    uint32_t stream;
    enum status s = school_get_stream(cmd, &stream, err);
    if (s == STATUS_OK)
        s = work_load_plans(cmd, stream, &work, err);
    if (s == STATUS_OK)
        s = read_filter(cmd, &work, &filter, err);
    if (s == STATUS_OK)
        s = filter.all ? work_load_rest(cmd, &work, err) : work_load_chosen(cmd, &work, is_shown, &filter, &hidden, err);
    return s == STATUS_OK ? show(cmd, &work, &filter, hidden, err) : s;
}

const struct verb verb_list = {
    .name = "list",
    .name_zh = "列表",
    .arguments = "",
    .summary = N_("activities: this month's and what is overdue, or by filter"),
    .help = N_("  lianxin list                        this month and what is overdue\n"
               "  lianxin list --month 三月\n"
               "  lianxin list --state overdue\n"
               "  lianxin list --category 文体与节庆 -o 文体.xlsx\n"
               "  lianxin list --school SY01          a school's, for the district"),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .flags = VERB_HOME | VERB_TABLE,
    .writes = cmd_names_school,
    .run = run,
};
