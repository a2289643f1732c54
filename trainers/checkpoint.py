"""Checkpoints of a run: `<run>/checkpoints/<stage>-<step>/`, each of them whole or not there at all.

A checkpoint is a model folder in Hugging Face format plus `trainer/state.json` (counters, metrics),
`trainer/tensors.safetensors` (optimiser and RNG states) and `manifest.json` (size and SHA-256 of every file). It is
written beside its place and renamed into it when it is safe on the disk, so that neither a full disk nor a kill leaves
half of one. This module knows nothing of losses, stages or data; nothing here is pickled.

One process writes into a run folder at a time.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import Tensor

FOLDER = "checkpoints"
MANIFEST = "manifest.json"
STATE = "trainer/state.json"
TENSORS = "trainer/tensors.safetensors"

_TEMPORARY = ".tmp-"
#: Optimiser states that have the shape of their parameter.
_PARAMETER_SHAPED = ("exp_avg", "exp_avg_sq", "max_exp_avg_sq", "momentum_buffer")


class CheckpointError(RuntimeError):
    """A checkpoint that cannot be written, read or trusted; the message is one line."""

    def __init__(self, message: str):
        super().__init__(" ".join(message.split()))


def checkpoint_name(stage: str, step: int) -> str:
    """The folder name of a stage's checkpoint: `fre-000120`."""
    return f"{stage}-{step:06d}"


# -- writing ----------------------------------------------------------------------------------------------------------


def save(root: Path, name: str, model: Any, processor: Any, tensors: dict[str, Tensor], state: dict[str, Any]) -> Path:
    """Write a checkpoint so that it appears complete or not at all.

    Args:
        root: The run folder; the checkpoint goes to `root/checkpoints/name`. One of the same name is replaced.
        name: A plain folder name, as `checkpoint_name` makes it.
        model: Anything with `save_pretrained(folder)`.
        processor: The same, or None.
        tensors: Flat trainer state, see `optimizer_tensors` and `rng_tensors`.
        state: Plain JSON data: stage, step, counters, metrics. `sequence` is added: one more than the newest's.

    Returns:
        The checkpoint's folder.

    Raises:
        CheckpointError: If `state` is not plain JSON or anything could not be written. Earlier checkpoints are as
            they were, and nothing unfinished is left behind.
    """
    if not re.fullmatch(r"\w[\w.\-]*", name):
        raise CheckpointError(f"checkpoint name {name!r}: expects letters, digits, '_', '-' or '.', such as fre-000120")
    folder = Path(root) / FOLDER
    temporary = folder / f"{_TEMPORARY}{name}-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _remove_stale(folder)
        text = _json({**state, "sequence": 1 + max((s for s, _ in _sequences(folder)), default=0)}, "state")
        _write(temporary, model, processor, tensors, text)
        _put_in_place(temporary, folder / name)
    except CheckpointError:
        raise
    except Exception as error:
        shutil.rmtree(temporary, ignore_errors=True)  # before the free space is told
        raise CheckpointError(_explain(error, folder / name)) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return folder / name


def _write(folder: Path, model: Any, processor: Any, tensors: dict[str, Tensor], state: str) -> None:
    """All files of a checkpoint, flushed to the disk, the manifest last."""
    (folder / "trainer").mkdir(parents=True)
    model.save_pretrained(folder)
    if processor is not None:
        processor.save_pretrained(folder)
    (folder / STATE).write_text(state, encoding="utf-8")
    safetensors.torch.save_file(_separate(tensors), folder / TENSORS)
    files = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        _fsync(path)
        files[path.relative_to(folder).as_posix()] = {"sha256": _sha256(path), "size": path.stat().st_size}
    (folder / MANIFEST).write_text(_manifest_text(files), encoding="utf-8")
    _fsync(folder / MANIFEST)
    for directory in [*(p for p in folder.rglob("*") if p.is_dir()), folder]:
        _fsync(directory)


def _put_in_place(temporary: Path, final: Path) -> None:
    """Rename a finished checkpoint to its name; one that has the name already steps aside and is then removed."""
    former = temporary.with_name(f"{_TEMPORARY}former-{final.name}-{os.getpid()}")
    if final.exists():
        os.rename(final, former)
    try:
        os.rename(temporary, final)
    except OSError:
        if former.exists():
            os.rename(former, final)
        raise
    _fsync(final.parent)
    shutil.rmtree(former, ignore_errors=True)


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


def _remove_stale(folder: Path) -> None:
    """Remove the temporary folders of processes that are gone, and this process's own."""
    for path in folder.glob(f"{_TEMPORARY}*"):
        pid = path.name.rpartition("-")[2]
        if not pid.isdecimal() or int(pid) == os.getpid() or not _alive(int(pid)):
            shutil.rmtree(path, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


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


# -- reading ----------------------------------------------------------------------------------------------------------


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
    _check(path, (STATE, TENSORS))
    return safetensors.torch.load_file(path / TENSORS), json.loads((path / STATE).read_text(encoding="utf-8"))


def verify(path: str | Path) -> None:
    """Compare every file of a checkpoint with the manifest.

    Args:
        path: A checkpoint's folder.

    Raises:
        CheckpointError: If there is no checkpoint at `path`, or a file is missing or damaged: the message names it.
    """
    _check(Path(path), None)


def latest(root: str | Path, stage: str | None = None) -> Path | None:
    """The newest intact checkpoint of a run, by the order of writing. Damaged ones are named in a warning and skipped.

    Args:
        root: The run folder.
        stage: Consider only this stage's checkpoints (`<stage>-<step>`).

    Returns:
        The checkpoint's folder, or None if there is none.
    """
    folder = Path(root) / FOLDER
    for path in _folders(folder):
        if _of_stage(path, stage) and _sequence(path) is None:
            warnings.warn(f"skipping the damaged checkpoint {path}: {_complaint(path)}", stacklevel=2)
    for _, path in sorted(_sequences(folder), reverse=True):
        if not _of_stage(path, stage):
            continue
        complaint = _complaint(path)
        if complaint is None:
            return path
        warnings.warn(f"skipping the damaged checkpoint {path}: {complaint}", stacklevel=2)
    return None


def _check(path: Path, only: tuple[str, ...] | None) -> None:
    files = _manifest(path)
    for name in files if only is None else only:
        if name not in files:
            raise CheckpointError(f"checkpoint {path} is damaged: {MANIFEST} does not list {name}")
        try:
            size = (path / name).stat().st_size
            same = size == files[name]["size"] and _sha256(path / name) == files[name]["sha256"]
        except OSError as error:
            raise CheckpointError(f"checkpoint {path} is damaged: {name}: {error.strerror}") from None
        if not same:
            expected = files[name]["size"]
            found = "content changed" if size == expected else f"{size} bytes instead of {expected}: cut or changed"
            raise CheckpointError(f"checkpoint {path} is damaged: {name}: {found} since it was written")


def _manifest(path: Path) -> dict[str, dict[str, Any]]:
    """The manifest's files.

    Raises:
        CheckpointError: If there is no checkpoint, or the manifest is not exactly as `save` wrote it.
    """
    if not path.is_dir():
        found = ", ".join(p.name for p in _folders(path.parent)) or "no checkpoint"
        raise CheckpointError(f"no checkpoint at {path}; {path.parent} has {found}")
    try:
        text = (path / MANIFEST).read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise CheckpointError(f"{path} is not a whole checkpoint: it has no {MANIFEST}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise CheckpointError(f"checkpoint {path} is damaged: {MANIFEST}: {error}") from None
    try:
        files = json.loads(text)["files"]
        intact = text == _manifest_text(files)
    except (ValueError, TypeError, KeyError):
        intact = False
    if not intact:
        raise CheckpointError(f"checkpoint {path} is damaged: {MANIFEST}: content changed since it was written")
    return files


def _complaint(path: Path) -> str | None:
    try:
        verify(path)
    except CheckpointError as error:
        return str(error)
    return None


def _folders(folder: Path) -> list[Path]:
    """The checkpoint folders, temporary ones left out."""
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith("."))


def _of_stage(path: Path, stage: str | None) -> bool:
    return stage is None or path.name.rpartition("-")[0] == stage


def _sequence(path: Path) -> int | None:
    """The order number of a checkpoint, None if its state is unreadable."""
    try:
        return int(json.loads((path / STATE).read_text(encoding="utf-8"))["sequence"])
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _sequences(folder: Path) -> list[tuple[int, Path]]:
    return [(number, path) for path in _folders(folder) if (number := _sequence(path)) is not None]


# -- removing ---------------------------------------------------------------------------------------------------------


def prune(root: str | Path, keep: int, protect: Iterable[str] = ()) -> list[Path]:
    """Delete old checkpoints. Those whose files are visibly incomplete do not count among the kept.

    Args:
        root: The run folder.
        keep: How many of the newest to keep, at least 1.
        protect: Names that are never deleted, such as a stage's last one; they count if they are among the newest.

    Returns:
        The folders that were deleted, oldest first.

    Raises:
        ValueError: If `keep` is below 1.
        CheckpointError: If one cannot be removed.
    """
    if keep < 1:
        raise ValueError(f"keep is {keep}; at least one checkpoint has to stay")
    folder, protected = Path(root) / FOLDER, set(protect)
    ordered = [path for _, path in sorted(_sequences(folder))]
    kept = [path for path in ordered if _sizes_agree(path)][-keep:]
    oldest = ordered.index(kept[0]) if kept else 0
    removed = [path for path in ordered[:oldest] if path.name not in protected]
    for path in removed:
        doomed = path.with_name(f"{_TEMPORARY}pruned-{path.name}-{os.getpid()}")
        try:
            os.rename(path, doomed)
            _fsync(folder)
            shutil.rmtree(doomed)
        except OSError as error:
            raise CheckpointError(f"checkpoint {path} could not be removed: {error.strerror}") from error
    return removed


def _sizes_agree(path: Path) -> bool:
    try:
        return all((path / name).stat().st_size == entry["size"] for name, entry in _manifest(path).items())
    except (CheckpointError, OSError):
        return False


# -- optimiser and random generators ----------------------------------------------------------------------------------


def optimizer_tensors(optimizer: torch.optim.Optimizer, model: torch.nn.Module) -> dict[str, Tensor]:
    """An optimiser's state as flat tensors named `optim.<parameter>.<key>`, such as `optim.lm_head.weight.exp_avg`.

    Options such as the learning rate are not state: they come from the configuration.

    Args:
        optimizer: An optimiser over parameters of `model`.
        model: Names the parameters.

    Raises:
        CheckpointError: If a parameter is not the model's, or a state is not a tensor.
    """
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    tensors = {}
    for parameter, entries in optimizer.state.items():
        name = names.get(id(parameter))
        if name is None:
            raise CheckpointError(f"the optimiser has a parameter {list(parameter.shape)} that is not the model's")
        for key, value in entries.items():
            if isinstance(value, Tensor):
                tensors[f"optim.{name}.{key}"] = value
            elif value is not None:
                raise CheckpointError(f"optimiser state {key} of {name} is a {type(value).__name__}, not a tensor")
    return tensors


def restore_optimizer(optimizer: torch.optim.Optimizer, model: torch.nn.Module, tensors: dict[str, Tensor]) -> None:
    """Put back what `optimizer_tensors` took, bit by bit; state the optimiser had before is dropped.

    Args:
        optimizer: A fresh optimiser over parameters of `model`.
        model: A model with the same parameter names.
        tensors: As loaded; names that do not begin with `optim.` are passed over.

    Raises:
        CheckpointError: If a tensor belongs to no parameter of the optimiser, or has another shape.
    """
    parameters = dict(model.named_parameters())
    groups = {id(parameter): group for group in optimizer.param_groups for parameter in group["params"]}
    restored: dict[Tensor, dict[str, Tensor]] = {}
    for full, tensor in tensors.items():
        if not full.startswith("optim."):
            continue
        name, _, key = full.removeprefix("optim.").rpartition(".")
        parameter = parameters.get(name)
        if parameter is None or id(parameter) not in groups:
            raise CheckpointError(f"the checkpoint has optimiser state for {name!r}, which this run does not train")
        if key in _PARAMETER_SHAPED and tensor.shape != parameter.shape:
            shapes = f"{list(tensor.shape)}, the parameter {list(parameter.shape)}"
            raise CheckpointError(f"optimiser state {full} has shape {shapes}: the checkpoint is of another model")
        group = groups[id(parameter)]
        on_host = key == "step" and not (group.get("capturable") or group.get("fused"))
        device = torch.device("cpu") if on_host else parameter.device
        restored.setdefault(parameter, {})[key] = tensor.to(device, copy=True)
    optimizer.state.clear()
    optimizer.state.update(restored)


def rng_tensors() -> dict[str, Tensor]:
    """The states of torch's global random generators: CPU, and the current CUDA device once CUDA is in use."""
    tensors = {"rng.cpu": torch.get_rng_state()}
    if torch.cuda.is_initialized():
        tensors["rng.cuda"] = torch.cuda.get_rng_state()
    return tensors


def restore_rng(tensors: dict[str, Tensor]) -> None:
    """Put back what `rng_tensors` took; a CUDA state is passed over on a machine without CUDA.

    Args:
        tensors: As loaded; other names are passed over.

    Raises:
        CheckpointError: If the CPU generator's state is not among them.
    """
    if "rng.cpu" not in tensors:
        raise CheckpointError("the checkpoint has no random generator state (rng.cpu)")
    torch.set_rng_state(tensors["rng.cpu"])
    if "rng.cuda" in tensors and torch.cuda.is_available():
        torch.cuda.set_rng_state(tensors["rng.cuda"])


# -- small things -----------------------------------------------------------------------------------------------------


def _json(data: dict[str, Any], what: str) -> str:
    try:
        text = json.dumps(data, indent=2) + "\n"
    except (TypeError, ValueError) as error:
        raise CheckpointError(f"the checkpoint's {what} is not plain JSON: {error}") from None
    return text


def _manifest_text(files: dict[str, dict[str, Any]]) -> str:
    """The manifest with a checksum of its own: any changed byte makes it differ from what its entries give."""
    checksum = hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()
    return json.dumps({"files": files, "sha256": checksum}, indent=1, sort_keys=True) + "\n"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _bytes(count: int) -> str:
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= scale:
            return f"{count / scale:.1f} {unit}"
    return f"{count} bytes"
