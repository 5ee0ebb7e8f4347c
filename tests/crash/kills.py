# SPDX-License-Identifier: Apache-2.0
"""kill -9 of the real server and of working clients, again and again, at random moments."""
import json
import random
import subprocess
import time

from world import DOCUMENTS, FIRST_SCHOOL, PATIENCE_S, Broken, World, end, start

KILLS_A_WORLD = 50  # of each sort: the checker's work grows with the square of a history
CREW = (("one", "SY01"), ("two", "SY01"), ("three", "HY02"), ("staff", None))


def crew_world(folders=(), **options):
    """Two officers of one school, one of another, and the district, which writes to both; nobody of a third. folders: of some
    homes."""
    world = World(schools=("SY01", "HY02", "LX03"), **options)
    world.serve()
    for home, school in CREW:
        world.join(home, school, dict(folders).get(home))
    world.extra["staff"] = (FIRST_SCHOOL, FIRST_SCHOOL + 1)
    return world


class Load:
    """The crew at work; a client that ends by itself has found something."""

    def __init__(self, world):
        self.world = world
        self.processes = {home: world.client(home, "work") for home in world.homes}

    def kill(self, home):
        """Kills one and starts it again."""
        self.look()
        end(self.processes[home])
        self.processes[home] = self.world.client(home, "work")

    def look(self):
        for home, process in self.processes.items():
            if process.poll() is not None:
                log = (self.world.folder / f"{home}.log").read_text()[-600:]
                raise Broken(f"client {home} ended by itself with {process.returncode}: {log}")

    def stop(self):
        self.look()
        for process in self.processes.values():
            end(process)


def kill_server(world):
    world.stop(9)
    while random.random() < 0.15:  # and while it comes back
        world.serve(wait=False)
        time.sleep(random.uniform(0, 0.03))
        world.stop(9)
    world.serve()


def one_world(kills, say):
    world = crew_world()
    load = Load(world)
    for _ in range(kills):
        time.sleep(random.uniform(0.01, 0.25))
        kill_server(world)
        time.sleep(random.uniform(0.01, 0.15))
        load.kill(random.choice(list(world.homes)))
        say(2)
    load.stop()
    world.settle()
    word = world.judge()
    world.remove()
    return word


# ---- lianxin itself, command by command ----

OFFICERS = (("one", "SY01"), ("two", "SY01"), ("three", "HY02"))


def start_add(world, home, text):
    return start(world.bin / "lianxin", "--home", world.homes[home], "add", text, "--month", f"2026-{random.randint(1, 12):02}",
                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def texts(world, home):
    return sorted(row["text"] for row in json.loads(world.lianxin(home, "list", "--all", "--json").stdout)["rows"])


def look_at_texts(world, saved, wanted):
    """Each that was saved is there once, no other twice, and the same on all devices of a school."""
    for home, school in OFFICERS:
        held = texts(world, home)
        for text in wanted[school]:
            if held.count(text) > 1 or (text in saved and text not in held):
                raise Broken(f"{text} is there {held.count(text)} times at {home}, {'saved' if text in saved else 'not said to be'}")
    if texts(world, "one") != texts(world, "two"):
        raise Broken("two devices of a school differ")


def command_world(kills, say):
    """Officers add activities by `lianxin add`, two at a time; one of the two is killed, or the server."""
    world = World(schools=("SY01", "HY02"))
    world.serve()
    saved, wanted = set(), {"SY01": [], "HY02": []}
    for home, school in OFFICERS:
        world.join(home, school)
    for home in ("one", "three"):
        world.lianxin(home, "import", DOCUMENTS / "01-calendar-year.txt", "--yes")
    world.lianxin("two", "sync")
    n = killed = 0
    while killed < 2 * kills:
        n += 1
        pair = {}
        for home, school in random.sample(OFFICERS, 2):
            wanted[school].append(f"第{n}项·{home}")
            pair[home] = start_add(world, home, wanted[school][-1])
        time.sleep(random.uniform(0, 0.1))
        if killed % 2:
            kill_server(world)
        else:
            end(random.choice(list(pair.values())))
        codes = {home: process.wait(PATIENCE_S) for home, process in pair.items()}
        if killed % 2 or -9 in codes.values():  # else it had ended before
            killed += 1
            say(1)
        for home, code in codes.items():
            if code == 0:
                saved.add(f"第{n}项·{home}")
            elif code not in (-9, 3, 6):
                raise Broken(f"lianxin add at {home} ended with {code}")
    for home in ("one", "two", "three") * 3:  # a sync may give new numbers, which others have to fetch
        world.lianxin(home, "sync", ok=(0, 3))
    look_at_texts(world, saved, wanted)
    world.check()
    word = f"{len(saved)} of {sum(map(len, wanted.values()))} activities added by command were saved: all there, once"
    world.remove()
    return word


def run(count, progress, _options):
    """count kills of the server, and as many of clients."""
    for done in range(0, count, KILLS_A_WORLD):
        kills = min(KILLS_A_WORLD, count - done)
        commands = kills // 5
        progress.note(one_world(kills - commands, progress.step))
        if commands:
            progress.note(command_world(commands, progress.step))
