"""Small recipes for tests that run whole jobs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

NANO = Path(__file__).resolve().parent.parent / "assets" / "nano"
TEXT = {"levels": [1, 1], "families": ["addition", "subtraction"]}
SOKOBAN = {"preset": "mini-v0"}
PLANS = {"id": "LMMR1/Sokoban-v0", "kwargs": SOKOBAN, "styles": {"optimal": 0.5, "random_walk": 0.5}}
SUMS = {"id": "LMMR1/TextMath-v0", "kwargs": TEXT, "styles": {"worked": 0.5, "direct": 0.5}}


def curriculum(folder: Path, model: Path = NANO, **changes: Any) -> Path:
    """Write a two-stage recipe that runs in seconds; return its path."""
    stage = {"steps": 4, "prompts": 4, "group_size": 4, "max_tokens": 48, "save_every": 1, "optim": {"lr": 1.0e-4}}
    recipe = {
        "model": str(model),
        "episodes": 8,
        "threads": 1,
        "gallery": 2,
        "suites": {
            "text-math": {"id": "LMMR1/TextMath-v0", "kwargs": TEXT, "max_tokens": 48},
            "sokoban": {"id": "LMMR1/Sokoban-v0", "kwargs": SOKOBAN, "max_tokens": 48},
        },
        "stages": [
            {"name": "fre", "tasks": [{"id": "LMMR1/TextMath-v0", "kwargs": TEXT}], **stage},
            {
                "name": "mgt",
                "tasks": [
                    {"id": "LMMR1/Sokoban-v0", "kwargs": SOKOBAN, "weight": 0.7},
                    {"id": "LMMR1/TextMath-v0", "kwargs": TEXT, "weight": 0.3},
                ],
                **stage,
            },
        ],
        **changes,
    }
    path = folder / "recipe.yaml"
    path.write_text(yaml.safe_dump(recipe), encoding="utf-8")
    return path


def base(folder: Path) -> Path:
    """Write a warm-start recipe that teaches a tiny model the response format in a few steps; return its path."""
    recipe = {
        "run_dir": str(folder / "base"),
        "corpus": 200,
        "save_every": 2,
        "threads": 1,
        "scratch": {
            "vocabulary": 400,
            "hidden": 32,
            "layers": 2,
            "head_dim": 8,
            "mlp": 48,
            "vision_hidden": 32,
            "grid": 12,
        },
        "phases": [
            {"name": "plans", "steps": 4, "batch": 8, "optim": {"lr": 3.0e-3}, "data": [PLANS, SUMS]},
            {"name": "sums", "steps": 2, "batch": 8, "optim": {"lr": 3.0e-3}, "data": [SUMS]},
        ],
    }
    path = folder / "base.yaml"
    path.write_text(yaml.safe_dump(recipe), encoding="utf-8")
    return path
