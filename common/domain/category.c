/* SPDX-License-Identifier: Apache-2.0 */
#include "common/domain/category.h"

#include <string.h>

#include "common/base/words.h"

static const struct {
    const char *name, *text, *text_zh;
} categories[] =
    {
#define CATEGORY(upper, lower, text, text_zh) {#lower, text, text_zh},
#define TAG(upper, lower, text, text_zh)
#include "common/domain/category.def"
#undef CATEGORY
#undef TAG
},
  tags[] = {
#define CATEGORY(upper, lower, text, text_zh)
#define TAG(upper, lower, text, text_zh) {#lower, text, text_zh},
#include "common/domain/category.def"
#undef CATEGORY
#undef TAG
};

static const char *const word_texts[] = {
#define WORD(category, word) word,
#define TAG_WORD(tag, word) word,
#include "common/domain/category_word.def"
};

static const uint8_t word_marks[] = {
#define WORD(category, word) WORDS_FIRST(word),
#define TAG_WORD(tag, word) WORDS_FIRST(word),
#include "common/domain/category_word.def"
};

/* What a word decides: a category, or CATEGORY_COUNT and a tag. */
static const uint8_t word_values[] = {
#define WORD(category, word) CATEGORY_##category,
#define TAG_WORD(tag, word) CATEGORY_COUNT + CATEGORY_TAG_##tag,
#include "common/domain/category_word.def"
};

const char *category_name(enum category category)
{
    return categories[category].name;
}

const char *category_text(enum category category, bool chinese)
{
    return chinese ? categories[category].text_zh : categories[category].text;
}

bool category_parse(const char *name, enum category *out)
{
    for (int i = 0; i < CATEGORY_COUNT; i++)
        if (strcmp(name, categories[i].name) == 0 || strcmp(name, categories[i].text_zh) == 0) {
            *out = (enum category)i;
            return true;
        }
    return false;
}

const char *category_tag_name(enum category_tag tag)
{
    return tags[tag].name;
}

static size_t begins(const char *text, const char *word)
{
    size_t n = 0;
    while (word[n] && text[n] == word[n])
        n++;
    return word[n] ? 0 : n;
}

static bool begins_char(const char *text)
{
    return ((unsigned char)*text & 0xC0) != 0x80;
}

/* "预算500元" behind an activity is its price, not its kind: the length of such words, 0 when there are none. */
static size_t price(const char *text)
{
    static const char *const names[] = {"活动经费", "经费预算", "预算经费", "预算资金", "所需经费", "经费", "预算", "费用"};
    static const char *const between[] = {":", "约", "为", "共", "计", "¥"};
    for (size_t i = 0; begins_char(text) && i < sizeof names / sizeof names[0]; i++) {
        size_t n = begins(text, names[i]);
        if (!n)
            continue;
        for (size_t k = 0; k < sizeof between / sizeof between[0]; k++)
            n += begins(text + n, between[k]);
        return text[n] >= '0' && text[n] <= '9' ? n : 0;
    }
    return 0;
}

/* Copies text without what stands in brackets and without quotes, as far as it fits: "三八" and 三八 are one word. */
static void strip(const char *text, char *out, size_t size)
{
    size_t n = 0;
    int depth = 0;
    bool figures = strpbrk(text, "0123456789") != NULL;
    for (; *text && n + 1 < size; text++) {
        text += figures ? price(text) : 0;
        if (*text == '(' || *text == '[')
            depth++;
        else if ((*text == ')' || *text == ']') && depth > 0)
            depth--;
        else if (depth == 0 && *text != '"' && *text != ' ')
            out[n++] = *text;
    }
    out[n] = '\0';
}

/* Does the word at offset at of the text stand by itself, not in 节目 or 季节? */
static bool is_alone(const char *text, size_t at, const char *word)
{
    static const char *const others[] = {"节目", "节约", "节能", "节水", "节奏", "节点", "季节", "环节", "调节", "细节", "情节"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        const char *inside = strlen(word) < strlen(others[i]) ? strstr(others[i], word) : NULL;
        size_t before = inside ? (size_t)(inside - others[i]) : 0;
        if (inside && at >= before && begins(text + at - before, others[i]) &&
            !begins(text + at - before + strlen(others[i]), "日")) /* 春季节日 */
            return false;
    }
    return true;
}

const char *category_guess(const char *text, uint32_t *tag_set)
{
    static const struct words words = WORDS(word_texts, word_marks);
    char plain[1024];
    size_t first = words.count;
    uint32_t set = 0;
    strip(text, plain, sizeof plain);
    for (size_t at = 0; plain[at]; at++)
        for (size_t i = begins_char(plain + at) ? 0 : words.count; (i = words_find_first(&words, plain + at, i)) < words.count;
             i++) {
            if (word_values[i] < CATEGORY_COUNT)
                first = i < first ? i : first;
            else if (is_alone(plain, at, words.texts[i]))
                set |= UINT32_C(1) << (word_values[i] - CATEGORY_COUNT);
        }
    if (tag_set)
        *tag_set = set;
    return first < words.count ? categories[word_values[first]].name : NULL;
}
