/* SPDX-License-Identifier: Apache-2.0
 *
 * This computer's key and certificate in the data folder, and the way to the district's server. */
#ifndef CLIENT_CMD_DEVICE_H
#define CLIENT_CMD_DEVICE_H

#include "client/cmd/cmd.h"
#include "common/wire/invitation.h"

/* A transport that shows the device's certificate, to the addresses last heard of. */
enum status device_connect(struct cmd *cmd, struct transport *out, struct err *err) MUST_CHECK;
/* Makes the key (or takes the one of a join that was cut off), proves the secret, keeps the certificate and who we are. The cache
 * is open for writing. */
enum status device_enrol(struct cmd *cmd, const struct invitation *invitation, struct err *err) MUST_CHECK;
/* Asks for a new certificate when this one ends within X509_RENEW_DAYS. After a sync: the connection proves who asks. */
enum status device_renew(struct cmd *cmd, struct err *err) MUST_CHECK;

#endif
