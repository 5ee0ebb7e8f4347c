/* SPDX-License-Identifier: Apache-2.0
 *
 * Cuts one text into items: `1. 召开教代会2. 部署工作3. 慰问`, or unnumbered sentences. */
#ifndef CLIENT_IMPORT_SPLIT_H
#define CLIENT_IMPORT_SPLIT_H

#include <stddef.h>

#include "client/import/label.h"
#include "client/import/text.h"

struct piece {
    size_t label_at; /* where its number begins; equal to from without one */
    size_t from, to; /* of the fold, number stripped */
    enum label_style style;
    int value;
};

#define SPLIT_MAX 64

/* Splits at numbers: only where the number is the next expected one, in the style of the first, and follows a Chinese character,
 * a closing bracket or quote, punctuation or a space. expected: the number a list is known to go on with, 0 when unknown.
 * Returns pieces, at least 1 for a text that is not empty. */
size_t split_numbered(const struct text *text, int expected, struct piece out[SPLIT_MAX]);
/* The same for the text of the item numbered value, its own number gone: where does the list go on? */
size_t split_continued(const struct text *text, enum label_style style, int value, struct piece out[SPLIT_MAX]);
/* 三八节活动   学雷锋活动: at gaps of two blanks and more, at bars, and at strokes between blanks. */
size_t split_gaps(const struct text *text, struct piece out[SPLIT_MAX]);
/* 制定计划（工会委员会） 教职工篮球赛（体育组）: items that end in brackets, only spaces between them. 0 when it is not that. */
size_t split_brackets(const struct text *text, struct piece out[SPLIT_MAX]);
/* Splits [from, to) at 。 ； ！ outside brackets and quotes; the mark stays with its sentence. */
size_t split_sentences(const struct text *text, size_t from, size_t to, struct piece out[SPLIT_MAX]);

#endif
