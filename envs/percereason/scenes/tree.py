"""Rooted trees with a number in every node: leaves, depths, sums along paths and over levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from envs.drawing import Canvas, Look
from envs.percereason.layout import fitting_all
from envs.percereason.making import added, numeric
from envs.percereason.problem import PictureProblem
from envs.problem import draw, flip, pick

_MOST_LEAVES = 7
_DEEPEST = 4


@dataclass(frozen=True)
class Tree:
    """A tree.

    Attributes:
        parents: Index of each node's parent, -1 for the root, which is node 0; parents come before children.
        values: The number in each node, all different.
    """

    parents: tuple[int, ...]
    values: tuple[int, ...]

    def children(self, node: int) -> list[int]:
        return [child for child, parent in enumerate(self.parents) if parent == node]

    def leaves(self) -> list[int]:
        inner = set(self.parents)
        return [node for node in range(len(self.parents)) if node not in inner]

    def path(self, node: int) -> list[int]:
        """The nodes from the root to this one."""
        path = [node]
        while self.parents[path[0]] >= 0:
            path.insert(0, self.parents[path[0]])
        return path

    def depth(self, node: int) -> int:
        """Edges from the root."""
        return len(self.path(node)) - 1

    def below(self, node: int) -> list[int]:
        """The node and all its descendants."""
        return [other for other in range(len(self.parents)) if node in self.path(other)]

    def places(self) -> list[tuple[float, float]]:
        """Of every node, how far across and how deep, each 0 to 1: leaves evenly spaced, parents above the middle."""
        depths = [self.depth(node) for node in range(len(self.parents))]
        across: dict[int, float] = {}
        order = self._leaves_in_order(0)
        for index, leaf in enumerate(order):
            across[leaf] = (index + 0.5) / len(order)
        for node in sorted(range(len(self.parents)), key=lambda n: -depths[n]):
            if node not in across:
                below = [across[child] for child in self.children(node)]
                across[node] = (min(below) + max(below)) / 2
        return [(across[node], depths[node] / max(depths)) for node in range(len(self.parents))]

    def _leaves_in_order(self, node: int) -> list[int]:
        children = self.children(node)
        return [leaf for child in children for leaf in self._leaves_in_order(child)] if children else [node]

    def draw(self, canvas: Canvas, look: Look, rng: np.random.Generator) -> None:
        size = float(canvas.width)
        places = self.places()
        margin, room = size * 0.09, size * 0.82
        sideways = flip(rng, 0.3)
        radius = min(size * 0.062, 0.44 * size * 0.96 / len(self.leaves()))
        points = []
        for across, deep in places:
            x, y = size * 0.02 + across * size * 0.96, margin + deep * room
            points.append((y, x) if sideways else (x, y))
        elbows = flip(rng, 0.25)
        for node, parent in enumerate(self.parents):
            if parent >= 0:
                self._edge(canvas, look, points[parent], points[node], elbows, sideways)
        squares = flip(rng, 0.3)
        fill = pick(rng, (look.paper, look.tint(0, 0.25), look.tint(1, 0.35)))
        rim = pick(rng, (look.ink, look.palette[0]))
        labels = list(map(str, self.values))
        text = fitting_all(labels, radius * 1.45, look.text * 1.05, look.family)
        for (x, y), label in zip(points, labels, strict=True):
            if squares:
                box = (x - radius, y - radius * 0.9, x + radius, y + radius * 0.9)
                canvas.rectangle(box, fill, rim, look.line, radius * 0.3)
            else:
                canvas.circle((x, y), radius, fill, rim, look.line)
            canvas.text((x, y), label, text, look.ink, look.family)

    @staticmethod
    def _edge(
        canvas: Canvas,
        look: Look,
        start: tuple[float, float],
        end: tuple[float, float],
        elbows: bool,
        sideways: bool,
    ) -> None:
        points = [start, end]
        if elbows:
            middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
            bends = (
                [(middle[0], start[1]), (middle[0], end[1])]
                if sideways
                else [(start[0], middle[1]), (end[0], middle[1])]
            )
            points[1:1] = bends
        canvas.line(points, look.ink, look.line)


def tree(rng: np.random.Generator, level: int) -> PictureProblem:
    return pick(rng, _KINDS[level - 1])(rng, _tree(rng, level))


# -- level 1 -----------------------------------------------------------------------------------------------------------


def _children_sum(rng: np.random.Generator, picture: Tree) -> PictureProblem:
    node = pick(rng, [n for n in range(len(picture.parents)) if len(picture.children(n)) > 1])
    values = [picture.values[child] for child in picture.children(node)]
    here = picture.values[node]
    asks = (
        f"What is the sum of the children of node {here}?",
        f"Add the numbers of all nodes directly below node {here}, that is, of its children. What is the sum?",
        f"What do the children of the node with {here} add up to?",
    )
    steps = (f"The children of {here} are {', '.join(map(str, values))}", added(values))
    everything = sum(picture.values[n] for n in picture.below(node)) - here
    likely = (sum(values) + here, everything, sum(values) - values[-1], sum(values) + 1, sum(values) - 1)
    return numeric("tree", 1, picture, pick(rng, asks), sum(values), steps, likely)


def _parent(rng: np.random.Generator, picture: Tree) -> PictureProblem:
    node = draw(rng, 1, len(picture.parents) - 1)
    here, answer = picture.values[node], picture.values[picture.parents[node]]
    asks = (
        f"Which number is in the parent of node {here}?",
        f"From node {here}, go one edge towards the root. Which number is there?",
    )
    steps = (f"One edge from {here} towards the root is its parent, {answer}",)
    return numeric("tree", 1, picture, pick(rng, asks), answer, steps, _others(rng, picture))


def _leaf_count(rng: np.random.Generator, picture: Tree) -> PictureProblem:
    leaves = picture.leaves()
    value = len(leaves)
    asks = ("How many leaves, that is, nodes without children, does the tree have?", "Count the leaves of the tree.")
    steps = (
        f"The nodes without children are {', '.join(str(picture.values[n]) for n in leaves)}",
        f"Number of leaves: {value}",
    )
    likely = (len(picture.values) - value, len(picture.values), value + 1, value - 1)
    return numeric("tree", 1, picture, pick(rng, asks), value, steps, likely)


# -- level 2 -----------------------------------------------------------------------------------------------------------


def _leaf_sum(rng: np.random.Generator, picture: Tree) -> PictureProblem:
    values = [picture.values[leaf] for leaf in picture.leaves()]
    asks = (
        "What is the sum of all leaves, that is, nodes without children?",
        "Add up the numbers in the leaves of the tree. What do you get?",
    )
    steps = (f"The leaves are {', '.join(map(str, values))}", added(values))
    total = sum(values)
    likely = (sum(picture.values) - total, total - values[-1], total + picture.values[0], total + 10, total - 10)
    return numeric("tree", 2, picture, pick(rng, asks), total, steps, likely)


def _path_sum(rng: np.random.Generator, picture: Tree) -> PictureProblem:
    node = pick(rng, [n for n in range(len(picture.parents)) if picture.depth(n) > 1])
    values = [picture.values[n] for n in picture.path(node)]
    here = picture.values[node]
    asks = (
        f"What is the sum of the numbers on the path from the root to node {here}, both ends included?",
        f"Walk from the root to node {here} and add every number on the way, first and last too. What is the sum?",
    )
    steps = (f"The path is {', '.join(map(str, values))}", added(values))
    total = sum(values)
    likely = (total - here, total - values[0], total - values[0] - here, total + 10, total - 1)
    return numeric("tree", 2, picture, pick(rng, asks), total, steps, likely)


def _spread(rng: np.random.Generator, picture: Tree) -> PictureProblem:
    leaves = [picture.values[leaf] for leaf in picture.leaves()]
    high, low = max(leaves), min(leaves)
    asks = (
        "How much larger is the largest leaf, a node without children, than the smallest leaf?",
        "What is the difference between the largest and the smallest number in the leaves of the tree?",
    )
    steps = (f"The leaves are {', '.join(map(str, leaves))}", f"{high} - {low} = {high - low}")
    likely = (max(picture.values) - min(picture.values), high + low, high, low, high - low + 1)
    return numeric("tree", 2, picture, pick(rng, asks), high - low, steps, likely)


def _subtree_sum(rng: np.random.Generator, picture: Tree) -> PictureProblem:
    inner = [n for n in range(1, len(picture.parents)) if len(picture.below(n)) > 2]
    if not inner:
        return _leaf_sum(rng, picture)
    node = pick(rng, inner)
    values = [picture.values[n] for n in picture.below(node)]
    here = picture.values[node]
    asks = (
        f"Add node {here} and all its descendants. What is the sum?",
        f"What is the sum of the subtree whose root is node {here}?",
    )
    total = sum(values)
    steps = (f"The subtree has {', '.join(map(str, values))}", added(values))
    likely = (total - here, here + sum(picture.values[n] for n in picture.children(node)), sum(picture.values) - total)
    return numeric("tree", 2, picture, pick(rng, asks), total, steps, likely)


# -- level 3 -----------------------------------------------------------------------------------------------------------


def _best_path(rng: np.random.Generator, picture: Tree) -> PictureProblem:
    """The largest or the smallest sum on the way from the root to a leaf."""
    largest = flip(rng)
    sums = sorted((sum(picture.values[n] for n in picture.path(leaf)) for leaf in picture.leaves()), reverse=largest)
    word = "largest" if largest else "smallest"
    asks = (
        f"Of all paths from the root down to a leaf, find the one with the {word} sum. What is that sum?",
        f"What is the {word} sum of the numbers on a path from the root to a leaf?",
    )
    steps = []
    for leaf in picture.leaves():
        steps.append(f"Path to {picture.values[leaf]}: {added([picture.values[n] for n in picture.path(leaf)])}")
    steps.append(f"The {word} of these is {sums[0]}")
    likely = (*sums[1:], sums[0] - picture.values[0], sums[0] + 10)
    return numeric("tree", 3, picture, pick(rng, asks), sums[0], steps, likely)


def _leaves_against_inner(rng: np.random.Generator, picture: Tree) -> PictureProblem:
    leaves = [picture.values[leaf] for leaf in picture.leaves()]
    inner = [value for value in picture.values if value not in leaves]
    a, b = sum(leaves), sum(inner)
    high, low = max(a, b), min(a, b)
    asks = (
        "By how much do the sum of the leaves and the sum of all other nodes differ?",
        "Add up the leaves, then the nodes with children. What is the difference of the two sums?",
    )
    steps = (f"Leaves: {added(leaves)}", f"Other nodes: {added(inner)}", f"{high} - {low} = {high - low}")
    likely = (high, low, high + low, high - low + 10, abs(high - low - picture.values[0]))
    return numeric("tree", 3, picture, pick(rng, asks), high - low, steps, likely)


def _ancestor(rng: np.random.Generator, picture: Tree) -> PictureProblem:
    """The sum on the path between two nodes, over their lowest common ancestor."""
    leaves = picture.leaves()
    first, second = (leaves[i] for i in rng.permutation(len(leaves))[:2])
    up, down = picture.path(first), picture.path(second)
    shared = [n for n in up if n in down]
    way = [*reversed(up[len(shared) - 1 :]), *down[len(shared) :]]
    values = [picture.values[n] for n in way]
    a, b = picture.values[first], picture.values[second]
    asks = (
        f"What is the sum of the numbers on the shortest path from node {a} to node {b}, both ends included?",
        f"Go along the edges from node {a} to node {b} by the shortest way and add all numbers met, ends too. "
        "What is the sum?",
    )
    top = picture.values[shared[-1]]
    steps = (f"The two branches meet at {top}", f"The path is {', '.join(map(str, values))}", added(values))
    total = sum(values)
    likely = (total - top, total - a - b, total + top, a + b, total + 10)
    return numeric("tree", 3, picture, pick(rng, asks), total, steps, likely)


def _level_product(rng: np.random.Generator, picture: Tree) -> PictureProblem:
    """The sums of two levels compared."""
    depths = [picture.depth(n) for n in range(len(picture.values))]
    sums = {d: [v for v, depth in zip(picture.values, depths, strict=True) if depth == d] for d in sorted(set(depths))}
    first, second = (int(d) for d in rng.permutation(len(sums) - 1)[:2] + 1)
    a, b = sum(sums[first]), sum(sums[second])
    high, low = max(a, b), min(a, b)
    asks = (
        f"By how much do the sum of the nodes {_edges(first)} and that of the nodes {_edges(second)} differ?",
        f"Add up all nodes {_edges(first)}, then all nodes {_edges(second)}. What is the difference of the sums?",
    )
    steps = (
        f"{_edges(first).capitalize()}: {added(sums[first])}",
        f"{_edges(second).capitalize()}: {added(sums[second])}",
        f"{high} - {low} = {high - low}",
    )
    return numeric("tree", 3, picture, pick(rng, asks), high - low, steps, (a + b, high, low, high - low + 10))


_KINDS = (
    (_children_sum, _children_sum, _parent, _leaf_count),
    (_leaf_sum, _path_sum, _spread, _subtree_sum),
    (_best_path, _leaves_against_inner, _ancestor, _level_product),
)


def _tree(rng: np.random.Generator, level: int) -> Tree:
    """A tree of at least two levels below the root and at most seven leaves, with different numbers."""
    count = draw(rng, 6, 9 + level)
    while True:
        parents = [-1, 0]
        depths = [0, 1]
        for _ in range(count - 2):
            parent = pick(rng, [n for n, d in enumerate(depths) if d < _DEEPEST and parents.count(n) < 3])
            parents.append(parent)
            depths.append(depths[parent] + 1)
        leaves = count - len(set(parents)) + 1
        if 3 <= leaves <= _MOST_LEAVES and max(depths) >= 2:
            break
    values = rng.choice(np.arange(1, 50 if level < 3 else 40), size=count, replace=False).tolist()
    return Tree(tuple(parents), tuple(values))


def _others(rng: np.random.Generator, picture: Tree) -> Sequence[int]:
    return [picture.values[i] for i in rng.permutation(len(picture.values))]


def _edges(depth: int) -> str:
    return "one edge below the root" if depth == 1 else f"{('two', 'three', 'four')[depth - 2]} edges below the root"
