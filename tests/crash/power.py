# SPDX-License-Identifier: Apache-2.0
"""Power cuts below the server and below a client, while four clients work: the process is stopped, its file system shut down
without flushing its log, the process killed, the file system mounted again."""
import random
import time

from disk import LOG_FLUSHED, LOG_LOST, Disk, enter_namespace, freeze, usable_kinds
from kills import Load, crew_world, kill_server
from world import Unable, end

CUTS_A_WORLD = 20
WITHOUT_SYNC = ("strace", "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", "trace=fsync,fdatasync",
                "-e", "inject=fsync,fdatasync:retval=0")


def flag():
    return LOG_LOST if random.random() < 0.8 else LOG_FLUSHED


def cut_server(world, disk):
    if random.random() < 0.2:  # the kill of a process, and the power soon after its return
        kill_server(world)
        time.sleep(random.uniform(0, 0.05))
    freeze(world.server)
    disk.cut(flag())
    world.stop(9)
    disk.come_back()
    world.serve()


def cut_client(world, load, home, disk):
    load.look()
    freeze(load.processes[home])
    disk.cut(flag())
    end(load.processes[home])
    disk.come_back()
    load.processes[home] = world.client(home, "work")


def one_world(kind, cuts, planted, say):
    below_server, below_client = Disk(kind), Disk(kind)
    world = crew_world(data=below_server.folder / "server", folders={"one": below_client.folder / "one"})
    if planted:
        world.stop()
        world.before = WITHOUT_SYNC
        world.serve()
    load = Load(world)
    for _ in range(cuts):
        time.sleep(random.uniform(0.02, 0.4))
        if random.random() < 0.7:
            cut_server(world, below_server)
        else:
            cut_client(world, load, "one", below_client)
        say(1)
    load.stop()
    world.settle()
    word = world.judge()
    world.remove()
    below_server.remove()
    below_client.remove()
    return f"{kind}: {word}"


def run(count, progress, options):
    """--planted: the server's fsync says that all is well, and does nothing."""
    enter_namespace()
    kinds, why = usable_kinds()
    if not kinds:
        raise Unable("; ".join(why))
    for line in why:
        progress.note(f"left out: {line}")
    a_world = min(CUTS_A_WORLD, max(1, count // len(kinds)))
    for at, done in enumerate(range(0, count, a_world)):
        progress.note(one_world(kinds[at % len(kinds)], min(a_world, count - done), options.planted, progress.step))
