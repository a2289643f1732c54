"""A sampling engine that dies during training: every process stops, and what was learned is in a checkpoint."""

from __future__ import annotations

from pathlib import Path

import distributed
import pytest
from engine_checks import train_until_the_engine_dies

from trainers import checkpoint


@pytest.mark.parametrize("processes", [1, 2])
def test_training_ends_with_a_checkpoint_of_the_completed_steps(processes: int, tmp_path: Path) -> None:
    """Of several processes only the last one's engine dies."""
    errors = distributed.run(train_until_the_engine_dies, processes, str(tmp_path))
    saved = checkpoint.latest(tmp_path, "fre")
    assert saved is not None and checkpoint.load_state(saved)[1]["step"] == 2
    kept = f"What was learned is kept in {saved}; once the engine is there again, the same command goes on from it"
    assert errors == [f"the engine died. {kept}"] * processes
