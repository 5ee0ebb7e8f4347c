/* SPDX-License-Identifier: Apache-2.0
 *
 * What a person sees before anything is written. */
#ifndef CLIENT_CMD_IMPORT_PREVIEW_H
#define CLIENT_CMD_IMPORT_PREVIEW_H

#include "client/cmd/import_records.h"

/* The plans found with their counts; of each chosen plan the months with their activities (details: a line for each activity); then
 * the doubts, by what they are. chosen NULL: all. */
enum status import_preview(struct cmd *cmd, const struct import_file *file, const bool *chosen, bool details,
                           struct err *err) MUST_CHECK;
/* What a newer version would add, change, drop and keep. */
enum status import_preview_changes(struct cmd *cmd, const struct import_records *records, struct err *err) MUST_CHECK;
/* Names what is not as the document says: what it no longer has, and what was changed here and there. */
void import_say_left(struct cmd *cmd, const struct import_records *records);
/* The counts of it in one line. In arena. */
const char *import_count_changes(struct cmd *cmd, const struct import_records *records);

#endif
