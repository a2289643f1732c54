"""Which rows of a data set are in a split, found no further than they are asked for."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import replace
from weakref import WeakKeyDictionary

from envs.dataset.errors import RowError
from envs.dataset.order import Order
from envs.dataset.rows import Rows
from envs.splits import Split, in_split

#: Called with a bad row; raises its error, or returns to pass the row over.
OnBad = Callable[[int, RowError], None]


class Members:
    """The rows of a split in the order in which they are shown.

    The first pass takes them as they come in the shuffled order of all rows, so that no more rows are read than are
    shown, and one in eight or in eight sevenths besides. Later passes shuffle what the first has found.

    Args:
        rows: The data set.
        order: The order of all its rows; its share of positions plays no part here.
        split: The split.
    """

    def __init__(self, rows: Rows, order: Order, split: Split):
        self._rows = rows
        self._order = replace(order, rank=0, world_size=1)
        self._split = split
        self._found = array("q")
        self._looked = 0

    def at(self, position: int, bad: OnBad) -> int:
        """The row at a position, which may be any integer from 0 up.

        Raises:
            ValueError: If the split has no row.
            RowError: If a row on the way is bad and `bad` raises it.
        """
        while len(self._found) <= position and self._looked < len(self._rows):
            number = self._order[self._looked]
            if belongs(self._rows, number, self._split, bad):
                self._found.append(number)
            self._looked += 1
        count = len(self._found)
        if not count:
            raise ValueError(
                f"{self._rows.name} has no row in split {self._split!r}: its {len(self._rows)} rows are too few"
            )
        return self._found[position if position < count else replace(self._order, count=count)[position]]


def belongs(rows: Rows, number: int, split: Split | None, bad: OnBad) -> bool:
    """Whether a row is good as far as its text goes, and in the split. All rows of a test set are held out."""
    if split is None or rows.heldout_only:
        return True
    try:
        return in_split(rows.content(number), split)
    except RowError as error:
        bad(number, error)
        return False


_shared: WeakKeyDictionary[Rows, dict[tuple[Split, Order], Members]] = WeakKeyDictionary()


def shared_members(rows: Rows, order: Order, split: Split) -> Members:
    """The one `Members` of this process for these rows: many environments look through them once."""
    known = _shared.setdefault(rows, {})
    key = (split, replace(order, rank=0, world_size=1))
    if key not in known:
        known[key] = Members(rows, order, split)
    return known[key]
