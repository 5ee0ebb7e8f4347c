/* SPDX-License-Identifier: Apache-2.0
 *
 * Shared by the files that turn lines of a list into rows, each with its time. */
#ifndef CLIENT_IMPORT_ROWS_PARTS_H
#define CLIENT_IMPORT_ROWS_PARTS_H

#include "client/import/plan_range.h"

/* Makes the line a row of a list. */
void rows_make(struct line *line, struct row row, struct arena *arena);
/* 时间：三月 内容：妇女节活动 负责人：张梅 in one line. */
void rows_raise_inline(struct lines *lines, const struct plan_range *range, struct arena *arena);

#endif
