"""The report of a run: one self-contained HTML file made of what the run's folder holds.

A training run or an evaluation, finished or not, becomes `report.html`: tables with intervals, curves by stage, and a gallery
of its episodes, played again from their records. The file needs no network and no other file.

    python -m eval.report runs/nano-0
"""

from __future__ import annotations

import os
import uuid
from pathlib import Path

from eval.report.page import page
from eval.report.read import read

__all__ = ["write"]


def write(run: Path) -> Path:
    """Write `report.html` into a run or evaluation folder. The file appears whole or not at all.

    Args:
        run: The folder.

    Returns:
        The path written.

    Raises:
        ValueError: If it is no folder, has nothing to report, or its results or episodes cannot be read.
        OSError: If a file cannot be read or written.
    """
    run = Path(run)
    text = page(read(run))
    path = run / "report.html"
    unfinished = run / f".report.{uuid.uuid4().hex[:8]}.html"
    try:
        unfinished.write_text(text, encoding="utf-8")
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path
