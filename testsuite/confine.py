#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""confine.py UNIT STORE COMMAND...: runs a command as confined as a unit of systemd.

Without systemd's help, so that it works where systemd does not run: the bounding
set of capabilities, NoNewPrivileges, the filter of system calls and of address
families, MemoryDenyWriteExecute, and everything read-only but what the unit names,
below STORE.  To be called in a mount namespace of its own, as root.
"""
import ctypes
import os
import re
import subprocess
import sys

CAPABILITIES = {"CAP_NET_ADMIN": 12}
FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10, "AF_NETLINK": 16}
PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 24, 38
PROT_WRITE, PROT_EXEC = 2, 4
ALLOW, EPERM = 0x7FFF0000, 0x00050001
EQUAL, MASKED = 4, 7
RDONLY = 1
KERNEL = ("/dev", "/proc", "/sys")


class Compare(ctypes.Structure):
    _fields_ = [("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64),
                ("b", ctypes.c_uint64)]


class Filter:
    """One filter of libseccomp."""

    def __init__(self, action):
        self.lib = ctypes.CDLL("libseccomp.so.2", use_errno=True)
        self.lib.seccomp_init.restype = ctypes.c_void_p
        self.context = ctypes.c_void_p(self.lib.seccomp_init(ctypes.c_uint32(action)))

    def add(self, action, call, *compare):
        number = self.lib.seccomp_syscall_resolve_name(call.encode())
        # negative: of another architecture
        if number >= 0:
            rules = (Compare * len(compare))(*compare)
            done = self.lib.seccomp_rule_add_array(
                self.context, ctypes.c_uint32(action), number, len(compare), rules)
            if done:
                sys.exit(f"confine: {call}: {os.strerror(-done)}")

    def load(self):
        done = self.lib.seccomp_load(self.context)
        if done:
            sys.exit(f"confine: seccomp: {os.strerror(-done)}")


def settings(path):
    found = {}
    with open(path, encoding="ascii") as file:
        for line in file:
            name, equals, value = line.strip().partition("=")
            if equals and not line.startswith("#"):
                found.setdefault(name, []).append(value)
    return found


def calls_of(group):
    """What a word of SystemCallFilter= stands for, by systemd's own tables."""
    if not group.startswith("@"):
        return {group}
    lines = subprocess.run(["systemd-analyze", "syscall-filter", group], check=True, text=True,
                           capture_output=True).stdout.splitlines()
    words = [word for word in map(str.strip, lines[1:]) if word and word[0] != "#"]
    return set().union(*map(calls_of, words))


def allowed_calls(values):
    allowed = set()
    for value in values:
        named = set().union(*map(calls_of, value.lstrip("~").split()))
        allowed = allowed - named if value.startswith("~") else allowed | named
    return allowed


def filter_calls(unit):
    calls = Filter(EPERM)
    for call in sorted(allowed_calls(unit["SystemCallFilter"]) - {"socket"}):
        calls.add(ALLOW, call)
    for family in " ".join(unit["RestrictAddressFamilies"]).split():
        calls.add(ALLOW, "socket", Compare(0, EQUAL, FAMILIES[family], 0))
    memory = Filter(ALLOW)
    if unit["MemoryDenyWriteExecute"] == ["yes"]:
        both = PROT_WRITE | PROT_EXEC
        memory.add(EPERM, "mmap", Compare(2, MASKED, both, both))
        memory.add(EPERM, "mprotect", Compare(2, MASKED, PROT_EXEC, PROT_EXEC))
    memory.load()
    calls.load()


def mount(*words):
    subprocess.run(["mount", *words], check=True)


def seal(unit, store):
    """ProtectSystem=strict, with the unit's folders as they are below the store."""
    writable = [store + folder.lstrip("-") for value in unit["ReadWritePaths"]
                for folder in value.split()]
    writable += [store + "/run/" + name for name in unit["RuntimeDirectory"]]
    writable += [store + "/var/lib/" + name for name in unit["StateDirectory"]]
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        points = [re.sub(r"\\(\d{3})", lambda m: chr(int(m[1], 8)), line.split()[4])
                  for line in file]
    for folder in writable:
        os.makedirs(folder, exist_ok=True)
        mount("--bind", folder, folder)
    for point in points:
        # what another mount hides cannot be reached, nor written
        if not point.startswith(KERNEL) and not os.statvfs(point).f_flag & RDONLY:
            mount("-o", "remount,bind,ro", point)


def drop(unit):
    libc = ctypes.CDLL(None, use_errno=True)
    kept = {CAPABILITIES[word] for value in unit["CapabilityBoundingSet"] for word in value.split()}
    with open("/proc/sys/kernel/cap_last_cap", encoding="ascii") as file:
        last = int(file.read())
    for number in range(last + 1):
        if number not in kept and libc.prctl(PR_CAPBSET_DROP, number, 0, 0, 0):
            sys.exit(f"confine: capability {number}: {os.strerror(ctypes.get_errno())}")
    if unit["NoNewPrivileges"] == ["yes"]:
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def main():
    unit, store, command = settings(sys.argv[1]), sys.argv[2], sys.argv[3:]
    os.umask(int(unit["UMask"][0], 8))
    if unit["ProtectSystem"] == ["strict"]:
        seal(unit, store)
    drop(unit)
    filter_calls(unit)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
