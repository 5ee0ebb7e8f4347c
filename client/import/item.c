/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/item.h"

#include <string.h>

#include "client/import/facts.h"
#include "client/import/owner_name.h"
#include "common/domain/category.h"

#define ITEM_CHARACTERS 3

bool item_may_be(const char *s)
{
    return text_length(s) >= ITEM_CHARACTERS && (text_is_han(s) || s[0] == '"') && !strchr(s, ':') && !facts_begins_key(s) &&
           !owner_all_names(s, owner_is_any);
}

bool item_is_activity(const char *s)
{
    static const char *const ends[] = {"会", "赛", "活动", "联欢", "座谈", "慰问", "会议", "祭扫", "走访", "节", NULL};
    return item_may_be(s) && (category_guess(s, NULL) || text_ends_any(s, ends));
}
