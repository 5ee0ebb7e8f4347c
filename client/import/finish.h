/* SPDX-License-Identifier: Apache-2.0
 *
 * What can be said of a plan once its sections and activities are known: who issues it, which term, which year. */
#ifndef CLIENT_IMPORT_FINISH_H
#define CLIENT_IMPORT_FINISH_H

#include "client/import/plan_range.h"

void finish_plan(const struct lines *lines, const struct plan_range *range, struct import_plan *plan, struct arena *arena,
                 struct doubts *doubts);

#endif
