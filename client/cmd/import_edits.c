/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/import_edits.h"

#include <string.h>

#include "client/cmd/work.h"
#include "common/domain/month.h"

static const char *header_of(const struct import_activity *a)
{
    return a->header ? a->header : "";
}

/* How often the same header stood further up with an item at this place: a header may stand twice. */
static uint32_t ordinal_of(const struct import_plan *plan, size_t i)
{
    const struct import_activity *a = plan->activities;
    uint32_t n = 0;
    for (size_t k = 0; k < i; k++)
        n += a[k].position == a[i].position && strcmp(header_of(&a[k]), header_of(&a[i])) == 0;
    return n;
}

struct uuid import_edits_activity_id(const struct import_id *id, const struct import_plan *plan, size_t i)
{
    const struct import_activity *a = &plan->activities[i];
    return import_id_make(id, "activity", header_of(a), a->position, ordinal_of(plan, i));
}

char *import_edits_next_number(struct cmd *cmd, Lianxin__Body body, int64_t months, unsigned counters[13])
{
    int month = months ? month_of_year(month_set_first(months)) : 0;
    return arena_printf(&cmd->arena, "%s%d.%u", work_body_prefix(body), month, ++counters[month]);
}
