"""All benchmark tables, one by one: ``python -m tests.benchmarks [engine|accuracy|window|canvas] [its options]``."""

from __future__ import annotations

import runpy
import sys

TABLES = ("engine", "accuracy", "window", "canvas")
QUICK = {
    "engine": ["--quick"],
    "accuracy": ["--seeds", "1"],
    "window": ["--seconds", "5", "--starts", "1"],
    "canvas": ["--frames", "10"],
}


def main() -> int:
    """Run the table that was named, or all of them; the exit code is the worst one's."""
    wanted = [sys.argv[1]] if len(sys.argv) > 1 and sys.argv[1] in TABLES else list(TABLES)
    rest = sys.argv[2:] if len(wanted) == 1 else sys.argv[1:]
    quick = len(wanted) > 1 and rest == ["--quick"]
    worst = 0
    for table in wanted:
        sys.argv = [f"tests.benchmarks.{table}", *(QUICK[table] if quick else rest)]
        try:
            runpy.run_module(f"tests.benchmarks.{table}", run_name="__main__")
        except SystemExit as end:
            worst = max(worst, int(end.code or 0))
    return worst


sys.exit(main())
