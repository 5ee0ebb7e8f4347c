/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/delivery.h"

#include <string.h>

bool delivery_is_pending(struct cmd *cmd, const struct record *record)
{
    bool pending = false;
    struct err none;
    return outbox_is_pending(cmd->cache, record->stream, record->kind, &record->id, &pending, &none) == STATUS_OK && pending;
}

static const char *pending_label(struct cmd *cmd, const struct field *field, int64_t state, bool chinese)
{
    if (strcmp(schema_enum_name(field, state), "submitted") == 0)
        return chinese ? "待送达" : "not delivered";
    return arena_printf(&cmd->arena, chinese ? "%s（待送达）" : "%s (not delivered)", schema_enum_label(field, state, chinese));
}

const char *delivery_state(struct cmd *cmd, const struct record *record, bool chinese)
{
    const struct field *field = kind_find_field_by_name(record->kind, "state");
    int64_t state = record_get(&cmd->arena, record->message, field).number;
    if (!schema_enum_name(field, state))
        return arena_printf(&cmd->arena, "%lld", (long long)state);
    return delivery_is_pending(cmd, record) ? pending_label(cmd, field, state, chinese) : schema_enum_label(field, state, chinese);
}

void delivery_put_state(struct cmd *cmd, struct table *table, const struct record *record)
{
    const struct field *field = kind_find_field_by_name(record->kind, "state");
    int64_t state = record_get(&cmd->arena, record->message, field).number;
    const char *name = schema_enum_name(field, state);
    if (!record_has(record->message, field))
        table_put_null(table);
    else
        table_put_enum(table, name ? name : arena_printf(&cmd->arena, "%lld", (long long)state), delivery_state(cmd, record, false),
                       delivery_state(cmd, record, true));
}

/* When the oldest change that waits was made; 0 when none waits. */
static enum status find_oldest(struct cmd *cmd, int64_t *made_ms, struct err *err)
{
    struct outbox_list waiting;
    enum status s = outbox_list(cmd->cache, &cmd->arena, OUTBOX_WAITING, &waiting, err);
    if (s != STATUS_OK)
        return s;
    *made_ms = waiting.n ? waiting.items[0].made_ms : 0;
    for (size_t i = 1; i < waiting.n; i++)
        if (waiting.items[i].made_ms < *made_ms)
            *made_ms = waiting.items[i].made_ms;
    return STATUS_OK;
}

bool delivery_is_late(const struct cmd *cmd, int64_t made_ms)
{
    return made_ms && clock_now_ms(&cmd->clock) - made_ms >= DELIVERY_LATE_DAYS * CLOCK_DAY_MS;
}

enum status delivery_warn_late(struct cmd *cmd, struct err *err)
{
    int64_t made_ms;
    char day[CLOCK_DAY_BYTES];
    enum status s = find_oldest(cmd, &made_ms, err);
    if (s != STATUS_OK || !delivery_is_late(cmd, made_ms))
        return s;
    clock_format_day(made_ms, cmd->clock.zone_s, day);
    ui_warn(&cmd->ui, _("changes since %s have not reached the district: find a network and run `lianxin sync`"), day);
    return STATUS_OK;
}

const char *delivery_freshness(struct cmd *cmd, uint32_t stream)
{
    struct cache_stream line;
    struct err none;
    return cmd_time(cmd, cache_stream_find(cmd->cache, stream, &line, &none) == STATUS_OK ? line.synced_ms : 0);
}
