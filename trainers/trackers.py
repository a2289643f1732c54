"""Trackers: who is told of a run's metrics beside its folder. TensorBoard always, Weights & Biases when asked for.

A tracker is a convenience: one that fails is warned of once and then left alone, and training goes on.
"""

from __future__ import annotations

import secrets
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from torch.utils.tensorboard import SummaryWriter


@dataclass
class WandbConfig:
    """A run at Weights & Biases. The key comes from WANDB_API_KEY or `wandb login`, never from a recipe.

    Attributes:
        project: Its project.
        mode: "online", or "offline" to keep everything in the run folder for `wandb sync`.
        entity: User or team; `None` for the account's own.
        name: What the run is called there; `None` for the run folder's name.
    """

    project: str
    mode: Literal["online", "offline"] = "online"
    entity: str | None = None
    name: str | None = None


@dataclass
class TrackersConfig:
    """Who is told of metrics beside TensorBoard and the run folder.

    Attributes:
        wandb: Weights & Biases; `None` for not.
    """

    wandb: WandbConfig | None = None


class Tracker(Protocol):
    """Is told of metrics."""

    def log(self, stage: str, step: int, metrics: Mapping[str, float]) -> None:
        """Take the metrics of a stage's step, which counts from 0 within the stage."""
        ...

    def close(self) -> None:
        """End, with everything delivered or written."""
        ...


class Careful:
    """A tracker that never raises: at the first failure it warns and forgets the tracker behind it.

    Args:
        name: What to call it in a warning.
        make: Makes the tracker behind it.
    """

    def __init__(self, name: str, make: Callable[[], Tracker]):
        self._name = name
        self._tracker: Tracker | None = None
        self._try(lambda: setattr(self, "_tracker", make()))

    def log(self, stage: str, step: int, metrics: Mapping[str, float]) -> None:
        if tracker := self._tracker:
            self._try(lambda: tracker.log(stage, step, metrics))

    def close(self) -> None:
        if tracker := self._tracker:
            self._try(tracker.close)
            self._tracker = None

    def _try(self, call: Callable[[], None]) -> None:
        try:
            call()
        except Exception as error:
            self._tracker = None
            why = " ".join(str(error).split()) or type(error).__name__
            warnings.warn(f"{self._name} failed and is told nothing more; training goes on: {why}", stacklevel=3)


class TensorBoard:
    """Events in `<run>/tensorboard`.

    Args:
        run: The run folder.
        keep_below: On resuming, what was told of this step and later ones is hidden: it will come again.
    """

    def __init__(self, run: Path, keep_below: int = 0):
        self._board = SummaryWriter(str(run / "tensorboard"), purge_step=keep_below or None)

    def log(self, stage: str, step: int, metrics: Mapping[str, float]) -> None:
        for name, value in metrics.items():
            self._board.add_scalar(f"{stage}/{name}", value, step)

    def close(self) -> None:
        self._board.close()


class WeightsAndBiases:
    """One run at Weights & Biases for the whole run folder, resumed with it. Each stage has a step axis of its own.

    Args:
        settings: Where.
        run: The run folder, which also holds wandb's files and the run's id there.
        recipe: The configuration to show there, as plain data.

    Raises:
        ModuleNotFoundError: If wandb is not installed.
        wandb.errors.Error: If it cannot be reached.
    """

    def __init__(self, settings: WandbConfig, run: Path, recipe: Mapping[str, Any]):
        import wandb

        run.mkdir(parents=True, exist_ok=True)
        id_file = run / "wandb_id.txt"
        if not id_file.exists():
            id_file.write_text(secrets.token_hex(4) + "\n", encoding="utf-8")
        self._run = wandb.init(
            project=settings.project,
            entity=settings.entity,
            name=settings.name or run.resolve().name,
            id=id_file.read_text(encoding="utf-8").strip(),
            resume="allow",
            mode=settings.mode,
            dir=str(run),
            config=dict(recipe),
            settings=wandb.Settings(console="off", silent=True, disable_git=True, save_code=False),
        )
        self._stages: set[str] = set()

    def log(self, stage: str, step: int, metrics: Mapping[str, float]) -> None:
        if stage not in self._stages:
            self._run.define_metric(f"{stage}/step", hidden=True)
            self._run.define_metric(f"{stage}/*", step_metric=f"{stage}/step")
            self._stages.add(stage)
        self._run.log({f"{stage}/step": step, **{f"{stage}/{name}": value for name, value in metrics.items()}})

    def close(self) -> None:
        self._run.finish()


def open_trackers(settings: TrackersConfig, run: Path, recipe: Mapping[str, Any]) -> list[Careful]:
    """The trackers that were asked for beside TensorBoard. One that cannot be reached is warned of.

    Raises:
        ModuleNotFoundError: If one's package is not installed.
    """
    wanted = settings.wandb
    if wanted is None:
        return []
    try:
        import wandb  # noqa: F401
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "trackers.wandb is set, but wandb is not installed: pip install -e '.[wandb]', or leave it out"
        ) from error
    return [Careful("Weights & Biases", lambda: WeightsAndBiases(wanted, run, recipe))]
