"""Suites by name or from a YAML file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import yaml

from eval.suites import Part, Suite, find_suite

T = TypeVar("T", Suite, Part)


def read_suites(names: str) -> dict[str, Suite]:
    """Suites from a comma-separated list of names and files.

    A YAML file contributes its `suites:` mapping, so a recipe such as `configs/nano.yaml` names the suites of its run, and a
    file of yours may hold nothing else: `suites: {mine: {id: LMMR1/Dataset-v0, kwargs: {source: rows.jsonl}}}`.

    Raises:
        ValueError: If a name or a file's content is not a suite; says where.
    """
    chosen: dict[str, Suite] = {}
    for name in names.split(","):
        if name.endswith((".yaml", ".yml")):
            chosen |= _read_file(Path(name))
        else:
            chosen[name] = find_suite(name)
    return chosen


def _read_file(path: Path) -> dict[str, Suite]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} has no readable `suites:` mapping: {' '.join(str(error).split())}") from None
    entries = content.get("suites") if isinstance(content, Mapping) else None
    if not isinstance(entries, Mapping) or not entries:
        raise ValueError(f"{path} has no readable `suites:` mapping; expected `suites: {{name: {{id: …, kwargs: …}}}}`")
    return {str(name): _suite(entry, f"{path}: suites.{name}") for name, entry in entries.items()}


def _suite(entry: Any, place: str) -> Suite:
    entry = _mapping(entry, place)
    parts = entry.get("parts", [])
    if not isinstance(parts, list):
        raise ValueError(f"{place}.parts is {parts!r}; expected a list")
    built = [_build(Part, part, f"{place}.parts.{number}") for number, part in enumerate(parts)]
    return _build(Suite, {**entry, "parts": built}, place)


def _build(kind: type[T], entry: Any, place: str) -> T:
    entry = _mapping(entry, place)
    known = [one.name for one in fields(kind)]
    for name in entry:
        if name not in known:
            near = get_close_matches(str(name), known, n=1)
            raise ValueError(
                f"{place} has {name!r}; {f'did you mean {near[0]!r}?' if near else 'it takes ' + ', '.join(known)}"
            )
    try:
        return kind(**entry)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{place}: {error}") from None


def _mapping(entry: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(entry, Mapping):
        raise ValueError(f"{place} is {entry!r}; expected a mapping such as {{id: LMMR1/Sokoban-v0, kwargs: {{…}}}}")
    return entry
