"""A scene of coloured shapes and how they relate: left of, nearest to, same colour as, more than, in chains of up to three."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from envs.percereason.making import numeric, worded
from envs.percereason.problem import PictureProblem
from envs.percereason.scenes.shapes import COLOURS, KINDS, RADII, Scene, Shape, arranged, plural
from envs.percereason.scenes.wanted import draw_pools, draw_shapes
from envs.problem import draw, flip, pick

#: Two shapes are apart in a direction only if their centres differ by so many thousandths of the side.
_APART = 40
_SIDES: dict[str, Callable[[Shape], int]] = {
    "to the left of": lambda shape: -shape.x,
    "to the right of": lambda shape: shape.x,
    "above": lambda shape: -shape.y,
    "below": lambda shape: shape.y,
}
_EXTREMES = {"leftmost": "to the left of", "rightmost": "to the right of", "topmost": "above", "lowest": "below"}


def shape_comparison(rng: np.random.Generator, level: int) -> PictureProblem:
    while True:
        problem = pick(rng, _KINDS[level - 1])(rng, _scene(rng), level)
        if problem is not None:
            return problem


def _scene(rng: np.random.Generator) -> Scene:
    pools = draw_pools(rng, draw(rng, 4, 7), draw(rng, 4, 7))
    shapes = draw_shapes(rng, pools, draw(rng, 7, 13))
    return arranged(rng, shapes, 4 if len(shapes) < 10 else 5)


# -- one step: a shape found by what it looks like or where it stands, and one of its properties ----------------------


def _property(rng: np.random.Generator, scene: Scene, level: int) -> PictureProblem | None:
    """The colour or the kind of a shape that is named by its other properties."""
    asked = pick(rng, ("colour", "kind"))
    chosen = pick(rng, scene.shapes)
    name = _described(rng, scene, chosen, without=asked)
    if name is None:
        return None
    return _word(rng, scene, level, asked, f"the {name}", chosen, [])


def _outermost(rng: np.random.Generator, scene: Scene, level: int) -> PictureProblem | None:
    """The colour or the kind of the leftmost, rightmost, topmost or lowest shape of a group."""
    asked = pick(rng, ("colour", "kind"))
    word = pick(rng, tuple(_EXTREMES))
    group, members = _group(rng, scene, without=asked) if level > 1 else ("shape", list(scene.shapes))
    chosen = _extreme(members, word) if len(members) > 1 else None
    if chosen is None:
        return None
    reading = [f"There are {len(members)} shapes to compare"]
    return _word(rng, scene, level, asked, f"the {word} {group}", chosen, reading)


# -- two steps ---------------------------------------------------------------------------------------------------------


def _nearest(rng: np.random.Generator, scene: Scene, level: int) -> PictureProblem | None:
    """The colour or the kind of the shape nearest to a named one."""
    asked = pick(rng, ("colour", "kind"))
    anchor = pick(rng, scene.shapes)
    name = _described(rng, scene, anchor)
    chosen = _closest(scene, anchor)
    if name is None or chosen is None:
        return None
    reading = [f"The {name} is found {_where(anchor)}"]
    return _word(rng, scene, level, asked, f"the shape nearest to the {name}", chosen, reading)


def _side_count(rng: np.random.Generator, scene: Scene, level: int) -> PictureProblem | None:
    """How many shapes, or at level 3 shapes of a group, are on one side of a named one."""
    anchor = pick(rng, scene.shapes)
    name = _described(rng, scene, anchor)
    side = pick(rng, tuple(_SIDES))
    group, members = _group(rng, scene) if level > 2 else ("shape", list(scene.shapes))
    others = [shape for shape in members if shape is not anchor]
    found = _beside(others, anchor, side)
    if name is None or found is None or not found or len(others) < 2:
        return None
    asks = (
        f"How many {plural(group)} are {side} the {name}?",
        f"Find the {name}. How many {plural(group)} are {side} it?",
        f"Count the {plural(group)} that are {side} the {name}. How many are there?",
    )
    count = len(found)
    opposite = _beside(others, anchor, _opposite(side)) or []
    steps = [f"The {name} is found {_where(anchor)}"]
    if level > 2:
        steps.append(f"Number of {plural(group)} other than it: {len(others)}")
    steps.append(f"Of these, {side} it: {count}")
    likely = (len(opposite), count + 1, count - 1, len(others), len(members))
    return numeric("shape_comparison", level, scene, pick(rng, asks), count, steps, likely)


def _same(rng: np.random.Generator, scene: Scene, level: int) -> PictureProblem | None:
    """How many others share a property with a named shape."""
    shared = pick(rng, ("colour", "kind", "size"))
    anchor = pick(rng, scene.shapes)
    name = _described(rng, scene, anchor, without=shared)
    if name is None:
        return None
    count = sum(getattr(shape, shared) == getattr(anchor, shared) for shape in scene.shapes) - 1
    if count < 1:
        return None
    what = {"colour": "the same colour as", "kind": "the same outline as", "size": "the same size, small or large, as"}
    asks = (
        f"How many other shapes have {what[shared]} the {name}?",
        f"Find the {name}. How many of the other shapes have {what[shared]} it?",
    )
    steps = (
        f"The {name} is found {_where(anchor)}; its {shared} is {getattr(anchor, shared)}",
        f"With it, the shapes of this {shared} are {count + 1}",
        f"{count + 1} - 1 = {count}",
    )
    likely = (count + 1, count - 1, len(scene.shapes) - count - 1, count + 2)
    return numeric("shape_comparison", level, scene, pick(rng, asks), count, steps, likely)


# -- three steps -------------------------------------------------------------------------------------------------------


def _chain(rng: np.random.Generator, scene: Scene, level: int) -> PictureProblem | None:
    """From the outermost of a group to the shape nearest to it, and its colour or kind."""
    asked = pick(rng, ("colour", "kind"))
    word = pick(rng, tuple(_EXTREMES))
    group, members = _group(rng, scene)
    anchor = _extreme(members, word) if len(members) > 1 else None
    chosen = _closest(scene, anchor) if anchor else None
    if anchor is None or chosen is None:
        return None
    reading = [
        f"Number of {plural(group)}: {len(members)}",
        f"The {word} of them is a {_full(anchor)}, {_where(anchor)}",
    ]
    return _word(rng, scene, level, asked, f"the shape nearest to the {word} {group}", chosen, reading)


def _beyond(rng: np.random.Generator, scene: Scene, level: int) -> PictureProblem | None:
    """The only shape of a group on one side of a named one, and its colour or kind."""
    asked = pick(rng, ("colour", "kind"))
    anchor = pick(rng, scene.shapes)
    name = _described(rng, scene, anchor)
    group, members = _group(rng, scene, without=asked)
    side = pick(rng, tuple(_SIDES))
    found = _beside([shape for shape in members if shape is not anchor], anchor, side)
    if name is None or found is None or len(found) != 1 or len(members) < 2:
        return None
    reading = [f"The {name} is found {_where(anchor)}", f"Number of {plural(group)}: {len(members)}"]
    return _word(rng, scene, level, asked, f"the only {group} {side} the {name}", found[0], reading)


def _both_sides(rng: np.random.Generator, scene: Scene, level: int) -> PictureProblem | None:
    """By how much the shapes on one side of a named one outnumber those on the other."""
    anchor = pick(rng, scene.shapes)
    name = _described(rng, scene, anchor)
    side = pick(rng, tuple(_SIDES))
    others = [shape for shape in scene.shapes if shape is not anchor]
    here, there = _beside(others, anchor, side), _beside(others, anchor, _opposite(side))
    if name is None or here is None or there is None or len(here) <= len(there):
        return None
    gap = len(here) - len(there)
    asks = (
        f"How many more shapes are {side} the {name} than {_opposite(side)} it?",
        f"Find the {name}. By how many do the shapes {side} it outnumber those {_opposite(side)} it?",
    )
    steps = (
        f"The {name} is found {_where(anchor)}",
        f"Number of shapes {side} it: {len(here)}",
        f"Number of shapes {_opposite(side)} it: {len(there)}",
        f"{len(here)} - {len(there)} = {gap}",
    )
    likely = (len(here), len(there), len(others), gap + 1, gap - 1)
    return numeric("shape_comparison", level, scene, pick(rng, asks), gap, steps, likely)


_KINDS = (
    (_property, _property, _outermost),
    (_nearest, _nearest, _outermost, _side_count, _same),
    (_chain, _chain, _beyond, _side_count, _both_sides),
)


# -- finding and naming shapes -----------------------------------------------------------------------------------------


def _described(rng: np.random.Generator, scene: Scene, shape: Shape, without: str = "") -> str | None:
    """The shortest description that fits this shape alone, or `None`; `without` is a property that it may not use."""
    for names in (("colour",), ("kind",), ("colour", "kind"), ("fill", "colour"), ("size", "fill", "colour", "kind")):
        used = [name for name in names if name != without]
        if flip(rng, 0.15) or not used:
            continue
        alike = [s for s in scene.shapes if all(getattr(s, name) == getattr(shape, name) for name in used)]
        if len(alike) == 1:
            return _noun(shape, used)
    return None


def _group(rng: np.random.Generator, scene: Scene, without: str = "") -> tuple[str, list[Shape]]:
    """A property of some shape, in words with a noun in the singular, and all shapes that have it."""
    name = pick(rng, [name for name in ("size", "fill", "colour", "kind") if name != without])
    model = pick(rng, scene.shapes)
    return _noun(model, [name]), [s for s in scene.shapes if getattr(s, name) == getattr(model, name)]


def _noun(shape: Shape, names: Sequence[str]) -> str:
    words = [getattr(shape, name) for name in ("size", "fill", "colour") if name in names]
    return " ".join([*words, shape.kind if "kind" in names else "shape"])


def _full(shape: Shape) -> str:
    return f"{shape.size} {shape.fill} {shape.colour} {shape.kind}"


def _where(shape: Shape) -> str:
    """Roughly, in words."""
    row = "at the top" if shape.y < 360 else "at the bottom" if shape.y > 640 else "halfway up"
    column = "on the left" if shape.x < 360 else "on the right" if shape.x > 640 else "in the middle"
    return f"{row} {column}"


def _beside(shapes: Sequence[Shape], anchor: Shape, side: str) -> list[Shape] | None:
    """Those on one side of the anchor, or `None` if for one of them it is too close to tell."""
    place = _SIDES[side]
    if any(abs(place(shape) - place(anchor)) < _APART for shape in shapes):
        return None
    return [shape for shape in shapes if place(shape) > place(anchor)]


def _opposite(side: str) -> str:
    pairs = (("to the left of", "to the right of"), ("above", "below"))
    return next(b if side == a else a for a, b in pairs if side in (a, b))


def _extreme(shapes: Sequence[Shape], word: str) -> Shape | None:
    """The outermost shape, or `None` if the next is too close to tell."""
    first, second = sorted(shapes, key=_SIDES[_EXTREMES[word]], reverse=True)[:2]
    place = _SIDES[_EXTREMES[word]]
    return first if place(first) - place(second) >= _APART else None


def _closest(scene: Scene, anchor: Shape) -> Shape | None:
    """The shape nearest by its centre and by its edge, or `None` if the next is less than a quarter farther away."""
    others = [shape for shape in scene.shapes if shape is not anchor]

    def distance(shape: Shape) -> float:
        return float(np.hypot(shape.x - anchor.x, shape.y - anchor.y))

    first, second = sorted(others, key=distance)[:2]
    by_edge = min(others, key=lambda shape: distance(shape) - RADII[shape.size])
    return first if by_edge is first and distance(second) >= 1.25 * distance(first) else None


def _word(
    rng: np.random.Generator, scene: Scene, level: int, asked: str, named: str, chosen: Shape, reading: Sequence[str]
) -> PictureProblem:
    """Ask for the colour or the kind of the chosen shape, which the words `named` single out."""
    answer = getattr(chosen, asked)
    if asked == "colour":
        asks = (f"What colour is {named}?", f"Name the colour of {named}.", f"Which colour does {named} have?")
        pool = COLOURS
    else:
        examples = "such as circle or star"
        asks = (
            f"What is the outline of {named}, {examples}?",
            f"What kind of shape, {examples}, is {named}?",
            f"Name the outline ({examples}) of {named}.",
        )
        pool = KINDS
    shown = list(dict.fromkeys(getattr(shape, asked) for shape in scene.shapes))
    spare = [pool[i] for i in rng.permutation(len(pool))]
    here = f"{named[0].upper()}{named[1:]} is {_where(chosen)}"
    steps = [*reading, here, f"Its colour is {answer}" if asked == "colour" else f"Its outline is that of a {answer}"]
    return worded("shape_comparison", level, scene, pick(rng, asks), answer, steps, shown + spare)
