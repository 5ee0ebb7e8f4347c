/* SPDX-License-Identifier: Apache-2.0
 *
 * Walks the settled lines of one plan and writes sections and activities. */
#ifndef CLIENT_IMPORT_BUILD_H
#define CLIENT_IMPORT_BUILD_H

#include "client/import/facts.h"
#include "client/import/own_time.h"
#include "client/import/plan_range.h"
#include "client/import/split.h"

struct builder {
    struct arena *arena;
    struct doubts *doubts;
    struct import_plan *plan;
    size_t section_capacity, activity_capacity;

    /* the open header */
    const struct line *outer, *header; /* the month header, and the sub header or the month header itself; NULL when none is open */
    const char *header_text;
    uint64_t months;
    bool standing;
    bool period;        /* the header is a quarter or a term: its items may tell their own months */
    struct facts owner; /* who is responsible for all its items: told with the header */
    uint32_t position;
    enum label_style style; /* of the items under it; LABEL_NONE when unnumbered or not known yet */
    int value;              /* number of the last item */
    uint32_t last;          /* index of the last activity under it, IMPORT_NONE when none */
    const struct line *last_line;
    const struct line *next; /* the line after the one being added, NULL at the end */
    bool in_note;
    const char *group_outer; /* the header's text while a numbered lead-in (1、系列活动：) names a group of its items */
    struct label group;      /* the lead-in's number */
    bool stops;              /* the plan's numbered items end with a full stop: without one a line goes on */
    size_t wrap;             /* characters after which the document's lines were broken, 0 when they were not */

    /* the outline so far */
    int level1, level2;
    struct label listed; /* of the last line outside the schedule */
    bool seen_header;
    const struct line *title; /* the last line of the title */
    const char *whole;        /* the paragraph of months that was reported last */
    size_t closing;           /* from this line on only dates and names follow, or nothing */
    bool last_header;         /* no header follows the open one */
};

/* Stops where the arena has passed lines->arena_end: the caller refuses the document then. */
void build_plan(struct lines *lines, const struct plan_range *range, struct import_plan *plan, struct arena *arena,
                struct doubts *doubts);

/* The width at which the plan's lines break, in characters: two of the longest are about as long and end in the middle of a
 * sentence. 0 when they do not. */
size_t build_find_wrap(const struct lines *lines, const struct plan_range *range);
/* Do the items that stand on one line end their sentences, as good as all of them? Then what does not was broken by the page. */
bool build_items_stop(const struct lines *lines, const struct plan_range *range);

/* Index of the first of the names, dates and page lines that close the range; range->end when none do. */
size_t build_find_closing(const struct lines *lines, const struct plan_range *range);

/* Pieces shared by the files of the builder. */
struct import_section *build_section(struct builder *b, enum import_section_kind kind, const struct line *line, size_t from);
/* item: a text of its own, made by text_part. */
struct import_activity *build_activity(struct builder *b, const struct line *line, const struct text *item);
/* One piece of text as an item under the open header; row may be NULL. */
void build_item(struct builder *b, const struct line *line, const struct text *text, const struct piece *piece,
                const struct row *row);
/* Cuts text into items under the open header; row may be NULL. */
void build_items(struct builder *b, const struct line *line, const struct text *text, const struct row *row);
/* A line under the open header: an item, the rest of the one before, a remark, or the end of the schedule. */
void build_under_header(struct builder *b, struct line *line);
/* A line outside the schedule: a section, with activities from its times. */
void build_outside(struct builder *b, const struct line *line);
/* The month's header as it stands before what is inside the month: 三月 第一周; with its theme. */
const char *build_outer_text(const struct builder *b);
/* Opens a header with this text; its months are set by the caller. */
void build_start_header(struct builder *b, const struct line *line, const char *text);
void build_close_header(struct builder *b);
/* Doubts an open month header that got no items. */
void build_check_empty(struct builder *b);
/* Appends the line to the remark of the last activity. */
void build_note(struct builder *b, const struct line *line);
bool build_ends_sentence(const char *s);
/* Gives an activity what a following line says: facts, or a remark. */
void build_meta(struct builder *b, struct import_activity *activity, const struct line *line);
/* Activities from times in a section's text. */
void build_from_text(struct builder *b, const struct line *line);

#endif
