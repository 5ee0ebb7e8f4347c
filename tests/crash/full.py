# SPDX-License-Identifier: Apache-2.0
"""What runs out: the disk below the server, the disk below a client, file descriptors, and the patience of whoever waits for a
stopped process."""
import os
import random
import signal
import socket
import time

from disk import Memory, enter_namespace, freeze
from kills import Load, crew_world
from world import DOCUMENTS, Broken, target

DISK_BYTES = 96 << 20  # a quick machine writes several thousand changes meanwhile
STRANGERS = 100
PUSHES_MAX = 200
DESCRIPTORS = 64
TICKS = os.sysconf("SC_CLK_TCK")


def must(what, done, code, text=""):
    said = done.stdout + done.stderr
    if done.returncode != code or text not in said:
        raise Broken(f"{what}: ended with {done.returncode}, not {code}; it said: {said[-600:]}")


def finish(world, load=None):
    if load:
        load.stop()
    world.settle()
    word = world.judge()
    world.remove()
    return word


def push_until_refused(world, home):
    """What was the log's and the database's room already may do for a while."""
    for n in range(PUSHES_MAX):
        world.lianxin(home, "--offline", "edit", "3.1", f"text={'满' * 300}{n}")
        done = world.lianxin(home, "sync", "--wait", "0", ok=None)
        if done.returncode:
            return done
    raise Broken("the disk never became full")


def full_below_server():
    """Pushes are refused plainly and nothing of them is kept; reading goes on; with room again, so does work."""
    disk = Memory(DISK_BYTES)
    world = crew_world(data=disk.folder / "server")
    load = Load(world)
    for n in range(4):
        time.sleep(random.uniform(0.1, 0.3))
        disk.fill(leave_bytes=random.choice((0, 4096, 20000, 60000)))
        time.sleep(random.uniform(0.2, 0.5))
        if n == 2:
            world.stop(9)
            world.serve()
        load.look()
        disk.free()
    time.sleep(0.2)
    load.stop()
    for home in world.homes:
        world.finish(home, "drain")
    world.join("reader", "LX03")
    world.lianxin("reader", "import", DOCUMENTS / "01-calendar-year.txt", "--yes")
    disk.fill()
    must("a push to a full disk", push_until_refused(world, "reader"), 6, "full")
    must("asking beside a full disk", world.lianxin("staff", "schools", "--json", ok=None), 0, "HY02")
    must("looking beside a full disk", world.lianxin("reader", "list", "--all", "--json", ok=None), 0, '"rows"')
    world.finish("three", "drain")
    if world.server.poll() is not None or "group.lost" not in world.log.read_text(errors="replace"):
        raise Broken(f"the server did not tell of the full disk, or ended:\n{world.log_tail()}")
    disk.free()
    must("the push with room again", world.lianxin("reader", "sync", ok=None), 0)
    del world.homes["reader"]  # it has no witness
    word = finish(world)
    disk.remove()
    return "full below the server: " + word


def full_below_client():
    """What cannot be kept is said not to be saved; looking goes on; with room again, so does work."""
    disk = Memory(DISK_BYTES)
    world = crew_world(folders={"one": disk.folder / "one"})
    load = Load(world)
    for _ in range(4):
        time.sleep(random.uniform(0.05, 0.2))
        disk.fill(leave_bytes=random.choice((0, 4096, 20000)))
        time.sleep(random.uniform(0.1, 0.3))
        load.kill("one")
        time.sleep(random.uniform(0.1, 0.3))
        disk.free()
    load.stop()
    world.finish("one", "drain")
    disk.fill()
    refused = world.lianxin("one", "--offline", "add", "满了", "--month", "2024-09", ok=None)
    if refused.returncode == 0 or "full" not in refused.stderr or "is kept" in refused.stderr:
        raise Broken(f"a full disk is not told: {refused.stdout}{refused.stderr}")
    must("looking beside a full disk", world.lianxin("one", "list", "--all", "--json", ok=None), 0, '"rows"')
    if "满了" in world.lianxin("one", "list", "--all", "--json").stdout:
        raise Broken("what was refused is there")
    disk.free()
    word = finish(world)
    disk.remove()
    return "full below a client: " + word


def full_at_start():
    """A server that was stopped in good order cannot start without any room at all: it says so, and starts when there is some."""
    disk = Memory(DISK_BYTES)
    world = crew_world(data=disk.folder / "server")
    world.stop()
    disk.fill()
    said = run_once(world)
    if "is full" not in said or "make room" not in said:
        raise Broken(f"the server did not say that the disk is full: {said}")
    disk.free()
    world.serve()
    word = finish(world)
    disk.remove()
    return "full at the start: " + word


def run_once(world):
    """A start that fails; what was said."""
    done = world.lianxind("serve", ok=None)
    if done.returncode != 6:
        raise Broken(f"the server ended with {done.returncode}, not 6")
    return done.stderr


def cpu_seconds(process):
    fields = open(f"/proc/{target(process)}/stat").read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def no_descriptors():
    """More strangers than descriptors: the server does not go round in circles, and works on when they are gone."""
    world = crew_world()
    world.stop()
    world.before = ("prlimit", f"--nofile={DESCRIPTORS}")
    world.serve()
    strangers = [socket.create_connection(("127.0.0.1", world.port)) for _ in range(STRANGERS)]
    world.wait_for_log(" listen.paused ")
    before = cpu_seconds(world.server)
    time.sleep(1)
    used = cpu_seconds(world.server) - before
    for stranger in strangers:
        stranger.close()
    if used > 0.5:
        raise Broken(f"the server without descriptors used {used:.2f} s of a second")
    load = Load(world)
    time.sleep(0.5)
    return "no descriptors: " + finish(world, load)


def stopped():
    """Server and clients stand still in the middle of syncs, once longer than a client waits for an answer."""
    world = crew_world()
    load = Load(world)
    for pause_s in (0.3, 6, 0.1):
        for process in (world.server, random.choice(list(load.processes.values()))):
            time.sleep(random.uniform(0.05, 0.3))
            freeze(process)
            time.sleep(pause_s if process is world.server else pause_s / 4)
            os.kill(process.pid, signal.SIGCONT)
    return "stopped for a while: " + finish(world, load)


def run(count, progress, _options):
    enter_namespace()
    for _ in range(count):
        for part in (full_below_server, full_below_client, full_at_start, no_descriptors, stopped):
            progress.note(part())
        progress.step()
