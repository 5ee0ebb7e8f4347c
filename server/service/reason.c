/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/reason.h"

#include "common/record/wording.h"

const char *reason_line(struct arena *arena, const struct schema *schema, const struct err *err)
{
    struct err chinese = *err;
    wording_apply(schema, true, &chinese);
    if (err->reason == REASON_NONE)
        return arena_strdup(arena, err->text);
    return arena_printf(arena, "%s\t%s", err->text, chinese.text);
}
