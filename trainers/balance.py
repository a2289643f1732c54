"""Which samples share a row, and which process computes it: full rows, equal work. Pure functions over lists of lengths.

Attention within packed sequences costs each its length squared, so rows of equally many tokens can differ in work. A plan is
a list of micro-batches, each with one row a rank, each row a list of sample indices: `plan[m][r]`.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import Any

Plan = list[list[list[int]]]

#: Attention's share of the work, a token's cost growing by this with every token of its sequence: of a 3B model.
QUADRATIC = 1 / (12 * 2048)


def attention_share(config: Any) -> float:
    """The `quadratic` of a decoder: operations of causal attention over those of the linear layers, for each token of length.

    A token at the end of a sequence of l costs 2 * w operations in w weights a layer, and on average 2 * heads * head_dim * l
    in the scores and their sums over half of the sequence.

    Args:
        config: A transformers text configuration.
    """
    hidden, heads = config.hidden_size, config.num_attention_heads
    dim = getattr(config, "head_dim", None) or hidden // heads
    kv = getattr(config, "num_key_value_heads", None) or heads
    weights = 2 * hidden * dim * (heads + kv) + 3 * hidden * config.intermediate_size
    return heads * dim / weights


def plan(lengths: Sequence[int], capacity: int, ranks: int = 1, quadratic: float = QUADRATIC) -> Plan:
    """Lay samples into rows and rows into micro-batches.

    The fewest rows that are a multiple of `ranks` and work out; in them, longest first, each sample goes where the least work
    is. Rows of similar cost then meet in a micro-batch, since processes wait for each other at its end.

    Args:
        lengths: Tokens of each sample.
        capacity: Tokens that a row holds; a longer sample gets a row of its own.
        ranks: Rows of a micro-batch.
        quadratic: See `attention_share`.

    Returns:
        Every index in exactly one row. Rows are empty only where there are fewer samples than rows.

    Raises:
        ValueError: If a length, the capacity or the number of ranks is below 1.
    """
    for name, value in (("capacity", capacity), ("ranks", ranks), ("the shortest length", min(lengths, default=1))):
        if value < 1:
            raise ValueError(f"{name} is {value}; expected at least 1")
    if not lengths:
        return []
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    costs = [cost([length], quadratic) for length in lengths]
    count = ranks * max(1, -(-sum(min(length, capacity) for length in lengths) // (capacity * ranks)))
    while True:
        for weights in (costs, lengths):
            rows = _lay(order, lengths, weights, capacity, count)
            if rows is not None:
                return _deal(rows, costs, ranks)
        count += ranks


def cost(lengths: Sequence[int], quadratic: float) -> float:
    """Work of a row, in tokens of a linear layer."""
    return sum(length + quadratic * length**2 for length in lengths)


def fill(plan: Plan, lengths: Sequence[int], capacity: int) -> float:
    """Share of the rows' room that is taken."""
    rows = sum(len(step) for step in plan)
    return sum(lengths) / (rows * capacity) if rows else 1.0


def imbalance(plan: Plan, lengths: Sequence[int], quadratic: float = QUADRATIC) -> float:
    """How much longer than with equal work the ranks take, which wait for the slowest in every micro-batch; 0 is perfect."""
    costs = [[cost([lengths[i] for i in row], quadratic) for row in step] for step in plan]
    mean = sum(sum(step) / len(step) for step in costs)
    return sum(max(step) for step in costs) / mean - 1 if mean else 0.0


def _lay(
    order: Sequence[int], lengths: Sequence[int], weights: Sequence[float], capacity: int, count: int
) -> list[list[int]] | None:
    """Each sample, in order, into the lightest row with room for it; `None` if one fits nowhere."""
    rows: list[list[int]] = [[] for _ in range(count)]
    room = [capacity] * count
    light = [(0.0, row) for row in range(count)]
    for index in order:
        passed = []
        while light and room[light[0][1]] < min(lengths[index], capacity):
            passed.append(heapq.heappop(light))
        if not light:
            return None
        weight, row = heapq.heappop(light)
        rows[row].append(index)
        room[row] -= lengths[index]
        for entry in (*passed, (weight + weights[index], row)):
            if room[entry[1]] > 0:
                heapq.heappush(light, entry)
    return rows


def _deal(rows: list[list[int]], costs: Sequence[float], ranks: int) -> Plan:
    """Rows of similar cost into one micro-batch, its costliest to the rank that has done least so far."""
    work = [sum(costs[i] for i in row) for row in rows]
    order = sorted(range(len(rows)), key=lambda r: -work[r])
    done = [0.0] * ranks
    steps = []
    for first in range(0, len(order), ranks):
        step: list[list[int]] = [[] for _ in range(ranks)]
        for row, rank in zip(order[first : first + ranks], sorted(range(ranks), key=done.__getitem__), strict=True):
            step[rank] = rows[row]
            done[rank] += work[row]
        steps.append(step)
    return steps
