"""What can be said of a plan after the fact: where it went wrong, what it took too much, what it did twice."""

from __future__ import annotations

from collections.abc import Sequence

from envs.sokoban.rules import Level
from envs.sokoban.solver import solve

#: Positions that the solver may keep for one answer: some tenths of a second with a few boxes.
MAX_STATES = 200_000


def optimal_plan(position: Level) -> tuple[str, ...] | None:
    """The fewest moves that solve a position; `None` if there are none or the solver gives up."""
    solution = solve(position, MAX_STATES)
    return solution.moves if solution.status == "solved" else None


def fewest_moves(position: Level) -> int | None:
    """How many moves an optimal plan has; `None` if there is none or the solver gives up."""
    plan = optimal_plan(position)
    return None if plan is None else len(plan)


def deadlocked(position: Level) -> bool:
    """Whether a position is proven to have no solution."""
    return solve(position, MAX_STATES).status == "unsolvable"


def first_wrong_move(positions: Sequence[Level]) -> int | None:
    """The number of the first move that is on no optimal solution, counted from 1; 0 if there is none.

    Args:
        positions: Before the first move and after each one.

    Returns:
        `None` if the level has no solution, or the solver gives up on it or on a position on which the answer hangs.
    """
    fewest = fewest_moves(positions[0])
    if fewest is None:
        return None
    right, other = 0, len(positions)  # the last move known to be right, and the first that is not
    known = True  # to be wrong
    while other - right > 1:
        middle = (right + other) // 2
        rest = solve(positions[middle], MAX_STATES)
        if rest.status == "solved" and middle + len(rest.moves) == fewest:
            right = middle
        else:
            other, known = middle, rest.status != "gave up"
    if not known:
        return None
    return other if other < len(positions) else 0


def repeated(positions: Sequence[Level], since: int = 1) -> int:
    """How many of the moves from number `since` on, counted from 1, led to a position that had been there before, such as the
    one they began in."""
    seen = {(each.state.tobytes(), each.owners) for each in positions[:since]}
    count = 0
    for each in positions[since:]:
        key = (each.state.tobytes(), each.owners)
        count += key in seen
        seen.add(key)
    return count
