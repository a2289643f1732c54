"""What the parts of the configuration share: the error, types in words, and values without types."""

from __future__ import annotations

import dataclasses
import json
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

_NAMES = {int: "an integer", float: "a number", bool: "true or false", str: "a string", Path: "a path", Any: "anything"}


class ConfigError(ValueError):
    """A configuration that cannot be used; the message is one line that names the place, the value and the remedy."""

    def __init__(self, message: str):
        super().__init__(" ".join(message.split()))


def describe(kind: Any) -> str:
    args = [a for a in get_args(kind) if a is not Ellipsis]
    origin = get_origin(kind) or kind
    if kind is types.NoneType:
        return "null"
    if is_union(kind):
        return " or ".join(describe(a) for a in args)
    if origin is Literal:
        return "one of " + ", ".join(json.dumps(a) for a in args)
    if origin is list:
        return f"a list with each entry {describe(args[0])}" if args else "a list"
    if origin is tuple:
        return f"a list of {'' if Ellipsis in get_args(kind) else f'{len(args)}: '}{', '.join(map(describe, args))}"
    if origin is dict or dataclasses.is_dataclass(kind):
        return "a mapping"
    return _NAMES.get(kind, str(kind))


def show(value: Any) -> str:
    text = "null" if value is None else str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def join(key: str, part: Any) -> str:
    return f"{key}.{part}" if key else str(part)


def is_union(kind: Any) -> bool:
    return get_origin(kind) in (Union, types.UnionType)


def plain(value: Any, key: str) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        pairs = [(f.name, getattr(value, f.name)) for f in dataclasses.fields(value) if f.init]
        return {name: plain(item, join(key, name)) for name, item in pairs}
    if isinstance(value, Mapping):
        return {name: plain(item, join(key, name)) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, join(key, index)) for index, item in enumerate(value)]
    if isinstance(value, Path):
        return str(value)
    if value is None or type(value) in (int, float, bool, str):
        return value
    raise ConfigError(f"{key}: {show(value)} is a {type(value).__name__}, which YAML has no plain form for")


def without(tree: Any, ignored: list[list[str]]) -> Any:
    """The tree less the ignored keys, whole floats as integers since a file may write either."""
    if isinstance(tree, dict | list):
        pairs = tree.items() if isinstance(tree, dict) else enumerate(tree)
        kept = {}
        for name, item in pairs:
            below = [parts[1:] for parts in ignored if parts and parts[0] in ("*", str(name))]
            if [] not in below:
                kept[str(name)] = without(item, below)
        return kept if isinstance(tree, dict) else list(kept.values())
    return int(tree) if isinstance(tree, float) and tree.is_integer() else tree


def field_default(cls: Any, name: str) -> Any:
    for field in dataclasses.fields(cls):
        if field.name == name and field.default_factory is not dataclasses.MISSING:
            return field.default_factory()
        if field.name == name and field.default is not dataclasses.MISSING:
            return field.default
    return None
