#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""libvirt_setup.py CASE: lets a real libvirt filter the taps of this world.

Runs inside the namespaces that `player` made, before the frames.  A daemon with
private folders and nothing but the nwfilter driver defines the filters of
CASE/filters, creates the bindings of CASE/bindings and is ended: its rules stay.
Exit status 3: libvirt refused, what it said is on standard error as `define:` or
`bind:` lines; 99: libvirt did not come up.
"""
import os
import re
import shutil
import socket
import subprocess
import sys
import time

import host

STOCK = "/etc/libvirt/nwfilter"
URI = "nwfilter:///system"
WORK = "/run/conformance"
DRIVER = "libvirt_driver_nwfilter.so"
SECONDS = 10


def driver_folder():
    """Where the driver modules are: beside the library, by architecture."""
    for base in ("/usr/lib", "/usr/lib64", "/usr/local/lib"):
        for folder in [base] + [os.path.join(base, d) for d in sorted(os.listdir(base))
                                if d.endswith("-linux-gnu")] if os.path.isdir(base) else []:
            path = os.path.join(folder, "libvirt/connection-driver", DRIVER)
            if os.path.exists(path):
                return path
    return None


def private_folders():
    stock = WORK + "/stock"
    shutil.copytree("/etc/libvirt", stock, symlinks=True)
    for folder in ("/etc/libvirt", "/var/lib/libvirt", "/var/cache/libvirt", "/var/log/libvirt"):
        if os.path.isdir(folder):
            subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], check=True)
    shutil.copytree(stock, "/etc/libvirt", symlinks=True, dirs_exist_ok=True)


def name_of(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        found = re.search(r"<filter\s[^>]*?\bname\s*=\s*[\"']([^\"']*)[\"']", file.read())
    return found.group(1) if found else None


def hide_stock(names):
    """A built-in that the case defines again would have another identity."""
    for file in sorted(os.listdir(STOCK)):
        path = os.path.join(STOCK, file)
        if file.endswith(".xml") and name_of(path) in names:
            os.unlink(path)


def start():
    modules = WORK + "/modules"
    os.mkdir(modules)
    os.symlink(driver_folder(), os.path.join(modules, DRIVER))
    with open(WORK + "/libvirtd.conf", "w", encoding="utf-8") as file:
        file.write('auth_unix_ro = "none"\nauth_unix_rw = "none"\nunix_sock_group = "root"\n'
                   f'log_outputs = "3:file:{WORK}/log"\n')
    daemon = subprocess.Popen(
        ["libvirtd", "--config", WORK + "/libvirtd.conf"], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=dict(os.environ, LIBVIRT_DRIVER_DIR=modules, LC_ALL="C"))
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and daemon.poll() is None:
        with socket.socket(socket.AF_UNIX) as probe:
            if probe.connect_ex("/run/libvirt/libvirt-sock") == 0:
                return daemon
        time.sleep(0.01)
    daemon.kill()
    print("libvirtd did not come up", file=sys.stderr)
    sys.exit(99)


def virsh(commands):
    """The errors of a batch: virsh goes on after each."""
    child = subprocess.run(["virsh", "-q", "-c", URI], input="".join(commands), text=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False,
                           env=dict(os.environ, LC_ALL="C"))
    return [line for line in child.stderr.splitlines() if line.strip()]


def files(folder):
    return [os.path.join(folder, f) for f in sorted(os.listdir(folder)) if f.endswith(".xml")]


def main():
    case = sys.argv[1]
    host.prepare(case)
    host.fill_ipsets(case)
    filters = files(os.path.join(case, "filters"))
    os.makedirs(WORK)
    private_folders()
    hide_stock({name_of(path) for path in filters})
    daemon = start()
    said = []
    for stage, command, paths in (
            ("define", "nwfilter-define", filters),
            ("bind", "nwfilter-binding-create", files(os.path.join(case, "bindings")))):
        if not said:
            said = [f"{stage}: {line}" for line in virsh([f"{command} {p}\n" for p in paths])]
    daemon.terminate()
    try:
        daemon.wait(SECONDS)
    except subprocess.TimeoutExpired:
        daemon.kill()
        daemon.wait()
    if said:
        print("\n".join(said), file=sys.stderr)
        sys.exit(3)


if __name__ == "__main__":
    main()
