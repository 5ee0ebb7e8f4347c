# SPDX-License-Identifier: Apache-2.0
"""Last night's backup is restored after a day of work; the clients return in any order and bring the day back."""
import random
import shutil
import time

from kills import CREW, crew_world, kill_server
from world import FIRST_SCHOOL, Broken, end

HOMES = [home for home, _ in CREW]


def work(world, homes, seconds, kills=True):
    """These clients work at once; they are killed at the end, and the server may be in between."""
    clients = [world.client(home, "work") for home in homes]
    time.sleep(seconds / 2)
    if kills and random.random() < 0.3:
        kill_server(world)
    time.sleep(seconds / 2)
    for home, client in zip(homes, clients):
        if client.poll() is not None:
            raise Broken(f"client {home} ended by itself with {client.returncode}: {(world.folder / f'{home}.log').read_text()[-600:]}")
        end(client)


def lose_and_restore(world):
    """The server's folder is gone, last night's backup takes its place."""
    world.stop(9)
    shutil.move(world.data, world.folder / "lost")
    world.lianxind("restore", world.folder / "night.zip")
    world.lianxind("device", "confirm", "--all")
    world.serve()


def records(lines):
    """Without the district's own stream."""
    return sorted(line for line in lines if not line.startswith("2 "))


def return_all(world, disturbed):
    """In any order; disturbed: clients and server are killed meanwhile, and the first to return work on."""
    order = random.sample(HOMES, len(HOMES))
    for at, home in enumerate(order):
        if disturbed and random.random() < 0.5:
            client = world.client(home, "drain")
            time.sleep(random.uniform(0, 0.1))
            if random.random() < 0.5:
                kill_server(world)
            end(client)
        world.finish(home, "drain")
        if disturbed and random.random() < 0.5:
            work(world, order[:at + 1], random.uniform(0.1, 0.3))
    world.settle(ending="drain")


def look(world, *excused):
    """All hold the same; every change that was saved is there, once."""
    world.stop()
    held = records(world.dump())
    for home in HOMES:
        mine = records(world.dump(home))
        streams = {line.split(" ", 1)[0] for line in mine}
        if mine != [line for line in held if line.split(" ", 1)[0] in streams]:
            raise Broken(f"client {home} and the server differ (folder: {world.folder})")
    if "sync.compare" in world.log.read_text(errors="replace"):
        raise Broken(f"a client had to compare everything (folder: {world.folder})")
    return held, world.judge("tokens", *excused)


def drill():
    """A day of work of four clients; changes without the network wait at some of them."""
    world = crew_world(config={"snapshot_rows": 2000})
    disturbed, offline = random.random() < 0.6, random.random() < 0.6
    work(world, HOMES, random.uniform(0.1, 0.4))
    world.lianxind("backup", world.folder / "night.zip")
    for _ in range(random.randint(1, 3)):
        work(world, random.sample(HOMES, random.randint(1, len(HOMES))), random.uniform(0.1, 0.4))
    world.settle(ending="drain")
    before = records(world.dump())
    for home in random.sample(HOMES, 2 if offline else 0):
        if world.client(home, f"edit{random.randint(1, 12)}").wait():
            raise Broken(f"client {home} cannot work without the network")
    lose_and_restore(world)
    return_all(world, disturbed)
    if "not brought back" in world.lianxind("status", ok=(0, 1)).stdout:
        raise Broken(f"the server misses revisions (folder: {world.folder})")
    after, word = look(world)
    if not disturbed and not offline and after != before:
        raise Broken(f"the records are not those of before (folder: {world.folder})")
    world.remove()
    return word


def drill_with_loss():
    """Only one client holds the rows of the day, another knows that there are some; the one does not return, and then does."""
    world = crew_world(config={"snapshot_rows": 5})
    world.join("late", "HY02")
    work(world, HOMES, 0.2, kills=False)
    world.settle(ending="drain")
    world.lianxind("backup", world.folder / "night.zip")
    first = head(world, FIRST_SCHOOL + 1)
    while head(world, FIRST_SCHOOL + 1) < first + 12:
        if world.client("three", "edit2").wait():
            raise Broken("client three cannot work")
        world.finish("three", "drain")
    last = head(world, FIRST_SCHOOL + 1)
    before = records(world.dump())
    world.finish("late", "drain")
    lose_and_restore(world)
    for home in ("one", "two", "staff", "late"):
        world.finish(home, "drain")
    lost = f"{first + 1}-{last}"
    if lost not in world.lianxind("status", ok=(0, 1)).stdout:
        raise Broken(f"the loss report does not name {lost}: {world.lianxind('status').stdout} (folder: {world.folder})")
    world.finish("three", "drain")
    world.settle(ending="drain")
    if "not brought back" in world.lianxind("status", ok=(0, 1)).stdout:
        raise Broken(f"the server still misses revisions (folder: {world.folder})")
    after, word = look(world)
    if after != before:
        raise Broken(f"the records are not those of before (folder: {world.folder})")
    world.remove()
    return word


def head(world, stream):
    with world.database() as database:
        found = database.execute("SELECT max(place) FROM journal WHERE place >> 40 = ?", (stream,)).fetchone()[0]
        return (found or 0) & (1 << 40) - 1


def run(count, progress, _options):
    for n in range(1, count + 1):
        try:
            word = drill_with_loss() if n % 5 == 2 else drill()
        except Broken as why:
            progress.broke(why)
        else:
            if n % 10 == 0 or count < 10:
                progress.note(word)
        progress.step()
