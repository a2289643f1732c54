"""Typed configuration: dataclasses filled from a YAML file and from `key.sub=value` overrides.

A recipe declares what it needs as (nested) dataclasses; this module turns text into them and back, and says in one
line what is wrong with the text. It knows no recipe. `trainers.config_source` reads the text.

What a file leaves out keeps its default, also inside a nested dataclass; lists and mappings are replaced as a whole by
the file, and an override can reach into them (`stages.0.lr=1e-4`). A file may build on another (`base: other.yaml`).
"""

from __future__ import annotations

import copy
import dataclasses
import difflib
import hashlib
import json
import re
import types
import typing
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin

import yaml

from trainers.config_source import Source
from trainers.config_values import ConfigError, describe, field_default, is_union, join, plain, show, without

__all__ = ["ConfigError", "fingerprint", "load", "save", "to_dict"]

T = TypeVar("T")

_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")


def load(cls: type[T], path: str | Path | None, overrides: Sequence[str] = ()) -> T:
    """Build a configuration from a file and overrides.

    Args:
        cls: The dataclass to build. Fields may be dataclasses, `list[X]`, `dict[str, X]`, tuples, `Literal`, unions,
            `int`, `float`, `bool`, `str`, `Path` and `Any`.
        path: A YAML file that holds a mapping, which may build on others, or None to begin from the defaults alone.
        overrides: `key.sub=value` each, applied in order; the value is read as YAML.

    Returns:
        An instance of `cls`.

    Raises:
        ConfigError: If the file cannot be read, or a key or value does not fit `cls`.
    """
    source = Source(None if path is None else Path(path))
    for override in overrides:
        source.override(cls, override)
    return _build(cls, source.raw, "", source, None)


def to_dict(config: Any) -> dict[str, Any]:
    """A configuration as plain mappings, lists and scalars; paths become strings and tuples lists.

    Args:
        config: A dataclass instance.

    Raises:
        ConfigError: If a value, such as a tensor inside `dict[str, Any]`, has no plain form.
    """
    return plain(config, "")


def save(config: Any, path: str | Path) -> None:
    """Write a configuration as YAML that `load` reads back to an equal one.

    Args:
        config: A dataclass instance.
        path: The file to write; its folder has to exist.

    Raises:
        ConfigError: If a value has no plain form.
        OSError: If the file cannot be written.
    """
    text = yaml.safe_dump(to_dict(config), sort_keys=False, allow_unicode=True, width=120)
    Path(path).write_text(text, encoding="utf-8", newline="\n")


def fingerprint(config: Any, ignore: Iterable[str] = ()) -> str:
    """A short hash that changes when the configuration does: tells whether a run is resumed as it was begun.

    Args:
        config: A dataclass instance.
        ignore: Dotted keys whose change does not matter, such as `run_dir`; `*` stands for any one part, as in
            `stages.*.log_every`.

    Returns:
        Twelve hexadecimal digits, the same on every machine.

    Raises:
        ConfigError: If a value has no plain form.
    """
    tree = without(to_dict(config), [key.split(".") for key in ignore])
    return hashlib.sha256(json.dumps(tree, sort_keys=True).encode()).hexdigest()[:12]


def _build(kind: Any, value: Any, key: str, source: Source, base: Any) -> Any:
    """`value` as a `kind`. `base` is the default that a nested dataclass keeps for keys left out."""
    if kind is Any:
        return copy.deepcopy(value)
    if is_union(kind):
        return _build_union(kind, value, key, source, base)
    if dataclasses.is_dataclass(kind):
        return _build_dataclass(kind, value, key, source, base)
    origin = get_origin(kind) or kind
    if origin is Literal:
        return _build_literal(kind, value, key, source)
    if origin is list and isinstance(value, list):
        return _build_items([(get_args(kind) or (Any,))[0]] * len(value), value, key, source)
    if origin is tuple and isinstance(value, list):
        return tuple(_build_items(_tuple_kinds(kind, value, key, source), value, key, source))
    if origin is dict and isinstance(value, dict):
        return _build_dict((get_args(kind) or (str, Any))[1], value, key, source)
    if origin in (int, float, bool, str, Path):
        return _build_scalar(kind, value, key, source)
    if origin in (list, tuple, dict) or kind is types.NoneType:
        raise _mismatch(kind, value, key, source)
    raise TypeError(f"{key}: the type {kind} of this field is not supported in a configuration")


def _build_dataclass(cls: Any, value: Any, key: str, source: Source, base: Any) -> Any:
    if not isinstance(value, dict):
        raise _mismatch(cls, value, key, source)
    hints = typing.get_type_hints(cls)
    fields = {f.name: f for f in dataclasses.fields(cls) if f.init}
    for name in value:
        if name not in fields:
            raise _unknown(name, value[name], list(fields), key, source)
    inherited = base if isinstance(base, cls) else None
    arguments, missing = {}, []
    for name, field in fields.items():
        if name in value:
            default = getattr(inherited, name) if inherited is not None else field_default(cls, name)
            arguments[name] = _build(hints[name], value[name], join(key, name), source, default)
        elif inherited is not None:
            arguments[name] = copy.deepcopy(getattr(inherited, name))
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            missing.append(f"{join(key, name)} ({describe(hints[name])})")
    if missing:
        raise ConfigError(f"{source.where(key)}: required and missing: {', '.join(missing)}")
    try:
        return cls(**arguments)
    except ValueError as error:
        raise ConfigError(f"{source.where(key)}: {key + ': ' if key else ''}{error}") from error


def _build_items(kinds: Sequence[Any], values: list[Any], key: str, source: Source) -> list[Any]:
    pairs = zip(kinds, values, strict=True)
    return [_build(kind, value, join(key, index), source, None) for index, (kind, value) in enumerate(pairs)]


def _tuple_kinds(kind: Any, value: list[Any], key: str, source: Source) -> Sequence[Any]:
    args = get_args(kind) or (Any, ...)
    if args[-1] is Ellipsis:
        return [args[0]] * len(value)
    if len(args) != len(value):
        raise _mismatch(kind, value, key, source)
    return args


def _build_dict(kind: Any, value: dict[Any, Any], key: str, source: Source) -> dict[str, Any]:
    for name in value:
        if not isinstance(name, str):
            place = join(key, name)
            raise ConfigError(f"{source.where(place)}: {place}: the key {name!r} has to be a string: quote it")
    return {name: _build(kind, item, join(key, name), source, None) for name, item in value.items()}


def _build_union(kind: Any, value: Any, key: str, source: Source, base: Any) -> Any:
    members = [m for m in get_args(kind) if m is not types.NoneType]
    if value is None and len(members) < len(get_args(kind)):
        return None
    if len(members) == 1:
        return _build(members[0], value, key, source, base)
    for member in sorted(members, key=lambda m: m is not type(value)):  # an exact type before one that converts
        try:
            return _build(member, value, key, source, base)
        except ConfigError:
            continue
    raise _mismatch(kind, value, key, source)


def _build_literal(kind: Any, value: Any, key: str, source: Source) -> Any:
    for candidate in (value, source.texts.get(key)):
        for choice in get_args(kind):
            if type(choice) is type(candidate) and choice == candidate:
                return choice
    near = difflib.get_close_matches(str(value), [c for c in get_args(kind) if isinstance(c, str)], 1)
    raise _mismatch(kind, value, key, source, f"did you mean {near[0]!r}?" if near else "")


def _build_scalar(kind: Any, value: Any, key: str, source: Source) -> Any:
    if kind is float and isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value)  # YAML 1.1 leaves 1e-4 a string
    if kind is float and type(value) is int:
        return float(value)
    if kind in (str, Path) and not isinstance(value, dict | list) and value is not None and key in source.texts:
        value = value if isinstance(value, str) else source.texts[key]
    if kind is Path and isinstance(value, str):
        return Path(value)
    if type(value) is not kind:
        quote = kind is str and not isinstance(value, dict | list) and value is not None
        raise _mismatch(kind, value, key, source, "quote it to make it a string" if quote else "")
    return value


# -- messages ---------------------------------------------------------------------------------------------------------


def _mismatch(kind: Any, value: Any, key: str, source: Source, remedy: str = "") -> ConfigError:
    remedy = f"; {remedy}" if remedy else ""
    return ConfigError(f"{source.where(key)}: {key}: expects {describe(kind)}, got {show(value)}{remedy}")


def _unknown(name: Any, value: Any, allowed: list[str], key: str, source: Source) -> ConfigError:
    full = join(key, name)
    near = difflib.get_close_matches(str(name), allowed, 1)
    remedy = f"did you mean {join(key, near[0])!r}?" if near else f"known keys: {', '.join(allowed) or 'none'}"
    return ConfigError(f"{source.where(full)}: {full}: unknown key (its value is {show(value)}); {remedy}")
