"""Claim forms: read the fields, check the rule printed on the form, total what is covered and work out what is paid."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np

from envs.drawing import Canvas, Look
from envs.drawing.look import blend
from envs.percereason.layout import fitting, fitting_all
from envs.percereason.making import added, counted, numeric, worded
from envs.percereason.problem import PictureProblem
from envs.percereason.scenes.words import MONTHS, PEOPLE, SURNAMES
from envs.problem import draw, draw_distinct, flip, pick

#: Kinds of insurance and what people claim for.
_KINDS_OF_LOSS = {
    "Household": ("Sofa", "Carpet", "Fridge", "Television", "Curtains", "Bicycle", "Laptop", "Oven", "Mattress"),
    "Motor": ("Bumper", "Door", "Windscreen", "Towing", "Paintwork", "Tyres", "Mirror", "Hire car", "Headlight"),
    "Travel": ("Suitcase", "Camera", "Hotel", "Flight", "Clothing", "Doctor", "Taxi", "Phone", "Ski pass"),
    "Health": ("Surgery", "X-ray", "Medicine", "Crutches", "Glasses", "Dentist", "Massage", "Lab test", "Ambulance"),
    "Business": ("Printer", "Desk", "Server", "Stock", "Signboard", "Till", "Forklift", "Shelves", "Machine"),
    "Farm": ("Fence", "Tractor", "Barn roof", "Hay", "Cattle", "Plough", "Greenhouse", "Seed", "Pump"),
}


@dataclass(frozen=True)
class Item:
    """Something claimed: name, amount in whole units, and whether the policy covers it."""

    name: str
    amount: int
    covered: bool


@dataclass(frozen=True)
class ClaimForm:
    """A form.

    Attributes:
        kind: Of insurance.
        number: Of the policy.
        holder: Name of the insured.
        begins, ends: First and last day of the policy.
        loss, reported: Days of the loss and of the report.
        deductible: What the insured bears of every claim.
        limit: The most that is paid.
        items: What is claimed.
        late_days, late_share: The printed rule: reported after more than so many days, so many per cent less is paid.
    """

    kind: str
    number: str
    holder: str
    begins: datetime.date
    ends: datetime.date
    loss: datetime.date
    reported: datetime.date
    deductible: int
    limit: int
    items: tuple[Item, ...]
    late_days: int
    late_share: int

    @property
    def covered(self) -> int:
        return sum(item.amount for item in self.items if item.covered)

    @property
    def delay(self) -> int:
        """Days from the loss to the report."""
        return (self.reported - self.loss).days

    def draw(self, canvas: Canvas, look: Look, rng: np.random.Generator) -> None:
        size = float(canvas.width)
        left, right = size * 0.045, size * 0.955
        pitch = size * 0.97 / (9.0 + len(self.items))
        text = min(look.text * 0.88, pitch * 0.66)
        accent = look.palette[0]
        canvas.rectangle((size * 0.015, size * 0.015, size * 0.985, size * 0.985), None, look.faint, look.line * 0.8)
        band = blend(look.paper, accent, 0.3)
        canvas.rectangle((size * 0.015, size * 0.015, size * 0.985, size * 0.015 + pitch * 1.4), band)
        title = f"{self.kind} claim"
        canvas.text((left, size * 0.015 + pitch * 0.7), title, text * 1.2, look.ink, look.family, "bold", "lm")
        y = self._fields(canvas, look, (left, right, size * 0.02 + pitch * 2.0), pitch, text)
        y = self._items(canvas, look, (left, right, y), pitch, text, ticks=flip(rng))
        rule = (
            f"Rule: if reported more than {self.late_days} days after",
            f"the loss, the payment is cut by {self.late_share}%.",
        )
        small = fitting_all(list(rule), right - left, text * 0.95, look.family)
        for line in rule:
            canvas.text((left, y), line, small, look.ink, look.family, anchor="lm")
            y += pitch * 0.95

    def _fields(
        self, canvas: Canvas, look: Look, place: tuple[float, float, float], pitch: float, text: float
    ) -> float:
        left, right, y = place
        middle = (left + right) / 2 + text * 0.4
        rows = (
            (("Holder", self.holder), ("Deductible", str(self.deductible))),
            (("Policy", self.number), ("Limit", str(self.limit))),
            (("From", _printed(self.begins)), ("Loss", _printed(self.loss))),
            (("To", _printed(self.ends)), ("Reported", _printed(self.reported))),
        )
        for row in rows:
            for x, end, (label, value) in zip((left, middle), (middle - text * 0.8, right), row, strict=True):
                canvas.text((x, y), label, text * 0.82, blend(look.paper, look.ink, 0.7), look.family, anchor="lm")
                room = end - x - Canvas.text_size(label, text * 0.82, look.family)[0] - text * 0.5
                fitted = fitting(value, room, text, look.family)
                canvas.text((end, y), value, fitted, look.ink, look.family, anchor="rm")
                canvas.line([(x, y + pitch * 0.46), (end, y + pitch * 0.46)], look.faint, look.line * 0.5)
            y += pitch
        return y + pitch * 0.1

    def _items(
        self,
        canvas: Canvas,
        look: Look,
        place: tuple[float, float, float],
        pitch: float,
        text: float,
        ticks: bool,
    ) -> float:
        left, right, y = place
        amounts = left + (right - left) * 0.66
        canvas.rectangle((left, y - pitch * 0.5, right, y + pitch * 0.5), look.tint(0, 0.16))
        for x, head, anchor in ((left + 4, "Item", "lm"), (amounts, "Amount", "rm"), (right - 4, "Covered", "rm")):
            canvas.text((x, y), head, text * 0.88, look.ink, look.family, "bold", anchor)
        bottom = y + pitch * (len(self.items) + 0.5)
        canvas.rectangle((left, y - pitch * 0.5, right, bottom), None, look.faint, look.line * 0.6)
        for item in self.items:
            y += pitch
            canvas.text((left + 4, y), item.name, text, look.ink, look.family, anchor="lm")
            canvas.text((amounts, y), str(item.amount), text, look.ink, look.family, anchor="rm")
            if ticks:
                self._mark(canvas, look, (right - text * 1.8, y), text * 0.42, item.covered)
            else:
                word = "yes" if item.covered else "no"
                canvas.text((right - 4, y), word, text, look.ink, look.family, anchor="rm")
        return y + pitch * 1.1

    @staticmethod
    def _mark(canvas: Canvas, look: Look, at: tuple[float, float], r: float, covered: bool) -> None:
        """A box, ticked in green or crossed in red."""
        x, y = at
        canvas.rectangle((x - 1.3 * r, y - 1.3 * r, x + 1.3 * r, y + 1.3 * r), None, look.ink, look.line * 0.6)
        if covered:
            points = [(x - r, y), (x - 0.25 * r, y + 0.75 * r), (x + r, y - 0.8 * r)]
            canvas.line(points, (38, 150, 62), r * 0.36)
        else:
            for side in (-1, 1):
                ends = [(x - 0.8 * r, y - side * 0.8 * r), (x + 0.8 * r, y + side * 0.8 * r)]
                canvas.line(ends, (214, 36, 40), r * 0.36)


def insurance_claim(rng: np.random.Generator, level: int) -> PictureProblem:
    while True:
        problem = pick(rng, _KINDS[level - 1])(rng, _form(rng))
        if problem is not None:
            return problem


# -- level 1 -----------------------------------------------------------------------------------------------------------


def _two_items(rng: np.random.Generator, form: ClaimForm) -> PictureProblem:
    one, two = (form.items[i] for i in draw_distinct(rng, 2, 0, len(form.items) - 1))
    high, low = sorted((one, two), key=lambda item: -item.amount)
    if flip(rng) and high.amount > low.amount:
        asks = (
            f'How much more is claimed for "{high.name}" than for "{low.name}"?',
            f'By how much does the amount of "{high.name}" exceed that of "{low.name}"?',
        )
        value, working, other = high.amount - low.amount, "-", high.amount + low.amount
    else:
        asks = (
            f'What do "{one.name}" and "{two.name}" come to together?',
            f'Add the amounts of "{two.name}" and "{one.name}". What is the sum?',
        )
        value, working, other = high.amount + low.amount, "+", high.amount - low.amount
    steps = (
        f'"{high.name}" is {high.amount}, "{low.name}" is {low.amount}',
        f"{high.amount} {working} {low.amount} = {value}",
    )
    likely = (other, value + 10, value - 10, value + 100, high.amount)
    return numeric("insurance_claim", 1, form, pick(rng, asks), value, steps, likely, unit=10, lowest=1)


def _delay(rng: np.random.Generator, form: ClaimForm) -> PictureProblem | None:
    """Days from the loss to the report, within one month."""
    if form.loss.month != form.reported.month:
        return None
    asks = (
        "How many days after the loss was it reported?",
        "How many days lie from the day of the loss to the report?",
    )
    steps = (
        f"The loss was on {_printed(form.loss)}, the report on {_printed(form.reported)}",
        f"{form.reported.day} - {form.loss.day} = {form.delay}",
    )
    likely = (form.delay + 1, form.delay - 1, form.late_days, form.reported.day, form.loss.day)
    return numeric("insurance_claim", 1, form, pick(rng, asks), form.delay, steps, likely)


def _room(rng: np.random.Generator, form: ClaimForm) -> PictureProblem:
    """An amount against the deductible or the limit."""
    item = pick(rng, form.items)
    if item.amount > form.deductible and flip(rng):
        value, what, bound = item.amount - form.deductible, "the deductible", form.deductible
        asks = (f'By how much does the amount of "{item.name}" exceed {what}?',)
        working = f"{item.amount} - {bound} = {value}"
    elif item.amount < form.limit:
        value, what, bound = form.limit - item.amount, "the limit", form.limit
        asks = (f'How far is the amount of "{item.name}" below {what}?',)
        working = f"{bound} - {item.amount} = {value}"
    else:
        return _two_items(rng, form)
    steps = (f'"{item.name}" is {item.amount}, {what} is {bound}', working)
    likely = (item.amount + bound, item.amount, bound, abs(form.limit - form.deductible), value + 10)
    return numeric("insurance_claim", 1, form, pick(rng, asks), value, steps, likely, unit=10, lowest=1)


# -- level 2 -----------------------------------------------------------------------------------------------------------


def _covered(rng: np.random.Generator, form: ClaimForm) -> PictureProblem:
    covers = flip(rng, 0.65)
    chosen = [item.amount for item in form.items if item.covered == covers]
    word = "covered" if covers else "not covered"
    asks = (
        f"What is the total of the items that are {word}?",
        f"Add the amounts of all items marked as {word}. What is the sum?",
    )
    total, everything = sum(chosen), sum(item.amount for item in form.items)
    steps = (
        f"The items {word}: {', '.join(i.name for i in form.items if i.covered == covers)}",
        added(chosen),
    )
    likely = (everything, everything - total, total - form.deductible, total + 10, total - 10)
    return numeric("insurance_claim", 2, form, pick(rng, asks), total, steps, likely, unit=10, lowest=1)


def _dearest_covered(rng: np.random.Generator, form: ClaimForm) -> PictureProblem | None:
    covers = flip(rng)
    ranked = sorted((i for i in form.items if i.covered == covers), key=lambda item: -item.amount)
    if len(ranked) < 2 or ranked[0].amount == ranked[1].amount:
        return None
    word = "covered" if covers else "not covered"
    asks = (f"Which item that is {word} has the largest amount?", f"Of the items {word}, which is the dearest?")
    steps = (
        f"The items {word}: " + ", ".join(f"{item.name} {item.amount}" for item in ranked),
        f"The largest of these is {ranked[0].amount}, for {ranked[0].name}",
    )
    others = sorted((i for i in form.items if i is not ranked[0]), key=lambda item: -item.amount)
    return worded("insurance_claim", 2, form, pick(rng, asks), ranked[0].name, steps, [item.name for item in others])


def _late(rng: np.random.Generator, form: ClaimForm) -> PictureProblem | None:
    """How many days later or earlier than the rule asks."""
    gap = form.delay - form.late_days
    if gap == 0:
        return None
    asks = (
        ("By how many days was the report too late for full payment under the rule?",)
        if gap > 0
        else ("How many more days could the report have waited without a cut under the rule?",)
    )
    high, low = max(form.delay, form.late_days), min(form.delay, form.late_days)
    steps = (
        f"From {_printed(form.loss)} to {_printed(form.reported)} it is {counted(form.delay, 'day')}",
        f"The rule allows {form.late_days}",
        f"{high} - {low} = {high - low}",
    )
    likely = (form.delay, form.late_days, abs(gap) + 1, abs(gap) - 1, form.delay + form.late_days)
    return numeric("insurance_claim", 2, form, asks[0], abs(gap), steps, likely, lowest=1)


# -- level 3 -----------------------------------------------------------------------------------------------------------


def _payable(rng: np.random.Generator, form: ClaimForm) -> PictureProblem:
    """Covered total less deductible, at most the limit, cut if the report was late."""
    asks = (
        "What is paid: covered total less deductible, at most the limit, then cut if the printed rule says so?",
        "Work out the payment. Subtract the deductible from the covered total, pay no more than the limit, "
        "then apply the printed rule.",
    )
    chosen = [item.amount for item in form.items if item.covered]
    net = form.covered - form.deductible
    capped = min(net, form.limit)
    late = form.delay > form.late_days
    cut = capped * form.late_share // 100 if late else 0
    value = capped - cut
    steps = [added(chosen), f"{form.covered} - {form.deductible} = {net}"]
    if net > form.limit:
        steps.append(f"{net} is above the limit, so at most {form.limit}")
    steps.append(f"Days from loss to report: {form.delay}, the rule allows {form.late_days}")
    if late:
        steps += [f"{form.late_share} % of {capped} is {cut}", f"{capped} - {cut} = {value}"]
    else:
        steps.append(f"There is no cut, so the payment is {value}")
    everything = sum(item.amount for item in form.items) - form.deductible
    share = 100 - form.late_share
    likely = [capped if late else capped * share // 100, form.covered, net, everything, form.covered * share // 100]
    return numeric("insurance_claim", 3, form, pick(rng, asks), value, steps, likely, unit=10, lowest=1)


def _own_share(rng: np.random.Generator, form: ClaimForm) -> PictureProblem | None:
    """What the holder bears of everything that is claimed, if the report was in time."""
    net = min(form.covered - form.deductible, form.limit)
    everything = sum(item.amount for item in form.items)
    value = everything - net
    asks = (
        "Paid is the covered total less the deductible, at most the limit, without any cut. "
        "How much of all amounts claimed does the holder bear?",
        "Leave the printed rule aside. After the covered total less deductible, at most the limit, is paid, "
        "how much of the whole claim is not paid?",
    )
    steps = [
        f"Covered: {added([i.amount for i in form.items if i.covered])}",
        f"{form.covered} - {form.deductible} = {form.covered - form.deductible}",
    ]
    if form.covered - form.deductible > form.limit:
        steps.append(f"That is above the limit, so {form.limit} is paid")
    steps += [f"All items: {added([i.amount for i in form.items])}", f"{everything} - {net} = {value}"]
    likely = (net, everything, everything - form.covered, form.deductible, value + 10)
    return numeric("insurance_claim", 3, form, pick(rng, asks), value, steps, likely, unit=10, lowest=1)


_KINDS = (
    (_two_items, _two_items, _delay, _room),
    (_covered, _covered, _dearest_covered, _late),
    (_payable, _payable, _own_share),
)


def _form(rng: np.random.Generator) -> ClaimForm:
    """A form whose covered items exceed the deductible; all amounts are multiples of 20, so that shares come out even."""
    kind = pick(rng, tuple(_KINDS_OF_LOSS))
    goods = _KINDS_OF_LOSS[kind]
    count = draw(rng, 4, 6)
    names = [goods[i] for i in draw_distinct(rng, count, 0, len(goods) - 1)]
    amounts = [20 * n for n in draw_distinct(rng, count, 4, 60)]
    covered_items = set(rng.permutation(count)[: draw(rng, 2, count - 1)].tolist())
    covers = [i in covered_items for i in range(count)]
    items = tuple(Item(n, a, c) for n, a, c in zip(names, amounts, covers, strict=True))
    deductible = pick(rng, (60, 100, 100, 120, 160, 200, 240))
    covered = sum(item.amount for item in items if item.covered)
    if covered < deductible + 100:
        return _form(rng)
    limit = 100 * draw(rng, 3, 12) if flip(rng, 0.4) else 100 * (covered // 100 + draw(rng, 1, 15))
    begins = datetime.date(draw(rng, 2020, 2028), draw(rng, 1, 12), 1)
    ends = begins.replace(year=begins.year + 1) - datetime.timedelta(days=1)
    loss = begins + datetime.timedelta(days=draw(rng, 5, 320))
    late_days = pick(rng, (7, 10, 14, 20, 30))
    delay = draw(rng, 1, late_days - 1) if flip(rng) else late_days + draw(rng, 1, 12)
    return ClaimForm(
        kind=kind,
        number=f"{pick(rng, 'ABCDEFGHJKLMNPRSTUVWXYZ')}{draw(rng, 10000, 99999)}",
        holder=f"{pick(rng, PEOPLE)[0]}. {pick(rng, SURNAMES)}",
        begins=begins,
        ends=ends,
        loss=loss,
        reported=loss + datetime.timedelta(days=delay),
        deductible=deductible,
        limit=limit,
        items=items,
        late_days=late_days,
        late_share=pick(rng, (10, 20, 25, 50)),
    )


def _printed(day: datetime.date) -> str:
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"
