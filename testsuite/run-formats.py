#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The forms of findings that machines read, by the rules of who reads them.

SARIF is held against a JSON Schema of the part of the standard (2.1.0) that it
uses, with nothing else allowed, and against what code scanning asks beyond it.
All forms must tell of the same findings.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

import jsonschema

from totals import Totals

SRCDIR = os.path.realpath(os.environ.get("srcdir", "."))
NWFC = os.path.realpath(os.environ.get("NWFC", "./nwfc"))
ENV = dict(os.environ, NWFC_FILTERS=os.path.join(SRCDIR, "runtime/filters"), LC_ALL="C")

SCHEMA = os.path.join(SRCDIR, "testsuite/sarif.schema.json")

# a name and values that every form has to escape in its own way
NAME = "odd, 100% \"näme\": <&'>.xml"
BAD = """<filter name='ünï'>
	<rule action='drop' direction='in'><tcp dstport='22' é='1' srcipaddr='10.1'/></rule>
	<rule action='alläw%25' direction='in'>
		<tcp dstportstart='22:,' comment='&lt;&amp;&quot;'/><udp/>
	</rule>
	<rule action='drop' direction='in' statematch='no'/>
	<rule action='drop' direction='in' statematch='no'/>
</filter>
"""


def schemas():
    """Ours, and with SARIF_SCHEMA=FILE that one: no package of Debian has the standard's."""
    for path in (SCHEMA, os.environ.get("SARIF_SCHEMA")):
        if path:
            with open(path) as file:
                schema = json.load(file)
            kind = jsonschema.validators.validator_for(schema)
            kind.check_schema(schema)
            yield kind(schema)


def faults(value):
    """Where a value is not as the schema says, as text."""
    for schema in schemas():
        yield from (f"{error.json_path}: {error.message[:200]}"
                    for error in schema.iter_errors(value))


def objects(value):
    if isinstance(value, dict):
        yield value
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, (dict, list)):
            yield from objects(item)


def check_schema(totals, report):
    """The schema is not one that takes everything: of no object may a name lack or be added."""
    ours = next(schemas())
    loose = set()
    for place in objects(report):
        place["extra"] = 1
        if ours.is_valid(report):
            loose.add(f"also takes extra beside {' '.join(place)}")
        del place["extra"]
        for name in list(place):
            if name in ("relatedLocations", "fixes"):
                continue
            kept = place.pop(name)
            if ours.is_valid(report):
                loose.add(f"does not ask for {name}")
            place[name] = kept
    totals.check(not loose, "the schema of sarif is loose", "\n".join(sorted(loose)))


def lint(folder, form, *operands):
    done = subprocess.run([NWFC, "lint", f"--format={form}", *operands], cwd=folder, env=ENV,
                          capture_output=True, timeout=60)
    return done.stdout.decode("utf-8"), done.returncode


def of_json(text):
    return [(d["code"], d["spans"][0]["line"] if d["spans"] else 1)
            for d in json.loads(text)["diagnostics"]]


def of_jsonl(text):
    return [(d["code"], d["spans"][0]["line"]) for d in map(json.loads, text.splitlines())]


def of_gcc(text):
    found = re.findall(r"^.*?\.xml:(\d+):\d+: (?:error|warning|note): .*\[(NWF\d+)\]$", text, re.M)
    return [(code, int(line)) for line, code in found]


def of_sarif(text):
    return [(r["ruleId"], r["locations"][0]["physicalLocation"]["region"]["startLine"])
            for r in json.loads(text)["runs"][0]["results"]]


def unescape(text):
    return re.sub("%([0-9A-F]{2})", lambda m: chr(int(m[1], 16)), text)


def of_github(text):
    found = re.findall(r"^::(?:error|warning|notice) file=([^,:]*),line=(\d+),endLine=\d+,"
                       r"(?:col=\d+,endColumn=\d+,)?title=(NWF\d+)::.", text, re.M)
    assert len(found) == len(text.splitlines())
    assert all(unescape(name) == NAME for name, _, _ in found)
    return [(code, int(line)) for _, line, code in found]


def of_gitlab(text):
    found = json.loads(text)
    for d in found:
        assert set(d) == {"check_name", "description", "severity", "fingerprint", "location"}
        assert d["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert d["location"]["path"] == NAME
    prints = [d["fingerprint"] for d in found]
    assert len(set(prints)) == len(prints), "a fingerprint twice"
    return [(d["check_name"], d["location"]["lines"]["begin"]) for d in found]


def of_junit(text):
    root = ET.fromstring(text)
    cases = root.findall("testsuite/testcase")
    assert root.get("tests") == str(len(cases)) and root.get("failures") == str(len(cases))
    assert all(case.get("file") == NAME and case.find("failure").get("message") for case in cases)
    return [(case.get("name")[:6], int(case.get("line"))) for case in cases]


def of_checkstyle(text):
    root = ET.fromstring(text)
    assert root.tag == "checkstyle" and [f.get("name") for f in root] == [NAME]
    return [(e.get("source").split(".")[1], int(e.get("line"))) for f in root for e in f]


READERS = {"json": of_json, "jsonl": of_jsonl, "gcc": of_gcc, "sarif": of_sarif,
           "github": of_github, "gitlab": of_gitlab, "junit": of_junit,
           "checkstyle": of_checkstyle}


def check_matcher(totals, folder):
    """GitHub's problem matcher sees each line of the gcc form that has a code."""
    with open(os.path.join(SRCDIR, "doc/ci/problem-matcher.json")) as file:
        pattern = json.load(file)["problemMatcher"][0]["pattern"][0]
    text, _ = lint(folder, "gcc", NAME)
    lines = [line for line in text.splitlines() if line.endswith("]")]
    seen = [re.search(pattern["regexp"], line) for line in lines]
    totals.check(all(seen) and len(seen) > 5, "the problem matcher misses lines", str(lines))
    totals.check(all(m[pattern["file"]] == NAME and m[pattern["code"]].startswith("NWF")
                     for m in seen if m), "the problem matcher reads the wrong words")


def check_hooks(totals):
    """What pre-commit runs and what the CI examples run exists."""
    for name in (".pre-commit-hooks.yaml", "doc/ci/github.yml", "doc/ci/gitlab.yml"):
        with open(os.path.join(SRCDIR, name)) as file:
            used = re.findall(r"nwfc (lint|fmt)((?: --[a-z=-]+)*)", file.read())
        totals.check(used, f"{name} runs nothing")
        for verb, options in used:
            done = subprocess.run([NWFC, verb, "--help"], capture_output=True, text=True)
            for option in re.findall("--[a-z-]+", options):
                totals.check(f"{option}" in done.stdout, f"{name}: {verb} has no {option}")


def check_sarif(totals, folder):
    text, _ = lint(folder, "sarif", NAME)
    wrong = list(faults(json.loads(text)))
    totals.check(not wrong, "sarif is not as its schema", "\n".join(wrong))
    run = json.loads(text)["runs"][0]
    check_schema(totals, json.loads(text))
    totals.check(run["invocations"][0] == {"toolExecutionNotifications": [],
                                           "executionSuccessful": True}, "sarif: invocation")
    broken, code = lint(folder, "sarif", "no-such.xml", NAME)
    wrong = list(faults(json.loads(broken)))
    notes = json.loads(broken)["runs"][0]["invocations"][0]
    totals.check(code == 3 and not wrong and not notes["executionSuccessful"]
                 and notes["toolExecutionNotifications"][0]["descriptor"]["id"] == "NWF101"
                 and len(json.loads(broken)["runs"][0]["results"]) == len(run["results"]),
                 "sarif: a file that cannot be read is a notification", "\n".join(wrong) + broken)
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    totals.check(sorted(set(rules)) == rules, "sarif: rules once each, in order", str(rules))
    totals.check({r["ruleId"] for r in run["results"]} == set(rules), "sarif: rules of results")
    # every code that has a golden: related places, fixes, all severities
    whole = json.loads(lint(os.path.join(SRCDIR, "testsuite/golden/lint"), "sarif", ".")[0])
    wrong = list(faults(whole))
    seen = {name for result in whole["runs"][0]["results"] for name in result}
    levels = {result["level"] for result in whole["runs"][0]["results"]}
    totals.check(not wrong and {"relatedLocations", "fixes"} <= seen and len(levels) == 3
                 and len(whole["runs"][0]["tool"]["driver"]["rules"]) > 100,
                 "sarif of all codes is not as its schema", "\n".join(wrong[:20]))
    lines = BAD.split("\n")
    for result in run["results"]:
        region = result["locations"][0]["physicalLocation"]["region"]
        line = lines[region["startLine"] - 1]
        start, end = region["startColumn"], region["endColumn"]
        totals.check(region["startLine"] < region["endLine"] or start < end <= len(line) + 1,
                     f"sarif: region of {result['ruleId']}", str(region))
        if result["ruleId"] == "NWF115":
            totals.check(line[start - 1:end - 1] == "alläw%25", "sarif: columns count characters",
                         line[start - 1:end - 1])
    prints = [r["partialFingerprints"]["primaryLocationLineHash"] for r in run["results"]]
    totals.check(len(set(prints)) == len(prints), "sarif: a fingerprint twice", str(prints))
    # lines added above must not make an old finding a new one
    with open(os.path.join(folder, NAME), "w") as file:
        file.write("<!-- a\nb -->\n" + BAD)
    after = json.loads(lint(folder, "sarif", NAME)[0])["runs"][0]["results"]
    totals.check([r["partialFingerprints"]["primaryLocationLineHash"] for r in after] == prints,
                 "sarif: fingerprints move with their lines")


def main():
    totals = Totals()
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, NAME), "w") as file:
            file.write(BAD)
        with open(os.path.join(folder, "good.xml"), "w") as file:
            file.write("<filter name='good'>\n\t<rule action='drop' direction='inout'/>\n</filter>\n")
        expected = of_json(lint(folder, "json", NAME)[0])
        totals.check(len(expected) > 5, "the bad file has findings", str(expected))
        for form, reader in READERS.items():
            text, code = lint(folder, form, NAME)
            try:
                found = reader(text)
            except Exception as error:  # whatever a reader stumbles over is a failure of the form
                found = f"{type(error).__name__}: {error}"
            totals.check(found == expected and code == 1, form, f"{found}\n{text}")
            text, code = lint(folder, form, "good.xml")
            totals.check(code == 0 and (form in ("json", "sarif", "junit", "checkstyle", "gitlab"))
                         == bool(text), f"{form} without findings", text)
        check_matcher(totals, folder)
        check_hooks(totals)
        check_sarif(totals, folder)
        _, code = lint(folder, "yaml", "good.xml")
        totals.check(code == 2, "a form that does not exist")
    print(f"{totals.passed} passed, {totals.failed} failed")
    return 0 if totals.passed and not totals.failed else 1


if __name__ == "__main__":
    sys.exit(main())
