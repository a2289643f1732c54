"""What can be said of a plan after the fact: where it went wrong, what it took too much, what it did twice."""

from __future__ import annotations

from collections.abc import Sequence

from envs.sokoban.rules import Level
from envs.sokoban.solver import solve

#: Positions that the solver may keep for one answer: some tenths of a second at most.
MAX_STATES = 200_000


def fewest_moves(position: Level) -> int | None:
    """The length of an optimal solution; `None` if there is none or the solver gives up."""
    solution = solve(position, MAX_STATES)
    return len(solution.moves) if solution.status == "solved" else None


def deadlocked(position: Level) -> bool:
    """Whether a position is proven to have no solution."""
    return solve(position, MAX_STATES).status == "unsolvable"


def first_wrong_move(positions: Sequence[Level]) -> int | None:
    """The number of the first move that is on no optimal solution, counted from 1; 0 if there is none.

    Args:
        positions: Before the first move and after each one.

    Returns:
        `None` if the level has no solution or the solver gives up on it or on a position that matters.
    """
    fewest = fewest_moves(positions[0])
    if fewest is None:
        return None
    right, wrong = 0, len(positions)  # the last move known to be right, the first known to be wrong
    while wrong - right > 1:
        middle = (right + wrong) // 2
        rest = solve(positions[middle], MAX_STATES)
        if rest.status == "gave up":
            return None
        if rest.status == "solved" and middle + len(rest.moves) == fewest:
            right = middle
        else:
            wrong = middle
    return wrong if wrong < len(positions) else 0


def repeated(positions: Sequence[Level], since: int = 1) -> int:
    """How many of the moves from number `since` on, counted from 1, led to a position that had been there before."""
    seen = {(each.state.tobytes(), each.owners) for each in positions[:since]}
    count = 0
    for each in positions[since:]:
        key = (each.state.tobytes(), each.owners)
        count += key in seen
        seen.add(key)
    return count
