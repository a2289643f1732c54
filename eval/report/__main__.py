"""`python -m eval.report DIR`: write the report of a training run or an evaluation."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from eval.report import write


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: `None` takes those of the process.

    Returns:
        0, or 2 after one line on what was wrong.
    """
    parser = argparse.ArgumentParser("python -m eval.report", description="Write report.html into a run folder.")
    parser.add_argument("run", type=Path, help="folder of a training run or an evaluation")
    try:
        path = write(parser.parse_args(arguments).run)
    except (ValueError, OSError) as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    print(f"{path}  {path.stat().st_size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
