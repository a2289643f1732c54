"""Result files that are there in full or not at all."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any


def write_json(path: Path, data: Any) -> None:
    """Write plain data beside its place and rename it into it; folders are made as needed, what is no number is null."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".tmp-{path.name}-{os.getpid()}")
    temporary.write_text(json.dumps(_strict(data), indent=1, allow_nan=False) + "\n", encoding="utf-8")
    temporary.replace(path)


def _strict(data: Any) -> Any:
    """The data with `None` for numbers that JSON does not know."""
    if isinstance(data, dict):
        return {name: _strict(value) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [_strict(value) for value in data]
    return None if isinstance(data, float) and not math.isfinite(data) else data
