"""The text of a configuration: a file, the files that it builds on, and overrides, as one tree of raw values.

A mapping may say `base: other.yaml`: it then has everything that the other file has and it does not say itself. Mappings
inside are merged key by key; lists and other values are replaced. The path counts from the folder of the file that says so.
"""

from __future__ import annotations

import dataclasses
import typing
from pathlib import Path
from typing import Any, get_args, get_origin

import yaml

from trainers.config_values import ConfigError, field_default, is_union, join, plain, show


class Source:
    """The raw tree of values, and where each of them was written."""

    def __init__(self, path: Path | None):
        self.path = path
        text = _Text({}, {}) if path is None else _read(path)
        self.raw = text.tree
        self.places = text.places
        self.texts: dict[str, str] = {}  # dotted key -> value as typed on the command line

    def where(self, key: str) -> str:
        """The place a key was written at: file and line, the command line, or both for what was changed inside."""
        parts = key.split(".")
        if any(".".join(parts[:n]) in self.texts for n in range(1, len(parts) + 1)):
            return "command line"
        changed_inside = any(name.startswith(f"{key}." if key else "") for name in self.texts)
        if self.path is None or (changed_inside and key and key not in self.places):
            return "command line" if changed_inside else "configuration"
        return f"{self.places.get(key, self.path)}{' and command line' if changed_inside else ''}"

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


@dataclasses.dataclass
class _Text:
    """What a file says, with all that it builds on.

    Attributes:
        tree: The raw values; no part of it is in two places, so that one can be changed alone.
        places: Dotted key -> `file:line` that it was written at.
    """

    tree: dict[str, Any]
    places: dict[str, str]


def _read(path: Path, above: tuple[Path, ...] = ()) -> _Text:
    """Read a file; `above` are the files that build on it."""
    if path.resolve() in [other.resolve() for other in above]:
        raise ConfigError(f"{above[-1]}: builds on itself: {' -> '.join(map(str, (*above, path)))}")
    text = _Text({}, {})
    raw = _parse(path, text.places)
    text.tree = _resolve(raw, "", text.places, (*above, path))
    return text


def _parse(path: Path, places: dict[str, str]) -> dict[str, Any]:
    """The mapping that a file holds, with bases by name; its keys' places are added to `places`."""
    text = _read_text(path)
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        if node is not None and not isinstance(node, yaml.MappingNode):
            line = node.start_mark.line + 1
            raise ConfigError(f"{path}:{line}: expects a mapping of keys to values, got {show(text.strip())}")
        if node is not None:
            _note_places(node, "", path, places, ())
        return yaml.safe_load(text) or {}
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


def _note_places(node: yaml.Node, key: str, path: Path, places: dict[str, str], above: tuple[int, ...]) -> None:
    """Record the place of every key below `node`; refuse repeated keys and anchors that contain themselves."""
    if id(node) in above:
        raise ConfigError(f"{path}:{node.start_mark.line + 1}: {key}: an alias inside its own anchor")
    above = (*above, id(node))
    if isinstance(node, yaml.SequenceNode):
        children = [(str(index), item, item) for index, item in enumerate(node.value)]
    elif isinstance(node, yaml.MappingNode):
        children = [(str(name.value), name, value) for name, value in node.value]
    else:
        return
    seen: dict[str, int] = {}
    for name, place, value in children:
        child, line = join(key, name), place.start_mark.line + 1
        if name in seen and name != "<<":
            raise ConfigError(f"{path}:{line}: {child}: already given at line {seen[name]}; remove one")
        seen[name] = line
        places.setdefault(child, f"{path}:{line}")
        _note_places(value, child, path, places, above)


def _resolve(value: Any, key: str, places: dict[str, str], files: tuple[Path, ...]) -> Any:
    """A copy of a raw value with every `base` in it replaced by what that file says."""
    if isinstance(value, list):
        return [_resolve(item, join(key, index), places, files) for index, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    own = {name: _resolve(item, join(key, name), places, files) for name, item in value.items()}
    name = own.get("base")
    if not isinstance(name, str) or not name.endswith((".yaml", ".yml")):
        return own
    del own["base"]
    try:
        base = _read(files[-1].parent / name, files)
    except ConfigError as error:
        raise error if len(files) > 1 else ConfigError(f"{places.get(join(key, 'base'), files[-1])}: {error}") from None
    for inner, place in base.places.items():
        places.setdefault(join(key, inner), place)
    return _merged(base.tree, own)


def _merged(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """All of `over`, and what only `under` has."""
    both = {
        name for name in under.keys() & over.keys() if isinstance(under[name], dict) and isinstance(over[name], dict)
    }
    return {**under, **{name: _merged(under[name], over[name]) if name in both else over[name] for name in over}}


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
        raise ConfigError(f"override {override!r}: {key} is {show(place[name])} and has no keys")
    return place[name], _child_type(kind, part)


def _index(items: list[Any], part: str, key: str, override: str) -> int:
    if not part.isdecimal() or int(part) >= len(items):
        allowed = f"0 to {len(items) - 1}" if items else "no entry, give the whole list"
        raise ConfigError(f"override {override!r}: {key} is a list of {len(items)}: {part!r} has to be {allowed}")
    return int(part)


def _container(kind: Any) -> Any:
    """The member of a union that can have keys; other types as they are."""
    if not is_union(kind):
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
    default = field_default(kind, part) if dataclasses.is_dataclass(kind) else None
    return plain(default, part) if isinstance(default, list | dict | tuple) else {}
