# SPDX-License-Identifier: Apache-2.0
"""A district of real binaries that may be killed: its folders, its server, its clients, and the judge at the end."""
import contextlib
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
DOCUMENTS = REPOSITORY / "tests/data/demo"
PATIENCE_S = 60  # for what ought to take milliseconds
ENVIRONMENT = {**os.environ, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "LANGUAGE": ""}
FIRST_SCHOOL = 100


class Broken(Exception):
    """The promise was not kept, or nobody can tell any more."""


class Unable(Exception):
    """This machine cannot do what the part needs."""


def build_folder():
    return pathlib.Path(os.environ.get("LIANXIN_BIN") or REPOSITORY / "build/bin").resolve().parent


def free_port():
    while True:
        port = random.randrange(20000, 32000)  # below those the kernel gives to clients
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port


def run(*command, ok=(0,), **options):
    """Runs a command to its end; its exit code must be one of ok (None: any)."""
    try:
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=PATIENCE_S,
                              env=ENVIRONMENT, **options)
    except subprocess.TimeoutExpired:
        raise Broken(f"{' '.join(map(str, command))} never ended") from None
    if ok is not None and done.returncode not in ok:
        raise Broken(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done


STARTED = []  # every process that runs beside us, so that none is left behind


def start(*command, **options):
    process = subprocess.Popen([str(word) for word in command], **{"env": ENVIRONMENT, **options})
    STARTED[:] = [other for other in STARTED if other.poll() is None] + [process]
    return process


def target(process):
    """The process itself, or what it runs under strace."""
    try:
        children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    except OSError:
        children = []
    return int(children[0]) if children and process.args[0] == "strace" else process.pid


def end(process, number=signal.SIGKILL):
    """Sends a signal to a process started here and waits for its end."""
    if process.poll() is None:
        os.kill(target(process), number)
    try:
        return process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        os.kill(target(process), signal.SIGKILL)
        raise Broken(f"{' '.join(map(str, process.args))} did not end by signal {number}") from None


def end_all():
    for process in STARTED:
        end(process)


class World:
    """schools: codes. Everything lives below one folder, which is removed at the end unless something was broken."""

    def __init__(self, schools=("SY01",), folder=None, data=None, config=()):
        self.bin = build_folder() / "bin"
        self.tests = build_folder() / "tests"
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="lianxin-crash-", dir=folder))
        self.data = data or self.folder / "server"
        self.witness = self.folder / "witness"
        self.log = self.folder / "server.log"
        self.port = free_port()
        self.server = None
        self.homes = {}  # name: folder
        self.extra = {}  # name: streams written to besides its own
        self.before = ()
        self.lianxind("init", "--public", f"127.0.0.1:{self.port}", "--name", "测试区教育工会")
        self.configure(**{"snapshot_rows": 120, "checkpoint_frames": 100, "backup_keep": 0, "min_free": 0, **dict(config)})
        for code in schools:
            self.lianxind("school", "add", code, f"学校{code}")

    def configure(self, **values):
        path = self.data / "lianxind.conf"
        text = path.read_text()
        for key, value in values.items():
            text = re.sub(rf"(?m)^{key} = .*$", f"{key} = {value}", text)
        path.write_text(text)

    # ---- the real binaries ----

    def lianxind(self, *words, data=None, **options):
        return run(self.bin / "lianxind", *words, "--data", data or self.data, **options)

    def lianxin(self, home, *words, **options):
        return run(self.bin / "lianxin", "--home", self.homes[home], *words, **options)

    def serve(self, *before, wait=True, **options):
        """Starts the server (before: words before its command line) and waits until it listens."""
        with open(self.log, "ab") as log:
            at = log.tell()
            self.server = start(*(before or self.before), self.bin / "lianxind", "serve", "--data", self.data, stderr=log,
                                stdout=subprocess.DEVNULL, **options)
        if wait:
            self.wait_for_log(" server.start ", at)
        return self.server

    def wait_for_log(self, text, at=0):
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            with open(self.log, "rb") as log:
                log.seek(at)
                if text.encode() in log.read():
                    return
            if self.server.poll() is not None:
                raise Broken(f"the server ended with {self.server.returncode}:\n{self.log_tail()}")
            time.sleep(0.005)
        raise Broken(f"the server never said {text.strip()}:\n{self.log_tail()}")

    def log_tail(self):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])

    def stop(self, number=signal.SIGTERM):
        if self.server:
            end(self.server, number)
        self.server = None

    def join(self, home, school=None, folder=None):
        """school None: a district device, which writes to the schools' streams, too."""
        who = ["--school", school] if school else ["--district"]
        invited = self.lianxind("invite", *who, "--person", home)
        self.homes[home] = folder or self.folder / "clients" / home
        self.homes[home].parent.mkdir(exist_ok=True)
        self.lianxin(home, "join", re.search(r"lx1-\w+", invited.stdout)[0])

    def command(self, before, *words):
        """Runs something that may be killed; its exit code, negative for a signal. What it said is kept."""
        process = start(*before, *words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
        try:
            self.said = process.communicate(timeout=PATIENCE_S)[0]
        except subprocess.TimeoutExpired:
            end(process)
            raise Broken(f"{' '.join(map(str, words))} never ended") from None
        return process.returncode

    def listens(self):
        """Waits until the server serves, or has ended."""
        until = time.monotonic() + PATIENCE_S
        while self.server.poll() is None and time.monotonic() < until:
            with socket.socket() as probe:  # the line in the log may be what was refused
                if not probe.connect_ex(("127.0.0.1", self.port)):
                    return True
            time.sleep(0.005)
        return False

    # ---- clients of tests/crash/client.c ----

    def number(self, home):
        return list(self.homes).index(home)

    def client(self, home, mode):
        with open(self.folder / f"{home}.log", "ab") as log:
            return start(self.tests / "crash_client", mode, self.homes[home], self.witness, self.number(home),
                         random.getrandbits(60), *self.extra.get(home, ()), stderr=log)

    def finish(self, home, mode):
        code = self.client(home, mode).wait(PATIENCE_S * 2)  # it gives up by itself before
        if code:
            raise Broken(f"client {home} ({mode}) ended with {code}: {(self.folder / f'{home}.log').read_text()[-600:]}")

    # ---- the end ----

    def database(self, path=None):
        """For reading; the server's unless another is named."""
        return contextlib.closing(sqlite3.connect(f"file:{path or self.data / 'lianxin.db'}?mode=ro", uri=True))

    def settle(self, homes=None, ending="end"):
        """Everybody sends what waits, then everybody fetches the rest. The server must run."""
        for mode in ("drain", "drain", ending):
            for home in homes or self.homes:
                self.finish(home, mode)

    def check(self):
        """The server is stopped; it, its database and the clients' are sound."""
        self.stop()
        self.lianxind("check")
        for path in (None, *(home / "cache.db" for home in self.homes.values())):
            with self.database(path) as database:
                found = database.execute("PRAGMA integrity_check").fetchone()[0]
            if found != "ok":
                raise Broken(f"{path or self.data}: {found}")

    def judge(self, how="history", *excused):
        """check(), and the history checker's word; how "tokens": every change once, for a history with a restore in it."""
        self.check()
        done = run(self.tests / "crash_judge", how, self.witness, self.data / "lianxin.db", *excused, ok=None)
        if done.returncode:
            raise Broken(f"{done.stderr.strip()} (witness and folders: {self.folder})")
        return done.stdout.strip()

    def dump(self, home=None, data=None):
        """Every record as a line of text: of the server, or of a client."""
        path = self.homes[home] / "cache.db" if home else (data or self.data) / "lianxin.db"
        return run(self.tests / "crash_judge", "dump", path).stdout.splitlines()

    def remove(self):
        self.stop(signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)
