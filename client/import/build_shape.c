/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/build.h"

#define WRAP_CHARACTERS 28
size_t build_find_wrap(const struct lines *lines, const struct plan_range *range)
{
    size_t width = 0, n = 0;
    for (size_t i = range->begin; i < range->end; i++) {
        size_t length = text_length(lines->items[i].text.s);
        width = length > width ? length : width;
    }
    for (size_t i = range->begin; i < range->end; i++)
        n += text_length(lines->items[i].text.s) + 2 >= width && !build_ends_sentence(lines->items[i].text.s);
    return width >= WRAP_CHARACTERS && width <= 60 && n >= 2 ? width : 0;
}

bool build_items_stop(const struct lines *lines, const struct plan_range *range)
{
    size_t whole = 0, ended = 0, open = 0;
    bool under = false;
    for (size_t i = range->begin; i < range->end; i++) {
        const struct line *line = &lines->items[i], *next = i + 1 < range->end ? line + 1 : NULL;
        under |= line->kind == LINE_HEADER;
        bool inside = under && (line->kind == LINE_TEXT || line->kind == LINE_HEADER) && line->header.rest < line->text.n;
        inside |= under && line->kind == LINE_TEXT;
        if (!inside)
            continue;
        bool stops = build_ends_sentence(line->text.s);
        if (!next || next->kind != LINE_TEXT || next->label.style != LABEL_NONE) {
            whole++;
            ended += stops;
        } else {
            open += !stops;
        }
    }
    return ended >= 5 && ended * 10 >= whole * 9 && ended * 3 >= open;
}

size_t build_find_closing(const struct lines *lines, const struct plan_range *range)
{
    size_t at = range->end;
    for (; at > range->begin; at--) {
        const struct line *line = &lines->items[at - 1];
        if (line->kind != LINE_SIGNATURE && line->kind != LINE_CHROME && !line_is_signature_name(line->text.s) &&
            !line_is_signature_date(line))
            break;
    }
    return at;
}
