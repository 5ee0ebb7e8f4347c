/* SPDX-License-Identifier: Apache-2.0
 *
 * Which plan a person means, and what it is made of. */
#ifndef CLIENT_CMD_PLAN_H
#define CLIENT_CMD_PLAN_H

#include "client/cmd/work.h"

/* The verb's second argument: a body, the start of an id or part of the title; without one the union's current plan. NOT_FOUND;
 * USAGE when several are meant. */
enum status plan_get(struct cmd *cmd, const struct work *work, const struct record **out, struct err *err) MUST_CHECK;

/* The same for a part of `plan`, prepared by send_prepare() and with *work loaded. */
enum status plan_open(struct cmd *cmd, struct work *work, const struct record **out, struct err *err) MUST_CHECK;

struct plan_piece {
    const struct record *section, *activity; /* one of them */
    uint32_t position;
};
/* Sections and activities in the order of the document. In arena. */
enum status plan_list_pieces(struct cmd *cmd, const struct work *work, const struct record *plan, struct plan_piece **out,
                             size_t *n, struct err *err) MUST_CHECK;

/* `plan export` (plan_export.c). */
enum status plan_export(struct cmd *cmd, struct err *err) MUST_CHECK;

#endif
