/* SPDX-License-Identifier: Apache-2.0
 *
 * doctor: what could be wrong on this computer, in words, with what to do. */
#include <inttypes.h>
#include <stdlib.h>
#include <sys/statvfs.h>

#include "client/cmd/delivery.h"
#include "client/cmd/device.h"
#include "common/record/wording.h"

#define CLOCK_OFF_MS (INT64_C(5) * 60 * 1000)
#define RENEWAL_DAYS 30 /* by then a sync should have renewed the certificate */
#define DISK_FREE_MIB 100

struct doctor {
    struct cmd *cmd;
    struct table *table;
    size_t wrong;
};

/* One line; advice NULL: this is well. */
static void say(struct doctor *d, const char *what, const char *finding, const char *advice)
{
    table_add_row(d->table);
    table_put_text(d->table, what);
    if (advice)
        table_put_enum(d->table, "wrong", "wrong", "有问题");
    else
        table_put_enum(d->table, "ok", "ok", "正常");
    table_put_text(d->table, finding);
    table_put_text(d->table, advice);
    d->wrong += advice != NULL;
}

static void say_failed(struct doctor *d, const char *what, struct err *err, const char *advice)
{
    char text[UI_ERROR_BYTES];
    wording_apply(d->cmd->schema, d->cmd->ui.chinese, err);
    say(d, what, arena_strdup(&d->cmd->arena, ui_error_text(&d->cmd->ui, err, text, sizeof text)), advice);
}

static enum status ask_time(struct cmd *cmd, const char *address, int64_t *server_ms, struct err *err)
{
    Lianxin__HelloRequest hello = LIANXIN__HELLO_REQUEST__INIT;
    struct transport transport = {0};
    ProtobufCMessage *reply;
    hello.has_version_min = hello.has_version_max = 1;
    hello.version_min = SYNC_VERSION_MIN;
    hello.version_max = SYNC_VERSION_MAX;
    hello.software = arena_strdup(&cmd->arena, CMD_SOFTWARE);
    enum status s = device_connect_to(cmd, &address, 1, &transport, err);
    if (s == STATUS_OK && (s = transport_call(&transport, MESSAGE_hello, &hello.base, &cmd->arena, &reply, err)) == STATUS_OK)
        *server_ms = ((const Lianxin__HelloReply *)reply)->time_ms;
    transport_free(&transport);
    return s;
}

static void check_time(struct doctor *d, int64_t server_ms)
{
    int64_t now_ms = clock_now_ms(&d->cmd->clock);
    int64_t off_ms = llabs(now_ms - server_ms);
    const char *finding =
        arena_printf(&d->cmd->arena, _("%s here, %s at the server"), cmd_time(d->cmd, now_ms), cmd_time(d->cmd, server_ms));
    say(d, _("time"), finding, off_ms > CLOCK_OFF_MS ? _("set this computer's clock; days of activities come from it") : NULL);
}

struct answer {
    const char *what;
    struct err why; /* OK: it answered */
    int64_t server_ms;
};

static void say_answer(struct doctor *d, struct answer *answer, bool another)
{
    if (d->cmd->offline)
        say(d, answer->what, _("not asked: --offline"), NULL);
    else if (answer->why.status == STATUS_OK)
        say(d, answer->what, _("answers"), NULL);
    else
        say_failed(d, answer->what, &answer->why,
                   another                               ? NULL
                   : answer->why.status == STATUS_DENIED ? _("ask the district for a new invitation")
                                                         : _("check the network cable or Wi-Fi; if others sync, ask the district"));
}

/* One address that answers is enough to work. */
static enum status check_addresses(struct doctor *d, struct err *err)
{
    const char *const *addresses;
    int64_t server_ms = 0;
    size_t n;
    enum status s = device_list_addresses(d->cmd, &addresses, &n, err);
    if (s != STATUS_OK)
        return s;
    struct answer *answers = ARENA_ARRAY(&d->cmd->arena, n + 1, struct answer);
    for (size_t i = 0; i < n; i++) {
        answers[i].what = arena_printf(&d->cmd->arena, _("server %s"), addresses[i]);
        if (!d->cmd->offline && ask_time(d->cmd, addresses[i], &answers[i].server_ms, &answers[i].why) == STATUS_OK)
            server_ms = answers[i].server_ms;
    }
    for (size_t i = 0; i < n; i++)
        say_answer(d, &answers[i], server_ms != 0);
    if (server_ms)
        check_time(d, server_ms);
    return STATUS_OK;
}

static void check_certificate(struct doctor *d)
{
    struct err why = {0};
    int64_t end_ms;
    const char *advice = NULL;
    if (device_find_end(d->cmd, &end_ms, &why) != STATUS_OK) {
        say_failed(d, _("certificate"), &why, _("ask the district for a new invitation"));
        return;
    }
    int64_t left_ms = end_ms - clock_now_ms(&d->cmd->clock);
    if (left_ms <= 0)
        advice = _("ask the district for a new invitation");
    else if (left_ms < RENEWAL_DAYS * CLOCK_DAY_MS)
        advice = _("run `lianxin sync` with a network: it renews the certificate");
    say(d, _("certificate"), arena_printf(&d->cmd->arena, _("ends %s"), cmd_time(d->cmd, end_ms)), advice);
}

static void check_disk(struct doctor *d)
{
    struct statvfs disk;
    if (statvfs(d->cmd->home, &disk) != 0)
        return;
    uint64_t free_mib = (uint64_t)disk.f_bavail * disk.f_frsize >> 20;
    say(d, _("disk"), arena_printf(&d->cmd->arena, _("%" PRIu64 " MiB free"), free_mib),
        free_mib < DISK_FREE_MIB ? _("delete what is not needed: changes cannot be saved on a full disk") : NULL);
}

static void check_cache(struct doctor *d)
{
    struct err why = {0};
    if (sql_integrity_check(store_sql(cache_store(d->cmd->cache)), NULL, NULL, &why) == STATUS_OK)
        say(d, _("data folder"), _("whole"), NULL);
    else
        say_failed(d, _("data folder"), &why, _("copy the folder away, then join again: what was sent is at the server"));
}

static enum status check_last_try(struct doctor *d, struct err *err)
{
    struct err failure = {0};
    int64_t synced_ms = 0;
    enum status s = cache_find_failure(d->cmd->cache, &failure, err);
    if (s == STATUS_OK)
        s = cache_find_int(d->cmd->cache, CACHE_META_synced_ms, &synced_ms, err);
    if (s != STATUS_OK)
        return s;
    if (failure.status)
        say_failed(d, _("last sync"), &failure, _("run `lianxin sync` again"));
    else
        say(d, _("last sync"), cmd_time(d->cmd, synced_ms), synced_ms ? NULL : _("run `lianxin sync` again"));
    return STATUS_OK;
}

static enum status check_waiting(struct doctor *d, struct err *err)
{
    struct outbox_list waiting, parked;
    const char *advice = NULL;
    enum status s = outbox_list(d->cmd->cache, &d->cmd->arena, OUTBOX_WAITING, &waiting, err);
    if (s == STATUS_OK)
        s = outbox_list(d->cmd->cache, &d->cmd->arena, OUTBOX_PARKED, &parked, err);
    if (s != STATUS_OK)
        return s;
    for (size_t i = 0; i < waiting.n; i++)
        if (delivery_is_late(d->cmd, waiting.items[i].made_ms))
            advice = _("unsent for three days or more: run `lianxin sync`");
    say(d, _("not sent yet"), arena_printf(&d->cmd->arena, "%zu", waiting.n), advice);
    if (parked.n)
        say(d, _("refused"), arena_printf(&d->cmd->arena, "%zu", parked.n), _("`lianxin status` says why"));
    return STATUS_OK;
}

static enum status run(struct cmd *cmd, struct err *err)
{
    struct doctor d = {.cmd = cmd, .table = table_new(&cmd->arena, "doctor", NULL, NULL)};
    table_add_column(d.table, "what", TABLE_TEXT, "what", "检查", TABLE_FIXED);
    table_add_column(d.table, "state", TABLE_ENUM, "state", "结果", TABLE_FIXED);
    table_add_column(d.table, "finding", TABLE_TEXT, "found", "情况", TABLE_WRAP);
    table_add_column(d.table, "advice", TABLE_TEXT, "what to do", "怎么办", TABLE_WRAP);
    enum status s = check_addresses(&d, err);
    check_certificate(&d);
    check_disk(&d);
    check_cache(&d);
    if (s == STATUS_OK)
        s = check_last_try(&d, err);
    if (s == STATUS_OK)
        s = check_waiting(&d, err);
    if (s == STATUS_OK)
        s = ui_table(&cmd->ui, d.table, err);
    if (s == STATUS_OK && d.wrong)
        s = err_set(err, STATUS_FAILED,
                    ngettext("%zu thing needs you; what to do stands beside it",
                             "%zu things need you; what to do stands beside them", d.wrong),
                    d.wrong);
    return s;
}

const struct verb verb_doctor = {
    .name = "doctor",
    .name_zh = "体检",
    .arguments = "",
    .summary = N_("check this computer: network, time, certificate, disk, data"),
    .help = N_("  lianxin doctor\n"
               "Ends with 1 when something is wrong; what to do stands beside it."),
    .flags = VERB_HOME | VERB_TABLE,
    .run = run,
};
