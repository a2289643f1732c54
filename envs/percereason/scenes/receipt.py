"""Till receipts: quantities times prices, totals, change, and a discount rule printed at the bottom."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from envs.drawing import Canvas, Look
from envs.percereason.layout import fitting, fitting_all
from envs.percereason.making import Number, money, numeric, price, worded
from envs.percereason.problem import PictureProblem
from envs.percereason.scenes.words import GOODS, SHOPS
from envs.problem import draw, draw_distinct, flip, pick

_CURRENCIES = (("$", "dollars"), ("£", "pounds"), ("€", "euros"))


@dataclass(frozen=True)
class Line:
    """One article: name, how many, price of a piece in cents."""

    name: str
    quantity: int
    each: int

    @property
    def total(self) -> int:
        return self.quantity * self.each


@dataclass(frozen=True)
class Receipt:
    """A receipt. Amounts are in cents.

    Attributes:
        shop: Name at the top.
        date: As printed.
        currency: The sign at the top of the prices.
        lines: The articles.
        totals: Whether the amount of each line and their sum are printed; else only prices of a piece.
        rule: A sentence about a discount, may be empty.
        paid: Cash handed over, 0 if it is not printed.
    """

    shop: str
    date: str
    currency: str
    lines: tuple[Line, ...]
    totals: bool
    rule: str
    paid: int

    @property
    def total(self) -> int:
        return sum(line.total for line in self.lines)

    def draw(self, canvas: Canvas, look: Look, rng: np.random.Generator) -> None:
        size = float(canvas.width)
        half = size * 0.43
        left, right = size / 2 - half * 0.9, size / 2 + half * 0.9
        self._paper(canvas, look, half, flip(rng))
        rows = 3.6 + len(self.lines) + 1.3 * (self.totals or self.paid > 0) + self.totals + (self.paid > 0)
        rule = _broken(self.rule)
        rows += 1.0 * len(rule) + (0.5 if rule else 0)
        pitch = min(size * 0.94 / rows, look.text * 1.75)
        text = min(look.text * 0.98, pitch * 0.74)
        face = look.family if flip(rng) else "mono"
        y = size / 2 - pitch * rows / 2 + pitch * 0.7
        ink = (38, 38, 44)
        shop = fitting(self.shop, right - left, text * 1.25, face, "bold")
        canvas.text((size / 2, y), self.shop, shop, ink, face, "bold")
        canvas.text((size / 2, y + pitch), self.date, text * 0.88, ink, face)
        y = self._articles(canvas, (left, right, y + pitch * 2), pitch, text, face)
        y = self._sums(canvas, (left, right, y), pitch, text, face)
        small = fitting_all(rule, right - left, text * 0.95, face) if rule else 0.0
        for line in rule:
            canvas.text((size / 2, y + pitch * 0.5), line, small, ink, face)
            y += pitch

    @staticmethod
    def _paper(canvas: Canvas, look: Look, half: float, torn: bool) -> None:
        """A white slip, with a toothed edge or a plain one."""
        size = float(canvas.width)
        left, right, top, bottom = size / 2 - half, size / 2 + half, size * 0.012, size * 0.988
        teeth = 24 if torn else 1
        xs = [left + (right - left) * i / (2 * teeth) for i in range(2 * teeth + 1)]
        depth = size * 0.012 if torn else 0.0
        upper = [(x, top + depth * (i % 2)) for i, x in enumerate(xs)]
        lower = [(x, bottom - depth * (i % 2)) for i, x in enumerate(xs)]
        canvas.polygon([*upper, *reversed(lower)], (253, 253, 250), look.faint, look.line * 0.6)

    def _articles(
        self, canvas: Canvas, place: tuple[float, float, float], pitch: float, text: float, face: str
    ) -> float:
        left, right, y = place
        ink = (38, 38, 44)
        middle = left + (right - left) * (0.66 if self.totals else 1.0)
        canvas.line([(left, y - pitch * 0.35), (right, y - pitch * 0.35)], ink, 0.8, (3, 2))
        heads = ["qty x item", f"each {self.currency}", f"sum {self.currency}"]
        canvas.text((left, y + pitch * 0.15), heads[0], text * 0.8, ink, face, anchor="lm")
        canvas.text((middle, y + pitch * 0.15), heads[1], text * 0.8, ink, face, anchor="rm")
        if self.totals:
            canvas.text((right, y + pitch * 0.15), heads[2], text * 0.8, ink, face, anchor="rm")
        y += pitch * 1.15
        names = [f"{line.quantity} x {line.name}" for line in self.lines]
        prices = max(Canvas.text_size(price(line.each), text, face)[0] for line in self.lines)
        size = fitting_all(names, middle - left - prices - text * 0.6, text, face)
        for line, name in zip(self.lines, names, strict=True):
            canvas.text((left, y), name, size, ink, face, anchor="lm")
            canvas.text((middle, y), price(line.each), text, ink, face, anchor="rm")
            if self.totals:
                canvas.text((right, y), price(line.total), text, ink, face, anchor="rm")
            y += pitch
        return y

    def _sums(self, canvas: Canvas, place: tuple[float, float, float], pitch: float, text: float, face: str) -> float:
        left, right, y = place
        ink = (38, 38, 44)
        if self.totals or self.paid:
            canvas.line([(left, y - pitch * 0.35), (right, y - pitch * 0.35)], ink, 0.8, (3, 2))
            y += pitch * 0.3
        if self.totals:
            canvas.text((left, y), "TOTAL", text * 1.05, ink, face, "bold", "lm")
            canvas.text((right, y), price(self.total), text * 1.05, ink, face, "bold", "rm")
            y += pitch
        if self.paid:
            canvas.text((left, y), "CASH", text, ink, face, anchor="lm")
            canvas.text((right, y), price(self.paid), text, ink, face, anchor="rm")
            y += pitch
        return y


def receipt(rng: np.random.Generator, level: int) -> PictureProblem:
    while True:
        problem = pick(rng, _KINDS[level - 1])(rng)
        if problem is not None:
            return problem


# -- level 1 -----------------------------------------------------------------------------------------------------------


def _line_total(rng: np.random.Generator) -> PictureProblem | None:
    picture, unit = _receipt(rng, totals=False)
    line = pick(rng, picture.lines)
    if line.quantity < 2:
        return None
    asks = (
        f'How much was paid for all pieces of "{line.name}" together, in {unit}?',
        f'What does the line "{line.name}" come to, in {unit}?',
    )
    steps = (f'"{line.name}": {line.quantity} at {price(line.each)}', _times(line))
    likely = (line.each, line.total + line.each, line.total - line.each, line.each + 100 * line.quantity)
    return _amount(1, picture, pick(rng, asks), line.total, steps, likely)


def _dearer(rng: np.random.Generator) -> PictureProblem | None:
    picture, unit = _receipt(rng, totals=flip(rng))
    one, two = (picture.lines[i] for i in draw_distinct(rng, 2, 0, len(picture.lines) - 1))
    if one.each <= two.each:
        return None
    gap = one.each - two.each
    asks = (
        f'How much more does one "{one.name}" cost than one "{two.name}", in {unit}?',
        f'By how many {unit} is a single "{two.name}" cheaper than a single "{one.name}"?',
    )
    steps = (
        f'One "{one.name}" costs {price(one.each)}, one "{two.name}" {price(two.each)}',
        f"{price(one.each)} - {price(two.each)} = {money(gap)}",
    )
    likely = (one.each + two.each, abs(one.total - two.total), gap + 100, gap - 10, gap + 10)
    return _amount(1, picture, pick(rng, asks), gap, steps, likely)


def _change(rng: np.random.Generator) -> PictureProblem:
    picture, unit = _receipt(rng, totals=True, paid=True)
    left = picture.paid - picture.total
    asks = (
        f"How much change is due, in {unit}?",
        f"The customer paid in cash. How many {unit} does the till give back?",
    )
    steps = (
        f"The total is {price(picture.total)}, the cash {price(picture.paid)}",
        f"{price(picture.paid)} - {price(picture.total)} = {money(left)}",
    )
    likely = (left + 100, left - 100, left + 10, picture.total, picture.paid)
    return _amount(1, picture, pick(rng, asks), left, steps, likely)


# -- level 2 -----------------------------------------------------------------------------------------------------------


def _two_lines(rng: np.random.Generator) -> PictureProblem | None:
    picture, unit = _receipt(rng, totals=False)
    one, two = (picture.lines[i] for i in draw_distinct(rng, 2, 0, len(picture.lines) - 1))
    if one.quantity * two.quantity < 2:
        return None
    total = one.total + two.total
    asks = (
        f'What do the lines "{one.name}" and "{two.name}" come to together, in {unit}?',
        f'How many {unit} were spent on "{one.name}" and "{two.name}" in all?',
    )
    steps = (_times(one), _times(two), f"{price(one.total)} + {price(two.total)} = {money(total)}")
    likely = (one.each + two.each, one.total + two.each, one.each + two.total, total + 100, total - 10)
    return _amount(2, picture, pick(rng, asks), total, steps, likely)


def _costliest_line(rng: np.random.Generator) -> PictureProblem | None:
    picture, _ = _receipt(rng, totals=False)
    ranked = sorted(picture.lines, key=lambda line: -line.total)
    if len(ranked) < 4 or ranked[0].total == ranked[1].total:
        return None
    asks = (
        "On which article was the most money spent in all?",
        "Which line of the receipt comes to the largest amount?",
    )
    steps = (*map(_times, picture.lines), f"The largest amount, {price(ranked[0].total)}, is for {ranked[0].name}")
    return worded("receipt", 2, picture, pick(rng, asks), ranked[0].name, steps, [line.name for line in ranked[1:]])


def _one_fewer(rng: np.random.Generator) -> PictureProblem:
    """The total if some pieces had not been bought."""
    picture, unit = _receipt(rng, totals=True)
    line = max(picture.lines, key=lambda line: line.quantity) if flip(rng) else pick(rng, picture.lines)
    drop = draw(rng, 1, line.quantity)
    value = picture.total - drop * line.each
    asks = (
        f'What would the total be, in {unit}, with {drop} fewer of "{line.name}"?',
        f'{drop} of "{line.name}" will be returned. What is left of the total, in {unit}?',
    )
    steps = (
        f"{drop} * {price(line.each)} = {price(drop * line.each)}",
        f"{price(picture.total)} - {price(drop * line.each)} = {money(value)}",
    )
    likely = (picture.total + drop * line.each, picture.total - line.total, picture.total - line.each, value + 100)
    return _amount(2, picture, pick(rng, asks), value, steps, likely)


# -- level 3 -----------------------------------------------------------------------------------------------------------


def _whole(rng: np.random.Generator) -> PictureProblem | None:
    """The total of a receipt that prints none."""
    picture, unit = _receipt(rng, totals=False)
    if len(picture.lines) > 4:
        return None
    asks = (f"What is the total of the receipt, in {unit}?", f"The total is not printed. How many {unit} is it?")
    sums = " + ".join(price(line.total) for line in picture.lines)
    steps = (*map(_times, picture.lines), f"{sums} = {money(picture.total)}")
    single = sum(line.each for line in picture.lines)
    likely = (single, picture.total - picture.lines[-1].total, picture.total + 100, picture.total - 100)
    return _amount(3, picture, pick(rng, asks), picture.total, steps, likely)


def _whole_change(rng: np.random.Generator) -> PictureProblem | None:
    """The change of a receipt that prints no total."""
    picture, unit = _receipt(rng, totals=False, paid=True)
    if len(picture.lines) > 3:
        return None
    left = picture.paid - picture.total
    asks = (f"How much change is due, in {unit}?", f"How many {unit} does the till give back?")
    sums = " + ".join(price(line.total) for line in picture.lines)
    steps = (
        *map(_times, picture.lines),
        f"{sums} = {price(picture.total)}",
        f"{price(picture.paid)} - {price(picture.total)} = {money(left)}",
    )
    likely = (picture.paid - sum(line.each for line in picture.lines), picture.total, left + 100, left - 10)
    return _amount(3, picture, pick(rng, asks), left, steps, likely)


def _discounted(rng: np.random.Generator) -> PictureProblem:
    """The price to pay under the rule at the bottom of the receipt."""
    plain_receipt, unit = _receipt(rng, totals=True, fine=False)
    total = plain_receipt.total
    rule, off, working = _rule(rng, plain_receipt)
    picture = Receipt(**{**vars(plain_receipt), "rule": rule})
    asks = (
        f"The printed total is before any discount. How much is to be paid under the rule at the bottom, in {unit}?",
        f"Apply the rule at the bottom to the printed total. How many {unit} are to be paid?",
    )
    value = total - off
    steps = [f"The total is {price(total)}", *working]
    steps.append(f"{price(total)} - {price(off)} = {money(value)}" if off else f"To be paid: {money(value)}")
    likely = (total, off, total + off, value + 100, value - 100, total - 2 * off)
    return _amount(3, picture, pick(rng, asks), value, steps, [amount for amount in likely if amount > 0])


_KINDS = (
    (_line_total, _line_total, _dearer, _change),
    (_two_lines, _two_lines, _costliest_line, _one_fewer),
    (_whole, _whole_change, _discounted, _discounted),
)


def _rule(rng: np.random.Generator, picture: Receipt) -> tuple[str, int, list[str]]:
    """A discount rule, the discount in cents that it gives, and the working."""
    total = picture.total
    kind = pick(rng, ("share", "flat", "free"))
    line = max(picture.lines, key=lambda line: line.quantity)
    if kind == "free" and line.quantity >= 2:
        every = draw(rng, 2, min(4, line.quantity))
        free = line.quantity // every
        working = [
            f"{line.quantity} of {line.name} were bought, so {free} free of charge",
            f"{free} * {price(line.each)} = {price(free * line.each)}",
        ]
        ordinal = {2: "2nd", 3: "3rd", 4: "4th"}[every]
        return f"Every {ordinal} {line.name} is free.", free * line.each, working
    near = total // 1000 * 1000
    limit = max(1000, near - 1000 * draw(rng, 0, 2) if flip(rng, 0.7) else near + 1000 * draw(rng, 1, 2))
    reached = total >= limit
    compared = f"{price(total)} is {'at least' if reached else 'less than'} {limit // 100}"
    if kind == "flat":
        off = 100 * draw(rng, 2, 8)
        rule = f"{off // 100} off if the total is {limit // 100} or more."
        return rule, off if reached else 0, [f"{compared}, so {off // 100 if reached else 0} off"]
    share = pick(rng, (10, 20, 25, 50))
    rule = f"{share}% off if the total is {limit // 100} or more."
    if not reached:
        return rule, 0, [f"{compared}, so nothing off"]
    off = total * share // 100
    return rule, off, [f"{compared}, so {share} % off", f"{share} % of {price(total)} is {price(off)}"]


def _receipt(rng: np.random.Generator, *, totals: bool, paid: bool = False, fine: bool = True) -> tuple[Receipt, str]:
    """A receipt and its currency in words; prices are multiples of 10 cents, of 20 where shares are taken of them."""
    shop = pick(rng, tuple(GOODS))
    goods = GOODS[shop]
    count = draw(rng, 3, 6)
    step = 10 if fine else 20
    lines = []
    for index in draw_distinct(rng, count, 0, len(goods) - 1):
        name, usual = goods[index]
        each = max(step, round(usual * float(rng.uniform(0.75, 1.35)) / step) * step)
        lines.append(Line(name, draw(rng, 1, 6 if each < 700 else 3), each))
    sign, unit = pick(rng, _CURRENCIES)
    total = sum(line.total for line in lines)
    note = pick(rng, (500, 1000, 2000, 5000))
    cash = (math.floor(total / note) + 1) * note if paid else 0
    date = f"{draw(rng, 1, 28):02d}/{draw(rng, 1, 12):02d}/{draw(rng, 2019, 2029)}"
    return Receipt(pick(rng, SHOPS[shop]), date, sign, tuple(lines), totals, "", cash), unit


def _broken(rule: str) -> list[str]:
    """A rule in lines that suit the width of a receipt."""
    words = rule.split()
    if not words:
        return []
    return [rule] if len(rule) < 34 else [" ".join(words[: len(words) // 2]), " ".join(words[len(words) // 2 :])]


def _times(line: Line) -> str:
    return f"{line.name}: {line.quantity} * {price(line.each)} = {money(line.total)}"


def _amount(
    level: int,
    picture: Receipt,
    question: str,
    cents: int,
    steps: list[str] | tuple[str, ...],
    likely: list[Number] | tuple[Number, ...] | list[int],
) -> PictureProblem:
    return numeric("receipt", level, picture, question, cents, steps, likely, form=money, unit=50, lowest=10)
