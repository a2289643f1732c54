"""Parquet, CSV and JSON files, folders, and data sets of the Hugging Face hub, through the library `datasets`.

The library keeps a memory-mapped copy of what it reads in its cache (`HF_DATASETS_CACHE`), so that a data set of any size
opens in constant memory. Pictures stay the bytes they are until a row is shown.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

from envs.dataset.errors import HubError
from envs.dataset.rows import Table

#: File endings that `datasets` reads, and its name for each.
BUILDERS = {".parquet": "parquet", ".csv": "csv", ".tsv": "csv", ".json": "json", ".arrow": "arrow"}


class ArrowTable:
    """The rows of a `datasets.Dataset` by number.

    Args:
        data: The data set.
        name: What messages call it.
    """

    def __init__(self, data: Any, name: str):
        self._data = data.with_format("arrow")
        self._name = name

    def __len__(self) -> int:
        return len(self._data)

    def where(self, index: int) -> str:
        return f"{self._name}#{index}"

    def record(self, index: int) -> Mapping[str, Any]:
        try:
            return self._data[index].to_pylist()[0]
        except (UnicodeDecodeError, ArithmeticError) as error:
            raise ValueError(f"the row cannot be read: {error}") from error


class ChainTable:
    """Several tables, one after the other."""

    def __init__(self, tables: Sequence[Table]):
        self._tables = list(tables)
        self._ends = list(accumulate(map(len, tables)))

    def __len__(self) -> int:
        return self._ends[-1]

    def where(self, index: int) -> str:
        table, place = self._find(index)
        return table.where(place)

    def record(self, index: int) -> Mapping[str, Any]:
        table, place = self._find(index)
        return table.record(place)

    def _find(self, index: int) -> tuple[Table, int]:
        number = bisect_right(self._ends, index)
        return self._tables[number], index - (self._ends[number - 1] if number else 0)


def open_file(path: Path) -> Table:
    """A Parquet, CSV, JSON or Arrow file.

    Raises:
        ValueError: If it cannot be read as what its name says.
        ModuleNotFoundError: If the package `datasets` is not installed.
    """
    datasets = _library(str(path))
    builder = BUILDERS[path.suffix]

    def load() -> Any:
        options = _as_text(path, datasets) if builder == "csv" else {}
        return datasets.load_dataset(builder, data_files=str(path.resolve()), split="train", **options)

    return _table(str(path), load)


def open_folder(path: Path, config: str | None, split: str) -> Table:
    """A folder that `Dataset.save_to_disk` wrote, a local copy of a data set of the hub, or one of Parquet files.

    Args:
        path: The folder.
        config: Its configuration, if it has several.
        split: Which part of it.

    Raises:
        ValueError: If there is nothing to read, or no such split.
        ModuleNotFoundError: If the package `datasets` is not installed.
    """
    datasets = _library(str(path))
    if not (path / "dataset_dict.json").is_file() and not (path / "state.json").is_file():
        return _table(f"{path}@{split}", lambda: datasets.load_dataset(str(path.resolve()), config, split=split))

    def load() -> Any:
        data = datasets.load_from_disk(str(path))
        if not isinstance(data, dict):
            return data
        if split not in data:
            raise ValueError(f"there is no split {split!r}; there are {', '.join(data)}")
        return data[split]

    return _table(str(path), load)


def open_hub(hub: str, config: str | None, split: str) -> Table:
    """A data set of the hub, or of the library's cache of it.

    Raises:
        HubError: If it cannot be had; the message says what to do.
        ModuleNotFoundError: If the package `datasets` is not installed.
    """
    datasets = _library(hub)
    name = f"{hub}{f':{config}' if config else ''}@{split}"
    try:
        return ArrowTable(datasets.load_dataset(hub, config, split=split), name)
    except Exception as error:  # the library lets errors of its transport layers through, of many kinds
        raise HubError(f"{name} could not be loaded from the Hugging Face hub: {_advice(error)}") from error


def _as_text(path: Path, datasets: Any) -> dict[str, Any]:
    """Options that keep cells as written: pandas makes 7 of 007, rounds 2^60 + 1 beside a gap, takes "None" for a gap."""
    import pandas

    separator = "\t" if path.suffix == ".tsv" else ","
    columns = pandas.read_csv(path, sep=separator, nrows=0).columns
    features = datasets.Features({str(column): datasets.Value("string") for column in columns})
    return {"sep": separator, "features": features, "keep_default_na": False, "na_values": [""]}


def _table(name: str, load: Callable[[], Any]) -> Table:
    try:
        table = ArrowTable(load(), name)
    except Exception as error:  # as many kinds as there are file formats
        raise ValueError(f"{name} cannot be read: {_first_line(error)}") from error
    if not len(table):
        raise ValueError(f"{name}: the data set has no rows")
    return table


def _library(what: str) -> Any:
    try:
        import datasets
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f'{what} is read with the package datasets, which is not installed: pip install -e ".[datasets]"'
        ) from error
    return datasets


def _advice(error: Exception) -> str:
    """One line: what happened and what to do."""
    said = _first_line(error)
    kinds = {kind.__name__ for cause in _causes(error) for kind in type(cause).__mro__}
    local = "download it elsewhere and give its folder as NAME:FOLDER"
    if "gated" in said.lower() or "GatedRepoError" in kinds:
        return f"it is gated; accept its terms on the hub and log in with `hf auth login`, or {local} ({said})"
    if "OfflineModeIsEnabled" in kinds or "offline" in said.lower():
        return f"the hub is switched off (HF_HUB_OFFLINE) and there is no copy in the cache; unset it, or {local}"
    if "DatasetNotFoundError" in kinds or "RepositoryNotFoundError" in kinds:
        return f"there is no such data set, or it is private and needs `hf auth login` ({said})"
    if kinds & {"ConnectionError", "ConnectError", "TimeoutException", "TimeoutError", "NetworkError"}:
        return f"the hub cannot be reached; check the network, or {local} ({said})"
    return said


def _causes(error: BaseException | None) -> list[BaseException]:
    found = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


def _first_line(error: Exception) -> str:
    causes = _causes(error)
    deepest = causes[1] if len(causes) > 1 and "generating the dataset" in str(error) else error
    return (str(deepest).strip().splitlines() or [type(deepest).__name__])[0][:300]
