/* SPDX-License-Identifier: Apache-2.0
 *
 * The district's authority as the core wants it. */
#ifndef SERVER_CMD_ISSUER_H
#define SERVER_CMD_ISSUER_H

#include "common/wire/x509.h"
#include "server/service/core.h"

struct issuer_context {
    const struct x509_authority *authority;
    struct clock clock;
    struct random random;
};
/* context must outlive the issuer. */
struct issuer issuer_of(struct issuer_context *context);

#endif
