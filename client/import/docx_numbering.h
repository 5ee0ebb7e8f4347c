/* SPDX-License-Identifier: Apache-2.0
 *
 * Word's automatic numbers: 一、（一）1. are not in a .docx's text but computed from numbering.xml (ECMA-376 part 1, 17.9). */
#ifndef CLIENT_IMPORT_DOCX_NUMBERING_H
#define CLIENT_IMPORT_DOCX_NUMBERING_H

#include "client/import/package.h"
#include "common/base/arena.h"

#define NUMBERING_LEVELS 9
#define NUMBERING_MAX_LISTS 2000 /* abstract lists, lists and styles, each */

struct numbering_level {
    const char *format; /* decimal, chineseCounting, … */
    const char *text;   /* "%1、" */
    long start;
};

struct numbering_abstract {
    long id;
    struct numbering_level levels[NUMBERING_LEVELS];
    long counters[NUMBERING_LEVELS];
    bool used[NUMBERING_LEVELS];
};

struct numbering_list {
    long id, abstract;
    long start[NUMBERING_LEVELS]; /* override, -1 when none */
    bool begun;
};

/* What a paragraph style adds to its paragraphs. */
struct numbering_style {
    const char *id, *based_on;
    long list, level; /* -1 when none */
    int outline;      /* heading level 1…9, 0 when none */
};

struct numbering {
    struct arena *arena;
    struct numbering_abstract *abstracts;
    size_t abstract_count, abstract_capacity;
    struct numbering_list *lists;
    size_t list_count, list_capacity;
    struct numbering_style *styles;
    size_t style_count, style_capacity;
    /* while parsing */
    struct numbering_abstract *abstract;
    struct numbering_list *list;
    struct numbering_style *style;
    long level;
};

/* Reads word/numbering.xml and word/styles.xml where they exist. */
enum status numbering_read(struct numbering *numbering, struct package *package, struct arena *arena, struct err *err) MUST_CHECK;
/* The style's list, level and outline with what it is based on; values already told stay. */
void numbering_style_apply(const struct numbering *numbering, const char *style, long *list, long *level, int *outline);
/* Counts the paragraph and returns its number as Word shows it; NULL when the list is unknown or shows none. */
const char *numbering_next(struct numbering *numbering, long list, long level);

#endif
