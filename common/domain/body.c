/* SPDX-License-Identifier: Apache-2.0 */
#include "common/domain/body.h"

#include "proto/records.pb-c.h"

bool body_is_union(int body)
{
    return body == LIANXIN__BODY__BODY_UNION || body == LIANXIN__BODY__BODY_WOMEN || body == LIANXIN__BODY__BODY_AUDIT ||
           body == LIANXIN__BODY__BODY_GROUP;
}
