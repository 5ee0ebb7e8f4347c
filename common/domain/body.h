/* SPDX-License-Identifier: Apache-2.0
 *
 * Who issues a plan. */
#ifndef COMMON_DOMAIN_BODY_H
#define COMMON_DOMAIN_BODY_H

#include <stdbool.h>

/* Is the body (enum _Lianxin__Body, 0: none) inside the union's totals: the union itself, its women's and audit committees, its
 * groups? */
bool body_is_union(int body);

#endif
