# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares what libvirt and nwfc do with one case."""
import os
import time

import known
import worlds


def frame_lines(case):
    with open(os.path.join(case, "frames"), encoding="ascii") as file:
        return file.read().split("\n")


def compare(base, theirs, ours):
    """Lines that differ; only frames that arrive somewhere without a filter count."""
    return [line for line in theirs.differs(ours) if base.notes.get(line)]


class Verdict(dict):
    """name, kind (same, alike, known, different, acceptance, broken), frames, differences..."""


def judge_acceptance(v, theirs, ours):
    v["libvirt"] = theirs.said.strip()
    v["nwfc"] = ours.said.strip()
    if theirs.refused and ours.refused:
        v["kind"] = "alike"
        return v
    reason = known.acceptance(theirs.said if theirs.refused else None,
                              ours.said if ours.refused else None)
    v["kind"] = "known" if reason else "acceptance"
    v["reason"] = reason or ("libvirt refuses, nwfc takes it" if theirs.refused else
                             "nwfc refuses, libvirt takes it")
    return v


def judge(case, mode="compat", repeat=4, replies=False):
    """Runs a case as often as needed; differences as (line, sender, bytes, three outcomes)."""
    start = time.monotonic()
    v = Verdict(name=os.path.basename(os.path.normpath(case)), kind="same", frames=0,
                differences=[], known_frames={}, runs=1)
    try:
        base = worlds.baseline(case, replies)
        ours = worlds.nwfc(case, mode, replies)
        theirs = worlds.libvirt(case, replies)
        v["seconds_nwfc"] = round(ours.seconds, 2)
        v["seconds_libvirt"] = round(theirs.seconds, 2)
        if theirs.refused or ours.refused:
            judge_acceptance(v, theirs, ours)
            if mode == "default" and v["kind"] == "acceptance" and ours.refused:
                v["kind"] = "known"
                v["reason"] = "default mode is stricter"
            return v
        v["frames"] = sum(1 for notes in base.notes.values() if notes)
        best = compare(base, theirs, ours)
        # libvirt may order chains of one priority at will: any outcome it shows is right
        if known.tied(ours.said):
            repeat *= 4
        while best and v["runs"] < repeat:
            again = worlds.libvirt(case, replies)
            v["runs"] += 1
            if again.refused:
                continue
            lines = compare(base, again, ours)
            if len(lines) < len(best):
                best, theirs = lines, again
        finish(v, case, base, theirs, ours, best, mode)
    except worlds.Broken as error:
        v["kind"] = "broken"
        v["reason"] = str(error)
    finally:
        v["seconds"] = round(time.monotonic() - start, 2)
    return v


def finish(v, case, base, theirs, ours, lines, mode):
    text = frame_lines(case)
    for line in lines:
        sender, frame = text[line - 1].split()
        reason = known.frame(sender, bytes.fromhex(frame)) or \
            known.policy(case, bytes.fromhex(frame), theirs.notes[line], ours.notes.get(line, []))
        if reason:
            v["known_frames"][reason] = v["known_frames"].get(reason, 0) + 1
            continue
        v["differences"].append([line, sender, frame, base.notes[line], theirs.notes[line],
                                 ours.notes.get(line, [])])
    codes = known.explained(ours.said)
    lines = v["differences"]
    if lines and mode == "default" and codes:
        v["kind"] = "known"
        v["reason"] = "announced by " + ", ".join(codes)
    elif lines:
        v["kind"] = "different"
        v["reason"] = f"{len(lines)} frames"
