/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/csv.h"

#include <string.h>

void csv_open(struct csv *csv, struct arena *arena, const char *text)
{
    size_t line = strcspn(text, "\n");
    *csv = (struct csv){.arena = arena, .at = text};
    csv->separator = memchr(text, '\t', line) ? '\t' : memchr(text, ',', line) ? ',' : ';';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static char *trim(char *text)
{
    while (is_blank(*text))
        text++;
    size_t bytes = strlen(text);
    while (bytes && is_blank(text[bytes - 1]))
        text[--bytes] = '\0';
    return text;
}

static bool ends_cell(const struct csv *csv)
{
    return !*csv->at || *csv->at == '\n' || *csv->at == csv->separator;
}

static void copy_quoted(struct csv *csv, char *to)
{
    for (csv->at++; *csv->at && *csv->at != '\n'; csv->at++) {
        if (*csv->at == '"' && csv->at[1] != '"')
            break;
        csv->at += *csv->at == '"';
        *to++ = *csv->at;
    }
    while (!ends_cell(csv))
        csv->at++;
}

/* at stands behind the cell afterwards: on the separator, the line's end or the end. */
static char *read_cell(struct csv *csv)
{
    char *cell = arena_alloc(csv->arena, strcspn(csv->at, "\n") + 1), *to = cell;
    if (*csv->at == '"')
        copy_quoted(csv, cell);
    else
        while (!ends_cell(csv))
            *to++ = *csv->at++;
    return trim(cell);
}

/* True when a cell holds anything. */
static bool read_line(struct csv *csv)
{
    bool any = false;
    csv->line++;
    for (csv->n_cells = 0;; csv->at++) {
        char *cell = read_cell(csv);
        any = any || *cell;
        if (csv->n_cells < CSV_COLUMNS_MAX)
            csv->cells[csv->n_cells++] = cell;
        if (*csv->at != csv->separator)
            break;
    }
    csv->at += *csv->at == '\n';
    return any;
}

bool csv_read(struct csv *csv)
{
    while (*csv->at)
        if (read_line(csv))
            return true;
    return false;
}
