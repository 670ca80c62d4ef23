# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the frames of a case without a filter, under libvirt, and under nwfc."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

SRCDIR = os.path.realpath(os.environ.get("srcdir", "."))
BUILDDIR = os.path.realpath(os.environ.get("builddir", "."))
HERE = os.path.dirname(os.path.realpath(__file__))
NWFC = os.path.realpath(os.environ.get("NWFC", os.path.join(BUILDDIR, "nwfc")))
PLAYER = os.environ.get("PLAYER", os.path.join(BUILDDIR, "testsuite/conformance/player"))
GEN_CASE = os.environ.get("GEN_CASE", os.path.join(BUILDDIR, "testsuite/conformance/gen-case"))
BUILTIN = os.path.join(os.path.realpath(os.path.join(HERE, "../..")), "runtime/filters")
ENV = dict(os.environ, LC_ALL="C", NWFC_FILTERS=BUILTIN,
           PATH=os.environ.get("PATH", "") + ":/usr/sbin:/sbin:/usr/bin:/bin")
# a process namespace: whatever a daemon leaves behind ends with it
ISOLATE = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "--"]
NEEDED = ["libvirtd", "virsh", "ebtables", "iptables", "ip6tables", "ipset", "nft", "ip",
          "unshare"]
SECONDS = 300
REPLY = re.compile(r"!(icmp3|icmpv6-1)/")


class Skip(Exception):
    """Nothing can be tested here; the text says why."""


class Broken(Exception):
    """The suite itself failed, not what it tests."""


def check_tools():
    missing = [tool for tool in NEEDED if not shutil.which(tool, path=ENV["PATH"])]
    if missing:
        raise Skip("not installed: " + " ".join(missing))
    if os.geteuid():
        raise Skip("needs root")
    if not os.path.exists("/proc/sys/net/bridge"):
        raise Skip("needs br_netfilter, as libvirt does")
    sys.path.insert(0, HERE)
    from libvirt_setup import driver_folder
    if not driver_folder():
        raise Skip("not installed: libvirt's nwfilter driver")


class Run:
    """What became of the frames: notes by number of the line; or the refusal."""

    def __init__(self, notes, said, refused, seconds):
        self.notes, self.said, self.refused, self.seconds = notes, said, refused, seconds

    def record(self):
        """For a file."""
        return {"notes": self.notes, "said": self.said, "refused": self.refused,
                "seconds": self.seconds}

    @classmethod
    def of(cls, record):
        notes = {int(line): ends for line, ends in record["notes"].items()}
        return cls(notes, record["said"], record["refused"], record["seconds"])

    def differs(self, other):
        """Lines whose frames went elsewhere."""
        return [line for line, notes in self.notes.items() if other.notes.get(line) != notes]

    def copy(self):
        return Run(dict(self.notes), self.said, self.refused, self.seconds)

    def drop_replies(self):
        """Answers of reject rules: the host's do not get out unless asked for, a bridge's do."""
        for line, notes in self.notes.items():
            self.notes[line] = [note for note in notes if not REPLY.search(note)]

    def forget(self, lines):
        """These are not to be compared."""
        for line in lines:
            self.notes[line] = []


def play(frames, command, replies=False):
    folder = tempfile.mkdtemp(prefix="conformance.")
    result = os.path.join(folder, "result")
    start = time.monotonic()
    try:
        child = subprocess.run(
            ISOLATE + [PLAYER] + (["--replies"] if replies else []) + [frames, result] + command,
            env=ENV, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            timeout=SECONDS, text=True, check=False)
        seconds = time.monotonic() - start
        said = ""
        if os.path.exists(result + ".said"):
            with open(result + ".said", encoding="utf-8", errors="replace") as file:
                said = file.read()
        if child.returncode == 77:
            raise Skip(child.stdout.strip())
        if child.returncode == 3:
            return Run({}, said, True, seconds)
        if child.returncode:
            raise Broken(f"player: exit {child.returncode}: {child.stderr.strip()}")
        notes = {}
        with open(result, encoding="ascii") as file:
            for line in file:
                words = line.split()
                notes[int(words[0])] = words[1:]
        return Run(notes, said, False, seconds)
    except subprocess.TimeoutExpired:
        raise Broken(f"{SECONDS} seconds were not enough: {' '.join(command)}") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def baseline(case, replies=False, before=()):
    return play(os.path.join(case, "frames"), [*before, "true"] if before else [], replies)


def libvirt(case, replies=False, before=()):
    """A daemon that does not come up under load gets a second chance."""
    command = [*before, sys.executable, os.path.join(HERE, "libvirt_setup.py"), case]
    for _ in range(2):
        run = play(os.path.join(case, "frames"), command, replies)
        if not run.refused or not run.said.startswith("exit 99"):
            if run.refused and not run.said.startswith("exit 3"):
                raise Broken("libvirt_setup: " + run.said)
            return run
    raise Broken("libvirt: " + run.said)


def nwfc_command(case, mode, target=None):
    command = [sys.executable, os.path.join(HERE, "host.py"), case, NWFC, "apply",
               "--format=gcc", "-I", os.path.join(case, "filters"),
               "--bindings", os.path.join(case, "bindings")]
    if mode == "compat":
        command.append("--compat=libvirt")
    if target:
        command.append("--target=" + target)
    # more options, such as --optimize=0
    return command + os.environ.get("NWFC_OPTIONS", "").split()


class Here:
    """Where nwfc runs: under the kernel at hand, as libvirt does."""
    name = ""
    here = ()

    @staticmethod
    def nwfc(case, mode, replies=False):
        return play(os.path.join(case, "frames"), nwfc_command(case, mode), replies)

    def close(self):
        """Nothing was opened."""


def gen_case(*words):
    try:
        child = subprocess.run([GEN_CASE, *words], env=ENV, stdin=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, text=True, check=False)
    except OSError as error:
        raise Broken(str(error)) from None
    if child.returncode:
        raise Broken(f"gen-case: exit {child.returncode}: {child.stderr.strip()}")


def generate(seed, case):
    gen_case(str(seed), case)


def derive_frames(seed, case):
    gen_case("--frames", str(seed), case)
