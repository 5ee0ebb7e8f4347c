/* SPDX-License-Identifier: Apache-2.0
 *
 * "host:port", as people write it in configuration and invitations. */
#ifndef COMMON_WIRE_ADDRESS_H
#define COMMON_WIRE_ADDRESS_H

#include "common/base/err.h"

#define ADDRESS_HOST_BYTES 254
#define ADDRESS_PORT_BYTES 6

struct address {
    char host[ADDRESS_HOST_BYTES]; /* name or number, without brackets; "" where the text is ":port" */
    char port[ADDRESS_PORT_BYTES]; /* decimal, 0…65535 */
};

/* "host:port", "1.2.3.4:port", "[v6]:port" or ":port". USAGE with a text that names the address otherwise. */
enum status address_parse(const char *text, struct address *out, struct err *err) MUST_CHECK;

#endif
