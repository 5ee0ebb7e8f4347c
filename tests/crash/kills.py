# SPDX-License-Identifier: Apache-2.0
"""kill -9 of the real server and of working clients, again and again, at random moments."""
import random
import time

from world import FIRST_SCHOOL, Broken, World, end

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


def run(count, progress, _planted):
    """count kills of the server, and as many of clients."""
    for done in range(0, count, KILLS_A_WORLD):
        progress.note(one_world(min(KILLS_A_WORLD, count - done), progress.step))
