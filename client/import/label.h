/* SPDX-License-Identifier: Apache-2.0
 *
 * List numbers and bullets at the start of a folded line. Numbers are labels, never keys. */
#ifndef CLIENT_IMPORT_LABEL_H
#define CLIENT_IMPORT_LABEL_H

#include <stdbool.h>
#include <stddef.h>

enum label_style {
    LABEL_NONE,
    LABEL_CHAPTER,     /* 第一章 第二部分 */
    LABEL_ZH,          /* 一、 一. */
    LABEL_ZH_PAREN,    /* （一） ㈠ */
    LABEL_DIGIT,       /* 1、 1. 1．1, ⒈ */
    LABEL_DIGIT_PAREN, /* （1） ⑴ 1） */
    LABEL_CIRCLED,     /* ① */
    LABEL_LETTER,      /* A. a) Ⅰ. (ii) */
    LABEL_BULLET,      /* - · ● ◆ ★ … */
    LABEL_LOST,        /* a bare 、 */
};

struct label {
    enum label_style style;
    int value;  /* 1…; 0 for a bullet or a lost number */
    size_t end; /* offset of what follows, spaces skipped */
};

/* Parses the label at s. expected: the number a digit without punctuation (`2慰问教师`) must have to count as one, and that
 * a doubtful `3.8…` must have; 0 for none. */
bool label_parse(const char *s, int expected, struct label *out);
/* The heading level a style stands for: 1…5, 0 for bullets and lost numbers. */
int label_level(enum label_style style);

#endif
