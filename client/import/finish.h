/* SPDX-License-Identifier: Apache-2.0
 *
 * What can be said of a plan once its sections and activities are known: who issues it, which term, which year. */
#ifndef CLIENT_IMPORT_FINISH_H
#define CLIENT_IMPORT_FINISH_H

#include "client/import/plan_range.h"

void finish_plan(const struct lines *lines, const struct plan_range *range, struct import_plan *plan, struct arena *arena,
                 struct doubts *doubts);

/* Pieces shared by the files of the finish. The lowest month of a set of relative months, 0 of an empty one. */
int finish_first_month(uint64_t set);
/* The title in the fold, all its lines, without spaces: 工 会 工 作 计 划. */
const char *finish_title(const struct lines *lines, const struct plan_range *range, struct arena *arena);
/* The year the title, the headers, a signature or the text tells; a doubt where none does, or two disagree. */
void finish_year(const struct lines *lines, const struct plan_range *range, struct import_plan *plan, struct arena *arena,
                 struct doubts *doubts);

#endif
