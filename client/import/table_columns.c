/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/table_columns.h"

#include <string.h>

#include "client/import/facts.h"
#include "client/import/item.h"
#include "client/import/owner_name.h"

static void columns_clear(struct columns *columns)
{
    for (size_t i = 0; i <= COLUMN_NOTE; i++)
        columns->at[i] = -1;
    for (size_t i = 0; i < COLUMNS_NOTES; i++)
        columns->notes[i] = -1;
    columns->more = -1;
    columns->field_count = 0;
    columns->unit_fen = 100;
    columns->guessed = columns->numbered = false;
}

static void columns_take(struct columns *columns, enum column_role role, int column, int64_t unit_fen)
{
    if (role == COLUMN_NOTE) {
        for (size_t i = 0; i < COLUMNS_NOTES; i++)
            if (columns->notes[i] < 0) {
                columns->notes[i] = column;
                break;
            }
    }
    if (columns->at[role] >= 0) {
        if (role >= COLUMN_CONTENT && role != COLUMN_NOTE) /* a second one of its kind loses no words */
            columns_take(columns, COLUMN_NOTE, column, 0);
        return;
    }
    columns->at[role] = column;
    if (role == COLUMN_BUDGET)
        columns->unit_fen = unit_fen;
}

/* The content column, whatever it was called; a name beside a content is the item and the content its remark. */
static void columns_settle(struct columns *columns)
{
    if (columns->at[COLUMN_PERSON] < 0)
        columns->at[COLUMN_PERSON] = columns->at[COLUMN_LEADER];
    else if (columns->at[COLUMN_LEADER] >= 0)
        columns_take(columns, COLUMN_NOTE, columns->at[COLUMN_LEADER], 0);
    if (columns->at[COLUMN_NAME] >= 0 && columns->at[COLUMN_CONTENT] >= 0) {
        columns_take(columns, COLUMN_NOTE, columns->at[COLUMN_CONTENT], 0);
        columns->at[COLUMN_CONTENT] = columns->at[COLUMN_NAME];
    } else if (columns->at[COLUMN_NAME] >= 0) {
        columns->at[COLUMN_CONTENT] = columns->at[COLUMN_NAME];
    } else if (columns->at[COLUMN_CONTENT] < 0) {
        columns->at[COLUMN_CONTENT] = columns->at[COLUMN_TOPIC];
    }
    bool told = columns->at[COLUMN_BUDGET] >= 0 || columns->at[COLUMN_PERSON] >= 0 || columns->at[COLUMN_LEAD] >= 0;
    if (columns->at[COLUMN_CONTENT] < 0 && told) { /* 慰问类别 | 时间 | 金额 */
        columns->at[COLUMN_CONTENT] = columns->at[COLUMN_KIND];
        columns->at[COLUMN_KIND] = -1;
    }
    if (columns->at[COLUMN_TOPIC] >= 0 && columns->at[COLUMN_TOPIC] != columns->at[COLUMN_CONTENT])
        columns_take(columns, COLUMN_NOTE, columns->at[COLUMN_TOPIC], 0);
    if (columns->at[COLUMN_KIND] >= 0)
        columns_take(columns, COLUMN_NOTE, columns->at[COLUMN_KIND], 0);
}

/* 季度 | 月份: the months are the time, the quarters a remark. */
static bool names_period(const char *title)
{
    static const char *const words[] = {"季", "阶段", "学期", "半年", NULL};
    return text_has_any(title, words);
}

static void columns_finer(struct columns *columns, int time)
{
    columns_take(columns, COLUMN_NOTE, columns->at[COLUMN_TIME], 0);
    columns->at[COLUMN_TIME] = time;
}

static bool are_pair(const char *common, const char *special)
{
    static const char *const commons[] = {"常规", "日常", "例行", NULL};
    static const char *const specials[] = {"重点", "主要", "特色", "专项", "中心", "主题", "大型", NULL};
    return text_has_any(common, commons) && text_has_any(special, specials);
}

/* 常规工作 | 重点活动: both columns hold items. */
static void columns_pair(struct arena *arena, const struct table *table, size_t row, struct columns *columns)
{
    const char *titles[IMPORT_MAX_COLUMNS] = {NULL};
    for (size_t c = 0; c < table->columns; c++) {
        const char *flat = cell_join(arena, table_cell(table, row, c)->text, "");
        enum column_role role = column_role_of(arena, flat, strlen(flat), NULL);
        if (!table_cell(table, row, c)->covered && (role == COLUMN_CONTENT || role == COLUMN_NAME))
            titles[c] = text_fold(arena, flat, strlen(flat)).s;
        for (size_t i = 0; titles[c] && i < c && columns->more < 0; i++) {
            if (!titles[i] || !(are_pair(titles[i], titles[c]) || are_pair(titles[c], titles[i])))
                continue;
            columns->at[COLUMN_CONTENT] = (int)i;
            columns->more = (int)c;
        }
    }
    for (size_t i = 0; i < COLUMNS_NOTES && columns->more >= 0; i++)
        if (columns->notes[i] == columns->at[COLUMN_CONTENT] || columns->notes[i] == columns->more)
            columns->notes[i] = -1;
}

/* 一月 | 1 | 慰问 below 月份 | 工作安排: a column of numbers without a title of its own stands before the contents. */
static void columns_skip_numbers(const struct table *table, size_t row, struct columns *columns)
{
    size_t c = (size_t)columns->at[COLUMN_CONTENT], numbers = 0;
    if (columns->at[COLUMN_CONTENT] < 0 || c + 1 >= table->columns || !cell_is_blank(table_cell(table, row, c + 1)->text))
        return;
    for (size_t r = row + 1; r < table->rows; r++) {
        const char *text = table_cell(table, r, c)->text;
        if (cell_is_blank(text) || cell_is_blank(table_cell(table, r, c + 1)->text))
            continue;
        if (text[strspn(text, "0123456789.")] != '\0')
            return;
        numbers++;
    }
    columns->at[COLUMN_CONTENT] += numbers >= 2;
}

static const char *const fields[] = {
#define COLUMN_FIELD(text) text,
#include "client/import/column.def"
    NULL};

/* Does the title name whose work stands below it, or which: 教导处, 工会工作, 安全工作? *owner: the department, NULL for a field.
 */
static bool names_field(struct arena *arena, const char *title, const char **owner)
{
    static const char *const ends[] = {"工作", "活动", "安排", NULL};
    struct text t = text_fold(arena, title, strlen(title));
    *owner = facts_is_department(t.s) && column_role_of(arena, t.raw, t.raw_bytes, NULL) == COLUMN_NONE ? t.raw : NULL;
    for (size_t i = 0; !*owner && ends[i]; i++) {
        size_t n = text_ends(t.s, ends[i]) ? t.n - strlen(ends[i]) : 0;
        if (!n)
            continue;
        struct text field = text_part(arena, &t, 0, n);
        if (text_begins_any(field.s, fields) == field.n || facts_is_department(field.s))
            return true;
    }
    return *owner;
}

/* Do the cells below tell work, not names or ticks? */
static bool holds_work(struct arena *arena, const struct table *table, size_t row, size_t column)
{
    size_t filled = 0, work = 0;
    for (size_t r = row + 1; r < table->rows; r++) {
        const struct cell *cell = table_cell(table, r, column);
        if (cell->covered || cell_is_blank(cell->text))
            continue;
        struct text t = text_fold(arena, cell->text, strcspn(cell->text, "\n"));
        filled++;
        work += text_length(t.s) >= 3 && !owner_all_names(t.s, owner_is_any) && !strpbrk(t.s, "%");
    }
    return work * 2 > filled;
}

/* Beside fields a column whose title no list knows is one more of them, unless it tells where or for whom: 支委会 | 党课. */
static bool may_be_field(struct arena *arena, const char *title)
{
    static const char *const others[] = {"地", "点", "场所", "对象", "范围", "要求", "形式", "说明", "电话", "主讲", "班级", NULL};
    struct text t = text_fold(arena, title, strlen(title));
    return t.n > 0 && text_length(t.s) <= 6 && !text_ends_any(t.s, others) &&
           column_role_of(arena, t.raw, t.raw_bytes, NULL) == COLUMN_NONE;
}

/* 教导处 | 德育处 | 工会 or 教学工作 | 安全工作: two such columns and more share the contents, with others beside them. */
static void columns_share(struct arena *arena, const struct table *table, size_t row, struct columns *columns)
{
    size_t n = 0, own = 0;
    for (size_t c = 0; columns->more < 0 && c < table->columns && n < COLUMNS_FIELDS; c++) {
        const struct cell *cell = table_cell(table, row, c);
        const char *owner, *flat = cell_join(arena, cell->text, "");
        bool work = !cell->covered && holds_work(arena, table, row, c), field = work && names_field(arena, flat, &owner);
        if (!field && columns->at[COLUMN_CONTENT] != (int)c && !(work && may_be_field(arena, flat)))
            continue;
        own += field;
        columns->owners[n] = field ? owner : NULL;
        columns->fields[n++] = (int)c;
    }
    if (own < 2)
        return;
    columns->field_count = n;
    columns->at[COLUMN_CONTENT] = columns->fields[0];
    for (size_t i = 0; i < COLUMNS_NOTES; i++)
        for (size_t k = 0; k < n; k++)
            if (columns->notes[i] == columns->fields[k])
                columns->notes[i] = -1;
}

#define LOOK_ROWS 30 /* so many rows tell what a column holds */

/* Do the cells below hold times, perhaps with a theme (三月：女工月)? */
static bool holds_times(struct arena *arena, const struct table *table, size_t row, size_t column)
{
    size_t filled = 0, times = 0;
    struct when when;
    for (size_t r = row + 1; r < table->rows && r <= row + LOOK_ROWS; r++) {
        const struct cell *cell = table_cell(table, r, column);
        bool own = !cell->covered && !cell_is_blank(cell->text);
        filled += own;
        times += own && cell_has_time(arena, cell->text, &when) && when.count > 0 && !when.bare;
    }
    return times >= 2 && times * 5 >= filled * 4;
}

/* Where no title names times: the column of times below 2026年, below 月度工作, or below no title; -1 when there is none. */
static int find_times(struct arena *arena, const struct table *table, size_t row)
{
    size_t known = 0;
    struct when when;
    for (size_t c = 0; c < table->columns; c++) {
        const char *title = cell_join(arena, table_cell(table, row, c)->text, "");
        enum column_role role = column_role_of(arena, title, strlen(title), NULL);
        bool month = cell_is_time(arena, title, &when) && when.kind != WHEN_YEAR; /* no titles, but the first row */
        if (month || role == COLUMN_TIME || role == COLUMN_WEEK || role == COLUMN_DATE)
            return -1;
        known += role != COLUMN_NONE;
    }
    for (size_t c = 0; known > 0 && c < table->columns; c++)
        if (holds_times(arena, table, row, c))
            return (int)c;
    return -1;
}

/* Reads a row as titles into up to two groups (月份 | 内容 | 月份 | 内容). Returns the number of groups, 0 when it is no title row.
 */
size_t columns_read_titles(struct arena *arena, const struct table *table, size_t row, struct columns groups[2])
{
    size_t known = 0, n = 1;
    const char *outer = "";
    int times = find_times(arena, table, row);
    columns_clear(&groups[0]);
    columns_clear(&groups[1]);
    for (size_t c = 0; c < table->columns; c++) {
        const struct cell *cell = table_cell(table, row, c);
        if (cell->covered && c > 0 && strcmp(cell->text, table_cell(table, row, c - 1)->text) == 0)
            continue;
        const char *flat = cell_join(arena, cell->text, "");
        int64_t unit;
        enum column_role role = times == (int)c ? COLUMN_TIME : column_role_of(arena, flat, strlen(flat), &unit);
        if (role == COLUMN_NONE)
            continue;
        if (n == 1 && role == COLUMN_TIME && groups[0].at[COLUMN_TIME] >= 0 &&
            (groups[0].at[COLUMN_CONTENT] >= 0 || groups[0].at[COLUMN_NAME] >= 0))
            n = 2;
        if (role == COLUMN_TIME && groups[n - 1].at[COLUMN_TIME] >= 0 && names_period(outer))
            columns_finer(&groups[n - 1], (int)c);
        columns_take(&groups[n - 1], role, (int)c, unit);
        outer = role == COLUMN_TIME ? flat : outer;
        known++;
    }
    bool content = false;
    for (size_t c = 0; n == 1 && c < table->columns; c++) { /* a title that no list knows: its cells are remarks */
        const struct cell *cell = table_cell(table, row, c);
        const char *flat = cell_join(arena, cell->text, "");
        struct when when;
        if (!cell->covered && (int)c != times && !cell_is_blank(flat) && !cell_is_time(arena, flat, &when) &&
            column_role_of(arena, flat, strlen(flat), NULL) == COLUMN_NONE)
            columns_take(&groups[0], COLUMN_NOTE, (int)c, 0);
    }
    for (size_t g = 0; g < n; g++)
        columns_settle(&groups[g]);
    if (n == 1) {
        columns_pair(arena, table, row, &groups[0]);
        columns_share(arena, table, row, &groups[0]);
        columns_skip_numbers(table, row, &groups[0]);
        columns_take_rest(arena, table, row, &groups[0]);
    }
    for (size_t g = 0; g < n; g++)
        content |= groups[g].at[COLUMN_CONTENT] >= 0;
    return known + groups[0].field_count >= 2 && content ? n : 0;
}

bool columns_name_activity(struct arena *arena, const char *cell)
{
    const char *flat = cell_join(arena, cell, " ");
    struct text text = text_fold(arena, flat, strlen(flat));
    return item_is_activity(text.s);
}

/* Do the cells of the column name activities, as good as all of them? */
static bool names_activities(struct arena *arena, const struct table *table, size_t column)
{
    size_t filled = 0, named = 0;
    for (size_t r = 0; r < table->rows; r++) {
        const struct cell *cell = table_cell(table, r, column);
        if (cell_is_blank(cell->text) || cell->covered)
            continue;
        filled++;
        named += columns_name_activity(arena, cell->text);
    }
    return filled >= 2 && named * 5 >= filled * 4;
}

/* Without titles: the column of times, the longest texts, then what the other columns' texts look like. */
bool columns_guess(struct arena *arena, const struct table *table, struct columns *columns)
{
    columns_clear(columns);
    columns->guessed = true;
    static const char *const units[] = {"元", "万", "人", NULL};
    size_t longest = 0;
    for (size_t c = 0; c < table->columns; c++) {
        size_t times = 0, all_times = 0, filled = 0, characters = 0, departments = 0, persons = 0, amounts = 0;
        for (size_t r = 0; r < table->rows; r++) {
            const struct cell *cell = table_cell(table, r, c);
            if (cell_is_blank(cell->text) || cell->covered)
                continue;
            struct when w;
            filled++;
            bool time = cell_is_time(arena, cell->text, &w);
            all_times += time;
            times += time && w.count > 0 && !w.bare;
            const char *flat = cell_join(arena, cell->text, "、");
            struct text text = text_fold(arena, flat, strlen(flat));
            characters += text_length(text.s);
            bool person = facts_is_person(text.s); /* 女工部 马琳; 负责：女工部 */
            departments += !person && (owner_all_names(text.s, owner_is_any) || facts_begins_owner(text.s));
            persons += person;
            amounts += text_length(text.s) <= 10 && strpbrk(text.s, "0123456789") && text_ends_any(text.s, units);
            amounts += text.s[strspn(text.s, "0123456789-")] == '\0'; /* telephones */
        }
        if (times >= 2 && times * 5 >= filled * 3 && columns->at[COLUMN_TIME] < 0)
            columns->at[COLUMN_TIME] = (int)c;
        else if (filled && persons * 2 > filled && columns->at[COLUMN_PERSON] < 0)
            columns->at[COLUMN_PERSON] = (int)c;
        else if (filled && persons * 2 <= filled && (departments + persons) * 2 > filled && columns->at[COLUMN_LEAD] < 0)
            columns->at[COLUMN_LEAD] = (int)c;
        else if (characters > longest && (amounts + all_times + departments + persons) * 2 <= filled) {
            longest = characters;
            columns->at[COLUMN_CONTENT] = (int)c;
        }
    }
    for (size_t c = 0; c < table->columns; c++) {
        bool used = columns->more == (int)c;
        for (size_t i = 0; i <= COLUMN_NOTE; i++)
            used |= columns->at[i] == (int)c;
        int content = columns->at[COLUMN_CONTENT];
        if (!used && columns->more < 0 && content >= 0 && names_activities(arena, table, c)) {
            columns->more = content > (int)c ? content : (int)c;
            columns->at[COLUMN_CONTENT] = content > (int)c ? (int)c : content;
        } else if (!used)
            columns_take(columns, COLUMN_NOTE, (int)c, 0);
    }
    return columns->at[COLUMN_TIME] >= 0 && columns->at[COLUMN_CONTENT] >= 0;
}

bool columns_count_times(struct arena *arena, const struct table *table, size_t first_row, const struct columns *columns)
{
    int column = columns->at[COLUMN_TIME], last = 0;
    size_t n = 0;
    for (size_t r = first_row; column >= 0 && r < table->rows; r++) {
        const struct cell *cell = table_cell(table, r, (size_t)column);
        struct text t = text_fold(arena, cell->text, strlen(cell->text));
        struct label label;
        struct when when;
        const struct cell *beside = (size_t)column + 1 < table->columns ? cell + 1 : cell;
        if (beside->covered && strcmp(beside->text, cell->text) == 0) /* a text across the table */
            continue;
        bool labelled = label_parse(t.s, 0, &label) && label.style == LABEL_ZH;
        if (cell->covered || t.n == 0 || !cell_has_time(arena, t.s + (labelled ? label.end : 0), &when))
            continue; /* the rest of a merged cell, a heading across a sheet */
        if (!labelled || (n && label.value != last + 1))
            return false;
        last = label.value;
        n++;
    }
    return n >= 2;
}
