/* SPDX-License-Identifier: Apache-2.0
 *
 * Reports: documents, and parts of a file, that tell what was done. The tense tells them from plans: 举行了, 受到好评. */
#ifndef CLIENT_IMPORT_TOLD_H
#define CLIENT_IMPORT_TOLD_H

#include "client/import/plan_range.h"

/* Does the folded text tell what was done, and nothing that will be? 为了 and 了解 do not count. */
bool told_is_past(const char *s);
/* Is the line the title of a report that follows a plan: 第二篇：…工作总结, or …学期工作总结 above what was done? */
bool told_begins_report(const struct lines *lines, size_t at);
/* Does the range tell what was done as good as everywhere, with no title of a plan? */
bool told_is_report(const struct lines *lines, const struct plan_range *range);
/* Makes the lines and rows of a report text: nothing in them is a header or an activity. Says so in a doubt. */
void told_mark(struct lines *lines, const struct plan_range *range, struct doubts *doubts);
/* 3月份组织了登山活动 among the headers of a plan is none of them. */
void told_weaken(struct lines *lines, const struct plan_range *range);

#endif
