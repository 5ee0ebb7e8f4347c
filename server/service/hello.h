/* SPDX-License-Identifier: Apache-2.0
 *
 * What a device is told about itself and its streams when it comes. */
#ifndef SERVER_SERVICE_HELLO_H
#define SERVER_SERVICE_HELLO_H

#include "server/service/caller.h"

struct hello_head {
    uint32_t stream;
    uint64_t rev;
    struct sha256 digest; /* of the row at rev; zero at rev 0 */
};
struct hello_done {
    const char *school_code, *school_name; /* NULL for the district and for nobody */
    struct hello_head heads[2];            /* of the streams the caller follows by itself */
    size_t n_heads;
};
/* held: how far the caller says it holds its own stream; NULL when it does not say. */
enum status hello_greet(struct work *work, const struct hello_head *held, struct hello_done *out, struct err *err) MUST_CHECK;

#endif
