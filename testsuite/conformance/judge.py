# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares what libvirt and nwfc do with one case."""
import json
import os
import time

import known
import worlds

UNSTEADY = "arrived elsewhere when played again"


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


def judge(case, a, side):
    """Runs a case as often as needed; differences as (line, sender, bytes, three outcomes)."""
    start = time.monotonic()
    v = Verdict(name=os.path.basename(os.path.normpath(case)), kind="same", frames=0,
                differences=[], known_frames={}, apart={}, runs=1)
    try:
        runs = play_all(case, a, side)
        v["seconds_nwfc"] = round(runs["nwfc"].seconds, 2)
        v["seconds_libvirt"] = round(runs["libvirt"].seconds, 2)
        if runs["libvirt"].refused or runs["nwfc"].refused:
            judge_acceptance(v, runs["libvirt"], runs["nwfc"])
            if a.mode == "default" and v["kind"] == "acceptance" and runs["nwfc"].refused:
                v["kind"] = "known"
                v["reason"] = "default mode is stricter"
            return v
        judge_frames(v, case, a, side, runs)
        if v["differences"] and side.name:
            confirm(v, case, a, side)
    except worlds.Broken as error:
        v["kind"] = "broken"
        v["reason"] = str(error)
    finally:
        v["seconds"] = round(time.monotonic() - start, 2)
    return v


def confirm(v, case, a, side):
    """Two kernels, one of them emulated, may be late: what differs must differ again."""
    found = {difference[0] for difference in v["differences"]}
    runs = play_all(case, a, side)
    again = Verdict(v, kind="same", differences=[], known_frames={}, apart={})
    judge_frames(again, case, a, side, runs)
    again["differences"] = [d for d in again["differences"] if d[0] in found]
    if not again["differences"]:
        again["kind"] = "same"
        again.pop("reason", None)
    lost = len(found) - len(again["differences"])
    if lost:
        again["apart"][UNSTEADY] = lost
    v.pop("reason", None)
    v.update(again)


def play_all(case, a, side):
    """The runs, also as files in the case.  `there`: without a filter, where nwfc runs."""
    runs = {"base": worlds.baseline(case, a.replies, side.here)}
    runs["there"] = side.baseline(case, a.replies) if side.name else runs["base"]
    runs["nwfc"] = side.nwfc(case, a.mode, a.replies)
    runs["libvirt"] = worlds.libvirt(case, a.replies, side.here)
    if side.name:
        for name, run in runs.items():
            with open(os.path.join(case, f"notes-{name}.json"), "w", encoding="utf-8") as file:
                json.dump(run.record(), file)
    return runs


def set_apart(v, text, base, there):
    """Frames that go another way without any filter cannot tell of one; every such is counted."""
    unexplained = []
    lines = base.differs(there)
    for line in lines:
        sender, frame = text[line - 1].split()
        here, other = base.notes[line], there.notes.get(line, [])
        why = known.apart(bytes.fromhex(frame), here, other)
        if why:
            v["apart"][why] = v["apart"].get(why, 0) + 1
        else:
            unexplained.append([line, sender, frame, here, [], other])
    base.forget(lines)
    return unexplained


def judge_frames(v, case, a, side, runs):
    drop_replies = side.name and not a.replies
    text = frame_lines(case)
    base, there, ours, theirs = (runs[n].copy() for n in ("base", "there", "nwfc", "libvirt"))
    if drop_replies:
        for run in (base, there, ours, theirs):
            run.drop_replies()
    unexplained = set_apart(v, text, base, there)
    v["frames"] = sum(1 for notes in base.notes.values() if notes)
    best = compare(base, theirs, ours)
    # libvirt may order chains of one priority at will: any outcome it shows is right
    repeat = a.repeat * 4 if known.tied(ours.said) else a.repeat
    while v["runs"] < repeat and unknown(case, text, theirs, ours, best, a.mode):
        again = worlds.libvirt(case, a.replies, side.here)
        if drop_replies:
            again.drop_replies()
        v["runs"] += 1
        if again.refused:
            continue
        lines = compare(base, again, ours)
        if len(lines) < len(best):
            best, theirs = lines, again
    finish(v, case, base, theirs, ours, best, a.mode)
    if unexplained:
        v["kind"] = "different"
        v["reason"] = f"{len(unexplained)} frames go another way without a filter"
        v["differences"] += unexplained


def reason_of(case, text, theirs, ours, line):
    """Why the frame of the line is meant to differ, or None."""
    sender, frame = text[line - 1].split()
    return known.frame(sender, bytes.fromhex(frame)) or \
        known.policy(case, bytes.fromhex(frame), theirs.notes[line], ours.notes.get(line, [])) or \
        known.host_fragment(bytes.fromhex(frame), theirs.notes[line], ours.notes.get(line, []))


def unknown(case, text, theirs, ours, lines, mode):
    """Is there a difference that another outcome of libvirt's could explain?"""
    if mode == "default" and known.explained(ours.said):
        return False
    return any(not reason_of(case, text, theirs, ours, line) for line in lines)


def finish(v, case, base, theirs, ours, lines, mode):
    text = frame_lines(case)
    for line in lines:
        sender, frame = text[line - 1].split()
        reason = reason_of(case, text, theirs, ours, line)
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
