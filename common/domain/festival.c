/* SPDX-License-Identifier: Apache-2.0 */
#include "common/domain/festival.h"

#include <string.h>

#include "common/base/words.h"

enum moving { MOVING_NONE, MOVING_NEW_YEAR, MOVING_SPRING, MOVING_DRAGON, MOVING_MOON, MOVING_DOUBLE_NINE };

static const struct {
    struct festival festival;
    enum moving moving;
} festivals[] = {
#define FESTIVAL(upper, word, first, last, lunar) {{word, first, last, lunar}, MOVING_##upper},
#include "common/domain/festival.def"
};

static const char *const festival_texts[] = {
#define FESTIVAL(upper, word, first, last, lunar) word,
#include "common/domain/festival.def"
};

static const uint8_t festival_marks[] = {
#define FESTIVAL(upper, word, first, last, lunar) WORDS_FIRST(word),
#include "common/domain/festival.def"
};

static const struct {
    int year, spring, dragon, moon, double_nine;
} lunar_years[] = {
#define LUNAR(year, spring, dragon, moon, double_nine) {year, spring, dragon, moon, double_nine},
#include "common/domain/festival.def"
};

static bool continues_word(const char *rest)
{
    static const char *const tails[] = {"年级", "班", "路", "小学", "中学", "学校", "村", "镇", "区", "勋章", NULL};
    for (size_t i = 0; tails[i]; i++)
        if (strncmp(rest, tails[i], strlen(tails[i])) == 0)
            return true;
    return *rest >= '0' && *rest <= '9';
}

size_t festival_parse(const char *text, struct festival *out)
{
    static const struct words words = WORDS(festival_texts, festival_marks);
    for (size_t i = 0; (i = words_find_first(&words, text, i)) < words.count; i++) {
        size_t n = strlen(words.texts[i]);
        if (!continues_word(text + n)) {
            *out = festivals[i].festival;
            return n;
        }
    }
    return 0;
}

static enum moving moving_of(const char *word)
{
    for (size_t i = 0; i < sizeof festivals / sizeof festivals[0]; i++)
        if (strcmp(festivals[i].festival.word, word) == 0)
            return festivals[i].moving;
    return MOVING_NONE;
}

void festival_months(const struct festival *festival, int year, int *first, int *last)
{
    *first = festival->first;
    *last = festival->last;
    for (size_t i = 0; i < sizeof lunar_years / sizeof lunar_years[0]; i++) {
        if (lunar_years[i].year != year)
            continue;
        switch (moving_of(festival->word)) {
        case MOVING_SPRING:
            *first = *last = lunar_years[i].spring;
            break;
        case MOVING_DRAGON:
            *first = *last = lunar_years[i].dragon;
            break;
        case MOVING_MOON:
            *first = *last = lunar_years[i].moon;
            break;
        case MOVING_DOUBLE_NINE:
            *first = *last = lunar_years[i].double_nine;
            break;
        case MOVING_NONE:
        case MOVING_NEW_YEAR:
            break;
        }
    }
}
