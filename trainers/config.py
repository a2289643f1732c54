"""Typed configuration: dataclasses filled from a YAML file and from `key.sub=value` overrides.

A recipe declares what it needs as (nested) dataclasses; this module turns text into them and back, and says in one
line what is wrong with the text. It knows no recipe.

What a file leaves out keeps its default, also inside a nested dataclass; lists and mappings are replaced as a whole by
the file, and an override can reach into them (`stages.0.lr=1e-4`).
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
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

import yaml

T = TypeVar("T")

_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
_NAMES = {int: "an integer", float: "a number", bool: "true or false", str: "a string", Path: "a path", Any: "anything"}


class ConfigError(ValueError):
    """A configuration that cannot be used; the message is one line that names the place, the value and the remedy."""

    def __init__(self, message: str):
        super().__init__(" ".join(message.split()))


def load(cls: type[T], path: str | Path | None, overrides: Sequence[str] = ()) -> T:
    """Build a configuration from a file and overrides.

    Args:
        cls: The dataclass to build. Fields may be dataclasses, `list[X]`, `dict[str, X]`, tuples, `Literal`, unions,
            `int`, `float`, `bool`, `str`, `Path` and `Any`.
        path: A YAML file that holds a mapping, or None to begin from the defaults alone.
        overrides: `key.sub=value` each, applied in order; the value is read as YAML.

    Returns:
        An instance of `cls`.

    Raises:
        ConfigError: If the file cannot be read, or a key or value does not fit `cls`.
    """
    source = _Source(None if path is None else Path(path))
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
    return _plain(config, "")


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
    tree = _without(to_dict(config), [key.split(".") for key in ignore])
    return hashlib.sha256(json.dumps(tree, sort_keys=True).encode()).hexdigest()[:12]


# -- the text: file and overrides -------------------------------------------------------------------------------------


class _Source:
    """The raw tree of values, and where each of them was written."""

    def __init__(self, path: Path | None):
        self.path = path
        self.raw: dict[str, Any] = {}
        self.lines: dict[str, int] = {}
        self.texts: dict[str, str] = {}  # dotted key -> value as typed on the command line
        if path is not None:
            self._read(path)

    def where(self, key: str) -> str:
        """The place a key was written at: file and line, the command line, or both for what was changed inside."""
        parts = key.split(".")
        if any(".".join(parts[:n]) in self.texts for n in range(1, len(parts) + 1)):
            return "command line"
        line = f":{self.lines[key]}" if key in self.lines else ""
        changed_inside = any(name.startswith(f"{key}." if key else "") for name in self.texts)
        if self.path is None or (changed_inside and key and not line):
            return "command line" if changed_inside else "configuration"
        return f"{self.path}{line}{' and command line' if changed_inside else ''}"

    def _read(self, path: Path) -> None:
        text = _read_text(path)
        try:
            node = yaml.compose(text, Loader=yaml.SafeLoader)
            if node is not None and not isinstance(node, yaml.MappingNode):
                line = node.start_mark.line + 1
                raise ConfigError(f"{path}:{line}: expects a mapping of keys to values, got {_show(text.strip())}")
            if node is not None:
                self._note_lines(node, "", ())
            self.raw = yaml.safe_load(text) or {}
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            at = f"{path}:{mark.line + 1}" if mark else str(path)
            raise ConfigError(f"{at}: not valid YAML: {error.problem or error.context}") from None
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, int(error.position)) + 1
            raise ConfigError(f"{path}:{line}: not valid YAML: {error.reason}") from None
        except RecursionError:
            raise ConfigError(f"{path}: nested too deeply") from None
        except ValueError as error:
            raise error if isinstance(error, ConfigError) else ConfigError(f"{path}: {error}") from None

    def _note_lines(self, node: yaml.Node, key: str, above: tuple[int, ...]) -> None:
        """Record the line of every key below `node`; refuse repeated keys and anchors that contain themselves."""
        if id(node) in above:
            raise ConfigError(f"{self.path}:{node.start_mark.line + 1}: {key}: an alias inside its own anchor")
        above = (*above, id(node))
        if isinstance(node, yaml.SequenceNode):
            children = [(str(index), item, item) for index, item in enumerate(node.value)]
        elif isinstance(node, yaml.MappingNode):
            children = [(str(name.value), name, value) for name, value in node.value]
        else:
            return
        seen: dict[str, int] = {}
        for name, place, value in children:
            child, line = _join(key, name), place.start_mark.line + 1
            if name in seen and name != "<<":
                raise ConfigError(f"{self.path}:{line}: {child}: already given at line {seen[name]}; remove one")
            seen[name] = line
            self.lines.setdefault(child, line)
            self._note_lines(value, child, above)

    def override(self, cls: Any, override: str) -> None:
        """Set one `key.sub=value` in the raw tree; `cls` supplies the defaults of lists it reaches into."""
        key, equals, text = override.partition("=")
        key = key.strip()
        parts = key.split(".")
        if not equals or not all(parts):
            raise ConfigError(f"override {override!r}: expects key=value or key.sub=value")
        try:
            value = yaml.safe_load(text)
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            problem = getattr(error, "problem", None) or error
            raise ConfigError(f"override {override!r}: the value is not valid YAML: {problem}; quote it") from None
        place, kind = self.raw, cls
        for depth, part in enumerate(parts[:-1]):
            place, kind = _descend(place, kind, part, ".".join(parts[: depth + 1]), override)
        if isinstance(place, list):
            place[_index(place, parts[-1], ".".join(parts[:-1]), override)] = value
        else:
            place[parts[-1]] = value
        self.texts = {k: t for k, t in self.texts.items() if not k.startswith(key + ".")} | {key: text.strip()}


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        folder = path.parent
        if not folder.is_dir():
            raise ConfigError(f"no configuration at {path}: there is no folder {folder}") from None
        found = sorted(p.name for p in folder.iterdir() if p.suffix in (".yaml", ".yml"))
        listing = ", ".join(found) or "no YAML file"
        raise ConfigError(f"no configuration at {path}; {folder} has {listing}") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 text (byte {error.start})") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None


def _descend(place: Any, kind: Any, part: str, key: str, override: str) -> tuple[Any, Any]:
    """The container that `part` of `place` holds, made from its default where absent, and its declared type."""
    kind = _container(kind)
    name: str | int = part
    if isinstance(place, list):
        name = _index(place, part, key.rpartition(".")[0], override)
    elif place.get(part) is None:
        place[part] = _default_container(kind, part)
    if not isinstance(place[name], dict | list):
        raise ConfigError(f"override {override!r}: {key} is {_show(place[name])} and has no keys")
    return place[name], _child_type(kind, part)


def _index(items: list[Any], part: str, key: str, override: str) -> int:
    if not part.isdecimal() or int(part) >= len(items):
        allowed = f"0 to {len(items) - 1}" if items else "no entry, give the whole list"
        raise ConfigError(f"override {override!r}: {key} is a list of {len(items)}: {part!r} has to be {allowed}")
    return int(part)


def _container(kind: Any) -> Any:
    """The member of a union that can have keys; other types as they are."""
    if not _is_union(kind):
        return kind
    members = [m for m in get_args(kind) if dataclasses.is_dataclass(m) or get_origin(m) in (list, dict, tuple)]
    return members[0] if members else Any


def _child_type(kind: Any, part: str) -> Any:
    if dataclasses.is_dataclass(kind):
        return typing.get_type_hints(kind).get(part, Any)
    args = get_args(kind)
    return args[-1] if get_origin(kind) in (list, dict, tuple) and args else Any


def _default_container(kind: Any, part: str) -> Any:
    """A copy of a field's default list or mapping for an override to change; dataclasses merge later in `_build`."""
    default = _field_default(kind, part) if dataclasses.is_dataclass(kind) else None
    return _plain(default, part) if isinstance(default, list | dict | tuple) else {}


def _field_default(cls: Any, name: str) -> Any:
    for field in dataclasses.fields(cls):
        if field.name == name and field.default_factory is not dataclasses.MISSING:
            return field.default_factory()
        if field.name == name and field.default is not dataclasses.MISSING:
            return field.default
    return None


# -- from raw values to types -----------------------------------------------------------------------------------------


def _build(kind: Any, value: Any, key: str, source: _Source, base: Any) -> Any:
    """`value` as a `kind`. `base` is the default that a nested dataclass keeps for keys left out."""
    if kind is Any:
        return copy.deepcopy(value)
    if _is_union(kind):
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


def _build_dataclass(cls: Any, value: Any, key: str, source: _Source, base: Any) -> Any:
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
            default = getattr(inherited, name) if inherited is not None else _field_default(cls, name)
            arguments[name] = _build(hints[name], value[name], _join(key, name), source, default)
        elif inherited is not None:
            arguments[name] = copy.deepcopy(getattr(inherited, name))
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            missing.append(f"{_join(key, name)} ({_describe(hints[name])})")
    if missing:
        raise ConfigError(f"{source.where(key)}: required and missing: {', '.join(missing)}")
    try:
        return cls(**arguments)
    except ValueError as error:
        raise ConfigError(f"{source.where(key)}: {key + ': ' if key else ''}{error}") from error


def _build_items(kinds: Sequence[Any], values: list[Any], key: str, source: _Source) -> list[Any]:
    pairs = zip(kinds, values, strict=True)
    return [_build(kind, value, _join(key, index), source, None) for index, (kind, value) in enumerate(pairs)]


def _tuple_kinds(kind: Any, value: list[Any], key: str, source: _Source) -> Sequence[Any]:
    args = get_args(kind) or (Any, ...)
    if args[-1] is Ellipsis:
        return [args[0]] * len(value)
    if len(args) != len(value):
        raise _mismatch(kind, value, key, source)
    return args


def _build_dict(kind: Any, value: dict[Any, Any], key: str, source: _Source) -> dict[str, Any]:
    for name in value:
        if not isinstance(name, str):
            place = _join(key, name)
            raise ConfigError(f"{source.where(place)}: {place}: the key {name!r} has to be a string: quote it")
    return {name: _build(kind, item, _join(key, name), source, None) for name, item in value.items()}


def _build_union(kind: Any, value: Any, key: str, source: _Source, base: Any) -> Any:
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


def _build_literal(kind: Any, value: Any, key: str, source: _Source) -> Any:
    for candidate in (value, source.texts.get(key)):
        for choice in get_args(kind):
            if type(choice) is type(candidate) and choice == candidate:
                return choice
    near = difflib.get_close_matches(str(value), [c for c in get_args(kind) if isinstance(c, str)], 1)
    raise _mismatch(kind, value, key, source, f"did you mean {near[0]!r}?" if near else "")


def _build_scalar(kind: Any, value: Any, key: str, source: _Source) -> Any:
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


def _mismatch(kind: Any, value: Any, key: str, source: _Source, remedy: str = "") -> ConfigError:
    remedy = f"; {remedy}" if remedy else ""
    return ConfigError(f"{source.where(key)}: {key}: expects {_describe(kind)}, got {_show(value)}{remedy}")


def _unknown(name: Any, value: Any, allowed: list[str], key: str, source: _Source) -> ConfigError:
    full = _join(key, name)
    near = difflib.get_close_matches(str(name), allowed, 1)
    remedy = f"did you mean {_join(key, near[0])!r}?" if near else f"known keys: {', '.join(allowed) or 'none'}"
    return ConfigError(f"{source.where(full)}: {full}: unknown key (its value is {_show(value)}); {remedy}")


def _describe(kind: Any) -> str:
    args = [a for a in get_args(kind) if a is not Ellipsis]
    origin = get_origin(kind) or kind
    if kind is types.NoneType:
        return "null"
    if _is_union(kind):
        return " or ".join(_describe(a) for a in args)
    if origin is Literal:
        return "one of " + ", ".join(json.dumps(a) for a in args)
    if origin is list:
        return f"a list with each entry {_describe(args[0])}" if args else "a list"
    if origin is tuple:
        return f"a list of {'' if Ellipsis in get_args(kind) else f'{len(args)}: '}{', '.join(map(_describe, args))}"
    if origin is dict or dataclasses.is_dataclass(kind):
        return "a mapping"
    return _NAMES.get(kind, str(kind))


def _show(value: Any) -> str:
    text = "null" if value is None else str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _join(key: str, part: Any) -> str:
    return f"{key}.{part}" if key else str(part)


def _is_union(kind: Any) -> bool:
    return get_origin(kind) in (Union, types.UnionType)


# -- from types to plain values ---------------------------------------------------------------------------------------


def _plain(value: Any, key: str) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        pairs = [(f.name, getattr(value, f.name)) for f in dataclasses.fields(value) if f.init]
        return {name: _plain(item, _join(key, name)) for name, item in pairs}
    if isinstance(value, Mapping):
        return {name: _plain(item, _join(key, name)) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, _join(key, index)) for index, item in enumerate(value)]
    if isinstance(value, Path):
        return str(value)
    if value is None or type(value) in (int, float, bool, str):
        return value
    raise ConfigError(f"{key}: {_show(value)} is a {type(value).__name__}, which YAML has no plain form for")


def _without(tree: Any, ignored: list[list[str]]) -> Any:
    """The tree less the ignored keys, whole floats as integers since a file may write either."""
    if isinstance(tree, dict | list):
        pairs = tree.items() if isinstance(tree, dict) else enumerate(tree)
        kept = {}
        for name, item in pairs:
            below = [parts[1:] for parts in ignored if parts and parts[0] in ("*", str(name))]
            if [] not in below:
                kept[str(name)] = _without(item, below)
        return kept if isinstance(tree, dict) else list(kept.values())
    return int(tree) if isinstance(tree, float) and tree.is_integer() else tree
