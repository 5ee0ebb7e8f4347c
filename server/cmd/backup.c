/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"
#include "server/cmd/backup_folder.h"
#include "server/cmd/cmd.h"

static enum status ask_list(struct cmd *cmd, const Lianxin__BackupListReply **out, struct err *err)
{
    Lianxin__BackupListRequest request = LIANXIN__BACKUP_LIST_REQUEST__INIT;
    ProtobufCMessage *reply;
    enum status st = cmd_ask(cmd, MESSAGE_backup_list, &request.base, &reply, err);
    if (st == STATUS_OK)
        *out = (const Lianxin__BackupListReply *)reply;
    return st;
}

/* Is the file still the one that was verified? One that may not be looked at, or is on a disk that does not answer, is not gone. */
static bool is_kept(const Lianxin__BackupListReply__Backup *backup)
{
    struct stat info;
    if (!backup->path)
        return false;
    if (stat(backup->path, &info) != 0)
        return errno != ENOENT && errno != ENOTDIR;
    return S_ISREG(info.st_mode) && (uint64_t)info.st_size == backup->bytes;
}

/* A deleted backup protects nothing: the server hears of it with the next one. */
static void list_gone(struct cmd *cmd, const Lianxin__BackupListReply *list, Lianxin__BackupPutRequest *request)
{
    request->gone = ARENA_ARRAY(&cmd->arena, list->n_backups, char *);
    for (size_t i = 0; i < list->n_backups; i++)
        if (!is_kept(list->backups[i]) && (!request->path || strcmp(list->backups[i]->path, request->path) != 0))
            request->gone[request->n_gone++] = list->backups[i]->path;
}

static enum status note_backup(struct cmd *cmd, const char *path, const struct manifest *manifest,
                               const Lianxin__BackupListReply *list, struct err *err)
{
    Lianxin__BackupPutRequest request;
    ProtobufCMessage *reply;
    enum status st = backup_folder_describe(&cmd->arena, path, manifest, &request, err);
    if (st)
        return st;
    list_gone(cmd, list, &request);
    st = cmd_ask(cmd, MESSAGE_backup_put, &request.base, &reply, err);
    return st ? err_prefix(err, _("%s is a good backup, but the server could not take note of it"), path) : STATUS_OK;
}

/* The file goes first, and for good: a backup that is forgotten and still there, or there again after a power cut, would be one
 * that clients no longer keep enough for. */
static enum status remove_oldest(struct cmd *cmd, struct app *app, struct err *err)
{
    Lianxin__BackupPutRequest request = LIANXIN__BACKUP_PUT_REQUEST__INIT;
    const Lianxin__BackupListReply *list;
    ProtobufCMessage *reply;
    const char *removed = NULL;
    size_t keep = (size_t)config_get_int(&app->config, APP_KEY_backup_keep), own = 0;
    enum status st = ask_list(cmd, &list, err);
    if (st)
        return st;
    for (size_t i = list->n_backups; i-- > 0;)
        if (backup_folder_owns(app, list->backups[i]->path) && is_kept(list->backups[i]) && ++own > keep &&
            unlink(list->backups[i]->path) == 0)
            removed = list->backups[i]->path;
    if (removed && (st = file_sync_folder_of(removed, err)) != STATUS_OK)
        return st;
    list_gone(cmd, list, &request);
    return request.n_gone ? cmd_ask(cmd, MESSAGE_backup_put, &request.base, &reply, err) : STATUS_OK;
}

static uint64_t count_commits(const struct manifest *manifest)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < manifest->n_streams; i++)
        sum += manifest->streams[i].rev;
    return sum;
}

static enum status write_backup(struct cmd *cmd, const char *path, struct err *err)
{
    const Lianxin__BackupListReply *list;
    struct manifest manifest;
    enum status st = ask_list(cmd, &list, err);
    if (st == STATUS_OK)
        st = backup_file_write(&cmd->arena, cmd->data, path, &manifest, err);
    if (st == STATUS_OK)
        st = note_backup(cmd, path, &manifest, list, err);
    if (st)
        return st;
    uint64_t commits = count_commits(&manifest);
    cmd_say(
        cmd,
        arena_printf(&cmd->arena,
                     _("backed up into %s and verified: %llu commits, all keys and the configuration. Whoever has this file can "
                       "act as the district: keep it locked away."),
                     path, (unsigned long long)commits),
        json_pack("{s:s, s:I}", "path", path, "commits", (json_int_t)commits));
    return STATUS_OK;
}

static enum status write_into_folder(struct cmd *cmd, struct app *app, struct err *err)
{
    const char *path;
    enum status st = app_read_config(app, err);
    if (st == STATUS_OK)
        st = backup_folder_place(app, "", &path, err);
    if (st == STATUS_OK)
        st = write_backup(cmd, path, err);
    if (st == STATUS_OK && config_get_int(&app->config, APP_KEY_backup_keep))
        st = remove_oldest(cmd, app, err);
    return st;
}

static enum status run_backup(struct cmd *cmd, struct err *err)
{
    const char *path;
    struct app app;
    enum status st;
    if (cmd->n_args) {
        st = backup_file_locate(&cmd->arena, cmd->args[0], &path, err);
        return st ? st : write_backup(cmd, path, err);
    }
    app_init(&app, cmd->data);
    st = write_into_folder(cmd, &app, err);
    app_done(&app);
    return st;
}

static enum status run_list(struct cmd *cmd, struct err *err)
{
    struct table *table = table_new(&cmd->arena, "backups", "Backups", "备份");
    const Lianxin__BackupListReply *list;
    enum status st = ask_list(cmd, &list, err);
    if (st)
        return st;
    table_add_column(table, "made_ms", TABLE_INSTANT_MS, "Made", "时间", TABLE_FIXED);
    table_add_column(table, "commits", TABLE_INT, "Commits", "提交", 0);
    table_add_column(table, "bytes", TABLE_INT, "Bytes", "字节", 0);
    table_add_column(table, "kept", TABLE_BOOL, "Kept", "仍在", 0);
    table_add_column(table, "path", TABLE_TEXT, "File", "文件", TABLE_WRAP);
    for (size_t i = 0; i < list->n_backups; i++) {
        const Lianxin__BackupListReply__Backup *backup = list->backups[i];
        table_add_row(table);
        table_put_int(table, backup->made_ms);
        table_put_int(table, (int64_t)backup->commits);
        table_put_int(table, (int64_t)backup->bytes);
        table_put_bool(table, is_kept(backup));
        table_put_text(table, backup->path);
    }
    return ui_table(&cmd->ui, table, err);
}

const struct verb verb_backup = {
    .name = "backup",
    .arguments = "[FILE]",
    .summary = N_("put everything a restore needs into one new file, and verify it; the server may run"),
    .examples = "  lianxind backup                                  # into backup_folder, as every night\n"
                "  lianxind backup /backup/lianxin-$(date +%F).zip",
    .max_arguments = 1,
    .run = run_backup,
};
const struct verb verb_backup_list = {
    .name = "backup list",
    .arguments = "",
    .summary = N_("list the backups, and whether each file is still there"),
    .examples = "  lianxind backup list",
    .run = run_list,
};
