# SPDX-License-Identifier: Apache-2.0
"""A line between client and server that breaks: cutting_proxy.py LISTEN TARGET FILE.

FILE holds how many bytes of the server's pass on each connection before both ends are closed; -1: all of them."""

import socket
import sys
import threading


def pump(source, sink, left):
    try:
        while left:
            data = source.recv(65536 if left < 0 else min(left, 65536))
            if not data:
                break
            sink.sendall(data)
            left -= len(data) if left > 0 else 0
    except OSError:
        pass
    for end in (source, sink):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def carry(client, target, file):
    with open(file) as f:
        left = int(f.read().strip() or -1)
    try:
        server = socket.create_connection(("127.0.0.1", target))
    except OSError:
        client.close()
        return
    threading.Thread(target=pump, args=(client, server, -1), daemon=True).start()
    pump(server, client, left)


def main():
    listen, target, file = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    door = socket.create_server(("127.0.0.1", listen))
    while True:
        client, _ = door.accept()
        threading.Thread(target=carry, args=(client, target, file), daemon=True).start()


main()
