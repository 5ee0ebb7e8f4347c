/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMON_BASE_ROLE_H
#define COMMON_BASE_ROLE_H

#include <stdbool.h>

enum role {
#define ROLE(number, name, text, label, label_zh) ROLE_##name = number,
#include "common/base/role.def"
#undef ROLE
};

const char *role_name(enum role role);                /* "device", "district", "lead" …; "unknown" for a number not in the list */
const char *role_label(enum role role, bool chinese); /* for people */
int role_parse(const char *name);                     /* an enum role a device can have, or -1 */

#endif
