r"""Units of measurement, exactly: `cm^2`, `km/h`, `square metres`, `dollars per hour`, and nouns such as `apples`.

A unit is a factor and a product of powers of base units. Two units of the same dimension convert by a fraction, so
that 50 mm is 5 cm without rounding. This module knows nothing of numbers and answers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from rewards.text import DOLLAR

Dimension = tuple[tuple[str, int], ...]

PERCENT: Dimension = (("%", 1),)
DEGREE: Dimension = (("degree", 1),)
RADIAN: Dimension = (("radian", 1),)


@dataclass(frozen=True)
class Unit:
    """A unit.

    Attributes:
        factor: Its size in base units.
        dimension: Base units and their powers, sorted; empty for a bare multiple such as "million".
        offset: In base units, for temperatures: 0 °C is 273.15 K.
    """

    factor: Fraction
    dimension: Dimension
    offset: Fraction = Fraction(0)


_BASES = {
    # name: symbols, long names, size, dimension; all take the prefixes of the SI
    "m": ("metre meter", "1", "m"),
    "g": ("gram gramme", "1/1000", "kg"),
    "s": ("second", "1", "s"),
    "L": ("litre liter", "1/1000", "m3"),
    "A": ("ampere amp", "1", "A"),
    "mol": ("mole", "1", "mol"),
    "K": ("kelvin", "1", "K"),
    "N": ("newton", "1", "kg m s-2"),
    "J": ("joule", "1", "kg m2 s-2"),
    "W": ("watt", "1", "kg m2 s-3"),
    "Pa": ("pascal", "1", "kg m-1 s-2"),
    "Hz": ("hertz", "1", "s-1"),
    "C": ("coulomb", "1", "A s"),
    "V": ("volt", "1", "kg m2 s-3 A-1"),
    "Ω": ("ohm", "1", "kg m2 s-3 A-2"),
    "F": ("farad", "1", "A2 s4 kg-1 m-2"),
    "H": ("henry", "1", "kg m2 s-2 A-2"),
    "T": ("tesla", "1", "kg s-2 A-1"),
    "Wh": ("watt-hour", "3600", "kg m2 s-2"),
    "Ah": ("amp-hour", "3600", "A s"),
    "cal": ("calorie", "4184/1000", "kg m2 s-2"),
    "eV": ("electronvolt", "1602176634/10000000000000000000000000000", "kg m2 s-2"),
    "B": ("byte", "8", "bit"),
    "b": ("bit", "1", "bit"),
}
_PREFIXES = {
    # symbol: name, power of ten
    "p": ("pico", -12),
    "n": ("nano", -9),
    "μ": ("micro", -6),
    "m": ("milli", -3),
    "c": ("centi", -2),
    "d": ("deci", -1),
    "h": ("hecto", 2),
    "k": ("kilo", 3),
    "M": ("mega", 6),
    "G": ("giga", 9),
    "T": ("tera", 12),
}
#: Symbols and names, size, dimension.
_OTHERS = """
in inch inches = 254/10000 m
ft foot feet = 3048/10000 m
yd yard = 9144/10000 m
mi mile = 1609344/1000 m
nmi = 1852 m
ly lightyear light-year = 9460730472580800 m
acre = 40468564224/10000000 m2
ha hectare = 10000 m2
gal gallon = 3785411784/1000000000000 m3
qt quart = 946352946/1000000000000 m3
pt pint = 473176473/1000000000000 m3
cup = 2365882365/10000000000000 m3
floz = 295735295625/10000000000000000 m3
tbsp tablespoon = 1478676478125/100000000000000000 m3
tsp teaspoon = 492892159375/100000000000000000 m3
cc = 1/1000000 m3
l = 1/1000 m3
ml mls = 1/1000000 m3
kgs kilo = 1 kg
t tonne = 1000 kg
ton = 90718474/100000 kg
lb lbs pound = 45359237/100000000 kg
oz ounce = 28349523125/1000000000000 kg
stone = 635029318/100000000 kg
u amu = 166053906892/100000000000000000000000000000000000000 kg
min mins minute = 60 s
sec secs = 1 s
h hr hrs hour = 3600 s
d day = 86400 s
wk week = 604800 s
month = 1 month
yr yrs year = 12 month
decade = 120 month
century centuries = 1200 month
mph = 44704/100000 m s-1
kph kmh = 5/18 m s-1
kn knot = 1852/3600 m s-1
mpg = 48000000000/112903 m-2
atm atmosphere = 101325 kg m-1 s-2
bar = 100000 kg m-1 s-2
mmHg torr = 101325/760 kg m-1 s-2
psi = 6894757293168/1000000000 kg m-1 s-2
hp horsepower = 7457/10 kg m2 s-3
lbf = 44482216152605/10000000000000 kg m s-2
¤ USD dollar buck = 1 USD
¢ cent = 1/100 USD
€ EUR euro = 1 EUR
£ GBP quid = 1 GBP
p pence penny = 1/100 GBP
¥ JPY yen = 1 JPY
₹ INR Rs rupee = 1 INR
CNY RMB yuan = 1 CNY
% percent percentage pct = 1 %
° degree deg = 1 degree
rad radian = 1 radian
revolution turn = 360 degree
dozen = 12
hundred = 100
thousand = 1000
k = 1000
million mil = 1000000
billion bn = 1000000000
trillion = 1000000000000
"""
_TEMPERATURES = {
    **dict.fromkeys(("°C", "celsius", "centigrade"), Unit(Fraction(1), (("K", 1),), Fraction(27315, 100))),
    **dict.fromkeys(("°F", "fahrenheit"), Unit(Fraction(5, 9), (("K", 1),), Fraction(45967, 100) * Fraction(5, 9))),
}
#: Symbols that an expression may have as a variable: `5m` may be five times m.
_SHORT = "m g s L A K N J W C V F H T B b l t u h d p k mg"
_VARIABLES = frozenset(_SHORT.split())
#: Words that do not name what is counted.
_OTHER_WORDS = (
    "a an the not or and no nor maybe perhaps probably possibly is are was were be it its wrong incorrect false true "
    "half halves third thirds quarter quarters fourth fourths fifth fifths sixth sixths seventh sevenths eighth eighths "
    "ninth ninths tenth tenths hundredth hundredths thousandth thousandths squared cubed times plus minus over divided "
    "multiplied by in of to from than less more least most fewer about approximately around roughly almost nearly if but "
    "except either neither between through until mod modulo factorial root sqrt log ln sin cos tan exp pi infinity "
    "remainder choose yes none all any other others something else unless never dont isnt cannot guess think option "
    "choice answer thing instead rather point zero one two three four five six seven eight nine ten am pm"
)
_NO_NOUNS = frozenset(_OTHER_WORDS.split())
_REWRITES = [
    (re.compile(r"(?:° ?|\bdeg(?:ree)?s? )(?=[CF](?![A-Za-z]))", re.IGNORECASE), "°"),
    (re.compile(r"(?:° ?|\bdeg(?:ree)?s? )(?=celsius|fahrenheit|centigrade)", re.IGNORECASE), ""),
    (re.compile(r"\bfl\.? ?oz\b|\bfluid ounces?\b"), "floz"),
    (re.compile(r"\b(?:miles|mi)(?: per |/)hour\b|\bmi/hr?\b"), "mph"),
    (re.compile(r"\blight years?\b"), "lightyear"),
    (re.compile(r"\bU\.?S\.? ?dollars?\b|\bUS ?¤"), "dollar"),
    (re.compile(r"\bkilowatt-?hours?\b|\bkilowatt hours?\b"), "kWh"),
    (re.compile(r"\bwatt hours?\b"), "Wh"),
    (re.compile(r"\bper cent\b"), "percent"),
    (re.compile(r"\b(?:square |sq(?: |\. ?))([A-Za-zμ]+)"), r"\1^2"),
    (re.compile(r"\b(?:cubic |cu(?: |\. ?))([A-Za-zμ]+)"), r"\1^3"),
    (re.compile(r" squared\b"), "^2"),
    (re.compile(r" cubed\b"), "^3"),
    (re.compile(r"\\cdot(?![A-Za-z])|\\times(?![A-Za-z])|\*"), " "),
    (re.compile(r"(?<=[A-Za-z])\.(?= ?[/A-Za-z]|$)"), " "),  # ft. per sec.
    (re.compile(r"\bper\b"), "/"),
    (re.compile(r"(?:\*\*|\^) ?\{? ?(-?[1-9]) ?\}?"), r"^\1"),
    (re.compile(r"(?<=m)([23])(?![0-9])"), r"^\1"),  # cm2
]
_TOKEN = re.compile(r"[A-Za-zμΩ][A-Za-zμΩ'-]*|°[CF]?|[%¤¢€£¥₹]|\^-?[1-9]|[/()]")
_CURRENCY = re.compile(r"(?:US ?)?[¤€£¥₹]|(?:USD|EUR|GBP) (?=[0-9])")
_MAX_UNIT_CHARS = 60
_MAX_FACTORS = 6


@lru_cache(maxsize=4096)
def parse_unit(text: str) -> Unit | None:
    """The unit that a text names, or None.

    Args:
        text: In plain notation (see `rewards.text`), all that follows the number. Words that are in no table name what
            is counted; several of them count as their last one: "red apples" are apples.
    """
    if len(text) > _MAX_UNIT_CHARS:
        return None
    for pattern, replacement in _REWRITES:
        text = pattern.sub(replacement, text)
    tokens = _tokens(text)
    if not tokens or not (tokens[0][0].isalpha() or tokens[0][0] in f"°%¢€£¥₹(/{DOLLAR}"):
        return None
    return _product(tokens)


def leading_currency(text: str) -> tuple[str, str] | None:
    """The currency sign before an amount and the text without it, or None: `-€5` is `("€", "-5")`."""
    sign = "-" if text.startswith("-") else ""
    match = _CURRENCY.match(text, len(sign))
    if not match:
        return None
    rest = text[match.end() :].lstrip()
    return match[0].removeprefix("US").strip(), rest if not sign or rest.startswith("-") else sign + rest


def may_be_variable(text: str) -> bool:
    """Whether a unit that follows its number without a space may as well be a variable, as in `5m`."""
    words = re.findall(r"[A-Za-zμΩ]+", text)
    return bool(words) and all(word in _VARIABLES for word in words)


def is_tabulated(text: str) -> bool:
    """Whether all words of a unit are in the tables, so that none is a noun or a product of variables."""
    return all(word == "per" or _lookup(word) is not None for word in re.findall(r"[A-Za-zμΩ]+", text))


def convert(value: Fraction, unit: Unit, to: Unit) -> Fraction:
    """A value in another unit of the same dimension."""
    return (value * unit.factor + unit.offset - to.offset) / to.factor


def _tokens(text: str) -> list[str] | None:
    tokens, position = [], 0
    for match in _TOKEN.finditer(text):
        if text[position : match.start()].strip(" "):
            return None
        tokens.append(match[0])
        position = match.end()
    return None if text[position:].strip(" ") else tokens


def _product(tokens: list[str]) -> Unit | None:
    factors = _factors(tokens)
    if not factors or len(factors) > _MAX_FACTORS:
        return None
    if len(factors) == 1 and factors[0][1] == 1:
        return factors[0][0]
    factor, powers = Fraction(1), dict[str, int]()
    for unit, power in factors:
        if unit.offset:
            return None
        factor *= unit.factor**power
        for base, exponent in unit.dimension:
            powers[base] = powers.get(base, 0) + exponent * power
    return Unit(factor, tuple(sorted((base, power) for base, power in powers.items() if power)))


def _factors(tokens: list[str]) -> list[tuple[Unit, int]] | None:
    """Units and their powers: a slash turns the next one, or those in the brackets after it, upside down."""
    factors = []
    group = sign = 1
    for token, following in zip(tokens, [*tokens[1:], ""], strict=True):
        if token == "/":
            sign = -1
        elif token == "(":
            group, sign = sign, 1
        elif token == ")":
            group = 1
        elif not token.startswith("^"):
            unit = _lookup(token) or _noun(token, following)
            if unit is None:
                return None
            power = int(following[1:]) if following.startswith("^") else 1
            factors.append((unit, group * sign * power))
            sign = 1
    return factors if sign == 1 else None


def _noun(token: str, following: str) -> Unit | None:
    """What is counted, as a unit of its own; a noun before another only describes it."""
    if not _is_noun(token) or (following.startswith("^") and _singular(token) != "unit"):
        return None
    if _is_noun(following) and _lookup(following) is None:
        return Unit(Fraction(1), ())
    return Unit(Fraction(1), ((_singular(token), 1),))


def _lookup(token: str) -> Unit | None:
    table = _table()
    if token in table:
        return table[token]
    name = token.casefold()
    for candidate in (name, name.removesuffix("s"), name.removesuffix("es")):
        if candidate in table and (len(candidate) > 2 or candidate in ("km", "cm", "mm", "kg")):
            return table[candidate]
    return None


def _is_noun(token: str) -> bool:
    word = token.casefold().replace("'", "").replace("-", "")
    return len(word) > 1 and word.isalpha() and word not in _NO_NOUNS and word.isascii()


def _singular(noun: str) -> str:
    noun = noun.casefold()
    for plural, singular in (("people", "person"), ("men", "man"), ("children", "child"), ("ies", "y")):
        if noun.endswith(plural):
            return noun.removesuffix(plural) + singular
    if noun.endswith(("shes", "ches", "xes", "sses")):
        return noun[:-2]
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun


@lru_cache(maxsize=1)
def _table() -> dict[str, Unit]:
    table = dict(_TEMPERATURES)
    for symbol, (names, size, dimension) in _BASES.items():
        base = Unit(Fraction(size), _dimension(dimension))
        for prefix, (prefix_name, exponent) in {"": ("", 0), **_PREFIXES}.items():
            unit = Unit(base.factor * Fraction(10) ** exponent, base.dimension)
            table[prefix + symbol] = unit
            table |= {prefix_name + name: unit for name in names.split()}
    for line in _OTHERS.strip().splitlines():
        names, _, meaning = line.partition(" = ")
        size, _, dimension = meaning.partition(" ")
        unit = Unit(Fraction(size), _dimension(dimension))
        table |= dict.fromkeys(names.split(), unit)
    for litre in ("ml", "cl", "dl"):
        table[litre] = table[litre[0] + "L"]
    table["um"], table["us"] = table["μm"], table["μs"]
    return table


def _dimension(text: str) -> Dimension:
    powers = re.findall(r"([A-Za-z%]+)(-?[0-9])?", text)
    return tuple(sorted((base, int(power or 1)) for base, power in powers))
