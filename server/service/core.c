/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/core.h"

const struct settings *core_settings(struct core *core)
{
    return settings_now(&core->settings);
}

void core_change_settings(struct core *core, const struct settings *settings)
{
    (void)settings_keep(&core->settings, settings);
}

enum status core_check_space(struct core *core, struct err *err)
{
    const struct host *host = &core->config.host;
    uint64_t least_bytes = core_settings(core)->min_free_bytes;
    struct host_space space;
    if (!least_bytes || !host->find_space || !host->find_space(host->context, &space) || space.free_bytes >= least_bytes)
        return STATUS_OK;
    return err_reason(err, REASON_DISK_LOW, NULL);
}

void work_write(struct work *work)
{
    work->wrote = true;
}
