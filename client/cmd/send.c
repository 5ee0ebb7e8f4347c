/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/send.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "client/cmd/delivery.h"
#include "client/cmd/device.h"
#include "client/cmd/input.h"
#include "client/cmd/renumber.h"
#include "client/cmd/step.h"
#include "client/sync/retry.h"
#include "common/record/wording.h"
#include "proto/records.pb-c.h"

static void show_progress(void *context, enum sync_stage stage, uint64_t done, uint64_t total)
{
    if (stage == SYNC_PUSH || stage == SYNC_PULL || stage == SYNC_SNAPSHOT)
        ui_progress_set(context, done, total);
}

struct sync send_engine(struct cmd *cmd, struct ui_progress *progress)
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
    enum status s = cmd_connect(cmd, err);
    if (s != STATUS_OK)
        return s;
    ui_progress_start(&progress, &cmd->ui, _("syncing"));
    struct sync sync = send_engine(cmd, &progress);
    s = sync_run(&sync, report, err);
    ui_progress_done(&progress);
    return s == STATUS_OK ? cache_put_int(cmd->cache, CACHE_META_exported_ms, 0, err) : s; /* whatever was exported has arrived */
}

static enum status sync_for_retry(void *context, struct sync_report *report, struct err *err)
{
    return sync_once(context, report, err);
}

/* Once, and again when what came in made a change necessary. */
static enum status run_sync(struct cmd *cmd, const struct retry *retry, struct sync_report *report, struct err *err)
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
static void say_unusual(struct cmd *cmd, const struct sync_report *r)
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

static const char *server_time(struct cmd *cmd, int64_t at_ms)
{
    char text[CLOCK_TIME_BYTES];
    clock_format_time(at_ms, cmd->clock.zone_s, text);
    return arena_strdup(&cmd->arena, text);
}

/* The report of a sync, for programs. */
static enum status print_report(struct cmd *cmd, const struct sync_report *r, uint64_t waiting, struct err *err)
{
    struct table *t = table_new(&cmd->arena, "sync", NULL, NULL);
    const struct {
        const char *key;
        uint64_t value;
    } numbers[] = {{"sent", r->pushed},     {"unsent", waiting},         {"refused", r->parked},
                   {"held", r->held},       {"conflicts", r->conflicts}, {"rows", r->rows},
                   {"records", r->records}, {"repaired", r->repaired},   {"unreadable", r->unreadable}};
    const size_t n = sizeof numbers / sizeof numbers[0];
    for (size_t i = 0; i < n; i++)
        table_add_column(t, numbers[i].key, TABLE_INT, numbers[i].key, NULL, 0);
    table_add_column(t, "compared", TABLE_BOOL, "compared", NULL, 0);
    table_add_column(t, "renewed", TABLE_BOOL, "renewed", NULL, 0);
    table_add_column(t, "server_ms", TABLE_INSTANT_MS, "server time", NULL, 0);
    table_add_row(t);
    for (size_t i = 0; i < n; i++)
        table_put_int(t, (int64_t)numbers[i].value);
    table_put_bool(t, r->compared);
    table_put_bool(t, r->renewed);
    if (r->server_ms)
        table_put_int(t, r->server_ms);
    else
        table_put_null(t);
    return ui_table(&cmd->ui, t, err);
}

/* What a person has to look at now is the outcome of the command. */
static enum status need_person(const struct sync_report *r, struct err *err)
{
    if (r->parked)
        return err_set(err, STATUS_REFUSED, _("the server refused %llu change(s); `lianxin status` says why"),
                       (unsigned long long)r->parked);
    if (r->conflicts)
        return err_set(err, STATUS_CONFLICT, _("%llu conflict(s): somebody else changed the same thing first"),
                       (unsigned long long)r->conflicts);
    return STATUS_OK;
}

static void sleep_ms(void *context, int64_t ms)
{
    (void)context;
    struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        ;
}

enum status send_all(struct cmd *cmd, int64_t wait_ms, struct err *err)
{
    struct sync_report report;
    uint64_t waiting = 0;
    const struct retry retry = {.clock = &cmd->clock, .random = &cmd->random, .sleep = sleep_ms, .wait_ms = wait_ms};
    enum status s = run_sync(cmd, &retry, &report, err);
    say_unusual(cmd, &report);
    if (s == STATUS_OK)
        s = outbox_count(cmd->cache, OUTBOX_WAITING, &waiting, err);
    if (s != STATUS_OK)
        return s;
    ui_print(&cmd->ui, _("synced at %s: %llu sent, %llu record(s) changed by others\n"), server_time(cmd, report.server_ms),
             (unsigned long long)report.pushed, (unsigned long long)report.records);
    if ((s = step_say_returned(cmd, err)) != STATUS_OK)
        return s;
    if (cmd->ui.json && (s = print_report(cmd, &report, waiting, err)) != STATUS_OK)
        return s;
    return need_person(&report, err);
}

/* Whether the change has arrived, and how many have not. */
static enum status say_delivered(struct cmd *cmd, enum status sent, const struct sync_report *report, uint64_t waiting,
                                 struct err *err)
{
    bool taken = sent == STATUS_OK && !report->parked && !report->conflicts;
    if (waiting)
        ui_print(&cmd->ui,
                 ngettext("saved here, not sent yet: %llu change waits for `lianxin sync`\n",
                          "saved here, not sent yet: %llu changes wait for `lianxin sync`\n", waiting),
                 (unsigned long long)waiting);
    else if (taken)
        ui_print(&cmd->ui, _("delivered (server time %s); 0 changes wait\n"), server_time(cmd, report->server_ms));
    return delivery_warn_late(cmd, err);
}

/* No network is an everyday thing; whatever else kept the server from taking it is worth a line. */
static void say_why(struct cmd *cmd, struct err *why)
{
    char text[UI_ERROR_BYTES];
    if (why->status == STATUS_OK || cmd->offline || why->reason == REASON_UNREACHABLE)
        return;
    wording_apply(cmd->schema, cmd->ui.chinese, why);
    if (why->status == STATUS_UNAVAILABLE)
        ui_warn(&cmd->ui, "%s", ui_error_text(&cmd->ui, why, text, sizeof text));
    else
        ui_error(&cmd->ui, why);
}

static enum status send(struct cmd *cmd, uint64_t *waiting, struct err *err)
{
    struct sync_report report = {0};
    struct err why = cmd->away;
    enum status sent = why.status ? why.status : run_sync(cmd, NULL, &report, &why);
    say_unusual(cmd, &report);
    enum status s = outbox_count(cmd->cache, OUTBOX_WAITING, waiting, err);
    if (s == STATUS_OK)
        s = say_delivered(cmd, sent, &report, *waiting, err);
    if (s != STATUS_OK)
        return s;
    say_why(cmd, &why);
    if (cmd->ui.json && (s = print_report(cmd, &report, *waiting, err)) != STATUS_OK)
        return s;
    return need_person(&report, err);
}

enum status send_change(struct cmd *cmd, struct err *err)
{
    uint64_t waiting;
    return send(cmd, &waiting, err);
}

enum status send_submitted(struct cmd *cmd, struct err *err)
{
    uint64_t waiting;
    enum status s = send(cmd, &waiting, err);
    if (s == STATUS_OK && waiting) { /* said already */
        *err = (struct err){.status = STATUS_UNAVAILABLE};
        return STATUS_UNAVAILABLE;
    }
    return s;
}

enum status send_prepare(struct cmd *cmd, struct err *err)
{
    if (!cmd->part->writes)
        return STATUS_OK;
    if (cmd->ui.output_path)
        return cmd_refuse_output(cmd, err);
    if (!cmd_names_school(cmd))
        send_quietly(cmd);
    return STATUS_OK;
}

enum status send_say_imported(struct cmd *cmd, const struct sync_report *report, struct err *err)
{
    struct ui *ui = &cmd->ui;
    bool changed = false;
    uint64_t waiting = 0;
    enum status s = report->records ? renumber_clashes(cmd, &changed, err) : STATUS_OK;
    say_unusual(cmd, report);
    if (s == STATUS_OK)
        s = outbox_count(cmd->cache, OUTBOX_WAITING, &waiting, err);
    if (s != STATUS_OK)
        return s;
    ui_print(ui, _("the district's answer of %s: %llu change(s) delivered, %llu record(s) changed by others\n"),
             server_time(cmd, report->server_ms), (unsigned long long)report->pushed, (unsigned long long)report->records);
    if (waiting)
        ui_print(ui,
                 ngettext("%llu change made since waits for the next `lianxin sync --export` or `lianxin sync`\n",
                          "%llu changes made since wait for the next `lianxin sync --export` or `lianxin sync`\n", waiting),
                 (unsigned long long)waiting);
    if ((s = step_say_returned(cmd, err)) != STATUS_OK)
        return s;
    if (cmd->ui.json && (s = print_report(cmd, report, waiting, err)) != STATUS_OK)
        return s;
    return need_person(report, err);
}

void send_quietly(struct cmd *cmd)
{
    struct sync_report report;
    struct err why = {0};
    enum status s = run_sync(cmd, NULL, &report, &why);
    if (s == STATUS_OK) {
        cmd->news = report.records;
        say_unusual(cmd, &report);
        if (need_person(&report, &why) != STATUS_OK)
            ui_warn(&cmd->ui, "%s", why.text);
    } else if (s == STATUS_UNAVAILABLE) {
        cmd->away = why;
    }
}

static enum status pull_stream(struct cmd *cmd, uint32_t stream, struct sync_report *report, struct err *err)
{
    struct ui_progress progress;
    struct sync sync = send_engine(cmd, &progress);
    ui_progress_start(&progress, &cmd->ui, _("syncing"));
    enum status s = sync_stream(&sync, stream, report, err);
    ui_progress_done(&progress);
    return s;
}

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

enum status send_for_school(struct cmd *cmd, const char *code, uint32_t *stream, struct err *err)
{
    struct school_search search = {.code = input_fold(&cmd->arena, code)};
    struct sync_report report;
    struct cache_stream line;
    struct err why = {0};
    enum status reached = run_sync(cmd, NULL, &report, &why);
    enum status s = store_walk(cache_store(cmd->cache), schema_find_kind_by_name(cmd->schema, "school"), STREAM_PUBLIC, NULL, 0,
                               match_school, &search, err);
    if (s != STATUS_OK)
        return s;
    if (!search.number)
        return err_reason(err, REASON_SCHOOL_UNKNOWN, code, NULL);
    if (reached == STATUS_OK) {
        reached = pull_stream(cmd, search.number, &report, &why);
        say_unusual(cmd, &report);
    }
    if (reached != STATUS_OK && reached != STATUS_UNAVAILABLE)
        return *err = why, reached;
    if ((s = cache_stream_find(cmd->cache, search.number, &line, err)) != STATUS_OK)
        return s;
    if (reached != STATUS_OK && !line.synced_ms)
        return *err = why, reached;
    if (reached != STATUS_OK)
        ui_warn(&cmd->ui, _("the server cannot be reached; this is the copy of %s"), server_time(cmd, line.synced_ms));
    *stream = search.number;
    return STATUS_OK;
}

const char *send_freshness(struct cmd *cmd, uint32_t stream)
{
    struct cache_stream line;
    struct err none;
    if (cache_stream_find(cmd->cache, stream, &line, &none) != STATUS_OK || !line.synced_ms)
        return _("never");
    return server_time(cmd, line.synced_ms);
}
