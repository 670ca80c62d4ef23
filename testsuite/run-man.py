#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The manual pages, held against the program, the tests and one another.

Each verb has a page that is built and installed, with the summary and the options of
its help; what pages name exists; what they show runs; nothing stands on two of them.
"""
import os
import re
import subprocess
import sys

from totals import Totals

SRCDIR = os.path.realpath(os.environ.get("srcdir", "."))
NWFC = os.path.realpath(os.environ.get("NWFC", "./nwfc"))
DOC = os.path.join(SRCDIR, "doc")
GOLDEN = "testsuite/golden/language"
BLOCK = re.compile(r"^```\n(.*?)^```$", re.M | re.S)
REFERENCE = re.compile(r"(nwfc(?:-[a-z]+)?)\*?\((\d)\)")


def output(*words):
    return subprocess.run([NWFC, *words], capture_output=True, text=True, check=True,
                          timeout=60).stdout


def read(*path):
    with open(os.path.join(SRCDIR, *path)) as file:
        return file.read()


def installed():
    """The pages that Makefile.am builds: NAME.SECTION."""
    listed = re.search(r"^MANUALS = \\\n((?:\tdoc/.*\n)+)", read("Makefile.am"), re.M)[1]
    return re.findall(r"doc/(\S+)", listed)


def complete(page):
    """The page with what is put in, and as scdoc makes it."""
    text = subprocess.run(["awk", "-v", f"nwfc={NWFC}", "-v", f"top={SRCDIR}", "-f",
                           os.path.join(DOC, "page.awk"), os.path.join(DOC, page + ".scd")],
                          capture_output=True, text=True)
    made = subprocess.run(["scdoc"], input=text.stdout, capture_output=True, text=True)
    return text.stdout, text.returncode == made.returncode == 0 and made.stdout, \
        text.stderr + made.stderr


def section(text, name):
    found = re.search(rf"^# {name}\n\n(.*?)(?=^# |\Z)", text, re.M | re.S)
    return found[1] if found else ""


def options_of_help(text):
    return re.findall(r"^  (?:-\w, |    )--([a-z-]+)", text, re.M)


def entries(text):
    """Terms and what is said of them."""
    return re.findall(r"^(\*.*)\n\t(.*(?:\n\t.*)*)", text, re.M)


def check_verb(totals, verb, summary, text):
    page = f"nwfc-{verb}.1"
    totals.check(text.startswith(f"nwfc-{verb}(1)\n") and
                 section(text, "NAME").strip() == f"nwfc-{verb} - {summary}",
                 f"{page}: NAME is not the summary of help: {summary}")
    forms = section(text, "SYNOPSIS").strip().split("\n")
    totals.check(all(form.startswith(f"*nwfc {verb}") for form in forms), f"{page}: SYNOPSIS",
                 str(forms))
    shown = entries(section(text, "OPTIONS"))
    named = [re.search(r"\*--([a-z-]+)\*", term)[1] for term, _ in shown]
    totals.check(named == options_of_help(output(verb, "--help")), f"{page}: OPTIONS", str(named))
    for term, words in shown:
        totals.check(len(words) > 10, f"{page}: says nothing of {term}: a row of option_pages.c")
    codes = [term for term, _ in entries(section(text, "EXIT STATUS"))]
    totals.check({"*0*", "*2*"} <= set(codes), f"{page}: EXIT STATUS", str(codes))
    totals.check(len(section(text, "DESCRIPTION")) > 40 and section(text, "SEE ALSO"),
                 f"{page}: lacks a section")


def check_commands(totals, page, text, takes):
    """What stands in blocks are verbs with options that they take."""
    every = {option for options in takes.values() for option in options}
    for block in BLOCK.findall(text):
        for verb, words in re.findall(r"(?<!-- )\bnwfc ([a-z]+)((?:[^|;\n]|\\\n)*)", block):
            used = re.findall(r"(?<!\S)--([a-z-]+)", words)
            totals.check(verb in takes and set(used) <= set(takes[verb]),
                         f"{page}: nwfc {verb} {words}")
    used = set(re.findall(r"\*--([a-z-]+)", text))
    totals.check(used <= every, f"{page}: names options that there are not",
                 str(sorted(used - every)))


def check_references(totals, name, text, pages):
    for page, number in REFERENCE.findall(text):
        totals.check(f"{page}.{number}" in pages, f"{name}: there is no {page}({number})")
    plain = re.sub(r"\s+", " ", text)
    for part, page, number in re.findall(
            r"\*([A-Z][A-Z ]+)\* in \*(nwfc[a-z-]*)\*\((\d)\)", plain):
        totals.check(f"\n# {part}\n" in pages.get(f"{page}.{number}", ""),
                     f"{name}: {page}({number}) has no section {part}")
    for page, number, part in re.findall(r"(nwfc[a-z-]*)\((\d)\), \*?([A-Z][A-Z ]+[A-Z])\*?", plain):
        totals.check(f"\n# {part}\n" in pages.get(f"{page}.{number}", ""),
                     f"{name}: {page}({number}) has no section {part}")
    for part in re.findall(r"[Ss]ee \*([A-Z][A-Z ]+)\*(?! in)", plain):
        totals.check(f"\n# {part}\n" in text, f"{name}: there is no section {part}")


def check_once(totals, pages):
    """No paragraph is in the sources of two pages."""
    seen = {}
    for page in pages:
        for words in re.split(r"\n\s*\n", BLOCK.sub("", read("doc", page + ".scd"))):
            words = " ".join(words.split())
            if len(words) > 60 and not words.startswith("*nwfc"):
                totals.check(words not in seen, f"{page}: stands in {seen.get(words)} too", words)
                seen[words] = page


def check_examples(totals, pages):
    """What pages show of the language is what the golden tests compile."""
    shown = set()
    for page in pages:
        shown |= set(re.findall(rf"^@{GOLDEN}/(.*)@$", read("doc", page + ".scd"), re.M))
        xml = re.findall(r"^ *<(?:rule|filter)\b.*", read("doc", page + ".scd"), re.M)
        totals.check(not xml, f"{page}: XML that no test compiles", "\n".join(xml))
    folder = os.path.join(SRCDIR, GOLDEN)
    stored = set(os.listdir(folder)) if os.path.isdir(folder) else set()
    sources = {name for name in stored if name.endswith((".xml", ".test"))}
    totals.check(shown == sources, "examples of pages and goldens differ",
                 str(sorted(shown ^ sources)))
    for name in sorted(shown):
        base, kind = name.rsplit(".", 1)
        # a filter has cases, as a part of another one too (NAME-PART.xml); a binding is dumped
        wanted = {f"{base.split('-')[0]}.test", f"{base}.bind"} if kind == "xml" else \
            {f"{base}.tested"}
        totals.check(wanted & stored, f"{name} has no golden", str(wanted))


def check_attributes(totals, text):
    """The example of each attribute compiles in each element that has it."""
    example = {}
    for name, words in re.findall(r"^\*([a-z-]+)\*\n\t(.*)$", section(text, "ATTRIBUTES"), re.M):
        shown = re.search(rf" Example: ({name}='.*')\.$", words)
        for element in ["", *re.findall(r"\*([a-z0-9-]+)\*", re.sub(r".* Of ", "", words))]:
            example[element, name] = shown[1].replace("\\_", "_")
    rules = []
    for row in output("fields", "--table").splitlines()[1:]:
        element, name, kind, _, partner = row.split("\t")[:5]
        tests = {name, partner} - {""}
        if name.endswith("ipfrom"):
            tests.add(name.replace("from", "to"))
        words = " ".join(example.get((element, test), example["", test]) for test in sorted(tests))
        if element in ("ip", "ipv6") and re.search("port|type|code", name):
            words += f" protocol='{'udp' if 'port' in name else 'icmpv6'}'"
        if kind.startswith("IPv6"):
            words = words.replace("192.0.2.", "2001:db8::")
        rules.append(f"<rule action='drop' direction='in'><{element} {words}/></rule>")
    done = subprocess.run([NWFC, "compile", "-o/dev/null", "--optimize=0", "--tap=t",
                           "--set=customers=net", "--mac=52:54:00:00:00:01", "/dev/stdin"],
                          input="<filter name='f'>\n" + "\n".join(rules) + "\n</filter>\n",
                          capture_output=True, text=True, timeout=60)
    totals.check(len(rules) > 300 and done.returncode == 0, "nwfc-filter.5: examples of attributes",
                 f"{len(rules)} {done.stderr}")


def check_chains(totals, text):
    """The table of chains is what the parser makes of their names."""
    rows = re.findall(r"^\|  \*(\w+)\*\n:  .*\n:  (-?\d+)$", text, re.M)
    refused, prefixes = dump_chain("x")
    totals.check(not refused and sorted(name for name, _ in rows) == sorted(prefixes),
                 "nwfc-filter.5: the table of chains", str(prefixes))
    for name, priority in rows:
        shown, _ = dump_chain(name)
        totals.check(f"chain {name} priority {priority}\n" in shown,
                     f"nwfc-filter.5: priority of chain {name}", shown)


def dump_chain(name):
    """What a filter in that chain is, and the names that a refusal offers."""
    done = subprocess.run([NWFC, "compile", "--dump=parse", "--tap=t", "--mac=52:54:00:00:00:01",
                           "/dev/stdin"], capture_output=True, text=True, timeout=60,
                          input=f"<filter name='f' chain='{name}'><rule action='drop' "
                                "direction='in'/></filter>")
    offered = re.search(r"begins with ([a-z0-9, ]+?) or ([a-z0-9]+),", done.stderr)
    return done.stdout, offered and offered[1].split(", ") + [offered[2]]


def main():
    totals = Totals()
    verbs = dict(re.findall(r"^  (\w+) +(.+)$", output("--help").split("\n\n")[2], re.M))
    takes = {verb: options_of_help(output(verb, "--help")) for verb in verbs}
    stored = sorted(name[:-4] for name in os.listdir(DOC) if name.endswith(".scd"))
    totals.check(installed() == stored, "MANUALS of Makefile.am is not what is in doc/",
                 str(set(installed()) ^ set(stored)))
    pages = {}
    for page in stored:
        pages[page], made, errors = complete(page)
        totals.check(made and not errors, f"{page} is not made", errors)
        totals.check(len(re.findall("^```", pages[page], re.M)) % 2 == 0,
                     f"{page}: a block does not end")
    totals.check({f"nwfc-{verb}.1" for verb in verbs} == {page for page in stored if
                 page.endswith(".1") and page != "nwfc.1"}, "verbs and pages differ")
    for verb, summary in verbs.items():
        check_verb(totals, verb, summary, pages.get(f"nwfc-{verb}.1", ""))
        totals.check(f"*nwfc-{verb}*(1)\n\t{summary}\n" in pages["nwfc.1"], f"nwfc.1: no {verb}")
    for page, text in pages.items():
        if page != "nwfc-lint.7":  # run-codes.py
            check_commands(totals, page, text, takes)
        check_references(totals, page, text, pages)
    for name in ("README.md", "CONTRIBUTING.md", "doc/compatibility.md", "doc/architecture.md"):
        check_references(totals, name, read(name), pages)
    check_once(totals, stored)
    check_examples(totals, stored)
    check_attributes(totals, pages["nwfc-filter.5"])
    check_chains(totals, pages["nwfc-filter.5"])
    print(f"{totals.passed} passed, {totals.failed} failed")
    return 0 if totals.passed and not totals.failed else 1


if __name__ == "__main__":
    sys.exit(main())
