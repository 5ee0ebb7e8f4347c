/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/import/facts.h"
#include "client/import/grid_parts.h"
#include "client/import/item.h"
#include "client/import/owner_name.h"

#define NEVER 100000u   /* the cell can stand in no such column */
#define MISFIT_COST 7u  /* a cell that costs more stands in the wrong column */
#define FIT_COST 4u     /* the cells of a table cost no more each */
#define EITHER_COST 3u  /* to leave out one of several contents */
#define ROW_COST 2u     /* a row that begins below a merged cell */
#define LEAD_COST 1u    /* each column such a row leaves out in front */
#define NOTE_WORDS 12u  /* a longer text is hardly a remark */
#define OWNER_WORDS 10u /* a longer text is hardly a name nobody knows */

/* What a cell looks like. */
struct look {
    bool time, themed, part, bare, number, amount, count, owner, nothing, numbered, activity;
    size_t length;
};

static bool is_digits(const char *s)
{
    return *s && s[strspn(s, "0123456789")] == '\0';
}

static struct look look_at(struct arena *arena, const char *cell)
{
    static const char *const nothing[] = {"/", "-", "—", "无", "同上", "〃", NULL};
    struct text t = text_fold(arena, cell, strlen(cell));
    struct look look = {.length = text_length(t.s), .number = is_digits(t.s)};
    struct when when;
    struct label label;
    bool per_head = false;
    look.time = cell_is_time(arena, cell, &when) && when.kind != WHEN_FESTIVAL;
    look.themed = !look.time && cell_has_time(arena, cell, &when);
    look.part = look.time && when.kind == WHEN_PART;
    look.bare = look.time && when.count > 0 && when.bare && when.kind == WHEN_MONTH;
    static const char *const groups[] = {"班", "级", "组", "室", "部", NULL}; /* 3（2）班 */
    bool amount = look.length <= 20 && !text_ends_any(t.s, groups);
    look.amount = amount && (facts_budget_cell(&t, 100, &per_head) >= 0 || per_head);
    look.count = amount && facts_people_cell(&t) >= 0;
    look.owner = owner_all_names(t.s, owner_is_any);
    for (size_t i = 0; nothing[i]; i++)
        look.nothing |= strcmp(t.s, nothing[i]) == 0;
    look.numbered = label_parse(t.s, 0, &label) && label.style != LABEL_LOST && t.s[label.end];
    look.activity = item_is_activity(t.s);
    return look;
}

static unsigned time_cost(enum column_role role, const struct look *look)
{
    if (role == COLUMN_WEEK)
        return look->part || look->number || look->bare ? 0 : look->time ? 3 : look->length <= 4 && !look->owner ? 4 : NEVER;
    if (role == COLUMN_DATE)
        return !look->time ? NEVER : look->bare ? 4 : look->part;
    return look->time ? look->bare : look->themed ? 4 : NEVER; /* 九月份：尊师重教 */
}

/* How badly the cell suits the column: 0 well, NEVER not at all. */
static unsigned fit_cost(enum column_role role, const struct look *look)
{
    switch (role) {
    case COLUMN_INDEX:
        return look->number ? 0 : NEVER;
    case COLUMN_TIME:
    case COLUMN_WEEK:
    case COLUMN_DATE:
        return time_cost(role, look);
    case COLUMN_BUDGET:
        return look->amount ? 0 : look->nothing ? 1 : 9;
    case COLUMN_PEOPLE:
        return look->count ? 0 : look->nothing ? 1 : look->length <= NOTE_WORDS && !look->time ? 3 : 9;
    case COLUMN_LEAD:
    case COLUMN_ASSIST:
    case COLUMN_PERSON:
    case COLUMN_LEADER:
        if (look->owner || look->nothing)
            return look->nothing;
        return look->time || look->number || look->amount || look->numbered ? 12
               : look->length <= OWNER_WORDS                                ? 3 + 3 * look->activity
                                                                            : 7;
    case COLUMN_CONTENT:
    case COLUMN_NAME:
    case COLUMN_TOPIC:
        return look->time || look->number || look->amount ? 12 : look->owner ? 6 : 0;
    case COLUMN_NONE:
    case COLUMN_KIND:
    case COLUMN_NOTE:
        break;
    }
    return look->numbered || look->time ? 6 : look->activity ? 4 : look->length > NOTE_WORDS ? 3 : 1;
}

/* What it costs to leave a column of a row empty. */
static unsigned skip_cost(enum column_role role)
{
    switch (role) {
    case COLUMN_NONE:
    case COLUMN_KIND:
    case COLUMN_NOTE:
    case COLUMN_TOPIC:
        return 1;
    case COLUMN_ASSIST:
    case COLUMN_BUDGET:
    case COLUMN_PEOPLE:
        return 2;
    case COLUMN_INDEX:
        return 3;
    case COLUMN_LEAD:
    case COLUMN_PERSON:
    case COLUMN_LEADER:
        return 4;
    case COLUMN_TIME:
    case COLUMN_WEEK:
    case COLUMN_DATE:
        return 5;
    case COLUMN_CONTENT:
    case COLUMN_NAME:
        break;
    }
    return 12;
}

/* The next line of the same cell: items of a content, seldom anything else. */
static unsigned stay_cost(enum column_role role, const struct look *look)
{
    if (column_is_content(role))
        return look->numbered ? 0 : 3;
    return role == COLUMN_NOTE || role == COLUMN_KIND || role == COLUMN_NONE ? 3
           : role >= COLUMN_LEAD && role <= COLUMN_LEADER                    ? 5
                                                                             : NEVER;
}

struct align {
    const enum column_role *roles;
    size_t columns, lead; /* lead: columns that may be merged over several rows: time, kind */
    bool one_row;
    unsigned skip[IMPORT_MAX_COLUMNS + 1]; /* skip[c]: of all columns before c */
};

/* Of columns left out before a row's first cell. */
static unsigned start_cost(const struct align *a, size_t c)
{
    size_t lead = c < a->lead ? c : a->lead;
    return (unsigned)lead * LEAD_COST + a->skip[c] - a->skip[lead];
}

/* From column p of one row to column c of the next. */
static unsigned wrap_cost(const struct align *a, size_t p, size_t c)
{
    if (a->one_row || c > a->lead)
        return NEVER;
    return a->skip[a->columns] - a->skip[p + 1] + (c > 0 ? ROW_COST + start_cost(a, c) : 0);
}

#define BREAK 0x80u /* in a trace: a row begins here */

/* The cheapest column before c, in the row before or in the same. */
static unsigned step_cost(const struct align *a, const unsigned *before, size_t c, const struct look *look, uint8_t *trace)
{
    unsigned best = UINT32_MAX;
    for (size_t p = 0; p < a->columns; p++) {
        unsigned same = p < c ? a->skip[c] - a->skip[p + 1] : p == c ? stay_cost(a->roles[c], look) : NEVER;
        unsigned next = wrap_cost(a, p, c);
        unsigned cost = before[p] + (same <= next ? same : next);
        if (cost < best) {
            best = cost;
            *trace = (uint8_t)(p | (same <= next ? 0 : BREAK));
        }
    }
    return best;
}

/* Writes the cells into rows as traced: column[i] is the one of cell i, begins[i] whether it begins a row. */
static void write_rows(struct grid *grid, size_t columns, const struct lost_cell *cells, size_t n, const uint8_t *column,
                       const bool *begins)
{
    const char *texts[IMPORT_MAX_COLUMNS];
    size_t line = 0;
    for (size_t i = 0; i < n;) {
        line = cells[i].line;
        for (size_t c = 0; c < columns; c++)
            texts[c] = "";
        do {
            const char *above = texts[column[i]];
            texts[column[i]] = *above ? arena_printf(grid->arena, "%s\n%s", above, cells[i].text) : cells[i].text;
        } while (++i < n && !begins[i]);
        struct grid_row *row = grid_add_row(grid, line);
        for (size_t c = 0; c < columns; c++)
            grid_add_cell(grid, row, texts[c], strlen(texts[c]));
    }
}

static void prepare(struct align *a)
{
    size_t contents = 0;
    for (size_t c = 0; c < a->columns; c++)
        contents += column_is_content(a->roles[c]);
    for (size_t c = 0; c < a->columns; c++) {
        bool either = contents > 1 && column_is_content(a->roles[c]); /* 月活动 | 周主题: one of them is enough */
        a->skip[c + 1] = a->skip[c] + (either ? EITHER_COST : skip_cost(a->roles[c]));
    }
    while (a->lead < a->columns && !column_is_content(a->roles[a->lead]))
        a->lead++;
}

/* May the cell stand in the column of a row that is given all its cells? The time of a merged cell above may be empty. */
static bool suits(struct arena *arena, enum column_role role, const char *cell, bool first_row)
{
    if (!*cell)
        return !column_is_content(role) && !(first_row && role == COLUMN_TIME);
    struct look look = look_at(arena, cell);
    return fit_cost(role, &look) < MISFIT_COST;
}

bool grid_suits(struct arena *arena, const enum column_role *roles, size_t columns, const struct lost_cell *cells, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!suits(arena, roles[i % columns], cells[i].text, i < columns))
            return false;
    return true;
}

bool grid_align_rows(struct grid *grid, const enum column_role *roles, size_t columns, const struct lost_cell *cells, size_t n)
{
    if (n <= columns || n % columns == 1 || !grid_suits(grid->arena, roles, columns, cells, n))
        return false;
    for (size_t i = 0; i < n; i += columns) {
        struct grid_row *row = grid_add_row(grid, cells[i].line);
        for (size_t c = 0; c < columns; c++)
            grid_add_cell(grid, row, i + c < n ? cells[i + c].text : "", i + c < n ? strlen(cells[i + c].text) : 0);
    }
    return true;
}

bool grid_align(struct grid *grid, const enum column_role *roles, size_t columns, bool one_row, const struct lost_cell *cells,
                size_t n)
{
    struct align a = {.roles = roles, .columns = columns, .one_row = one_row};
    unsigned before[IMPORT_MAX_COLUMNS], now[IMPORT_MAX_COLUMNS];
    prepare(&a);
    if (n == 0 || n > LOST_CELLS || columns == 0)
        return false;
    uint8_t *trace = ARENA_ARRAY(grid->arena, n * columns, uint8_t), *column = ARENA_ARRAY(grid->arena, n, uint8_t);
    bool *begins = ARENA_ARRAY(grid->arena, n, bool);
    grid->looked += n;
    for (size_t i = 0; i < n; i++) {
        struct look look = look_at(grid->arena, cells[i].text);
        for (size_t c = 0; c < columns; c++) {
            unsigned way = i == 0 ? start_cost(&a, c) : step_cost(&a, before, c, &look, &trace[i * columns + c]);
            now[c] = way + fit_cost(roles[c], &look);
        }
        memcpy(before, now, sizeof before);
    }
    size_t last = 0;
    for (size_t c = 0; c < columns; c++)
        if (before[c] + a.skip[columns] - a.skip[c + 1] < before[last] + a.skip[columns] - a.skip[last + 1])
            last = c;
    unsigned cost = before[last];
    for (size_t i = n, c = last; i-- > 0; c = trace[i * columns + c] & ~BREAK) {
        column[i] = (uint8_t)c;
        begins[i] = i == 0 || (trace[i * columns + c] & BREAK);
    }
    bool fits = cost <= FIT_COST * (unsigned)n;
    if (fits)
        write_rows(grid, columns, cells, n, column, begins);
    return fits;
}
