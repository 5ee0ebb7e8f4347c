/* SPDX-License-Identifier: Apache-2.0
 *
 * What a person decides about the plans of a file: which, by whom, from which month. By options, else by answers. */
#ifndef CLIENT_CMD_IMPORT_CHOOSE_H
#define CLIENT_CMD_IMPORT_CHOOSE_H

#include "client/cmd/import_fresh.h"

/* --only 2 or --only 1,3: marks the plans meant; all without it. USAGE for one that is not in the file. */
enum status import_choose_only(struct cmd *cmd, const struct import_file *file, bool *chosen, struct err *err) MUST_CHECK;
/* The same, by an answer: which of the plans chosen so far? Asks only at a terminal. */
enum status import_ask_only(struct cmd *cmd, const struct import_file *file, bool *chosen, struct err *err) MUST_CHECK;
/* --body women for all plans, --body 2=women for the second. */
enum status import_choose_body(struct cmd *cmd, struct import_file *file, struct err *err) MUST_CHECK;
bool import_parse_body(struct cmd *cmd, const char *text, enum import_body *out);

/* The first month, where the document or --from tells it. */
enum status import_choose_from(struct cmd *cmd, const struct import_file *file, uint32_t plan, int32_t *from, bool *found,
                               struct err *err) MUST_CHECK;
/* The likeliest first month, for the question: from another plan of the file that tells its year, else the one nearest to today.
 * *told: the document speaks for it. */
int32_t import_suggest_from(struct cmd *cmd, const struct import_file *file, uint32_t plan, bool *told);
/* import_bind(), and a term for a plan without a month schedule. */
enum status import_choose_bind(struct cmd *cmd, const struct import_plan *plan, int32_t from, struct import_binding *out,
                               struct err *err) MUST_CHECK;

#endif
