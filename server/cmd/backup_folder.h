/* SPDX-License-Identifier: Apache-2.0
 *
 * The folder the server's own backups go to (backup_folder): lianxin-DAY….zip, of which backup_keep are kept. */
#ifndef SERVER_CMD_BACKUP_FOLDER_H
#define SERVER_CMD_BACKUP_FOLDER_H

#include "server/cmd/app.h"
#include "server/cmd/backup_file.h"

/* A free name for a backup of now; mark ("" or "-before-0.2.0") goes behind the day. Makes the folder, removes what a backup that
 * was cut off left in it, and looks whether there is room. The configuration must have been read. */
enum status backup_folder_place(struct app *app, const char *mark, const char **path, struct err *err) MUST_CHECK;
/* Is this path one of the server's own backups in that folder? Others are never removed. */
bool backup_folder_owns(struct app *app, const char *path);

/* What tells a server about a backup; in arena. FAILED when the file is gone. */
enum status backup_folder_describe(struct arena *arena, const char *path, const struct manifest *manifest,
                                   Lianxin__BackupPutRequest *out, struct err *err) MUST_CHECK;

#endif
