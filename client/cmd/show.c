/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/cmd/delivery.h"
#include "client/cmd/print_json.h"
#include "client/cmd/school.h"
#include "client/cmd/work.h"
#include "common/record/text.h"

static const struct option options[] = {{"school", "单位", N_("CODE"), N_("another school's (district only)")}};

static enum status show_json(struct cmd *cmd, const struct record *activity, const struct record_list *held, struct err *err)
{
    json_t *json = record_json(&cmd->arena, cmd->schema, activity), *list = json_array();
    for (size_t i = 0; i < held->n; i++)
        json_array_append_new(list, record_json(&cmd->arena, cmd->schema, held->items[i]));
    json_object_set_new(json, "occurrences", list);
    return print_json(cmd, json, err);
}

static const char *value_text(struct cmd *cmd, const struct record *record, const struct field *field)
{
    if (strcmp(field->name, "state") == 0)
        return delivery_state(cmd, record, cmd->ui.chinese);
    return cmd_field(cmd, record->message, field);
}

/* Without ids and the place in the document, which tell a person nothing. */
static void show_fields(struct cmd *cmd, const struct record *record, const char *indent)
{
    for (size_t i = 0; i < record->kind->n_fields; i++) {
        const struct field *field = &record->kind->fields[i];
        if (!record_has(record->message, field) || field->meaning == MEANING_ID || strcmp(field->name, "position") == 0)
            continue;
        ui_print(&cmd->ui, cmd->ui.chinese ? "%s%s：%s\n" : "%s%s: %s\n", indent, cmd->ui.chinese ? field->label_zh : field->label,
                 value_text(cmd, record, field));
    }
}

struct search {
    const struct record *record;
    size_t n;
};

static bool count_open(void *context, const struct record *record)
{
    struct search *search = context;
    const Lianxin__Conflict *conflict = (const Lianxin__Conflict *)record->message;
    search->n += !record->dead && conflict->state == LIANXIN__CONFLICT_STATE__CONFLICT_STATE_OPEN &&
                 conflict->record.len == UUID_BYTES && memcmp(conflict->record.data, search->record->id.bytes, UUID_BYTES) == 0;
    return true;
}

static enum status show_conflicts(struct cmd *cmd, const struct record *activity, struct err *err)
{
    struct search search = {.record = activity};
    enum status s = store_walk(cache_store(cmd->cache), schema_find_kind_by_name(cmd->schema, "conflict"), activity->stream, NULL,
                               0, count_open, &search, err);
    if (s == STATUS_OK && search.n)
        ui_print(&cmd->ui, _("  conflicts: %zu; see `lianxin conflicts`\n"), search.n);
    return s;
}

static enum status run(struct cmd *cmd, struct err *err)
{
    struct work work;
    struct record_list held;
    const struct record *activity;
    uint32_t stream;
    enum status s = school_get_stream(cmd, &stream, err);
    if (s == STATUS_OK)
        s = work_load_activity(cmd, stream, cmd->args[0], &work, &activity, err);
    if (s == STATUS_OK)
        s = work_list_held(cmd, activity, &held, err);
    if (s != STATUS_OK)
        return s;
    if (cmd->ui.json)
        return show_json(cmd, activity, &held, err);
    char id[UUID_TEXT_BYTES];
    uuid_format(&activity->id, id);
    const struct record *plan = work_find_plan_of(&work, activity);
    if (plan && work_plan(plan)->title)
        ui_print(&cmd->ui, "%s\n", work_plan(plan)->title);
    show_fields(cmd, activity, "  ");
    for (size_t i = 0; i < held.n; i++) {
        ui_print(&cmd->ui, "%s\n", _("  held:"));
        show_fields(cmd, held.items[i], "    ");
    }
    ui_print(&cmd->ui, "  %s\n", id);
    return show_conflicts(cmd, activity, err);
}

const struct verb verb_show = {
    .name = "show",
    .name_zh = "查看",
    .arguments = "ID",
    .summary = N_("one activity with everything about it"),
    .help = N_("  lianxin show 3.2\n  lianxin show 女3.2\n  lianxin show 018f3c2a"),
    .options = options,
    .n_options = 1,
    .min_arguments = 1,
    .max_arguments = 1,
    .flags = VERB_HOME,
    .writes = cmd_names_school,
    .run = run,
};
