/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/engine.h"

#include "client/cmd/device.h"
#include "client/cmd/renumber.h"
#include "proto/records.pb-c.h"

static void show_progress(void *context, enum sync_stage stage, uint64_t done, uint64_t total)
{
    if (stage == SYNC_PUSH || stage == SYNC_PULL || stage == SYNC_SNAPSHOT)
        ui_progress_set(context, done, total);
}

struct sync engine_new(struct cmd *cmd, struct ui_progress *progress)
{
    return (struct sync){.cache = cmd->cache,
                         .transport = &cmd->transport,
                         .clock = &cmd->clock,
                         .random = &cmd->random,
                         .software = CMD_SOFTWARE,
                         .progress = progress ? show_progress : NULL,
                         .progress_context = progress};
}

static enum status sync_once(struct cmd *cmd, struct sync_report *report, struct err *err)
{
    struct ui_progress progress;
    enum status s = device_connect(cmd, err);
    if (s != STATUS_OK)
        return s;
    ui_progress_start(&progress, &cmd->ui, _("syncing"));
    struct sync sync = engine_new(cmd, &progress);
    s = sync_run(&sync, report, err);
    ui_progress_done(&progress);
    return s == STATUS_OK ? cache_put_int(cmd->cache, CACHE_META_exported_ms, 0, err) : s; /* whatever was exported has arrived */
}

static enum status sync_for_retry(void *context, struct sync_report *report, struct err *err)
{
    return sync_once(context, report, err);
}

enum status engine_pull(struct cmd *cmd, uint32_t stream, struct sync_report *report, struct err *err)
{
    struct ui_progress progress;
    struct sync sync = engine_new(cmd, &progress);
    ui_progress_start(&progress, &cmd->ui, _("syncing"));
    enum status s = sync_stream(&sync, stream, report, err);
    ui_progress_done(&progress);
    return s;
}

/* Once, and again when what came in made a change necessary. */
enum status engine_run(struct cmd *cmd, const struct retry *retry, struct sync_report *report, struct err *err)
{
    struct sync_report again;
    bool changed = false;
    *report = (struct sync_report){0};
    enum status s = retry ? retry_run(retry, sync_for_retry, cmd, report, err) : sync_once(cmd, report, err);
    if (s == STATUS_OK && report->records)
        s = renumber_clashes(cmd, &changed, err);
    if (s == STATUS_OK && changed && (s = sync_once(cmd, &again, err)) == STATUS_OK)
        report->pushed += again.pushed;
    return s == STATUS_OK ? device_renew(cmd, err) : s;
}

struct stream_search {
    struct arena *arena;
    uint32_t number;
    const char *code; /* in arena: the record walked is gone after its turn */
};

static bool match_number(void *context, const struct record *record)
{
    struct stream_search *search = context;
    const Lianxin__School *school = (const Lianxin__School *)record->message;
    if (record->dead || !school->code || school->number != search->number)
        return true;
    search->code = arena_strdup(search->arena, school->code);
    return false;
}

/* The school, as people call it, whose records a stream holds. */
static const char *name_stream(struct cmd *cmd, uint32_t stream)
{
    struct stream_search search = {.arena = &cmd->arena, .number = stream};
    struct err none;
    const struct kind *kind = schema_find_kind_by_name(cmd->schema, "school");
    if (stream < STREAM_FIRST_SCHOOL)
        return _("the district");
    if (store_walk(cache_store(cmd->cache), kind, STREAM_PUBLIC, NULL, 0, match_number, &search, &none) != STATUS_OK ||
        !search.code)
        return arena_printf(&cmd->arena, "%u", stream);
    return search.code;
}

/* What went otherwise than usual, each in one line. */
void engine_say_unusual(struct cmd *cmd, const struct sync_report *r)
{
    struct ui *ui = &cmd->ui;
    if (r->renewed)
        ui_warn(ui, "%s",
                _("this data folder was copied, or put back from an older state; it goes on under a new name, nothing is lost and "
                  "nothing was sent twice"));
    if (r->recovered)
        ui_warn(ui, _("the server was restored from a backup; %llu change(s) it had lost were brought back to it from here"),
                (unsigned long long)r->recovered);
    if (r->held)
        ui_warn(ui, "%s", _("the server is older than this lianxin and does not know some fields yet; those changes wait here"));
    if (r->compared)
        ui_warn(ui, _("the records here differed from the server's; all were compared and %llu made equal"),
                (unsigned long long)r->repaired);
    if (r->failed)
        ui_warn(ui, _("the records of %s could not be synced, for the reason below; everything else was"),
                name_stream(cmd, r->failed_stream));
    if (r->unreadable)
        ui_warn(ui, _("%llu thing(s) from the server need a newer lianxin to be shown; update it"),
                (unsigned long long)r->unreadable);
}
