/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cmd/upgrade.h"

#include "client/ui/lang.h"
#include "server/cmd/app_open.h"
#include "server/cmd/backup_file.h"
#include "server/cmd/backup_folder.h"
#include "server/service/core_open.h"

/* What was backed up before anything is changed. */
struct upgrade {
    const char *path; /* NULL: nothing had to be */
    struct manifest manifest;
};

static enum status back_up(struct app *app, const struct core_config *config, struct upgrade *out, struct err *err)
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

/* When the lanes are open: the server takes note of the backup. */
static enum status note_backup(struct app *app, const struct upgrade *upgrade, struct err *err)
{
    Lianxin__BackupPutRequest request;
    ProtobufCMessage *reply;
    if (!upgrade->path)
        return STATUS_OK;
    enum status st = backup_folder_describe(&app->arena, upgrade->path, &upgrade->manifest, &request, err);
    return st ? st : app_ask(app, MESSAGE_backup_put, &request.base, &app->arena, &reply, err);
}

enum status upgrade_open(struct app *app, struct err *err)
{
    struct core_config config;
    struct upgrade upgrade = {0};
    enum status st = app_prepare(app, &config, err);
    if (st == STATUS_OK)
        st = back_up(app, &config, &upgrade, err);
    if (st == STATUS_OK)
        st = app_start(app, &config, err);
    return st ? st : note_backup(app, &upgrade, err);
}
