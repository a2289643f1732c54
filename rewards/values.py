r"""What an answer says: a number with its unit, an expression, an equation, a list, a set, a tuple, a region of the line.

`read` takes text in plain notation apart, as far as brackets, commas, relations and units go. What is left at the
leaves is a number, which is known exactly, or an expression, which only computer algebra can compare.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from rewards.numbers import leading_number, named_number, without_thousands
from rewards.text import bare, closing, split_top
from rewards.units import Unit, convert, is_tabulated, leading_currency, may_be_variable, parse_unit
from rewards.words import states_doubt

MAX_DEPTH = 5
MAX_ITEMS = 60


@dataclass(frozen=True)
class Scalar:
    """One number or expression.

    Attributes:
        text: The expression, without its unit.
        number: Its exact value if it is plainly a number.
        unit: Its unit, if one is given.
        algebraic: The whole as an expression, if what was taken for a unit may be a variable, as in `5m`.
    """

    text: str
    number: Fraction | None = None
    unit: Unit | None = None
    algebraic: str | None = None


@dataclass(frozen=True)
class Equation:
    """Something for which there is a name: `x = 5`, `2 + 3 = 5`.

    Attributes:
        name: What the value is called; "" without a name.
        parts: All that are said to be equal, at least one; the last is the result.
    """

    name: str
    parts: tuple[Value, ...]


@dataclass(frozen=True)
class Items:
    """Several values.

    Attributes:
        kind: `"list"` is a bare enumeration, `"choice"` one with nothing but "or".
        brackets: Those of a tuple, such as `"()"`.
    """

    kind: Literal["list", "choice", "set", "tuple"]
    items: tuple[Value, ...]
    brackets: str = ""


@dataclass(frozen=True)
class Interval:
    """An interval of the line; an end that is None is infinite."""

    low: Scalar | None
    high: Scalar | None
    low_closed: bool = False
    high_closed: bool = False


@dataclass(frozen=True)
class Region:
    """A union of intervals, and the name of what lies in it, "" if none is given."""

    intervals: tuple[Interval, ...]
    name: str = ""


@dataclass(frozen=True)
class Whole:
    """A relation or matrix that is left to computer algebra as it stands."""

    text: str


Value = Scalar | Equation | Items | Region | Whole

_LINE = Region((Interval(None, None),))
_PHRASES: dict[str, Value] = {
    **dict.fromkeys(
        (r"\r", "all real numbers", "all reals", "all real", "all real values", "the real numbers", "real numbers"),
        _LINE,
    ),
    **dict.fromkeys(
        (r"\emptyset", r"\{ \}", r"\{\}", "no solution", "no solutions", "no real solution", "no real solutions"),
        Region(()),
    ),
    **dict.fromkeys(("empty set", "the empty set", "there is no solution", "there are no solutions"), Region(())),
}
_INFINITY = re.compile(r"([+-]?) ?(?:\\infty ?|infinity|inf|oo)", re.IGNORECASE)

_COMMA = r"[,;](?:(?<![0-9],)|(?![0-9]{3}(?![0-9])))"
_COMMA_IN_BRACKETS = r"[,;]"
_CONJUNCTION = r"(?:(?:, ?)?(?<![A-Za-z\\])(?:or|and)(?![A-Za-z]))"
_RELATION = r"(?:\\(?:le|ge|ne|in)(?![A-Za-z])|<|>)"
_GREEK = (
    "alpha beta gamma delta epsilon varepsilon theta vartheta lambda mu phi varphi psi omega sigma tau rho Delta Theta"
)
_NAME = re.compile(
    r"(?:m ?)?(?:\\(?:angle|triangle|overline|vec|hat) ?)?"
    rf"\{{?(?:[A-Za-z][A-Za-z ]{{0,60}}|\\(?:{_GREEK.replace(' ', '|')}))\}}? ?"
    r"(?:_ ?(?:[A-Za-z0-9]|\{[^{}]{1,20}\}))? ?'{0,2}(?:\^ ?\{? ?-1 ?\}?)?(?: ?\([A-Za-z0-9, ]{1,20}\))?"
    r"|\( ?[A-Za-z](?:, ?[A-Za-z]){1,4} ?\)|\|[A-Za-z]{1,3}\|"
)
_MINUS = re.compile(r"(?:minus|negative) (?=[a-z0-9.])", re.IGNORECASE)
_UNIT_STARTS = re.compile(r" |(?<=[})0-9])(?=[A-Za-zμΩ])|(?=[°%¤¢€£¥₹])")
_VARIABLE = re.compile(r"(?<![\\A-Za-z])[A-Za-z]+")
_FUNCTION_NAMES = "sin cos tan cot sec csc arcsin arccos arctan log ln exp sqrt pi e"
#: Words in an expression that are no variables.
FUNCTIONS = frozenset(_FUNCTION_NAMES.split())
_MAX_UNIT_STARTS = 40
_ENDS_A_NUMBER = re.compile(r"(?:[0-9})!]|\\pi) *\Z")
_BETWEEN_MEASURES = re.compile(r"(?<=[A-Za-z°']) ?(?:,|and)? ?(?=[0-9])")


def read(text: str, depth: int = 0, in_brackets: bool = False) -> Value | None:
    """The value that a text in plain notation gives, or None if it cannot be read as one."""
    text = bare(text)
    if not text or depth > MAX_DEPTH:
        return None
    if phrase := _PHRASES.get(text.casefold()):
        return phrase
    if r"\begin" in text:
        return Whole(text)
    return (
        (None if in_brackets and "," in text else _measure(text))
        or _union(text, depth)
        or _enumeration(text, depth, in_brackets)
        or _bracketed(text, depth)
        or _relation(text, depth)
        or _equation(text, depth)
        or _plus_minus(text, depth)
        or _scalar(text)
    )


def _measure(text: str) -> Scalar | None:
    """A plain number with or without a unit, or several that add up, as in `1 hour 30 minutes`."""
    if currency := leading_currency(text):
        return _amount(*currency)
    if (inside := _without_minus(text)) is not None:  # once: a thousand signs are no measure, and no recursion
        return _negated(_measure(inside)) if _without_minus(inside) is None else None
    number, end = leading_number(text)
    if number is None:
        number = named_number(text)
        return None if number is None else Scalar(text, number)
    if end == len(text):
        return Scalar(text, number)
    unit_text = text[end:].strip()
    attached = " " not in text[end - 1 : end + 1]
    unit = parse_unit(unit_text) if not attached or is_tabulated(unit_text) else None
    if unit is None:
        return _sum_of_measures(text)
    if not unit.dimension:  # "5 million" is a number
        return Scalar(str(number * unit.factor), number * unit.factor)
    return Scalar(text[:end].strip(), number, unit, text if attached and may_be_variable(unit_text) else None)


def _without_minus(text: str) -> str | None:
    """What `-(…)` or `minus …` negates, or None."""
    if text.startswith("-(") and closing(text, 1) == len(text) - 1:
        return text[2:-1].strip()
    spelled = _MINUS.match(text)
    return text[spelled.end() :] if spelled else None


def _negated(measure: Scalar | None) -> Scalar | None:
    if measure is None or measure.number is None:
        return None
    text = measure.text[1:] if measure.text.startswith("-") else f"-{measure.text}"
    return replace(measure, text=text.lstrip(), number=-measure.number)


def _amount(sign: str, text: str) -> Scalar | None:
    """Money with its sign in front: `$15`, `$2 million`, `$15 per hour`, `$5 dollars`."""
    number, end = leading_number(text)
    if number is None:
        return None
    currency, unit_text = parse_unit(sign), text[end:].strip()
    unit = currency if not unit_text or parse_unit(unit_text) == currency else parse_unit(f"{sign} {unit_text}")
    return None if unit is None else Scalar(text[:end].strip(), number, unit)


def _sum_of_measures(text: str) -> Scalar | None:
    """`5 ft 3 in`: measures of one dimension, each in a smaller unit than the one before."""
    pieces = _BETWEEN_MEASURES.split(text)
    if not 2 <= len(pieces) <= 4:
        return None
    total, first, last = Fraction(0), None, None
    for piece in pieces:
        number, end = leading_number(piece)
        unit = parse_unit(piece[end:].strip()) if number is not None else None
        if number is None or unit is None or not unit.dimension or unit.offset:
            return None
        first = first or unit
        if last is not None and not (unit.dimension == first.dimension and unit.factor < last.factor and number >= 0):
            return None
        total += convert(number, unit, first)
        last = unit
    return Scalar(str(total), total, first)


def _union(text: str, depth: int) -> Region | None:
    pieces, _ = split_top(text, r"\\cup(?![A-Za-z])")
    if len(pieces) > 1:
        return _joined([read(piece, depth + 1) for piece in pieces])
    pieces, _ = split_top(text, r"\\setminus(?![A-Za-z])")
    if len(pieces) != 2 or bare(pieces[0]) != r"\R":
        return None
    left_out = read(pieces[1], depth + 1)
    if not isinstance(left_out, Items) or left_out.kind != "set":
        return None
    points = left_out.items
    numbers = [point for point in points if isinstance(point, Scalar) and point.number is not None]
    if len(numbers) < len(points):
        return _without(points[0]) if len(points) == 1 and isinstance(points[0], Scalar) else None
    numbers.sort(key=lambda point: point.number or 0)
    ends = [None, *numbers, None]
    return Region(tuple(Interval(low, high) for low, high in zip(ends, ends[1:], strict=False)))


def _joined(values: list[Value | None]) -> Region | None:
    """The union of regions and of sets of points."""
    intervals: list[Interval] = []
    names = set()
    for value in values:
        region = as_region(value)
        if region is None:
            return None
        intervals += region.intervals
        names |= {region.name} - {""}
    return Region(tuple(intervals), names.pop() if names else "") if len(names) < 2 else None


def as_region(value: Value | None) -> Region | None:
    """A region of the line: itself, the open or closed interval that a pair may be, the points of a set."""
    match value:
        case Region():
            return value
        case Equation(name, (Scalar() as point,)) if name:
            return Region((Interval(point, point, True, True),), name)
        case Items("set", items):
            points = [item for item in items if isinstance(item, Scalar)]
            if len(points) == len(items):
                return Region(tuple(Interval(point, point, True, True) for point in points))
        case Items("tuple", (Scalar() as low, Scalar() as high), brackets) if brackets:
            return Region((Interval(low, high, brackets[0] == "[", brackets[1] == "]"),))
    return None


def _enumeration(text: str, depth: int, in_brackets: bool) -> Value | None:
    comma = _COMMA_IN_BRACKETS if in_brackets and not re.search(r"[,;] ", text) else _COMMA
    pieces, separators = split_top(text, f"{_CONJUNCTION}|{comma}")
    if not 1 < len(pieces) <= MAX_ITEMS:
        return None
    values = [read(piece, depth + 1, in_brackets) for piece in pieces]
    if any(value is None for value in values):
        return None
    only_or = all(separator.endswith("or") for separator in separators)
    if any(isinstance(value, Region) for value in values):
        return _joined(values) if only_or else _intersection(values)
    items = tuple(value for value in values if value is not None)
    names = [item.name for item in items if isinstance(item, Equation)]
    if len(names) == len(items) and len(set(names)) == len(names) and not only_or:
        return Items("tuple", tuple(sorted(items, key=lambda item: item.name if isinstance(item, Equation) else "")))
    return Items("choice" if only_or else "list", items)


def _intersection(values: list[Value | None]) -> Region | None:
    """`x > 1 and x < 5`: one end from each."""
    match values:
        case [Region((Interval() as one,), name), Region((Interval() as two,), other)] if name == other:
            if one.low is None and one.high is not None:
                one, two = two, one
            if one.high is None and two.low is None:
                return Region((Interval(one.low, two.high, one.low_closed, two.high_closed),), name)
    return None


def _bracketed(text: str, depth: int) -> Value | None:
    opening = r"\{" if text.startswith(r"\{") else text[0]
    if opening not in (r"\{", "(", "[") or closing(text, 0) != len(text) - 1:
        return None
    if opening == r"\{":
        inside = text[2:-2] if text.endswith(r"\}") else None
        return None if inside is None else _set(inside, depth)
    inside, brackets = text[1:-1].strip(), opening + text[-1]
    if brackets not in ("()", "[]", "(]", "[)") or not inside:
        return None
    value = read(inside, depth + 1, in_brackets=True)
    if isinstance(value, Items) and value.kind == "list":
        return _tuple(value.items, brackets)
    if brackets == "()" and isinstance(value, Scalar | Equation | Region):
        return value
    return None


def _tuple(items: tuple[Value, ...], brackets: str) -> Value | None:
    if len(items) == 2:
        low, high = items
        infinite = [isinstance(end, Scalar) and bool(_INFINITY.fullmatch(end.text)) for end in items]
        if (any(infinite) or brackets in ("(]", "[)")) and isinstance(low, Scalar) and isinstance(high, Scalar):
            return Region((_interval(low, high, brackets[0] == "[", brackets[1] == "]"),))
    return Items("tuple", items, brackets) if brackets in ("()", "[]") else None


def _interval(low: Scalar, high: Scalar, low_closed: bool, high_closed: bool) -> Interval:
    """An interval whose ends may say infinity; such an end is open, however it is written."""
    bottom = None if _is_infinity(low, "-") else low
    top = None if _is_infinity(high, "+") else high
    return Interval(bottom, top, low_closed and bottom is not None, high_closed and top is not None)


def _is_infinity(end: Scalar, sign: str) -> bool:
    match = _INFINITY.fullmatch(end.text)
    return match is not None and (match[1] or "+") == sign


def _set(inside: str, depth: int) -> Value | None:
    pieces, _ = split_top(inside, r"\\mid(?![A-Za-z])|\||:")
    if len(pieces) == 2:
        region = read(pieces[1], depth + 1)
        return region if isinstance(region, Region) else None
    if not inside.strip():
        return Region(())
    value = read(inside, depth + 1, in_brackets=True)
    if isinstance(value, Items) and value.kind == "list":
        return Items("set", value.items)
    return Items("set", (value,)) if isinstance(value, Scalar | Items) else None


def _relation(text: str, depth: int) -> Value | None:
    operands, operators = split_top(text, _RELATION)
    if len(operands) < 2:
        return None
    if operators == [r"\in"]:
        inside = read(operands[1], depth + 1)
        region = as_region(inside)
        if region and _name(operands[0]):
            return replace(region, name=_name(operands[0]))
        return None
    if any("=" in operand for operand in operands):
        return None
    sides = [_name(operand) or read(operand, depth + 1) for operand in operands]
    match sides, operators:
        case [str(name), Scalar() as end], [operator]:
            return _ray(name, operator, end)
        case [Scalar() as end, str(name)], [operator]:
            return _ray(name, operator.translate(_TURNED) if operator in "<>" else _FLIPPED[operator], end)
        case [Scalar() as low, str(name), Scalar() as high], ["<" | r"\le" as left, "<" | r"\le" as right]:
            return Region((_interval(low, high, left != "<", right != "<"),), name)
        case [Scalar() as high, str(name), Scalar() as low], [">" | r"\ge" as left, ">" | r"\ge" as right]:
            return Region((_interval(low, high, right != ">", left != ">"),), name)
    return Whole(text) if all(sides) else None


_TURNED = str.maketrans("<>", "><")
_FLIPPED = {r"\le": r"\ge", r"\ge": r"\le", r"\ne": r"\ne"}


def _ray(name: str, operator: str, end: Scalar) -> Region | None:
    match operator:
        case "<" | r"\le":
            return Region((Interval(None, end, high_closed=operator != "<"),), name)
        case ">" | r"\ge":
            return Region((Interval(end, None, low_closed=operator != ">"),), name)
        case r"\ne":
            return replace(_without(end), name=name)
    return None


def _without(point: Scalar) -> Region:
    return Region((Interval(None, point), Interval(point, None)))


def _equation(text: str, depth: int) -> Value | None:
    pieces, _ = split_top(text, "=")
    if len(pieces) < 2:
        return None
    names = [_name(piece) for piece in pieces]
    if names[0]:
        name, pieces = names[0], pieces[1:]
    elif names[-1]:
        name, pieces = names[-1], pieces[:-1]
    else:
        name = ""
    parts = [read(piece, depth + 1) for piece in pieces]
    if any(part is None or isinstance(part, Equation) for part in parts):
        return None
    if not name and _has_variable(text):
        return Whole(text)
    return Equation(name, tuple(part for part in parts if part is not None))


def _plus_minus(text: str, depth: int) -> Items | None:
    if r"\pm" not in text or text.count(r"\pm") + text.count(r"\mp") > 2:
        return None
    both = [text.replace(r"\pm", plus).replace(r"\mp", minus) for plus, minus in ("+-", "-+")]
    values = [read(one.strip().removeprefix("+"), depth + 1) for one in both]
    items = tuple(value for value in values if isinstance(value, Scalar | Equation))
    return Items("list", items) if len(items) == 2 else None


def _scalar(text: str) -> Scalar | None:
    """An expression, and the unit at its end if it has one and no variables that could be taken for it."""
    for match in list(_UNIT_STARTS.finditer(text))[-_MAX_UNIT_STARTS:]:
        expression, unit_text = text[: match.start()].strip(), text[match.end() :].strip()
        if not _ENDS_A_NUMBER.search(expression) or _has_variable(expression):
            continue
        unit = parse_unit(unit_text) if match[0] or is_tabulated(unit_text) else None
        if unit is not None and unit.dimension:
            return Scalar(without_thousands(expression), None, unit)
    return Scalar(without_thousands(text))


def _has_variable(text: str) -> bool:
    return any(word not in FUNCTIONS for word in _VARIABLE.findall(text))


def _name(text: str) -> str:
    """The name that a text is, in a form in which names compare equal, or "" if it is none or leaves doubt."""
    text = text.strip()
    if text in FUNCTIONS or not _NAME.fullmatch(text) or states_doubt(text):
        return ""
    return re.sub(r"[ {}]", "", text)
