# SPDX-License-Identifier: Apache-2.0
"""The fixed scenario of points.py, step by step: how a step is prepared, what it runs, and what must be true whatever became of
it. A step's run() takes the words before the command that is to be crashed, and says whether the command reported success."""
import json
import re
import shutil
import time

from world import DOCUMENTS, Broken, start, end

ANY = None
PLAN = DOCUMENTS / "01-calendar-year.txt"
IDS = re.compile(r" (plan|section|activity|record|instance)=\w+")


def content(lines):
    """A dump without the ids, which are new at every try."""
    return sorted(IDS.sub("", line.split(" ", 3)[1] + " " + line.split(" ", 3)[3]) for line in lines if line.startswith("100 "))


def same_everywhere(world, homes=("one", "two")):
    """Server (stopped) and clients hold the same records."""
    held = sorted(line for line in world.dump() if line.startswith(("1 ", "100 ")))
    for home in homes:
        if sorted(line for line in world.dump(home) if line.startswith(("1 ", "100 "))) != held:
            raise Broken(f"client {home} and the server differ")


def sync(world, home):
    """To its end; what only a lost commit can bring is told."""
    report = json.loads(world.lianxin(home, "sync", "--json", ok=(0, 3)).stdout)["rows"][0]
    if report["renewed"] or report["compared"] or report["refused"]:
        raise Broken(f"{home} had to repair something: {report}")
    return report


class Step:
    def __init__(self, name, **options):
        self.name = name
        self.__dict__.update(options)

    def expect(self, world):
        """After an undisturbed run()."""

    def serves(self):
        """Is it the server that is crashed, at work? Its write() goes to sockets and to other threads: no disk refuses that."""
        return getattr(self, "who", None) == "server"


class District(Step):
    """Two officers of a school; the first has imported the plan."""

    def prepare(self, world):
        world.serve()
        world.join("one", "SY01")
        world.join("two", "SY01")
        world.lianxin("one", "import", PLAN, "--yes")
        sync(world, "two")
        world.stop()

    def run_against_server(self, world, trace):
        """Runs go(); who says whether it or the server is traced."""
        if self.who == "client":
            world.serve()
            return self.go(world, trace)
        world.serve(*trace, wait=False)
        told = world.listens() and self.go(world)
        world.stop()
        return told

    def look_at_all(self, world):
        """Everybody syncs; all sound, all equal. Returns what they hold."""
        world.stop()
        world.lianxind("check")
        world.serve()
        for home in ("one", "two", "one"):
            sync(world, home)
        world.check()
        same_everywhere(world)
        return content(world.dump())


class Change(District):
    """words: a command of client one that changes something, while the server runs (or, offline, does not)."""

    offline = False
    before = ()
    who = "client"

    def prepare(self, world):
        super().prepare(world)
        for words in self.before:
            world.lianxin("one", *words)
        world.serve()
        sync(world, "one")
        self.without = content(world.dump("one"))

    def run(self, world, trace):
        return self.run_against_server(world, trace) if not self.offline else self.go(world, trace)

    def go(self, world, trace=()):
        words = ["--offline", *self.words] if self.offline else self.words
        return world.command(trace, world.bin / "lianxin", "--home", world.homes["one"], *words) in (0, 3)

    def expect(self, world):
        self.wanted = self.look_at_all(world)

    def look(self, world, told):
        held = self.look_at_all(world)
        if held != self.wanted and (told or held != self.without):
            raise Broken(f"{'said to be saved' if told else 'not said to be saved'}, and there is something else now")
        if held == self.wanted:
            return
        world.serve()
        if not self.go(world) or self.look_at_all(world) != self.wanted:
            raise Broken("trying again does not bring it about")


class Sync(District):
    """Both officers have worked without the network; who says which process is crashed while one syncs."""

    def prepare(self, world):
        super().prepare(world)
        for words in (("edit", "3.1", "lead=甲"), ("done", "4.1", "--day", "2026-04-08", "--people", "40"),
                      ("add", "新的活动", "--month", "2026-05")):
            world.lianxin("one", "--offline", *words)
        world.lianxin("two", "--offline", "edit", "3.2", "lead=乙")
        world.serve()
        sync(world, "two")

    def run(self, world, trace):
        if self.who == "server":
            return self.run_server(world, trace)
        world.serve()
        return world.command(trace, world.bin / "lianxin", "--home", world.homes["one"], "sync", "--wait", "0") == 0

    def run_server(self, world, trace):
        world.serve(*trace, wait=False)
        if not world.listens():
            return False
        told = world.lianxin("one", "sync", "--wait", "0", ok=ANY).returncode == 0
        world.lianxin("two", "sync", "--wait", "0", ok=ANY)
        world.lianxind("invite", "--school", "SY01", "--person", "三", ok=ANY)
        world.stop()
        return told

    def expect(self, world):
        self.wanted = self.look_at_all(world)

    def look(self, world, told):
        if self.look_at_all(world) != self.wanted:
            raise Broken("what was done without the network did not arrive once")


class Verb(District):
    """words: a command of the server without a running one. done(world): is it carried out?"""

    def run(self, world, trace):
        return self.go(world, trace)

    def go(self, world, trace=()):
        words = [word(world) if callable(word) else word for word in self.words]
        options = [] if "--data" in words else ["--data", world.data]
        return world.command(trace, world.bin / "lianxind", *words, *options) == 0

    def look(self, world, told):
        done = self.done(world)
        if told and not done:
            raise Broken("it was said to be done, and is not")
        if not done and not (self.go(world) and self.done(world)):
            raise Broken(f"trying again does not bring it about: {world.said}")
        self.look_at_all(world)


class Init(Verb):
    def prepare(self, world):
        world.address = f"127.0.0.1:{world.port}"

    def look_at_all(self, world):
        data = world.folder / "founded"
        world.lianxind("check", data=data)
        world.lianxind("school", "add", "SY01", "学校", data=data)
        server = start(world.bin / "lianxind", "serve", "--data", data, stderr=open(world.folder / "founded.log", "wb"))
        while " server.start " not in (world.folder / "founded.log").read_text(errors="replace"):
            if server.poll() is not None:
                raise Broken("the founded server does not start")
            time.sleep(0.01)
        end(server, 15)


class Join(District):
    who = "client"

    def prepare(self, world):
        super().prepare(world)
        world.invitation = re.search(r"lx1-\w+", world.lianxind("invite", "--school", "SY01", "--person", "三").stdout)[0]
        world.homes["three"] = world.folder / "clients/three"

    def run(self, world, trace):
        return self.run_against_server(world, trace)

    def go(self, world, trace=()):
        return world.command(trace, world.bin / "lianxin", "--home", world.homes["three"], "join", world.invitation) == 0

    def look(self, world, told):
        world.stop()
        world.serve()
        if not self.go(world) and "already belongs" not in world.said:
            raise Broken(f"the same invitation is not taken again: {world.said}")
        sync(world, "three")
        if len(json.loads(world.lianxind("device", "list", "--json").stdout)["rows"]) != 3:
            raise Broken("the device is enrolled more than once")
        self.look_at_all(world)
        same_everywhere(world, ("three",))


def listed(*words):
    """Does a listing of the server hold this text, and once?"""
    *command, text = words

    def done(world):
        found = world.lianxind(*command, "--json").stdout.count(f'"{text}"')
        if found > 1:
            raise Broken(f"{text} is there {found} times")
        return found == 1
    return done


def has_brief(world):
    with world.database() as database:
        return database.execute("SELECT count(*) FROM brief WHERE date = '2026-04-01'").fetchone()[0] == 1


def restores(world):
    """The backup is there: then it is whole."""
    path = world.folder / "night.zip"
    if not path.exists():
        return False
    target = world.folder / "restored-to-see"
    world.lianxind("restore", path, data=target)
    world.lianxind("check", data=target)
    shutil.rmtree(target)
    return True


class Restore(Verb):
    def prepare(self, world):
        super().prepare(world)
        world.lianxind("backup", world.folder / "night.zip")

    def done(self, world):
        if not (world.folder / "new").exists():
            return False
        world.lianxind("check", data=world.folder / "new")
        return True


class Recover(District):
    """The server came out of a backup, client one still holds what it lost; who says which process is crashed while it is told."""

    def prepare(self, world):
        super().prepare(world)
        world.lianxind("backup", world.folder / "night.zip")
        world.serve()
        world.lianxin("one", "edit", "3.1", "lead=甲")
        world.lianxin("one", "done", "4.1", "--day", "2026-04-08", "--people", "40")
        world.lianxin("one", "add", "新的活动", "--month", "2026-05")
        world.stop(9)
        self.wanted = content(world.dump())
        world.lianxind("restore", world.folder / "night.zip", data=world.folder / "new")
        shutil.rmtree(world.data)
        shutil.move(world.folder / "new", world.data)
        world.lianxind("device", "confirm", "--all")

    run, run_server = Sync.run, Sync.run_server

    def look(self, world, told):
        if self.look_at_all(world) != self.wanted:
            raise Broken("what the restored server had lost did not come back once")
        if "not brought back" in world.lianxind("status", ok=(0, 1)).stdout:
            raise Broken("the server misses revisions")


STEPS = [
    Init("init", words=["init", "--public", lambda world: world.address, "--data", lambda world: world.folder / "founded"],
         done=lambda world: (world.folder / "founded/lianxin.db").exists() and
         world.lianxind("check", data=world.folder / "founded", ok=ANY).returncode == 0),
    Verb("school add", words=["school", "add", "HY02", "第二学校"], done=listed("school", "list", "HY02")),
    Verb("due add", words=["due", "add", "plan", "--month", "2026-03", "--day", "2026-03-01", "--title", "计划"],
         done=listed("due", "list", "计划")),
    Verb("aggregate", words=["aggregate", "--date", "2026-04-01"], done=has_brief),
    Verb("backup", words=["backup", lambda world: world.folder / "night.zip"], done=restores),
    Restore("restore", words=["restore", lambda world: world.folder / "night.zip", "--data", lambda world: world.folder / "new"]),
    Join("join, client"),
    Join("join, server", who="server"),
    Change("import, client", words=["import", DOCUMENTS / "06-quarters.txt", "--yes"]),
    Change("import, server", words=["import", DOCUMENTS / "06-quarters.txt", "--yes"], who="server"),
    Change("add", words=["add", "新的活动", "--month", "2026-05"]),
    Change("edit", words=["edit", "3.1", "lead=甲", "budget=500"]),
    Change("done", words=["done", "4.1", "--day", "2026-04-08", "--people", "40"]),
    Change("undo", words=["undo"], before=(("--offline", "edit", "3.1", "lead=甲"),)),
    Change("report", words=["report", "new", "--month", "2026-03"]),
    Change("offline", words=["done", "4.1", "--day", "2026-04-08", "--people", "40"], offline=True),
    Sync("sync, client", who="client"),
    Sync("sync, server", who="server"),
    Recover("recover, client", who="client"),
    Recover("recover, server", who="server"),
]
