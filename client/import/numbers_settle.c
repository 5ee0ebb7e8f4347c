/* SPDX-License-Identifier: Apache-2.0
 *
 * The number a header begins with: of a list, or of a month (5、6月)? */
#include "client/import/plan_range.h"

/* The number a header line begins with, whatever it means; 0 when none. */
static int leading_number(const struct line *line)
{
    const struct header *h = &line->header;
    if (h->either)
        return h->list.value;
    return h->label.style == LABEL_DIGIT || h->label.style == LABEL_ZH ? h->label.value : 0;
}

/* Are the leading numbers of the plan's header lines a counter (1 2 3 …), with a number missing here and there? */
static bool numbers_count_up(const struct lines *lines, const struct plan_range *range)
{
    size_t pairs = 0, ones = 0, twos = 0, alone = 0;
    int previous = 0, first = 0;
    for (size_t i = range->begin; i < range->end; i++) {
        const struct line *line = &lines->items[i];
        if (line->header.strength < HEADER_MEDIUM || !header_names_months(&line->header))
            continue;
        int number = leading_number(line);
        if (!number) {
            alone++;
            continue;
        }
        first = first ? first : number;
        if (previous) {
            pairs++;
            ones += number == previous + 1;
            twos += number == previous + 2;
        }
        previous = number;
    }
    bool steady = (ones + twos) * 5 >= pairs * 4 && ones * 5 >= pairs * 3;
    return pairs > 0 && steady && alone <= pairs && (pairs >= 2 || first == 1);
}

void numbers_settle(struct lines *lines, const struct plan_range *range, struct doubts *doubts)
{
    bool counter = numbers_count_up(lines, range);
    for (size_t i = range->begin; i < range->end; i++) {
        struct line *line = &lines->items[i];
        struct header *h = &line->header;
        if (line->row || !h->either)
            continue;
        if (counter)
            header_choose(h, true);
        if (h->label.style != LABEL_NONE && h->strength == HEADER_STRONG && h->list.style == LABEL_DIGIT && h->alone.digits)
            doubts_add(doubts, IMPORT_DOUBT_NUMBER_OR_MONTH, line->number, line->text.raw, "");
    }
}
