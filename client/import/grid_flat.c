/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables that a page's extractor left on one line, spaces between the cells: …工作安排 时间 内容 负责人 9月 1.健步走 2.座谈 工会
 * 10月 … */
#include <string.h>

#include "client/import/grid_parts.h"
#include "client/import/text.h"

#define FLAT_TITLES ((size_t)8) /* columns of such a table */
#define LEAST_ROWS 2
#define LEAST_ROWS_BARE 3 /* whose items carry no numbers */
#define LEAST_BYTES 40

/* Is the word nothing but the number of an item: 1. before 健步走? */
static bool is_number_alone(const char *s)
{
    struct label label;
    return label_parse(s, 0, &label) && label.value > 0 && !s[label.end];
}

/* The line between its spaces, a number alone together with the word behind it. */
static size_t split_words(struct arena *arena, const struct text *line, size_t at, struct lost_cell **out)
{
    size_t n = 0, capacity = 0;
    bool joins = false;
    *out = NULL;
    for (size_t i = 0, end; i < line->n && n < LOST_CELLS; i = text_skip_space(line->s, end)) {
        end = i + strcspn(line->s + i, " ");
        const char *word = text_cut(arena, line, i, end);
        if (joins) {
            (*out)[n - 1].text = arena_printf(arena, "%s%s", (*out)[n - 1].text, word);
            joins = false;
            continue;
        }
        *out = arena_grow(arena, *out, n, &capacity, sizeof **out);
        (*out)[n++] = (struct lost_cell){word, at};
        joins = is_number_alone(text_part(arena, line, i, end).s);
    }
    return n;
}

static bool is_digits(const char *s)
{
    return *s && !s[strspn(s, "0123456789")];
}

static bool is_month(struct arena *arena, const char *cell)
{
    struct when w;
    return cell_is_time(arena, cell, &w) && w.kind == WHEN_MONTH && w.count > 0 && !w.bare && !w.year;
}

/* The words before the first month that title columns: how many, their meanings in roles. */
static size_t read_titles(struct arena *arena, const struct lost_cell *words, size_t first, enum column_role roles[FLAT_TITLES])
{
    size_t n = 0;
    while (n < first && n < FLAT_TITLES && strlen(words[first - n - 1].text) <= TITLE_BYTES &&
           column_role_of(arena, words[first - n - 1].text, strlen(words[first - n - 1].text), NULL) != COLUMN_NONE)
        n++;
    for (size_t c = 0; c < n; c++)
        roles[c] = column_role_of(arena, words[first - n + c].text, strlen(words[first - n + c].text), NULL);
    return n;
}

static void add_words(struct grid *grid, const struct lost_cell *words, size_t n, size_t at)
{
    struct grid_row *row = grid_add_row(grid, at);
    for (size_t i = 0; i < n; i++)
        grid_add_cell(grid, row, words[i].text, strlen(words[i].text));
}

/* Rows without titles: does each month go before items, and one who is responsible? Where nothing numbers the items, of three
 * rows at least. */
static bool tells_owners(const struct grid *grid, const struct lost_cell *words, size_t n, size_t months)
{
    for (size_t i = 0; i < n; i++) {
        bool last = i + 1 == n || is_month(grid->arena, words[i + 1].text), owner = grid_is_owner(grid, words[i].text);
        struct text t = text_fold(grid->arena, words[i].text, strlen(words[i].text));
        struct label label;
        bool item = label_parse(t.s, 0, &label) && label.value > 0, bare = months >= LEAST_ROWS_BARE && !owner;
        bool month = is_month(grid->arena, words[i].text);
        if (last ? month || item || !owner : !month && !item && !bare)
            return false;
    }
    return true;
}

/* Are the last two words who signed, and when? */
static bool is_signed(struct arena *arena, const struct lost_cell *words, size_t n)
{
    struct when w;
    return n > 2 && line_is_signature_name(text_fold(arena, words[n - 2].text, strlen(words[n - 2].text)).s) &&
           cell_is_time(arena, words[n - 1].text, &w) && w.count > 0 && w.year != 0;
}

/* The rows, and below them the signature. */
static size_t add_rows(struct grid *grid, const enum column_role *roles, size_t columns, const struct lost_cell *words, size_t n)
{
    size_t own = is_signed(grid->arena, words, n) ? n - 2 : n;
    if (!grid_align(grid, roles, columns, false, words, own))
        return 0;
    for (size_t i = own; i < n; i++)
        add_words(grid, words + i, 1, words[i].line);
    return 1;
}

size_t grid_take_flat(struct grid *grid, const struct raw_line *lines, size_t count, size_t at)
{
    static const enum column_role untitled[] = {COLUMN_TIME, COLUMN_CONTENT, COLUMN_LEAD};
    enum column_role roles[FLAT_TITLES];
    struct lost_cell *words;
    size_t first = 0, months = 0;
    (void)count;
    if (lines[at].bytes < LEAST_BYTES || !memchr(lines[at].text, ' ', lines[at].bytes))
        return 0;
    struct text line = text_fold(grid->arena, lines[at].text, lines[at].bytes);
    if (!strstr(line.s, "月"))
        return 0;
    size_t n = split_words(grid->arena, &line, at, &words);
    while (first < n && !is_month(grid->arena, words[first].text))
        first++;
    for (size_t i = first; i < n; i++)
        months += is_month(grid->arena, words[i].text);
    if (months < LEAST_ROWS || n < months * 2)
        return 0;
    first -= first > 1 && is_digits(words[first - 1].text); /* of a column that counts the rows */
    size_t titles = read_titles(grid->arena, words, first, roles);
    if (!grid_has_time_and_content(roles, titles)) {
        if (first > 0 || !tells_owners(grid, words, n, months))
            return 0;
        return add_rows(grid, untitled, sizeof untitled / sizeof untitled[0], words, n);
    }
    if (first > titles)
        add_words(grid, words, first - titles, at);
    add_words(grid, words + first - titles, titles, at);
    return add_rows(grid, roles, titles, words + first, n - first);
}
