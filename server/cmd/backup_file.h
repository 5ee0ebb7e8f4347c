/* SPDX-License-Identifier: Apache-2.0
 *
 * A backup: one archive of a data folder with everything a restore needs — the database, the authority, the keys, the
 * configuration — and a manifest. A part's name is its path in the folder. */
#ifndef SERVER_CMD_BACKUP_FILE_H
#define SERVER_CMD_BACKUP_FILE_H

#include "server/cmd/app.h"
#include "server/cmd/manifest.h"

/* Copies the folder of a district, whether its server runs or not, into the new file path, and verifies what was written before it
 * gets its name: read again, compared with the manifest, opened and replayed. EXISTS when path is there already; no failure leaves
 * anything behind. *out in arena. */
enum status backup_file_write(struct arena *arena, const char *data, const char *path, struct manifest *out,
                              struct err *err) MUST_CHECK;
/* Puts a backup's parts into an empty folder, compares their digests and opens the district there (app must have been initialised
 * with that folder; it holds the lock and the open district afterwards), then replays its journal. CORRUPT when anything is not as
 * it was written. */
enum status backup_file_extract(struct app *app, const char *path, struct manifest *out, struct err *err) MUST_CHECK;

/* A new folder beside path, for its owner only; its name in arena. */
enum status backup_file_make_folder(struct arena *arena, const char *path, const char **out, struct err *err) MUST_CHECK;
/* Removes a folder with all that is in it, as far as that goes. */
void backup_file_remove_folder(const char *folder);
/* The absolute form of a path whose folder exists; in arena. NOT_FOUND. */
enum status backup_file_locate(struct arena *arena, const char *path, const char **out, struct err *err) MUST_CHECK;

#endif
