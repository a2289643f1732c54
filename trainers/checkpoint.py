"""Checkpoints of a run: `<run>/checkpoints/<stage>-<step>/`, each of them whole or not there at all.

A checkpoint is a model folder in Hugging Face format plus `trainer/state.json` (counters, metrics),
`trainer/tensors.safetensors` (optimiser and RNG states) and `manifest.json` (size and SHA-256 of every file). It is
written beside its place and renamed into it when it is safe on the disk, so that neither a full disk nor a kill leaves
half of one. This module knows nothing of losses, stages or data; nothing here is pickled.

One process writes into a run folder at a time. Here is what the rest of the toolkit calls; `trainers.durable` has the
renaming, `trainers.manifest` the checksums, `trainers.retention` what is newest, best, or to be deleted.
"""

from __future__ import annotations

import errno
import functools
import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import Tensor

from trainers import durable, manifest
from trainers.manifest import MANIFEST, CheckpointError
from trainers.retention import FOLDER, STATE, best, latest, next_sequence, prune

__all__ = [
    "FOLDER",
    "MANIFEST",
    "STATE",
    "TENSORS",
    "CheckpointError",
    "best",
    "checkpoint_name",
    "latest",
    "load_state",
    "prune",
    "save",
    "verify",
]

TENSORS = "trainer/tensors.safetensors"


def checkpoint_name(stage: str, step: int) -> str:
    """The folder name of a stage's checkpoint: `fre-000120`."""
    return f"{stage}-{step:06d}"


def save(
    root: Path,
    name: str,
    model: Any,
    processor: Any,
    tensors: dict[str, Tensor],
    state: dict[str, Any],
    weights: dict[str, Tensor] | None = None,
) -> Path:
    """Write a checkpoint so that it appears complete or not at all.

    Args:
        root: The run folder; the checkpoint goes to `root/checkpoints/name`. One of the same name is replaced.
        name: A plain folder name, as `checkpoint_name` makes it.
        model: Anything with `save_pretrained(folder)`.
        processor: The same, or None.
        tensors: Flat trainer state, see `trainers.optimizer_state` and `trainers.rng_state`.
        state: Plain JSON data: stage, step, counters, metrics. `sequence` is added: one more than the newest's.
        weights: All of the model's weights by name, where its own parameters are not them: sharded over processes, or
            beside adapters. Of tied weights one is enough. Their precision goes into `config.json`. `None` for its own.

    Returns:
        The checkpoint's folder.

    Raises:
        CheckpointError: If `state` is not plain JSON or anything could not be written. Earlier checkpoints are as
            they were, and nothing unfinished is left behind.
    """
    if not re.fullmatch(r"\w[\w.\-]*", name):
        raise CheckpointError(f"checkpoint name {name!r}: expects letters, digits, '_', '-' or '.', such as fre-000120")
    final = Path(root) / FOLDER / name
    temporary = durable.temporary(final)
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        durable.remove_stale(final.parent)
        text = _json({**state, "sequence": next_sequence(root)})
        _write(temporary, model, processor, tensors, text, weights)
        durable.put_in_place(temporary, final)
    except CheckpointError:
        raise
    except Exception as error:
        shutil.rmtree(temporary, ignore_errors=True)  # before the free space is told
        raise CheckpointError(_explain(error, final)) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return final


def load_state(path: str | Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The trainer's part of a checkpoint, checked against the manifest; the model is loaded by `from_pretrained`.

    Args:
        path: A checkpoint's folder.

    Returns:
        `(tensors, state)` as given to `save`, tensors on the CPU, `state` with its `sequence`.

    Raises:
        CheckpointError: If there is no checkpoint at `path`, or its trainer files are damaged.
    """
    path = Path(path)
    manifest.check(path, [STATE, TENSORS])
    return safetensors.torch.load_file(path / TENSORS), json.loads((path / STATE).read_text(encoding="utf-8"))


def verify(path: str | Path) -> None:
    """Compare every file of a checkpoint with the manifest.

    Args:
        path: A checkpoint's folder.

    Raises:
        CheckpointError: If there is no checkpoint at `path`, or a file is missing or damaged: the message names it.
    """
    manifest.check(Path(path))


def _write(
    folder: Path,
    model: Any,
    processor: Any,
    tensors: dict[str, Tensor],
    state: str,
    weights: dict[str, Tensor] | None,
) -> None:
    """All files of a checkpoint, flushed to the disk, the manifest last."""
    (folder / "trainer").mkdir(parents=True)
    if weights is None:
        model.save_pretrained(folder)
    else:
        model.save_pretrained(folder, state_dict=dict(weights))  # a copy: transformers empties what it is given
        _record_dtype(folder / "config.json", weights)
    if processor is not None:
        processor.save_pretrained(folder)
    (folder / STATE).write_text(state, encoding="utf-8")
    safetensors.torch.save_file(_separate(tensors), folder / TENSORS)
    manifest.seal(folder)


def _record_dtype(path: Path, weights: dict[str, Tensor]) -> None:
    """Put the weights' precision into a model's configuration, which names the module's and decides what is loaded."""
    dtypes = {tensor.dtype for tensor in weights.values() if tensor.is_floating_point()}
    widest = str(functools.reduce(torch.promote_types, dtypes)).removeprefix("torch.")
    config = json.loads(path.read_text(encoding="utf-8"))
    for part in (config, *config.values()):
        if isinstance(part, dict) and "dtype" in part:
            part["dtype"] = widest
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _separate(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Contiguous CPU tensors of which no two share memory: what safetensors takes."""
    seen: set[int] = set()
    result = {}
    for name, tensor in tensors.items():
        tensor = tensor.detach().cpu().contiguous()
        address = tensor.untyped_storage().data_ptr()
        result[name] = tensor.clone() if address in seen else tensor
        seen.add(address)
    return result


def _json(state: dict[str, Any]) -> str:
    try:
        return json.dumps(state, indent=2) + "\n"
    except (TypeError, ValueError) as error:
        raise CheckpointError(f"the checkpoint's state is not plain JSON: {error}") from None


def _explain(error: Exception, path: Path) -> str:
    """One line on a failed save: what, where, why, the free space, and how to go on."""
    code = _errno(error)
    why = os.strerror(code) if code else f"{type(error).__name__}: {error}"
    existing = next(p for p in (path.parent, *path.parent.parents) if p.exists())
    free = _bytes(shutil.disk_usage(existing).free)
    if code in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        remedy = "free some space or lower the number of checkpoints kept"
    elif code in (errno.EACCES, errno.EPERM, errno.EROFS):
        remedy = "make the folder writable or choose another run folder"
    else:
        remedy = "remove the cause"
    return (
        f"checkpoint {path.name} could not be saved in {path.parent}: {why}; {free} are free on that disk. "
        f"Earlier checkpoints are intact: {remedy}, then resume from the latest one"
    )


def _errno(error: BaseException | None) -> int | None:
    """The operating system's error number, also from the text of errors raised in Rust (safetensors, tokenizers)."""
    while error is not None:
        if isinstance(error, OSError) and error.errno:
            return error.errno
        found = re.search(r"(?:os error|Os \{ code:) (\d+)", str(error))
        if found:
            return int(found.group(1))
        error = error.__cause__ or error.__context__
    return None


def _bytes(count: int) -> str:
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= scale:
            return f"{count / scale:.1f} {unit}"
    return f"{count} bytes"
