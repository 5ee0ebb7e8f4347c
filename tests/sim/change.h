/* SPDX-License-Identifier: Apache-2.0
 *
 * Changes that people make on their devices, of records they see there; nothing happens when there is none that fits. */
#ifndef TESTS_SIM_CHANGE_H
#define TESTS_SIM_CHANGE_H

#include "tests/sim/world.h"

/* With so many activities, as an import has it. */
void change_new_plan(struct device *device, uint32_t stream, unsigned activities);
void change_new_activity(struct device *device, uint32_t stream);
void change_new_occurrence(struct device *device, uint32_t stream);
void change_edit(struct device *device, uint32_t stream);
void change_state(struct device *device, uint32_t stream);
void change_remove(struct device *device, uint32_t stream);
void change_resolve(struct device *device, uint32_t stream);

#endif
