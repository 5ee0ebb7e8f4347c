/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/import/line.h"

/* Does a month header with a colon begin here, behind a space or the end of a sentence? */
static bool begins_month(const char *s, size_t i, struct header *out)
{
    static const char *const marks[] = {" ", "。", ";", ":", ",", "!", NULL};
    bool free = i == 0 || text_begins_any(s + text_before(s, i), marks);
    return free && s[i] != ' ' && header_parse(s + i, WHEN_NO_FESTIVAL, out) && out->mark == ':' &&
           out->label.style == LABEL_NONE && out->when.kind == WHEN_MONTH && out->when.count > 0 && !out->when.bare &&
           s[i + out->rest];
}

size_t line_split_months(const struct text *text, size_t at[LINE_MONTHS])
{
    size_t n = 0, months = 0;
    struct header header;
    if (!strstr(text->s, "月"))
        return 0;
    at[n++] = 0;
    for (size_t i = 0; i < text->n && n < LINE_MONTHS; i += text_char(text->s + i)) {
        if (!begins_month(text->s, i, &header))
            continue;
        months++;
        if (i > 0)
            at[n++] = i;
        i += header.end - 1;
        i = text_before(text->s, i + 1);
    }
    return months >= 2 ? n : 0;
}
