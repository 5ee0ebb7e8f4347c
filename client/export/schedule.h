/* SPDX-License-Identifier: Apache-2.0
 *
 * What all formats say alike: the cells of a month table, a section with its number. */
#ifndef CLIENT_EXPORT_SCHEDULE_H
#define CLIENT_EXPORT_SCHEDULE_H

#include "client/export/export.h"

enum schedule_column {
#define COLUMN(name, title, always, least, most) SCHEDULE_##name,
#include "client/export/column.def"
#undef COLUMN
    SCHEDULE_COLUMNS
};

struct schedule {
    const struct export_item *items;
    size_t n;
    enum schedule_column columns[SCHEDULE_COLUMNS];
    size_t n_columns;
};

/* part is an EXPORT_SCHEDULE. */
struct schedule schedule_of(const struct export_part *part);
const char *schedule_title(enum schedule_column column);
/* How wide the column should be, in characters of half width: as its widest cell, between the bounds of column.def; with narrow set
 * the least. 0 for the content. */
size_t schedule_width(const struct schedule *schedule, enum schedule_column column, bool narrow, struct arena *arena);
/* Are the headers plain months, and is all that the other columns would say in the items' texts? Then a list loses nothing. */
bool schedule_is_plain(const struct schedule *schedule);
/* Does a new time begin with item i; how many items it has. */
bool schedule_begins(const struct schedule *schedule, size_t i);
size_t schedule_span(const struct schedule *schedule, size_t i);
/* One line of text, "" for nothing; the content with its number in the time: 1、… In arena. */
const char *schedule_cell(const struct schedule *schedule, size_t i, enum schedule_column column, struct arena *arena);

/* Label and text as one line; between them a space where they would run together. In arena. */
const char *section_line(const struct export_section *section, struct arena *arena);
/* The text without line ends, tabs and other control characters (utf8_put_safe). In arena. */
const char *one_line(const char *text, struct arena *arena);

#endif
