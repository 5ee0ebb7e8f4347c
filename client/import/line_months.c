/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/import/line.h"

/* Does a month with a colon begin here, behind a space or the end of a sentence? With sentence: a month with a comma that begins
 * a sentence (九月份，组织… 十月份，开展…). */
static bool begins_month(const char *s, size_t i, bool sentence, struct header *out)
{
    static const char *const marks[] = {"。", ";", "!", " ", ":", ",", NULL};
    size_t before = i ? text_before(s, i) : 0;
    bool starts = i == 0 || text_begins(s + before, "。") || s[before] == ';';
    if ((i > 0 && !text_begins_any(s + before, marks)) || s[i] == ' ' || !header_parse(s + i, WHEN_NO_FESTIVAL, out) ||
        out->label.style != LABEL_NONE || out->when.kind != WHEN_MONTH || out->when.count == 0 || out->when.bare ||
        !s[i + out->rest])
        return false;
    return out->mark == ':' || (sentence && starts && s[i + out->end] == ',');
}

static size_t find_months(const struct text *text, bool sentence, size_t at[LINE_MONTHS], size_t *months)
{
    size_t n = 0;
    struct header header;
    *months = 0;
    at[n++] = 0;
    for (size_t i = 0; i < text->n && n < LINE_MONTHS; i += text_char(text->s + i)) {
        if (!begins_month(text->s, i, sentence, &header))
            continue;
        ++*months;
        if (i > 0)
            at[n++] = i;
        i = text_before(text->s, i + header.end);
    }
    return n;
}

size_t line_split_months(const struct text *text, size_t at[LINE_MONTHS])
{
    size_t months, n;
    if (!strstr(text->s, "月"))
        return 0;
    n = find_months(text, false, at, &months);
    if (months >= 2)
        return n;
    n = find_months(text, true, at, &months);
    return months >= 3 ? n : 0;
}
