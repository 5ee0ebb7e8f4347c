/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"
#include "server/cmd/backup_file.h"
#include "server/cmd/cmd.h"
#include "server/service/restore.h"

/* Nothing at all, or an empty folder. */
static enum status check_free(const char *folder, struct err *err)
{
    DIR *entries = opendir(folder);
    const struct dirent *entry;
    bool empty = true;
    if (!entries && errno == ENOENT)
        return STATUS_OK;
    while (entries && (entry = readdir(entries)) != NULL)
        empty = empty && (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0);
    if (entries && closedir(entries) == 0 && empty)
        return STATUS_OK;
    return err_set(err, STATUS_EXISTS, _("%s is not empty; a restore never replaces a folder: name a new one with --data"), folder);
}

static struct backup backup_of(struct arena *arena, const char *path, const struct manifest *manifest)
{
    struct backup_stream *streams = ARENA_ARRAY(arena, manifest->n_streams, struct backup_stream);
    struct stat info;
    for (size_t i = 0; i < manifest->n_streams; i++)
        streams[i] = (struct backup_stream){.stream = manifest->streams[i].stream, .rev = manifest->streams[i].rev};
    return (struct backup){.path = path,
                           .made_ms = manifest->made_ms,
                           .epoch = manifest->epoch,
                           .bytes = stat(path, &info) == 0 ? (uint64_t)info.st_size : 0,
                           .streams = streams,
                           .n_streams = manifest->n_streams};
}

static enum status fill_folder(struct cmd *cmd, const char *path, const char *folder, struct manifest *manifest, struct err *err)
{
    struct app app;
    app_init(&app, folder);
    enum status st = backup_file_extract(&app, path, manifest, err);
    if (st == STATUS_OK) {
        struct backup backup = backup_of(&cmd->arena, path, manifest);
        manifest->district = arena_strdup(&cmd->arena, manifest->district);
        st = restore_begin_life(app.core, &backup, err);
    }
    app_done(&app);
    return st;
}

/* Everything happens beside the new folder, which appears whole or not at all. */
static enum status restore(struct cmd *cmd, const char *path, struct manifest *manifest, struct err *err)
{
    const char *target, *folder;
    enum status st = backup_file_locate(&cmd->arena, cmd->data, &target, err);
    if (st == STATUS_OK)
        st = check_free(target, err);
    if (st == STATUS_OK)
        st = backup_file_make_folder(&cmd->arena, target, &folder, err);
    if (st)
        return st;
    st = fill_folder(cmd, path, folder, manifest, err);
    if (st == STATUS_OK)
        st = file_rename(folder, target, err);
    if (st)
        backup_file_remove_folder(folder);
    return st;
}

static enum status run_restore(struct cmd *cmd, struct err *err)
{
    struct manifest manifest;
    const char *path;
    enum status st = backup_file_locate(&cmd->arena, cmd->args[0], &path, err);
    if (st == STATUS_OK)
        st = restore(cmd, path, &manifest, err);
    if (st)
        return st;
    cmd_say(cmd,
            arena_printf(&cmd->arena,
                         _("restored into %s and verified. Invitations are void, and devices wait until you confirm them. Next: "
                           "lianxind device list, device revoke ID for any that must stay out, device confirm --all, then "
                           "lianxind serve; clients bring back what they hold."),
                         cmd->data),
            json_pack("{s:s, s:s}", "data", cmd->data, "from", path));
    return STATUS_OK;
}

const struct verb verb_restore = {
    .name = "restore",
    .arguments = "FILE",
    .summary = N_("make a new data folder from a backup, and verify it; --data names the folder"),
    .examples = "  lianxind restore /backup/lianxin-2026-03-01.zip --data /srv/lianxin-new",
    .min_arguments = 1,
    .max_arguments = 1,
    .run = run_restore,
};
