# SPDX-License-Identifier: GPL-2.0-or-later
"""What the checks of a test come to."""


class Totals:
    passed = failed = 0

    def check(self, ok, what, detail=""):
        self.passed += bool(ok)
        self.failed += not ok
        if not ok:
            print(f"not ok: {what}\n{detail}"[:4000].rstrip())
