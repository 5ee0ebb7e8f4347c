/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cmd/upgrade.h"

#include "server/cmd/backup_folder.h"
#include "server/cmd/cmd.h"

enum status upgrade_begin(struct app *app, const struct core_config *config, struct upgrade *out, struct err *err)
{
    struct upgrade upgrade = {0};
    bool needed = false;
    enum status st = core_find_upgrade(config, &needed, err);
    if (st || !needed || !config_get_int(&app->config, APP_KEY_backup_keep))
        return st;
    st = backup_folder_place(app, "-before-" LIANXIN_VERSION, &upgrade.path, err);
    if (st == STATUS_OK)
        st = backup_file_write(&app->arena, app->data, upgrade.path, &upgrade.manifest, err);
    if (st)
        return err_prefix(err,
                          _("this version changes the database's tables and could not back it up before; nothing was changed"));
    log_event(&app->log, LOG_INFO, "upgrade.backup", "file", upgrade.path, NULL);
    *out = upgrade;
    return STATUS_OK;
}

enum status upgrade_finish(struct app *app, const struct upgrade *upgrade, struct err *err)
{
    Lianxin__BackupPutRequest request;
    ProtobufCMessage *reply;
    if (!upgrade->path)
        return STATUS_OK;
    enum status st = backup_folder_describe(&app->arena, upgrade->path, &upgrade->manifest, &request, err);
    return st ? st : app_ask(app, MESSAGE_backup_put, &request.base, &app->arena, &reply, err);
}
