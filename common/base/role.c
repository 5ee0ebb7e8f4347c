/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/role.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *name, *label, *label_zh;
} roles[] = {
#define ROLE(number, name_, text_, label_, label_zh_) [number] = {text_, label_, label_zh_},
#include "common/base/role.def"
#undef ROLE
};

const char *role_name(enum role role)
{
    return (size_t)role < sizeof roles / sizeof roles[0] ? roles[role].name : "unknown";
}

const char *role_label(enum role role, bool chinese)
{
    if ((size_t)role >= sizeof roles / sizeof roles[0])
        return "unknown";
    return chinese ? roles[role].label_zh : roles[role].label;
}

int role_parse(const char *name)
{
    for (int role = ROLE_DEVICE; role <= ROLE_LEAD; role++)
        if (strcmp(roles[role].name, name) == 0)
            return role;
    return -1;
}
