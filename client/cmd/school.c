/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/school.h"

#include <string.h>

#include "client/cmd/engine.h"
#include "client/cmd/input.h"
#include "proto/records.pb-c.h"

struct school_search {
    const char *code;
    uint32_t number;
};

static bool match_school(void *context, const struct record *record)
{
    struct school_search *search = context;
    const Lianxin__School *school = (const Lianxin__School *)record->message;
    if (record->dead || !school->code || strcmp(school->code, search->code) != 0)
        return true;
    search->number = school->number;
    return false;
}

/* Without a network the copy held here will do. */
static enum status find_pulled(struct cmd *cmd, const char *code, uint32_t *stream, struct err *err)
{
    struct school_search search = {.code = input_fold(&cmd->arena, code)};
    struct sync_report report;
    struct cache_stream line;
    struct err why = {0};
    enum status reached = engine_run(cmd, NULL, &report, &why);
    enum status s = store_walk(cache_store(cmd->cache), schema_find_kind_by_name(cmd->schema, "school"), STREAM_PUBLIC, NULL, 0,
                               match_school, &search, err);
    if (s != STATUS_OK)
        return s;
    if (!search.number)
        return err_reason(err, REASON_SCHOOL_UNKNOWN, code, NULL);
    if (reached == STATUS_OK) {
        reached = engine_pull(cmd, search.number, &report, &why);
        engine_say_unusual(cmd, &report);
    }
    if (reached != STATUS_OK && reached != STATUS_UNAVAILABLE)
        return *err = why, reached;
    if ((s = cache_stream_find(cmd->cache, search.number, &line, err)) != STATUS_OK)
        return s;
    if (reached != STATUS_OK && !line.synced_ms)
        return *err = why, reached;
    if (reached != STATUS_OK)
        ui_warn(&cmd->ui, _("the server cannot be reached; this is the copy of %s"), cmd_time(cmd, line.synced_ms));
    *stream = search.number;
    return STATUS_OK;
}

enum status school_get_stream(struct cmd *cmd, uint32_t *stream, struct err *err)
{
    const char *school = cmd_option(cmd, "school");
    if (!school && cmd_is_district(cmd))
        return err_set(err, STATUS_USAGE, _("say which school: --school CODE (`lianxin schools` lists them)"));
    if (school && !cmd_is_district(cmd))
        return err_reason(err, REASON_ROLE, "--school", role_label(ROLE_DISTRICT, cmd->ui.chinese), NULL);
    if (school)
        return find_pulled(cmd, school, stream, err);
    *stream = cmd->identity.stream;
    return STATUS_OK;
}
