/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/plan.h"

#include <stdlib.h>
#include <string.h>

#include "client/cmd/change.h"
#include "client/cmd/delivery.h"
#include "client/cmd/input.h"
#include "client/cmd/missing.h"
#include "client/cmd/print_json.h"
#include "client/cmd/school.h"
#include "client/cmd/send.h"
#include "client/cmd/step.h"
#include "common/record/text.h"
#include "common/table/table_record.h"

static const struct option options[] = {
    {"format", "格式", N_("FORMAT"), N_("export: docx, xlsx, md or txt (default: as FILE of -o ends, else docx)")},
    {"school", "单位", N_("CODE"), N_("another school's (district only)")},
    {"reason", "原因", N_("TEXT"), N_("return: why, for the school to read")},
    {"missing", "未报", NULL, N_("list: the schools that have not handed in what is due (district only)")},
    {"month", "月份", N_("MONTH"), N_("list --missing: what is due for that month (default: whatever is due)")},
};

static const struct field *plan_field(struct cmd *cmd, const char *name)
{
    return kind_find_field_by_name(change_kind(cmd, "plan"), name);
}

/* --- list --- */

static const struct {
    const char *field;
    unsigned flags; /* of its column */
} told[] = {{"body", TABLE_FIXED}, {"title", TABLE_WRAP}, {"first_month", 0}, {"last_month", 0}};

static void put_plan(struct cmd *cmd, struct table *table, const struct work *work, const struct record *record)
{
    int64_t n = 0, done = 0;
    for (size_t i = 0; i < work->activities.n; i++) {
        const Lianxin__Activity *a = work_activity(work->activities.items[i]);
        if (work_find_plan_of(work, work->activities.items[i]) != record ||
            a->state == LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DROPPED)
            continue;
        n++;
        done += a->state == LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DONE;
    }
    table_add_row(table);
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++)
        table_put_field(table, record->message, plan_field(cmd, told[i].field), cmd->ui.chinese);
    delivery_put_state(cmd, table, record);
    table_put_int(table, n);
    table_put_int(table, done);
    table_put_bool(table, work_is_current(work, record));
    table_put_bool(table, delivery_is_pending(cmd, record));
    table_put_uuid(table, &record->id);
}

static enum status run_list(struct cmd *cmd, struct err *err)
{
    struct work loaded, *work = &loaded;
    if (cmd_option(cmd, "missing"))
        return missing_show(cmd, true, err);
    uint32_t stream;
    enum status s = school_get_stream(cmd, &stream, err);
    if (s == STATUS_OK)
        s = work_load(cmd, stream, work, err);
    if (s != STATUS_OK)
        return s;
    struct table *t = table_new(&cmd->arena, "plans", NULL, NULL);
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++)
        table_add_field(t, plan_field(cmd, told[i].field), told[i].flags);
    table_add_field(t, plan_field(cmd, "state"), TABLE_FIXED);
    table_add_column(t, "activities", TABLE_INT, "activities", "活动", 0);
    table_add_column(t, "done", TABLE_INT, "done", "完成", 0);
    table_add_column(t, "current", TABLE_BOOL, "current", "当前", 0);
    table_add_column(t, "unsent", TABLE_BOOL, "unsent", "未送达", TABLE_DATA_ONLY);
    table_add_column(t, "id", TABLE_UUID, "id", "标识", TABLE_DATA_ONLY);
    for (size_t i = 0; i < work->plans.n; i++)
        put_plan(cmd, t, work, work->plans.items[i]);
    work_table_note_freshness(cmd, t, work);
    return ui_table(&cmd->ui, t, err);
}

/* --- which plan --- */

static bool is_named(struct cmd *cmd, const struct work *work, const struct record *record, const char *text)
{
    int64_t body;
    if (schema_enum_parse(plan_field(cmd, "body"), text, &body))
        return work_plan(record)->body == (Lianxin__Body)body && work_is_current(work, record);
    return work_id_begins(&record->id, text) || (work_plan(record)->title && strstr(work_plan(record)->title, text));
}

enum status plan_get(struct cmd *cmd, const struct work *work, const struct record **out, struct err *err)
{
    const char *text = cmd->n_args > 1 ? input_fold(&cmd->arena, cmd->args[1]) : "union";
    const struct record *found = NULL;
    size_t n = 0;
    for (size_t i = 0; i < work->plans.n; i++)
        if (is_named(cmd, work, work->plans.items[i], text)) {
            found = work->plans.items[i];
            n++;
        }
    if (!n && cmd->n_args < 2 && work->plans.n == 1)
        found = work->plans.items[n++];
    if (!n)
        return err_set(err, STATUS_NOT_FOUND, _("there is no plan \"%s\"; `lianxin plan list` shows them"), text);
    if (n > 1)
        return err_set(err, STATUS_USAGE,
                       _("\"%s\" could be any of %zu plans; give the start of the id (`lianxin plan list --json`)"), text, n);
    *out = found;
    return STATUS_OK;
}

enum status plan_open(struct cmd *cmd, struct work *work, const struct record **out, struct err *err)
{
    uint32_t stream;
    enum status s = send_prepare(cmd, err);
    if (s == STATUS_OK)
        s = school_get_stream(cmd, &stream, err);
    if (s == STATUS_OK)
        s = work_load(cmd, stream, work, err);
    return s == STATUS_OK ? plan_get(cmd, work, out, err) : s;
}

/* --- show: the document again --- */

static int compare(const void *left, const void *right)
{
    const struct plan_piece *a = left, *b = right;
    if (a->position != b->position)
        return a->position < b->position ? -1 : 1;
    return (a->activity != NULL) - (b->activity != NULL);
}

enum status plan_list_pieces(struct cmd *cmd, const struct work *work, const struct record *plan, struct plan_piece **out,
                             size_t *n, struct err *err)
{
    struct record_list sections;
    enum status s = store_list(cache_store(cmd->cache), &cmd->arena, change_kind(cmd, "section"), work->stream, NULL,
                               (struct value){0}, &sections, err);
    if (s != STATUS_OK)
        return s;
    struct plan_piece *pieces = ARENA_ARRAY(&cmd->arena, sections.n + work->activities.n + 1, struct plan_piece);
    *n = 0;
    for (size_t i = 0; i < sections.n; i++) {
        const Lianxin__Section *section = (const Lianxin__Section *)sections.items[i]->message;
        if (section->plan.len == UUID_BYTES && memcmp(section->plan.data, plan->id.bytes, UUID_BYTES) == 0)
            pieces[(*n)++] = (struct plan_piece){sections.items[i], NULL, section->position};
    }
    for (size_t i = 0; i < work->activities.n; i++)
        if (work_find_plan_of(work, work->activities.items[i]) == plan)
            pieces[(*n)++] =
                (struct plan_piece){NULL, work->activities.items[i], work_activity(work->activities.items[i])->position};
    qsort(pieces, *n, sizeof *pieces, compare);
    *out = pieces;
    return STATUS_OK;
}

static void print_pieces(struct cmd *cmd, const struct plan_piece *pieces, size_t n)
{
    const struct field *state = kind_find_field_by_name(change_kind(cmd, "activity"), "state");
    const char *header = NULL;
    for (size_t i = 0; i < n; i++) {
        if (pieces[i].section) {
            const Lianxin__Section *s = (const Lianxin__Section *)pieces[i].section->message;
            ui_print(&cmd->ui, "%s%s%s\n", s->label ? s->label : "", s->text ? s->text : "", s->level ? "" : "\n");
            header = NULL;
            continue;
        }
        const Lianxin__Activity *a = work_activity(pieces[i].activity);
        if (a->state == LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DROPPED)
            continue; /* a mistake, or no longer in the document */
        if (a->header && (!header || strcmp(header, a->header) != 0))
            ui_print(&cmd->ui, "%s\n", a->header);
        header = a->header;
        const char *label = a->state == LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_PLANNED
                                ? NULL
                                : schema_enum_label(state, a->state, cmd->ui.chinese);
        ui_print(&cmd->ui, "  %-5s %s%s%s%s\n", a->number ? a->number : "", a->text ? a->text : "", label ? "  [" : "",
                 label ? label : "", label ? "]" : "");
    }
}

static enum status show_json(struct cmd *cmd, const struct record *plan, const struct plan_piece *pieces, size_t n, struct err *err)
{
    json_t *json = record_json(&cmd->arena, cmd->schema, plan), *sections = json_array(), *activities = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(pieces[i].section ? sections : activities,
                              record_json(&cmd->arena, cmd->schema, pieces[i].section ? pieces[i].section : pieces[i].activity));
    json_object_set_new(json, "sections", sections);
    json_object_set_new(json, "activities", activities);
    return print_json(cmd, json, err);
}

static enum status run_show(struct cmd *cmd, struct err *err)
{
    struct work work;
    const struct record *plan;
    struct plan_piece *pieces;
    size_t n;
    if (cmd->ui.output_path)
        return err_set(err, STATUS_USAGE, _("a plan is written to a file by `lianxin plan export -o %s`"), cmd->ui.output_path);
    enum status s = plan_open(cmd, &work, &plan, err);
    if (s == STATUS_OK)
        s = plan_list_pieces(cmd, &work, plan, &pieces, &n, err);
    if (s != STATUS_OK)
        return s;
    if (cmd->ui.json)
        return show_json(cmd, plan, pieces, n, err);
    const struct field *fields[] = {plan_field(cmd, "first_month"), plan_field(cmd, "last_month")};
    ui_print(&cmd->ui, "%s\n", work_plan(plan)->title);
    for (size_t i = 0; i < 2; i++)
        ui_print(&cmd->ui, "%s%s", i ? " – " : "", cmd_field(cmd, plan->message, fields[i]));
    ui_print(&cmd->ui, "  %s%s%s\n\n", delivery_state(cmd, plan, cmd->ui.chinese), work_plan(plan)->state_reason ? "  " : "",
             work_plan(plan)->state_reason ? work_plan(plan)->state_reason : "");
    print_pieces(cmd, pieces, n);
    if (cmd_is_district(cmd))
        ui_print(&cmd->ui, _("as of %s\n"), delivery_freshness(cmd, work.stream));
    return STATUS_OK;
}

/* --- submit --- */

static enum status run_submit(struct cmd *cmd, struct err *err)
{
    struct work work;
    const struct record *plan;
    struct change change = {0};
    enum status s = plan_open(cmd, &work, &plan, err);
    if (s != STATUS_OK)
        return s;
    if (work_plan(plan)->state == LIANXIN__PLAN_STATE__PLAN_STATE_SUBMITTED ||
        work_plan(plan)->state == LIANXIN__PLAN_STATE__PLAN_STATE_FILED) {
        ui_print(&cmd->ui, _("%s: already submitted\n"), work_plan(plan)->title);
        return send_submitted(cmd, err);
    }
    if ((s = step_check_read(cmd, plan, work_plan(plan)->title, err)) != STATUS_OK)
        return s;
    Lianxin__Plan *after = (Lianxin__Plan *)change_copy(cmd, plan->kind, plan);
    after->has_state = after->has_submitted_at = 1;
    after->state = LIANXIN__PLAN_STATE__PLAN_STATE_SUBMITTED;
    after->state_reason = NULL;
    after->submitted_at = clock_now_ms(&cmd->clock);
    change_add(cmd, &change, plan->kind, &plan->id, plan, &after->base);
    if ((s = change_commit(cmd, work.stream, &change, "plan submit", err)) != STATUS_OK)
        return s;
    ui_print(&cmd->ui, _("%s: submitted\n%s\n"), after->title, _("to take it back: lianxin undo"));
    return send_submitted(cmd, err);
}

/* --- withdraw; the district's answer --- */

static enum status take_step(struct cmd *cmd, const struct step *step, struct err *err)
{
    struct work work;
    const struct record *plan;
    enum status s = plan_open(cmd, &work, &plan, err);
    return s == STATUS_OK ? step_take(cmd, plan, step, work_plan(plan)->title, "", err) : s;
}

static enum status run_withdraw(struct cmd *cmd, struct err *err)
{
    static const struct step step = {.word = "withdraw", .to = "draft"};
    return take_step(cmd, &step, err);
}

static enum status run_accept(struct cmd *cmd, struct err *err)
{
    static const struct step step = {.word = "accept", .to = "filed", .district = true};
    return take_step(cmd, &step, err);
}

static enum status run_return(struct cmd *cmd, struct err *err)
{
    static const struct step step = {.word = "return", .to = "returned", .district = true, .needs_reason = true};
    return take_step(cmd, &step, err);
}

static const struct verb_part parts[] = {
    {"list", "列表", false, run_list},        {"show", "查看", false, run_show},      {"submit", "提交", true, run_submit},
    {"withdraw", "撤回", true, run_withdraw}, {"accept", "受理", true, run_accept},   {"file", "备案", true, run_accept},
    {"return", "退回", true, run_return},     {"export", "导出", false, plan_export},
};

const struct verb verb_plan = {
    .name = "plan",
    .name_zh = "计划",
    .arguments = N_("list|show|submit|withdraw|accept|file|return|export [PLAN]"),
    .summary = N_("the plans: list, print again, submit to the district, write as a document"),
    .help = N_("  lianxin plan list\n"
               "  lianxin plan list --missing     the district: who has not handed one in, and a reminder to paste\n"
               "  lianxin plan show               the union's current plan\n"
               "  lianxin plan show women         the women's committee's\n"
               "  lianxin plan submit             hand it in\n"
               "  lianxin plan withdraw           take it back until the district has filed it\n"
               "  lianxin plan accept --school SY01                        the district files it\n"
               "  lianxin plan return --school SY01 --reason \"no months\"  the school changes it and submits again\n"
               "  lianxin plan export -o 计划.docx  as it is now, for Word and WPS; also .xlsx, .md, .txt"),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .min_arguments = 1,
    .max_arguments = 2,
    .flags = VERB_HOME | VERB_OUTPUT,
    .writes = cmd_names_school,
    .parts = parts,
    .n_parts = sizeof parts / sizeof parts[0],
};
