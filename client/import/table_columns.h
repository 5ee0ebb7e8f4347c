/* SPDX-License-Identifier: Apache-2.0
 *
 * Which column of a month table holds what: told by its titles, or guessed from its texts. */
#ifndef CLIENT_IMPORT_TABLE_COLUMNS_H
#define CLIENT_IMPORT_TABLE_COLUMNS_H

#include "client/import/month_table.h"

#define COLUMNS_FIELDS 12
#define COLUMNS_NOTES 12

/* One column group of a table: for each role its column, -1 when there is none. */
struct columns {
    int at[COLUMN_NOTE + 1];
    int notes[COLUMNS_NOTES];
    int fields[COLUMNS_FIELDS]; /* columns that share the contents: 教务处 | 德育处 | 工会, or 教学工作 | 德育工作 */
    const char *owners[COLUMNS_FIELDS]; /* whose they are; NULL when the title names nobody */
    size_t field_count;
    int more; /* a second column of contents: 常规工作 | 重点活动; -1 when there is none */
    int64_t unit_fen;
    bool guessed;
    bool numbered; /* 一、三月份 二、四月份: the times carry list numbers */
};

/* Reads a row as titles into up to two groups (月份 | 内容 | 月份 | 内容). Returns the number of groups, 0 when it is no title row.
 */
size_t columns_read_titles(struct arena *arena, const struct table *table, size_t row, struct columns groups[2]);
/* Columns without a title, or below a merged one, that hold words: remarks; of those below 工作内容 the one with the most to say is
 * the contents (文体 | 教职工春游). */
void columns_take_rest(struct arena *arena, const struct table *table, size_t row, struct columns *columns);
/* Without titles: the column of times, the longest texts, then what the other columns' texts look like. */
bool columns_guess(struct arena *arena, const struct table *table, struct columns *columns);
/* In a second column of contents nobody called so: is the cell an activity, not a place or a remark? */
bool columns_name_activity(struct arena *arena, const char *cell);
/* Are the times of the rows from first_row on numbered one after the other, in Chinese? */
bool columns_count_times(struct arena *arena, const struct table *table, size_t first_row, const struct columns *columns);

#endif
