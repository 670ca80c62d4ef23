# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes a case that shows a difference as small as it gets."""
import copy
import glob
import os
import shutil
import xml.etree.ElementTree as ET

import judge
import known
import worlds

TRIES = 80


class Shrinker:
    def __init__(self, case, target, options, side):
        self.target, self.options, self.side, self.tries = target, options, side, 0
        shutil.rmtree(target, ignore_errors=True)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copytree(case, target)
        for path in glob.glob(os.path.join(target, "verdict-*")) + \
                glob.glob(os.path.join(target, "notes-*")):
            os.unlink(path)

    def path(self, *names):
        return os.path.join(self.target, *names)

    def shows(self):
        """Does the folder, as it is now, still show a difference?  nwfc is asked first."""
        if self.tries >= TRIES:
            return False
        self.tries += 1
        try:
            ours = self.side.nwfc(self.target, self.options.mode)
            if ours.refused != self.ours_refused:
                return False
            theirs = worlds.libvirt(self.target, False, self.side.here)
            if theirs.refused != self.theirs_refused:
                return False
            if ours.refused or theirs.refused:
                return True
            return bool(self.different(theirs, ours))
        except worlds.Broken:
            return False

    def different(self, theirs, ours):
        text = judge.frame_lines(self.target)
        base = worlds.baseline(self.target, False, self.side.here)
        if self.side.name and not self.options.replies:
            theirs.drop_replies()
            ours.drop_replies()
        if self.side.name:
            base.forget(base.differs(self.side.baseline(self.target)))
        lines = judge.compare(base, theirs, ours)
        return [n for n in lines if not known.frame(*self.frame_at(text[n - 1]))]

    @staticmethod
    def frame_at(line):
        sender, frame = line.split()
        return sender, bytes.fromhex(frame)

    def write_frames(self, lines):
        with open(self.path("frames"), "w", encoding="ascii") as file:
            file.write("\n".join(lines) + "\n")

    def shrink_frames(self, verdict):
        """The one frame alone, or what came before it since the last flush."""
        if not verdict["differences"]:
            self.write_frames([])
            return
        lines = judge.frame_lines(self.target)
        for line, *_ in verdict["differences"][:3]:
            start = line - 1
            while start > 0 and lines[start - 1] != "flush":
                start -= 1
            for candidate in ([lines[line - 1]], lines[start:line], lines[:line]):
                self.write_frames(candidate)
                if self.shows():
                    self.drop_frames(candidate)
                    return
        self.write_frames(lines)

    def drop_frames(self, lines):
        at = 0
        while at < len(lines) - 1 and self.tries < TRIES / 2:
            step = max(1, (len(lines) - 1 - at) // 2)
            while step:
                candidate = lines[:at] + lines[at + step:] if at + step < len(lines) else None
                if candidate:
                    self.write_frames(candidate)
                    if self.shows():
                        lines = candidate
                        break
                step //= 2
            else:
                at += 1
        self.write_frames(lines)

    def try_files(self):
        for path in sorted(glob.glob(self.path("bindings", "*.xml")), reverse=True) + \
                sorted(glob.glob(self.path("filters", "*.xml")), reverse=True):
            with open(path, "rb") as file:
                before = file.read()
            os.unlink(path)
            if not self.shows():
                with open(path, "wb") as file:
                    file.write(before)

    def try_edit(self, path, tree, edit, undo):
        edit()
        tree.write(path, encoding="unicode")
        if self.shows():
            return True
        undo()
        tree.write(path, encoding="unicode")
        return False

    def drop_children(self, path, tree, parent, many=True):
        """Halves first: trees are large and libvirt is slow."""
        step = len(parent) if many else 1
        while step:
            at = 0
            while at < len(parent):
                before = list(parent)
                kept = before[:at] + before[at + step:]

                def put(children):
                    for child in list(parent):
                        parent.remove(child)
                    parent.extend(children)
                if not self.try_edit(path, tree, lambda: put(kept), lambda: put(before)):
                    at += step
            step //= 2

    def drop_attributes(self, path, tree, element):
        for name in list(element.attrib):
            if element.tag in ("filter", "filterref") and name in ("name", "filter") or \
                    element.tag == "rule" and name in ("action", "direction"):
                continue
            before = copy.copy(element.attrib)

            def undo():
                element.attrib.clear()
                element.attrib.update(before)
            self.try_edit(path, tree, lambda: element.attrib.pop(name), undo)

    def run(self, verdict):
        self.ours_refused = verdict["kind"] == "acceptance" and verdict["reason"].startswith("nwfc")
        self.theirs_refused = verdict["kind"] == "acceptance" and not self.ours_refused
        self.shrink_frames(verdict)
        self.try_files()
        for path in sorted(glob.glob(self.path("filters", "*.xml"))):
            tree = ET.parse(path)
            self.drop_children(path, tree, tree.getroot())
            for element in tree.getroot().iter():
                self.drop_attributes(path, tree, element)
        self.try_files()
        for path in sorted(glob.glob(self.path("bindings", "*.xml"))):
            tree = ET.parse(path)
            reference = tree.getroot().find("filterref")
            if reference is not None:
                self.drop_children(path, tree, reference)
        return self.tries


def shrink(case, verdict, target, options, side):
    """Leaves the smallest case it finds in `target`; returns what it shows there."""
    Shrinker(case, target, options, side).run(verdict)
    return judge.judge(target, options, side)


def show(case):
    """The case as text, for a report."""
    out = []
    for path in sorted(glob.glob(os.path.join(case, "filters", "*.xml"))) + \
            sorted(glob.glob(os.path.join(case, "bindings", "*.xml"))) + \
            [os.path.join(case, "frames")]:
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read().strip()
        if len(text) > 4000:
            text = text[:4000] + " ..."
        out.append(f"--- {os.path.relpath(path, case)}\n{text}")
    return "\n".join(out)
