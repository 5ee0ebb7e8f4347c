# SPDX-License-Identifier: Apache-2.0
"""Every write, fsync, rename … of a fixed scenario as a crash point, of the process or (--power) of the whole machine.

A step is one command of the scenario from a folder prepared before it. strace makes the process die at its Nth system call of a
name (which is then not carried out), or lets that call fail. Then the step's own rules are looked at, the command is tried
again, and everybody syncs: what was said to be done is there, nothing is there twice, and all hold the same.
"""
import collections
import random
import re
import shutil
import tempfile

from disk import LOG_LOST, Disk, enter_namespace, usable_kinds
from step import STEPS
from world import Broken, Unable, World, run as run_command

KILL_AT = ("write", "pwrite64", "writev", "sendto", "sendmsg", "fsync", "fdatasync", "rename", "renameat", "renameat2", "ftruncate",
           "fallocate", "unlink", "unlinkat", "rmdir", "mkdir", "link", "linkat", "chmod", "fchmod")
REFUSED = {"write": "ENOSPC", "pwrite64": "ENOSPC", "ftruncate": "ENOSPC", "fallocate": "ENOSPC", "mkdir": "ENOSPC",
           "rename": "ENOSPC", "fsync": "EIO", "fdatasync": "EIO"}
CALL = re.compile(r"^(?:\[pid +)?(\d+)\]? +(\w+)\(", re.M)
TRACE = ("strace", "-f", "-qq", "-o")  # with --seccomp-bpf strace 6.1 sends no signal
STRUCK = re.compile(r"\+\+\+ killed by SIGKILL|\(INJECTED\)")

MANY, FEW_STEPS = 100, 4  # a short run does not prepare every step

Point = collections.namedtuple("Point", "step call n error")


def list_points(step, world):
    """What the step does when nobody hinders it, call by call of the thread that makes most of them."""
    trace = world.folder / "trace"
    world.restore_folder()
    step.run(world, (*TRACE, trace, "-e", "trace=" + ",".join(KILL_AT)))
    counts = collections.Counter(CALL.findall(trace.read_text(errors="replace")))
    most = collections.Counter()
    for (_, call), n in counts.items():
        most[call] = max(most[call], n)
    points = [Point(step, call, n, None) for call in most for n in range(1, most[call] + 1)]
    refused = [call for call in most if call in REFUSED and not (call == "write" and step.serves())]
    points += [Point(step, call, n, REFUSED[call]) for call in refused for n in range(1, most[call] + 1)]
    return points + ([Point(step, "end", 0, None)] if world.disk else [])


class PointWorld(World):
    """A world that can go back to how it was before the step; on a disk of its own the crash of a process is one of the machine."""

    def __init__(self, disk=None):
        self.disk = disk
        super().__init__(schools=("SY01",), folder=disk and disk.folder)

    def keep_folder(self):
        self.stop()
        self.kept = tempfile.mkdtemp(prefix="lianxin-kept-")
        run_command("cp", "-a", self.folder, self.kept)

    def restore_folder(self):
        self.stop(9)
        shutil.rmtree(self.folder)
        run_command("cp", "-a", f"{self.kept}/{self.folder.name}", self.folder)
        if self.disk:
            run_command("sync", "-f", self.folder)

    def cut_power(self):
        if self.disk:
            self.stop(9)
            self.disk.cut(LOG_LOST)
            self.disk.come_back()

    def remove(self):
        super().remove()
        shutil.rmtree(self.kept)
        if self.disk:
            self.disk.remove()


def try_point(world, point):
    """Was the point reached? Threads do not always make the same calls."""
    step, fault = point.step, f"error={point.error}" if point.error else "signal=KILL"
    world.restore_folder()
    trace = (*TRACE, world.folder / "trace", "-e", f"trace={point.call}", "-e", f"inject={point.call}:{fault}:when={point.n}")
    if point.call == "end":  # done in peace; then the power fails
        trace = ()
    try:
        told = step.run(world, trace)
        struck = point.call == "end" or STRUCK.search((world.folder / "trace").read_text(errors="replace")) is not None
        world.cut_power()
        step.look(world, told)
        return struck
    except Broken as why:
        raise Broken(f"{step.name}, {point.call} number {point.n}, {point.error or 'killed'}: {why}") from None


def set_aside(world, why, progress):
    """A copy of the folder stays as it is; the other points are tried all the same."""
    world.stop(9)
    aside = tempfile.mkdtemp(prefix="lianxin-broken-")
    run_command("cp", "-a", world.folder, aside)
    progress.broke(f"{why} (folder: {aside})")


def prepare(step, disk):
    world = PointWorld(disk)
    step.prepare(world)
    world.keep_folder()
    return world


def run(count, progress, options):
    if not shutil.which("strace"):
        raise Unable("strace is not installed")
    points, worlds, kinds = [], {}, []
    if options.power:
        enter_namespace()
        kinds, why = usable_kinds()
        if not kinds:
            raise Unable("; ".join(why))
    steps = [step for step in STEPS if not options.only or options.only in step.name]
    for step in steps if count >= MANY or len(steps) <= FEW_STEPS else random.sample(steps, FEW_STEPS):
        worlds[step] = prepare(step, Disk(random.choice(kinds)) if kinds else None)
        found = list_points(step, worlds[step])
        step.expect(worlds[step])
        points += [point for point in found if not (options.kills and point.error)]
    progress.note(f"{len(points)} points in {len(worlds)} steps")
    chosen = random.sample(points, min(count, len(points)))
    progress.total = len(chosen)
    tried = collections.Counter()
    for point in chosen:
        struck = True
        try:
            struck = try_point(worlds[point.step], point)
        except Broken as why:
            set_aside(worlds[point.step], why, progress)
        tried[point.step.name, "not reached" if not struck else "refused" if point.error else "killed"] += 1
        progress.step(int(struck))
    for world in worlds.values():
        world.remove()
    if progress.done * 2 < len(chosen):
        progress.broke(f"only {progress.done} of {len(chosen)} points were reached: nothing is proven")
    progress.note(", ".join(f"{name} {n} {how}" for (name, how), n in sorted(tried.items())))
