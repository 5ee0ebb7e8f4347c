# SPDX-License-Identifier: Apache-2.0
"""File systems of one's own: on loop devices, whose power can be cut, and small ones in memory. They are mounted in a private mount
namespace, so that nobody else sees them and none outlives the run."""
import contextlib
import fcntl
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

from world import PATIENCE_S, Unable, target

SHUTDOWN = 0x8004587D  # EXT4_IOC_SHUTDOWN of linux/ext4.h, XFS_IOC_GOINGDOWN of xfs_fs.h: _IOR('X', 125, __u32)
LOG_FLUSHED, LOG_LOST = 1, 2
SIZES = {"ext4": 64 << 20, "xfs": 300 << 20}  # of a sparse file; xfs takes no less
MARK = "LIANXIN_CRASH_UNSHARED"


def enter_namespace():
    """Runs this program again where its mounts are its own."""
    if os.environ.get(MARK):
        return
    if os.geteuid() != 0:
        raise Unable("mounting needs root")
    if not shutil.which("unshare") or subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode:
        raise Unable("no mount namespace can be made here (unshare -m)")
    os.environ[MARK] = "1"
    os.execvp("unshare", ["unshare", "-m", "--propagation", "private", sys.executable, *sys.argv])


def mount(*words):
    done = subprocess.run(["mount", *map(str, words)], capture_output=True, text=True)
    if done.returncode:
        raise Unable(f"mount {' '.join(map(str, words))}: {done.stderr.strip()}")


def usable_kinds():
    """The kinds of file system whose power can be cut here; why not, for each other one."""
    kinds, why = [], []
    for kind in SIZES:
        try:
            disk = Disk(kind)
            disk.cut(LOG_LOST)
            disk.remove()
            kinds.append(kind)
        except (Unable, OSError, subprocess.CalledProcessError) as error:
            why.append(f"{kind}: {error}")
    return kinds, why


class Disk:
    """A file system in a file."""

    def __init__(self, kind):
        if not shutil.which(f"mkfs.{kind}"):
            raise Unable(f"mkfs.{kind} is not installed")
        self.base = pathlib.Path(tempfile.mkdtemp(prefix="lianxin-disk-"))
        self.image, self.folder = self.base / "image", self.base / "mounted"
        self.folder.mkdir()
        with open(self.image, "wb") as image:
            image.truncate(SIZES[kind])
        subprocess.run([f"mkfs.{kind}", "-q", self.image], check=True, capture_output=True)
        mount("-o", "loop", self.image, self.folder)

    def cut(self, flag):
        """From now on nothing reaches the disk; what had not is gone when it comes back."""
        folder = os.open(self.folder, os.O_RDONLY)
        fcntl.ioctl(folder, SHUTDOWN, struct.pack("I", flag))
        os.close(folder)

    def come_back(self):
        self.unmount()
        mount("-o", "loop", self.image, self.folder)

    def unmount(self):
        subprocess.run(["umount", self.folder], check=True, capture_output=True, timeout=PATIENCE_S)

    def remove(self):
        self.unmount()
        shutil.rmtree(self.base)


class Memory:
    """A small file system in memory."""

    def __init__(self, size_bytes):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="lianxin-small-"))
        mount("-t", "tmpfs", "-o", f"size={size_bytes}", "tmpfs", self.folder)

    def fill(self, leave_bytes=0):
        """Takes what is free but for a rest."""
        free = os.statvfs(self.folder)
        wanted = max(0, free.f_bavail * free.f_frsize - leave_bytes)
        with open(self.folder / "ballast", "wb", buffering=0) as ballast, contextlib.suppress(OSError):  # others take room, too
            while wanted > 0:
                wanted -= ballast.write(bytes(min(wanted, 4096)))

    def free(self):
        (self.folder / "ballast").unlink()

    def remove(self):
        subprocess.run(["umount", self.folder], check=True, timeout=PATIENCE_S)
        self.folder.rmdir()


def freeze(process):
    """Stops a process; on return none of its threads is inside a system call any more."""
    os.kill(target(process), signal.SIGSTOP)
    tasks = pathlib.Path(f"/proc/{target(process)}/task")
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if all((task / "stat").read_text().rpartition(")")[2].split()[0] in "Tt" for task in tasks.iterdir()):
            return
        time.sleep(0.001)
    raise TimeoutError("a process cannot be stopped")
