# SPDX-License-Identifier: GPL-2.0-or-later
"""One table: the work, nwfc's figure, the figure beside it, their ratio and what it should be."""


class Table:
    def __init__(self):
        self.rows = self.missed = 0
        print(f"{'work':54} {'nwfc':>10} {'beside':>10} {'ratio':>7}  target", flush=True)

    def note(self, text):
        print(f"  {text}", flush=True)

    def _put(self, what, figures, ratio, target, good):
        self.rows += good is not None
        self.missed += good is False
        ours, beside = figures
        print(f"{what:54} {ours:>10} {beside:>10} {ratio:7.3f}  {target}"
              f"{': MISSED' if good is False else ''}", flush=True)

    def most(self, what, value, unit, target, beside=None):
        """A figure with a limit of its own: the ratio is to the limit, or to what stands beside."""
        shown = f"{value:.2f} {unit}", "" if beside is None else f"{beside:.2f} {unit}"
        self._put(what, shown, value / target, f"<= {target:g} {unit}", value <= target)

    def ratio(self, what, figures, ratio, target=None, unit="ms"):
        """Two figures and the median of the ratios they were taken with."""
        ours, beside = figures
        self._put(what, (f"{ours:.2f} {unit}", f"{beside:.2f} {unit}"), ratio,
                  f"<= {target:g} x" if target else "",
                  ratio <= target if target else None)

    def end(self):
        print(f"{self.rows} targets, {self.missed} missed")
        return 1 if self.missed else 0
