/* SPDX-License-Identifier: Apache-2.0
 *
 * This computer's key and certificate in the data folder, and the way to the district's server. */
#ifndef CLIENT_CMD_DEVICE_H
#define CLIENT_CMD_DEVICE_H

#include "client/cmd/cmd.h"
#include "common/wire/invitation.h"

/* Opens cmd->transport, at the first call: it shows the device's certificate, to the addresses last heard of. UNAVAILABLE with
 * --offline. */
enum status device_connect(struct cmd *cmd, struct err *err) MUST_CHECK;
/* One exchange with the server over it; *reply in cmd->arena. */
enum status device_call(struct cmd *cmd, enum message_number number, const ProtobufCMessage *request, ProtobufCMessage **reply,
                        struct err *err) MUST_CHECK;
/* A transport of its own to these addresses only, tried in this order. */
enum status device_connect_to(struct cmd *cmd, const char *const *addresses, size_t n, struct transport *out,
                              struct err *err) MUST_CHECK;
/* The addresses last heard of, "host:port"; in arena. */
enum status device_list_addresses(struct cmd *cmd, const char *const **out, size_t *n, struct err *err) MUST_CHECK;
/* When the device's certificate ends. */
enum status device_find_end(struct cmd *cmd, int64_t *end_ms, struct err *err) MUST_CHECK;
/* Makes the key (or takes the one of a join that was cut off), proves the secret, keeps the certificate and who we are. The cache
 * is open for writing. */
enum status device_enrol(struct cmd *cmd, const struct invitation *invitation, struct err *err) MUST_CHECK;
/* The device's public key (SubjectPublicKeyInfo, DER) and its signature of the bytes, appended. */
enum status device_sign(struct cmd *cmd, const void *data, size_t bytes, struct buf *key, struct buf *signature,
                        struct err *err) MUST_CHECK;
/* Asks for a new certificate when this one is due, or when the district's authority has a successor, which is remembered. After a
 * sync: the connection proves who asks. */
enum status device_renew(struct cmd *cmd, struct err *err) MUST_CHECK;

#endif
