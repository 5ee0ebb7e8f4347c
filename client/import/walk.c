/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/plan_range.h"

/* Where the walk stands: relative months of the first header, and of the first month of the header before. */
struct walk {
    int first, previous;
    int year;    /* of Y when a header told it, else 0 */
    size_t last; /* the last header in March or after */
};

static bool walks(const struct when *when)
{
    return when && when->count > 0 && when->kind != WHEN_YEAR && when->kind != WHEN_STANDING;
}

/* The last header of the plan in March or after, before the months start over; the beginning when there is none. */
static size_t last_past_february(const struct lines *lines, const struct plan_range *range)
{
    for (size_t i = range->end; i > range->begin; i--) {
        const struct when *when = line_when(&lines->items[i - 1]);
        if (walks(when) && when->months[0] > 2)
            return i - 1;
    }
    return range->begin;
}

/* The relative month of month-of-year m (0..11) after walk->previous. */
static int place(const struct walk *walk, int m, bool tail, bool *back)
{
    int base = walk->previous / 12 * 12, previous = walk->previous % 12;
    *back = false;
    if (m >= previous) {
        int at = base + m;
        bool over = at - walk->first >= 12 && at - 12 >= walk->first;
        *back = over;
        return over ? at - 12 : at;
    }
    bool wrap = previous >= 6 && m <= 6;
    int next = base + 12 + m;
    if (wrap && (next - walk->first < 12 || (tail && m <= 1 && previous >= 9)))
        return next;
    *back = true;
    return wrap && next - 12 < walk->first ? next : base + m;
}

static uint64_t months_from(const struct when *when, int at)
{
    uint64_t set = 0;
    int month = at;
    for (size_t i = 0; i < when->count; i++) {
        int m = when->months[i] - 1;
        while (month % 12 != m)
            month++;
        if (month >= IMPORT_MONTHS)
            break;
        set |= UINT64_C(1) << month;
    }
    return set;
}

/* A plan by kinds of work has every month in its one year: from January, or from the August of a school year. */
static void place_by_kind(struct line *line, bool school_year)
{
    const struct when *when = line_when(line);
    int m = when->months[0] - 1;
    line->months = months_from(when, school_year && m < 7 ? 12 + m : m);
}

static bool is_school_year(const struct lines *lines, const struct plan_range *range)
{
    bool late = false, school = false;
    for (size_t i = range->begin; i < range->end; i++) {
        const struct line *line = &lines->items[i];
        const struct when *when = line_when(line);
        school |= line->kind == LINE_TITLE && text_has(line->text.s, "学年");
        late |= walks(when) && when->months[0] >= 8;
    }
    return school && late;
}

static void place_line(struct lines *lines, size_t i, struct walk *walk, struct doubts *doubts)
{
    struct line *line = &lines->items[i];
    const struct when *when = line_when(line);
    int m = when->months[0] - 1, at = m;
    bool back = false;
    if (walk->first >= 0) {
        at = place(walk, m, i >= walk->last, &back);
        if (when->year > 0 && walk->year > 0 && when->year >= walk->year && when->year <= walk->year + 2)
            at = (when->year - walk->year) * 12 + m;
    } else {
        walk->first = m;
        walk->year = when->year > 0 ? when->year : 0;
    }
    if (back && at < walk->previous && !line->row)
        doubts_add(doubts, IMPORT_DOUBT_MONTHS_DESCEND, line->number, line->text.raw, "");
    line->months = months_from(when, at);
    walk->previous = at;
}

static uint64_t span(int first, int last)
{
    uint64_t set = 0;
    for (int i = first; i <= last && i < IMPORT_MONTHS; i++)
        set |= UINT64_C(1) << i;
    return set;
}

static int top_bit(uint64_t set)
{
    int top = -1;
    for (; set; set >>= 1)
        top++;
    return top;
}

static int low_bit(uint64_t set)
{
    int low = 0;
    for (; set && !(set & 1); set >>= 1)
        low++;
    return low;
}

/* 开学 is in February or September, 期末 at the end of the months, in June or January at the earliest. */
static int term_begin(int first)
{
    return first < 3 ? 1 : first >= 6 && first <= 8 ? 8 : first;
}

static int term_end(int first, int last)
{
    int earliest = first < 6 ? 5 : 12;
    return last > earliest ? last : earliest;
}

/* 期中 is in November or April. */
static int term_middle(int first)
{
    return first < 6 ? 3 : 10;
}

static bool is_point_of_term(enum when_kind kind)
{
    return kind == WHEN_TERM_BEGIN || kind == WHEN_TERM_MIDDLE || kind == WHEN_TERM_END;
}

/* The next beginning, middle or end of a term from a month on. */
static int point_after(enum when_kind kind, int month)
{
    static const int of_year[][2] = {{1, 8}, {3, 10}, {0, 5}}; /* February and September, April and November, January and June */
    const int *points = of_year[kind - WHEN_TERM_BEGIN];
    while (month % 12 != points[0] && month % 12 != points[1])
        month++;
    return month;
}

static bool ends_month(const struct line *line)
{
    enum label_style style = line->label.style;
    return !line->item && (style == LABEL_CHAPTER || style == LABEL_ZH || style == LABEL_ZH_PAREN);
}

/* Headers that mean the whole term, its beginning or its end, once the term is known. */
static void place_whole(struct lines *lines, const struct plan_range *range, struct doubts *doubts)
{
    uint64_t all = 0;
    for (size_t i = range->begin; i < range->end; i++)
        all |= lines->items[i].months;
    uint64_t outer = 0;
    int latest = -1; /* the last month of the header before */
    for (size_t i = range->begin; i < range->end; i++) {
        struct line *line = &lines->items[i];
        const struct when *when = line_when(line);
        if (!when && ends_month(line)) /* a week below another heading is in no month told */
            outer = 0;
        if (!when)
            continue;
        if (latest >= 0 && is_point_of_term(when->kind))
            line->months = UINT64_C(1) << point_after(when->kind, latest);
        latest = line->months ? top_bit(line->months) : latest;
        if (when->kind == WHEN_PART && when->count == 0) {
            line->months = outer;
            if (!outer)
                doubts_add(doubts, IMPORT_DOUBT_WEEK_WITHOUT_MONTH, line->number, line->text.raw, "");
            continue;
        }
        bool whole = when->kind == WHEN_YEAR || when->kind == WHEN_STANDING;
        if (when->kind == WHEN_YEAR) {
            int first = all ? low_bit(all) : when->months[0] - 1;
            line->months = first >= 6 ? span(first, first + 11) : span(0, 11);
        } else if (whole && all) {
            line->months = span(low_bit(all), top_bit(all));
        } else if (when->kind == WHEN_TERM_BEGIN && all && !line->months) {
            line->months = UINT64_C(1) << term_begin(low_bit(all));
        } else if (when->kind == WHEN_TERM_MIDDLE && all && !line->months) {
            line->months = UINT64_C(1) << term_middle(low_bit(all));
        } else if (when->kind == WHEN_TERM_END && all && !line->months) {
            line->months = UINT64_C(1) << term_end(low_bit(all), top_bit(all));
        }
        if (whole || is_point_of_term(when->kind))
            doubts_add(doubts, IMPORT_DOUBT_TERM_MONTHS, line->number, line->text.raw, "");
        if (when->kind == WHEN_FESTIVAL || when->kind == WHEN_SEASON)
            doubts_add(doubts, IMPORT_DOUBT_FESTIVAL_MONTH, line->number, line->text.raw, "");
        if (when->kind != WHEN_DATE)
            outer = line->months;
    }
}

void months_walk(struct lines *lines, const struct plan_range *range, struct doubts *doubts)
{
    struct walk walk = {.first = -1, .last = last_past_february(lines, range)};
    bool kinds = kinds_divide(lines, range), school_year = is_school_year(lines, range);
    for (size_t i = range->begin; i < range->end; i++)
        if (walks(line_when(&lines->items[i])) && kinds)
            place_by_kind(&lines->items[i], school_year);
        else if (walks(line_when(&lines->items[i])))
            place_line(lines, i, &walk, doubts);
    place_whole(lines, range, doubts);
}
