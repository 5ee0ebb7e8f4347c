/* SPDX-License-Identifier: Apache-2.0
 *
 * Activity categories and tags, and the guess from an item's words. A guess stays marked as one until a person confirms it. */
#ifndef COMMON_DOMAIN_CATEGORY_H
#define COMMON_DOMAIN_CATEGORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum category {
#define CATEGORY(upper, lower, text, text_zh) CATEGORY_##upper,
#define TAG(upper, lower, text, text_zh)
#include "common/domain/category.def"
#undef CATEGORY
#undef TAG
    CATEGORY_COUNT
};

enum category_tag {
#define CATEGORY(upper, lower, text, text_zh)
#define TAG(upper, lower, text, text_zh) CATEGORY_TAG_##upper,
#include "common/domain/category.def"
#undef CATEGORY
#undef TAG
    CATEGORY_TAG_COUNT
};

const char *category_name(enum category category);
const char *category_text(enum category category, bool chinese);
/* The category named or labelled so; false when there is none. */
bool category_parse(const char *name, enum category *out);
const char *category_tag_name(enum category_tag tag);

/* The id of the likeliest category of an item; text is half width and simplified, bracketed remarks do not decide. NULL when no
 * word decides. *tag_set: bit 1 << enum category_tag for every tag a word speaks for; may be NULL. */
const char *category_guess(const char *text, uint32_t *tag_set);

#endif
