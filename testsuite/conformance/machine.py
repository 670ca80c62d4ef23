#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The nwfc side in a virtual machine, whose kernel tracks bridged connections.

One boot serves a whole campaign: `Machine` puts jobs into a folder that the machine
shares, `machine.py serve FOLDER` there plays them and puts the outcomes beside them.
"""
import json
import os
import subprocess
import sys
import tempfile
import threading
import time

import worlds

RUN_IN_VM = os.path.join(worlds.HERE, "../vm/run-in-vm")
IDLE_SECONDS = 300
LIFE_SECONDS = 6 * 3600
WORKERS = 2
# One rule that reads the state, though nothing leads to it, switches tracking on in
# both kernels, as on a host with a firewall of its own.  Left to the filters, it is on
# for a family under libvirt and for both of a bridge under nwfc (doc/compatibility.md),
# and every fragment of the other family would be a difference.
TRACK = "table %s conformance-track { chain track { ct state new counter; }; }"
BEFORE = ["sh", "-c", 'nft "$0" && exec "$@"']



def write(path, what):
    with open(path + ".new", "w", encoding="utf-8") as file:
        json.dump(what, file)
    os.rename(path + ".new", path)


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


class Machine:
    """Has the methods of worlds.Here; may be used by several threads."""
    name = "vm"
    here = [*BEFORE, TRACK % "inet"]  # what comes before libvirt, on the host

    def __init__(self, folder):
        self.folder = tempfile.mkdtemp(prefix=".machine.", dir=folder)
        self.lock, self.jobs = threading.Lock(), 0
        self.log = os.path.join(self.folder, "log")
        with open(self.log, "w", encoding="utf-8") as log:
            self.child = subprocess.Popen(
                ["bash", RUN_IN_VM, "--timeout", str(LIFE_SECONDS), folder, "env",
                 f"builddir={worlds.BUILDDIR}", f"NWFC={worlds.NWFC}",
                 f"PLAYER={worlds.PLAYER}", sys.executable,
                 os.path.join(worlds.HERE, "machine.py"), "serve", self.folder],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)

    def ended(self):
        """Whether the machine is no more; a skip if it could not be."""
        status = self.child.poll()
        if status is None:
            return False
        with open(self.log, encoding="utf-8", errors="replace") as file:
            said = file.read().strip()
        if status == 77:
            raise worlds.Skip(said.removeprefix("SKIP: "))
        raise worlds.Broken(f"the machine ended with {status}: {said[-1000:]}")

    def play(self, what, case, mode, replies):
        with self.lock:
            self.jobs += 1
            job = os.path.join(self.folder, f"{self.jobs:06}")
        write(job + ".todo", {"what": what, "case": case, "mode": mode, "replies": replies})
        while not os.path.exists(job + ".done"):
            self.ended()
            time.sleep(0.05)
        done = read(job + ".done")
        if done["broken"]:
            raise worlds.Broken("in the machine: " + done["broken"])
        return worlds.Run.of(done)

    def baseline(self, case, replies=False):
        return self.play("baseline", case, None, replies)

    def nwfc(self, case, mode, replies=False):
        return self.play("nwfc", case, mode, replies)

    def close(self):
        write(os.path.join(self.folder, "end"), True)
        try:
            self.child.wait(60)
        except subprocess.TimeoutExpired:
            self.child.terminate()
            self.child.wait()


def do_job(path):
    job = read(path)
    track = [*BEFORE, TRACK % "bridge"]
    try:
        if job["what"] == "nwfc":
            command = track + worlds.nwfc_command(job["case"], job["mode"], "bridge-ct")
        else:
            command = track + ["true"]
        run = worlds.play(os.path.join(job["case"], "frames"), command, job["replies"])
        done = dict(run.record(), broken=None)
    except (worlds.Broken, worlds.Skip, OSError) as error:
        done = {"broken": str(error) or repr(error)}
    write(path.removesuffix(".taken") + ".done", done)


def take(folder):
    """The next job, which only one worker gets."""
    for name in sorted(os.listdir(folder)):
        if name.endswith(".todo"):
            path = os.path.join(folder, name)
            taken = path.removesuffix(".todo") + ".taken"
            try:
                os.rename(path, taken)
                return taken
            except FileNotFoundError:
                pass
    return None


def serve(folder):
    """Until told to end, or forgotten."""
    last = time.monotonic()
    while not os.path.exists(os.path.join(folder, "end")):
        job = take(folder)
        if job:
            do_job(job)
            last = time.monotonic()
        elif time.monotonic() - last > IDLE_SECONDS:
            break
        else:
            time.sleep(0.1)


if __name__ == "__main__":
    if os.path.exists("/proc/sys/net/bridge"):
        sys.exit("br_netfilter is here: not the kernel that was meant")
    workers = [threading.Thread(target=serve, args=[sys.argv[2]]) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
