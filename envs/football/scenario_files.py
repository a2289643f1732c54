"""Reads scenario files written for Google Research Football, which are Python, without ever executing them.

Such a file has a function `build_scenario(builder)` that places ball and players. What is understood of Python is what such files
say: imports of the engine's names, numbers and arithmetic on them, names for roles and teams, `if` on the episode's number, and
calls of the builder. Anything else is an error that names file, line and what was met.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from envs.football.pitch import Role, Team
from envs.football.scenario import Placement, Scenario

MAX_BYTES = 65_536
#: How deep a file's syntax may be nested. Real ones need about ten.
MAX_DEPTH = 60
#: Numbers of a scenario are small; a larger one is a mistake, or an attempt to keep the reader busy.
MAX_NUMBER = 1e6

_ENGINE = "gfootball_engine"
_ROLES: dict[str, Any] = {f"e_PlayerRole_{role.name}": role for role in Role}
_TEAMS: dict[str, Any] = {"e_Left": Team.LEFT, "e_Right": Team.RIGHT}
#: What `from . import *` brings along in the engine's folder of scenarios.
_STAR: dict[str, Any] = {**_ROLES, "Team": _TEAMS}
_LIBRARY: dict[str, Any] = {"e_PlayerRole": _ROLES, "e_Team": _TEAMS}

_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_SIGNS: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
    ast.Not: operator.not_,
}
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}

#: The engine's settings: their name in `Scenario`, and what holds where a file is silent.
_RULES: dict[str, tuple[str, int | float | bool]] = {
    "game_duration": ("duration", 3000),
    "offsides": ("offsides", True),
    "end_episode_on_score": ("end_on_score", False),
    "end_episode_on_out_of_play": ("end_on_out_of_play", False),
    "end_episode_on_possession_change": ("end_on_possession_change", False),
    "left_team_difficulty": ("left_difficulty", 1.0),
    "right_team_difficulty": ("right_difficulty", 0.6),
    "deterministic": ("deterministic", False),
}
#: Settings that have one value here.
_FIXED: dict[str, bool] = {"use_magnet": True, "control_all_players": False, "reverse_team_processing": False}
#: Settings that the engine's own environment overwrites after the file has been read.
_OVERWRITTEN = ("real_time", "left_agents", "right_agents")
#: The minute of the change of ends; there is none here, so it has to lie behind the end.
_SECOND_HALF = "second_half"
_SETTINGS = (*_RULES, *_FIXED, *_OVERWRITTEN, _SECOND_HALF)
#: What the engine puts on the pitch for a team that the file leaves empty.
_NOBODY = Placement(-1.0, 0.42, Role.GK, lazy=True)


def read(path: str | Path, episode: int = 0) -> Scenario:
    """The scenario of a file, named after it.

    Args:
        path: A file of at most 64 KiB, UTF-8.
        episode: What `builder.EpisodeNumber()` gives; whole matches change sides with it.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If something in it is not understood here, or a number is out of range; the message names file and line.
    """
    path = Path(path)
    module = _parse(path)
    builder = _Builder(episode)
    try:
        _Module(builder).run(module)
        return builder.scenario(path.stem)
    except _NotUnderstood as trouble:
        raise ValueError(f"{path}, line {trouble.line}: {trouble}") from None
    except ValueError as trouble:
        raise ValueError(f"{path}: {trouble}") from None


class _NotUnderstood(Exception):
    def __init__(self, node: ast.AST, why: str):
        super().__init__(why)
        self.line = getattr(node, "lineno", 1)


def _parse(path: Path) -> ast.Module:
    if path.exists() and not path.is_file():
        raise ValueError(f"{path} is not a file; expected a scenario file in Python")
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ValueError(
            f"{path} is larger than {MAX_BYTES:,} bytes; expected a scenario file, which has a few thousand"
        )
    try:
        module = ast.parse(content.decode("utf-8-sig"))
    except SyntaxError as trouble:
        raise ValueError(f"{path}, line {trouble.lineno or 1}: not Python: {_short(trouble.msg)}") from None
    except (RecursionError, MemoryError):
        raise ValueError(f"{path} is nested too deeply; expected at most {MAX_DEPTH} levels") from None
    except ValueError as trouble:  # not UTF-8, or a null byte
        raise ValueError(f"{path} is not Python text: {trouble}") from None
    _check_depth(module, path)
    return module


def _check_depth(module: ast.Module, path: Path) -> None:
    layer: list[ast.AST] = [module]
    for _ in range(MAX_DEPTH):
        layer = [child for node in layer for child in ast.iter_child_nodes(node)]
        if not layer:
            return
    line = next((node.lineno for node in layer if isinstance(node, ast.expr | ast.stmt)), 1)
    raise ValueError(f"{path}, line {line}: nested too deeply; expected at most {MAX_DEPTH} levels")


@dataclass
class _Builder:
    """What `build_scenario` is given: it gathers what the file asks for."""

    episode: int
    ball: tuple[float, float] = (0.0, 0.0)
    team: Team = Team.LEFT
    players: dict[Team, list[Placement]] = field(default_factory=lambda: {Team.LEFT: [], Team.RIGHT: []})
    rules: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.methods: dict[str, Callable[..., Any]] = {
            "config": lambda: self.rules,
            "EpisodeNumber": lambda: self.episode,
            "SetBallPosition": self._set_ball,
            "SetTeam": self._set_team,
            "AddPlayer": self._add_player,
        }

    def _set_ball(self, ball_x: float, ball_y: float) -> None:
        self.ball = _number(ball_x), _number(ball_y)

    def _set_team(self, team: Team) -> None:
        if not isinstance(team, Team):
            raise TypeError(f"SetTeam was given {team!r}; expected Team.e_Left or Team.e_Right")
        self.team = team

    def _add_player(self, x: float, y: float, role: Role, lazy: bool = False, controllable: bool = True) -> None:
        if not isinstance(role, Role):
            raise TypeError(f"AddPlayer was given the role {role!r}; expected one such as e_PlayerRole_CM")
        if not (isinstance(lazy, bool) and isinstance(controllable, bool)):
            raise TypeError(f"AddPlayer was given lazy={lazy!r}, controllable={controllable!r}; expected True or False")
        self.players[self.team].append(Placement(_number(x), _number(y), role, lazy, controllable))

    def scenario(self, name: str) -> Scenario:
        rules = {ours: self.rules.get(theirs, default) for theirs, (ours, default) in _RULES.items()}
        if self.rules.get(_SECOND_HALF, rules["duration"]) < rules["duration"]:
            raise ValueError(
                f"second_half is {self.rules[_SECOND_HALF]}, but matches here have no change of ends; leave it out"
            )
        left, right = (tuple(self.players[team]) or (_NOBODY,) for team in (Team.LEFT, Team.RIGHT))
        return Scenario(name, self.ball, left, right, **rules)


class _Module:
    """Goes through a file's statements in order. `names` maps what the file has named to numbers, roles, teams or the builder."""

    def __init__(self, builder: _Builder):
        self.builder = builder
        self.names: dict[str, Any] = {}

    def run(self, module: ast.Module) -> None:
        build: ast.FunctionDef | None = None
        for statement in module.body:
            if isinstance(statement, ast.FunctionDef) and statement.name == "build_scenario":
                build = statement
            elif isinstance(statement, ast.Import | ast.ImportFrom):
                self._import(statement)
            else:
                self._statement(statement)
        if build is None:
            raise ValueError("there is no function build_scenario(builder) in it")
        match build.args:
            case ast.arguments([], [ast.arg(name)], None, [], [], None, []) if not build.decorator_list:
                self.names[name] = self.builder
            case _:
                raise _NotUnderstood(build, "expected def build_scenario(builder), undecorated and without defaults")
        self._block(build.body)

    def _import(self, statement: ast.Import | ast.ImportFrom) -> None:
        if isinstance(statement, ast.Import):
            for each in statement.names:
                if each.name != _ENGINE:
                    raise _NotUnderstood(
                        statement, f"import {each.name}: expected only {_ENGINE}; nothing is imported here"
                    )
                self.names[each.asname or each.name] = _LIBRARY
            return
        source = "." * statement.level + (statement.module or "")
        offered = {".": _STAR, "gfootball.scenarios": _STAR, _ENGINE: _LIBRARY}.get(source)
        for each in statement.names:
            if offered is None or (each.name != "*" and each.name not in offered):
                raise _NotUnderstood(statement, f"from {source} import {each.name}: expected names of {_ENGINE} only")
            self.names |= offered if each.name == "*" else {each.asname or each.name: offered[each.name]}

    def _block(self, statements: list[ast.stmt]) -> None:
        for statement in statements:
            self._statement(statement)

    def _statement(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Pass() | ast.Global() | ast.Expr(ast.Constant(str())):
                pass
            case ast.Expr(ast.Call() as call):
                self._call(call)
            case ast.Assign([ast.Name(name)], value) | ast.AnnAssign(ast.Name(name), _, ast.expr() as value):
                self.names[name] = self._value(value)
            case ast.Assign([ast.Attribute(config, setting)], value):
                self._set(statement, self._value(config), setting, self._value(value))
            case ast.AugAssign(ast.Name(name) as target, sign, value):
                left = self._value(ast.copy_location(ast.Name(name, ast.Load()), target))
                self.names[name] = self._arithmetic(statement, sign, left, self._value(value))
            case ast.If(test, then, otherwise):
                self._block(then if self._value(test) else otherwise)
            case _:
                raise _NotUnderstood(statement, f"{_shown(statement)} is not understood in a scenario file")

    def _set(self, statement: ast.stmt, config: Any, setting: str, value: Any) -> None:
        if config is not self.builder.rules:
            raise _NotUnderstood(
                statement, f"{_shown(statement)} is not understood; expected builder.config().X = value"
            )
        if setting not in _SETTINGS:
            near = get_close_matches(setting, _SETTINGS, n=1, cutoff=0.0)[0]
            raise _NotUnderstood(statement, f"there is no setting {setting}; the nearest is {near}")
        if setting in _FIXED and value is not _FIXED[setting]:
            raise _NotUnderstood(statement, f"{setting} is {value!r}; only {_FIXED[setting]} is played here")
        kind = int if setting == _SECOND_HALF else type(_RULES[setting][1]) if setting in _RULES else None
        if kind is not None and type(value) is not kind and (kind, type(value)) != (float, int):
            raise _NotUnderstood(statement, f"{setting} is {value!r}; expected {kind.__name__}")
        self.builder.rules[setting] = value

    def _value(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant(bool() | int() | float() as value):
                return _small(node, value)
            case ast.Name(name):
                if name not in self.names:
                    raise _NotUnderstood(node, f"the name {name!r} has no meaning in a scenario file, or none yet")
                return self.names[name]
            case ast.Attribute(source, name):
                offered = self._value(source)
                if offered is not self.builder.rules and isinstance(offered, dict) and name in offered:
                    return offered[name]
            case ast.UnaryOp(sign, operand) if type(sign) in _SIGNS:
                return _SIGNS[type(sign)](_checked_number(node, self._value(operand)))
            case ast.BinOp(left, sign, right):
                return self._arithmetic(node, sign, self._value(left), self._value(right))
            case ast.Compare(left, [sign], [right]) if type(sign) in _COMPARISONS:
                numbers = (_checked_number(node, self._value(each)) for each in (left, right))
                return _COMPARISONS[type(sign)](*numbers)
            case ast.IfExp(test, then, otherwise):
                return self._value(then if self._value(test) else otherwise)
            case ast.Call():
                return self._call(node)
        raise _NotUnderstood(node, f"{_shown(node)} is not understood in a scenario file")

    def _arithmetic(self, node: ast.AST, sign: ast.operator, left: Any, right: Any) -> Any:
        if type(sign) not in _ARITHMETIC:
            raise _NotUnderstood(node, "expected one of + - * / // % between numbers")
        try:
            return _small(node, _ARITHMETIC[type(sign)](_checked_number(node, left), _checked_number(node, right)))
        except ZeroDivisionError:
            raise _NotUnderstood(node, "division by zero") from None

    def _call(self, call: ast.Call) -> Any:
        match call.func:
            case ast.Attribute(ast.Name(name), method) if self.names.get(name) is self.builder:
                if method not in self.builder.methods:
                    near = get_close_matches(method, self.builder.methods, n=1, cutoff=0.0)[0]
                    raise _NotUnderstood(call, f"the builder has no {method}; the nearest is {near}")
            case _:
                raise _NotUnderstood(
                    call, f"{_shown(call)} is not understood; only the builder's methods are called here"
                )
        keywords = {each.arg: self._value(each.value) for each in call.keywords if each.arg is not None}
        if len(keywords) < len(call.keywords):
            raise _NotUnderstood(call, f"** in {_shown(call)} is not understood")
        arguments = [self._value(each) for each in call.args]
        try:
            return self.builder.methods[method](*arguments, **keywords)
        except TypeError as trouble:
            raise _NotUnderstood(call, str(trouble).replace("_Builder._", "").replace("<lambda>", method)) from None


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number; expected a coordinate")
    return float(value)


def _checked_number(node: ast.AST, value: Any) -> Any:
    if type(value) not in (bool, int, float):
        raise _NotUnderstood(node, f"expected a number, not {_kind(value)}")
    return value


def _small(node: ast.AST, value: Any) -> Any:
    if not abs(value) <= MAX_NUMBER:
        raise _NotUnderstood(node, f"a number is larger than {MAX_NUMBER:,.0f}")
    return value


def _kind(value: Any) -> str:
    return value.name if isinstance(value, Role | Team) else type(value).__name__.lstrip("_").lower()


def _shown(node: ast.AST) -> str:
    """The beginning of a piece of source, for a message."""
    return _short(ast.unparse(node).partition("\n")[0])


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
