/* SPDX-License-Identifier: Apache-2.0 */
#include "client/export/schedule.h"

#include <inttypes.h>
#include <string.h>

#include "common/base/utf8.h"

static const struct {
    const char *title;
    bool always;
    size_t least, most;
} columns[] = {
#define COLUMN(name, title, always, least, most) {title, always, least, most},
#include "client/export/column.def"
#undef COLUMN
};

const char *schedule_title(enum schedule_column column)
{
    return columns[column].title;
}

const char *one_line(const char *text, struct arena *arena)
{
    return utf8_safe(arena, text ? text : "");
}

static const char *yuan(int64_t fen, struct arena *arena)
{
    if (fen % 100 == 0)
        return arena_printf(arena, "%" PRId64, fen / 100);
    return arena_printf(arena, "%" PRId64 ".%02d", fen / 100, (int)(fen % 100));
}

static size_t number_of(const struct schedule *schedule, size_t i)
{
    size_t n = 1;
    while (!schedule_begins(schedule, i)) {
        i--;
        n++;
    }
    return n;
}

/* The value of one of the columns beside the content; "" when not told. */
static const char *fact(const struct export_item *item, enum schedule_column column, struct arena *arena)
{
    switch (column) {
    case SCHEDULE_LEAD:
        return one_line(item->lead, arena);
    case SCHEDULE_ASSIST:
        return one_line(item->assist, arena);
    case SCHEDULE_PERSON:
        return one_line(item->person, arena);
    case SCHEDULE_BUDGET:
        return item->budget_fen >= 0 ? yuan(item->budget_fen, arena) : "";
    case SCHEDULE_PEOPLE:
        return item->participants >= 0 ? arena_printf(arena, "%" PRId64, item->participants) : "";
    case SCHEDULE_NOTE:
        return one_line(item->note, arena);
    case SCHEDULE_TIME:
    case SCHEDULE_CONTENT:
    case SCHEDULE_COLUMNS:
        break;
    }
    return "";
}

const char *schedule_cell(const struct schedule *schedule, size_t i, enum schedule_column column, struct arena *arena)
{
    const struct export_item *item = &schedule->items[i];
    if (column == SCHEDULE_TIME)
        return one_line(item->header, arena);
    if (column == SCHEDULE_CONTENT)
        return arena_printf(arena, "%zu、%s", number_of(schedule, i), one_line(item->text, arena));
    return fact(item, column, arena);
}

/* Is there something to say that the text does not say itself? */
static bool is_told(const struct export_item *item, enum schedule_column column)
{
    switch (column) {
    case SCHEDULE_LEAD:
        return item->lead && *item->lead && !(item->said & EXPORT_LEAD);
    case SCHEDULE_ASSIST:
        return item->assist && *item->assist && !(item->said & EXPORT_ASSIST);
    case SCHEDULE_PERSON:
        return item->person && *item->person && !(item->said & EXPORT_PERSON);
    case SCHEDULE_BUDGET:
        return item->budget_fen >= 0 && !(item->said & EXPORT_BUDGET);
    case SCHEDULE_PEOPLE:
        return item->participants >= 0 && !(item->said & EXPORT_PEOPLE);
    case SCHEDULE_NOTE:
        return item->note && *item->note;
    case SCHEDULE_TIME:
    case SCHEDULE_CONTENT:
    case SCHEDULE_COLUMNS:
        break;
    }
    return false;
}

static bool is_needed(const struct schedule *schedule, enum schedule_column column)
{
    for (size_t i = 0; i < schedule->n; i++)
        if (is_told(&schedule->items[i], column))
            return true;
    return false;
}

struct schedule schedule_of(const struct export_part *part)
{
    struct schedule schedule = {.items = part->items, .n = part->n_items};
    for (enum schedule_column c = 0; c < SCHEDULE_COLUMNS; c++)
        if (columns[c].always || is_needed(&schedule, c))
            schedule.columns[schedule.n_columns++] = c;
    return schedule;
}

size_t schedule_width(const struct schedule *schedule, enum schedule_column column, bool narrow, struct arena *arena)
{
    size_t widest = columns[column].least;
    for (size_t i = 0; i < schedule->n && !narrow && widest < columns[column].most; i++) {
        const char *text = schedule_cell(schedule, i, column, arena);
        size_t width = utf8_width(text, strlen(text), true);
        widest = width > widest ? width : widest;
    }
    return widest < columns[column].most ? widest : columns[column].most;
}

static size_t begins_with(const char *text, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strncmp(text, words[i], strlen(words[i])) == 0)
            return strlen(words[i]);
    return 0;
}

/* 三月份, 9 月, 七至八月份, 元月至二月: what is a month header wherever it stands alone on its line. */
static bool is_month_header(const char *header)
{
    static const char *const parts[] = {"月份", "月", "0",  "1",  "2",  "3",  "4",  "5",  "6",  "7",  "8",  "9",  " ", "-",
                                        "、",   "至", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "元"};
    size_t last = 0;
    const char *at = header;
    for (size_t n; (n = begins_with(at, parts, sizeof parts / sizeof parts[0])); at += n)
        last = n;
    return *at == '\0' && !begins_with(header, parts, 2) && last && begins_with(at - last, parts, 2);
}

bool schedule_is_plain(const struct schedule *schedule)
{
    for (enum schedule_column c = SCHEDULE_LEAD; c < SCHEDULE_COLUMNS; c++)
        if (is_needed(schedule, c))
            return false;
    for (size_t i = 0; i < schedule->n; i++)
        if (!is_month_header(schedule->items[i].header))
            return false;
    return true;
}

bool schedule_begins(const struct schedule *schedule, size_t i)
{
    return i == 0 || strcmp(schedule->items[i].header, schedule->items[i - 1].header) != 0;
}

size_t schedule_span(const struct schedule *schedule, size_t i)
{
    size_t n = 1;
    while (i + n < schedule->n && !schedule_begins(schedule, i + n))
        n++;
    return n;
}

/* A digit or letter, a Latin full stop or dash, and 第一章 want a space before what follows; 、 and ） do not. */
static bool wants_space(const char *label)
{
    size_t n = strlen(label), at = n;
    uint32_t code = 0;
    while (at > 0 && ((unsigned char)label[--at] & 0xC0) == 0x80)
        ;
    if (n == 0 || utf8_next(label + at, n - at, &code) == 0)
        return false;
    return code < 0x80 ? code != ')' : code >= 0x4E00 && code <= 0x9FFF;
}

const char *section_line(const struct export_section *section, struct arena *arena)
{
    const char *label = section->label ? section->label : "", *text = section->text ? section->text : "";
    return one_line(arena_printf(arena, "%s%s%s", label, *text && wants_space(label) ? " " : "", text), arena);
}
