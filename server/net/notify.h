/* SPDX-License-Identifier: Apache-2.0
 *
 * Telling systemd how the service is: sd_notify(3), without its library. */
#ifndef SERVER_NET_NOTIFY_H
#define SERVER_NET_NOTIFY_H

/* One datagram, "READY=1" or "STOPPING=1", to the socket named in NOTIFY_SOCKET; nothing when there is none. */
void notify_send(const char *state);

#endif
