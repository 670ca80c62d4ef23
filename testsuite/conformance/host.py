# SPDX-License-Identifier: GPL-2.0-or-later
"""What the host of a world has before the filters of a case.

  host.py CASE COMMAND...   prepares the host, then runs COMMAND with --set options

CASE/host is a script of the machine's administrator, run in both worlds, but not in
the one without filters.  CASE/sets/NAME is an ipset: the first line is `# TYPE FAMILY`
as ipset(8) has them, each further line an element.  libvirt's world gets the sets as
ipsets, nwfc's as options.
"""
import os
import subprocess
import sys


def prepare(case):
    script = os.path.join(case, "host")
    if os.path.exists(script):
        subprocess.run(["sh", "-e", script], check=True)


def sets(case):
    """Of each set its name, path, type, family and elements."""
    folder = os.path.join(case, "sets")
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        path = os.path.join(folder, name)
        with open(path, encoding="ascii") as file:
            mark, kind, family = file.readline().split()
            elements = [line.strip() for line in file if line.strip()]
        if mark != "#" or ":" not in kind:
            sys.exit(f"{path}: the first line is no `# TYPE FAMILY`")
        yield name, path, kind, family, elements


def fill_ipsets(case):
    text = ""
    for name, _, kind, family, elements in sets(case):
        # addresses of Ethernet have no family
        text += f"create {name} {kind}" + (f" family {family}\n" if kind != "hash:mac" else "\n")
        text += "".join(f"add {name} {element}\n" for element in elements)
    if text:
        subprocess.run(["ipset", "-exist", "restore"], input=text, text=True, check=True)


def options(case):
    return [f"--set={name}={kind.partition(':')[2]}:{path}"
            for name, path, kind, _, _ in sets(case)]


def main():
    case, command = sys.argv[1], sys.argv[2:]
    prepare(case)
    os.execv(command[0], command + options(case))


if __name__ == "__main__":
    main()
