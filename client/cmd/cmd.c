/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/cmd.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/db/lock.h"
#include "common/domain/month.h"
#include "common/record/text.h"

#define LOCK_WAIT_MS 5000
#define HISTORY_ROWS 1000 /* some years of a school; a row is about a kilobyte */

const char *cmd_option_at(const struct cmd *cmd, const char *name, size_t i)
{
    for (size_t at = 0; at < cmd->n_options; at++)
        if (strcmp(cmd->options[at].option->name, name) == 0 && i-- == 0)
            return cmd->options[at].value;
    return NULL;
}

const char *cmd_option(const struct cmd *cmd, const char *name)
{
    return cmd_option_at(cmd, name, 0);
}

const char *cmd_path(struct cmd *cmd, const char *name)
{
    return arena_printf(&cmd->arena, "%s/%s", cmd->home, name);
}

const char *cmd_time(struct cmd *cmd, int64_t at_ms)
{
    char text[CLOCK_TIME_BYTES];
    if (!at_ms)
        return _("never");
    clock_format_time(at_ms, cmd->clock.zone_s, text);
    return arena_strdup(&cmd->arena, text);
}

const char *cmd_field(struct cmd *cmd, const ProtobufCMessage *message, const struct field *field)
{
    return record_text(&cmd->arena, message, field, cmd->ui.chinese, cmd->clock.zone_s);
}

bool cmd_names_school(const struct cmd *cmd)
{
    return cmd_option(cmd, "school") != NULL;
}

bool cmd_is_district(const struct cmd *cmd)
{
    return cmd->identity.role >= ROLE_DISTRICT;
}

int32_t cmd_month(const struct cmd *cmd)
{
    return month_at(clock_now_ms(&cmd->clock), cmd->clock.zone_s);
}

static enum status make_home(const struct cmd *cmd, struct err *err)
{
    char why[128];
    if (mkdir(cmd->home, 0700) == 0 || errno == EEXIST)
        return STATUS_OK;
    return err_set(err, STATUS_FAILED, _("cannot make the data folder \"%s\": %s"), cmd->home, err_errno(errno, why, sizeof why));
}

/* Another lianxin is mostly a sync of seconds: worth waiting for. */
static enum status take_lock(struct cmd *cmd, struct err *err)
{
    int64_t until_ms = clock_mono_ms(&cmd->clock) + LOCK_WAIT_MS;
    enum status s;
    while ((s = lock_open(cmd->home, &cmd->lock, err)) == STATUS_LOCKED && clock_mono_ms(&cmd->clock) < until_ms)
        clock_pause(LOCK_PAUSE_MS);
    return s;
}

enum status cmd_open_cache(struct cmd *cmd, bool writer, struct err *err)
{
    const char *path = cmd_path(cmd, "cache.db");
    enum status s;
    if (!writer && access(path, F_OK) != 0)
        return err_reason(err, REASON_NOT_ENROLLED, NULL);
    if (writer && ((s = make_home(cmd, err)) != STATUS_OK || (s = take_lock(cmd, err)) != STATUS_OK))
        return s;
    enum status opened = cache_open(path, cmd->schema, writer, NULL, &cmd->cache, err);
    if (opened != STATUS_OK)
        return opened;
    cache_keep_history(cmd->cache, HISTORY_ROWS);
    /* Who only looks sees one moment, and takes the locks of a reader once. */
    return writer ? STATUS_OK : sql_begin(store_sql(cache_store(cmd->cache)), err);
}

enum status cmd_refuse_output(struct cmd *cmd, struct err *err)
{
    return err_set(err, STATUS_USAGE, _("%s changes something and has no list to write to %s; leave out -o"),
                   cmd->ui.chinese ? cmd->verb->name_zh : cmd->verb->name, cmd->ui.output_path);
}
