# SPDX-License-Identifier: GPL-2.0-or-later
"""Kills nwfc in front of every system call that changes something (crash_live.c lists them).

After each kill frames meet the old rules or the new ones, nothing else; `nwfc apply` exits with 0
and makes the store and the kernel agree on one of them, with nothing left over; so does an apply
that was killed itself.
"""
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kernel  # noqa: E402

KILLER = os.path.realpath(sys.argv[1])
NWFC = os.environ["NWFC"]
os.environ["NWFC_FILTERS"] = os.path.realpath(
    os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../runtime/filters"))
# a leak sanitizer traces the process itself, which it cannot while we do
os.environ["ASAN_OPTIONS"] = "detect_leaks=0"
FOLDERS = ("etc/nwfc", "run/nwfc", "var/lib/nwfc")
WEB = """<filter name='web'>
  <uuid>0d3c0a0e-3f4c-4c52-9d0a-6b1f5f1f0a01</uuid>
  <filterref filter='no-mac-spoofing'/>
  <rule action='{}' direction='out' priority='900'><ip protocol='6' dstportstart='{}'/></rule>
</filter>
"""
OUTER = """<filter name='outer'>
  <uuid>0d3c0a0e-3f4c-4c52-9d0a-6b1f5f1f0a02</uuid>
  <filterref filter='web'/>
</filter>
"""
DOMAIN = """<domain><name>guest</name><devices>
  <interface type='bridge'><mac address='52:54:00:00:00:05'/><target dev='vnet5'/>
    <filterref filter='outer'/></interface>
  <interface type='bridge'><mac address='52:54:00:00:00:06'/><target dev='vnet6'/>
    <filterref filter='web'/></interface>
</devices></domain>
"""


def run(*words, want=0):
    done = subprocess.run([NWFC, *words, "--root", "root"], capture_output=True, text=True,
                          timeout=60, stdin=subprocess.DEVNULL)
    if want is not None and done.returncode != want:
        sys.exit(f"not ok - {' '.join(words)}: exit {done.returncode}, not {want}\n{done.stderr}")
    return done


def store():
    """Path and content of every file but the lock."""
    files = {}
    for folder in FOLDERS:
        for at, _, names in os.walk(os.path.join("root", folder)):
            for name in names:
                path = os.path.join(at, name)
                if name != "lock":
                    with open(path, "rb") as file:
                        files[path] = file.read()
    return files


def keep(name):
    """The state as it is, to come back to."""
    shutil.rmtree(name, ignore_errors=True)
    shutil.copytree("root", name)
    return store(), kernel.meets(), kernel.everything()


def come_back(name):
    shutil.rmtree("root")
    shutil.copytree(name, "root")
    subprocess.run(["nft", "flush", "ruleset"], check=True)
    run("apply")


def killed(n, words):
    """The name of the call it was killed at; None if it ended."""
    done = subprocess.run([KILLER, str(n), NWFC, *words, "--root", "root"], capture_output=True,
                          text=True, timeout=60, stdin=subprocess.DEVNULL)
    if done.returncode not in (0, 1):
        sys.exit(f"not ok - cannot trace: {done.stderr}")
    return done.stdout.split()[-1] if done.returncode == 0 else None


class Trial:
    def __init__(self, what, words):
        self.what, self.words = what, words
        self.failed = self.kills = 0
        self.old = keep("old")
        run(*words)
        self.new = keep("new")
        if self.old[1] == self.new[1]:
            sys.exit(f"not ok - {what}: it changes nothing")

    def expect(self, ok, where, what):
        if ok:
            return
        self.failed += 1
        print(f"not ok - {self.what}, killed {where}: {what}")

    def settled(self, where):
        """After an apply: all old or all new."""
        done = run("apply", want=None)
        self.expect(done.returncode == 0, where, f"apply exits with {done.returncode}: {done.stderr}")
        now = store(), kernel.meets(), kernel.everything()
        for state in (self.old, self.new):
            if now == state:
                break
        else:
            words = [{a: "old", b: "new"}.get(c, "neither")
                     for a, b, c in ((str(self.old[i]), str(self.new[i]), str(now[i]))
                                     for i in (0, 2))]
            files = sorted(f for f in set(now[0]) ^ set(self.old[0]) if f not in self.new[0])
            self.expect(False, where, f"after apply the store is {words[0]}, the kernel "
                        f"{words[1]}, left over {files}")
        done = run("status", want=None)
        self.expect(done.returncode == 0, where, f"status: {done.stdout}{done.stderr}")
        return now == self.old

    def kill_at(self, n, journal):
        name = killed(n, self.words)
        if not name:
            return False
        self.kills += 1
        self.expect(kernel.meets() in (self.old[1], self.new[1]), f"at {name} ({n})",
                    "frames meet neither the old nor the new rules")
        if os.path.exists("root/var/lib/nwfc/journal"):
            journal.append(n)
        if not self.settled(f"at {name} ({n})"):
            come_back("old")
        return True

    def all(self):
        journal = []
        come_back("old")
        n = 1
        while self.kill_at(n, journal):
            n += 1
        if journal:
            self.twice(journal[0])
        print(f"{'ok' if not self.failed else 'not ok'} - {self.what}: {self.kills} kills")
        return self.failed

    def twice(self, at):
        """What a change left half done, a killed apply leaves too."""
        m, name = 0, "?"
        while name:
            m += 1
            come_back("old")
            killed(at, self.words)
            name = killed(m, ["apply"])
            self.kills += bool(name)
            self.expect(kernel.meets() in (self.old[1], self.new[1]), f"in apply at {name} ({m})",
                        "frames meet neither the old nor the new rules")
            self.settled(f"in apply at {name} ({m})")


def write(name, text):
    with open(name, "w", encoding="utf-8") as file:
        file.write(text)


def trials():
    write("web.xml", WEB.format("accept", 80))
    write("web2.xml", WEB.format("drop", 443))
    write("outer.xml", OUTER)
    write("guest.xml", DOMAIN)
    os.mkdir("root")
    run("define", "outer.xml", "web.xml")
    for i, name in enumerate(("web", "outer", "outer")):
        run("bind", "--tap", f"vnet{i}", "--mac", f"52:54:00:00:00:0{i}", name)
    yield Trial("define", ["define", "web2.xml"])
    run("save", "bundle.json")
    come_back("old")
    yield Trial("bind --domain", ["bind", "--domain", "guest.xml"])
    come_back("new")
    yield Trial("unbind", ["unbind", "vnet5", "vnet1"])
    come_back("new")
    yield Trial("restore", ["restore", "bundle.json"])


def main():
    failed = kills = 0
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for trial in trials():
            failed += trial.all()
            kills += trial.kills
            come_back("old")
        os.chdir("/")
    print(f"{kills} kills, {failed} failed")
    return 1 if failed or not kills else 0


if __name__ == "__main__":
    sys.exit(main())
