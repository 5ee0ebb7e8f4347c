/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/settings.h"

#include <stdlib.h>

#include "common/base/arena.h"

struct settings_kept {
    struct settings settings;
    struct settings_kept *before;
    struct arena arena;
};

struct settings settings_default(void)
{
    return (struct settings){.district = "",
                             .invitation_days = 7,
                             .snapshot_rows = 2000,
                             .page_bytes = (uint32_t)1 << 20,
                             .checkpoint_frames = 4000,
                             .nightly_minutes = 120,
                             .backup_minutes = -1,
                             .log_days = 400};
}

const struct settings *settings_now(struct settings_kept *_Atomic *kept)
{
    return &atomic_load(kept)->settings;
}

bool settings_keep(struct settings_kept *_Atomic *kept, const struct settings *settings)
{
    struct settings_kept *copy = calloc(1, sizeof *copy);
    if (!copy)
        return false;
    arena_init(&copy->arena, 0);
    const char **addresses = ARENA_ARRAY(&copy->arena, settings->n_addresses, const char *);
    for (size_t i = 0; i < settings->n_addresses; i++)
        addresses[i] = arena_strdup(&copy->arena, settings->addresses[i]);
    copy->settings = *settings;
    copy->settings.district = arena_strdup(&copy->arena, settings->district);
    copy->settings.addresses = addresses;
    copy->before = atomic_load(kept);
    atomic_store(kept, copy);
    return true;
}

void settings_kept_free(struct settings_kept *_Atomic *kept)
{
    for (struct settings_kept *copy = atomic_exchange(kept, NULL), *before; copy; copy = before) {
        before = copy->before;
        arena_done(&copy->arena);
        free(copy);
    }
}
