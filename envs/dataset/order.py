"""A shuffled order of rows that costs no memory and can be entered anywhere.

Position k of the order is a pure function of (seed, k), so training resumes at k without replaying what came before, and
process r of w takes the positions r, r + w, r + 2w, … without a word to the others. Every pass over the rows (an epoch)
is in an order of its own: a Feistel network is a permutation of a power of two whatever its round function, and values
outside the range are sent through again until they fall inside (cycle walking; Black and Rogaway, 2002).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

#: Rounds of the network. Four make it a pseudo-random permutation (Luby and Rackoff, 1988); small ranges want more.
ROUNDS = 8

_MASK = 2**64 - 1


@dataclass(frozen=True)
class Order:
    """An endless order of the numbers 0 to count - 1: each epoch is a permutation of them.

    Attributes:
        count: How many rows there are, at least 1.
        seed: Of the shuffle; `None` for the order of the file.
        rank, world_size: Which share of the positions this one has.
    """

    count: int
    seed: int | None = 0
    rank: int = 0
    world_size: int = 1

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError(f"count is {self.count}; expected at least one row")
        if not 0 <= self.rank < self.world_size:
            raise ValueError(f"rank is {self.rank} of {self.world_size}; expected 0 <= rank < world_size")

    def shard(self, rank: int, world_size: int) -> Order:
        """The share of one of several processes; together they visit every row once an epoch.

        Raises:
            ValueError: If this is a share already, or `rank` is outside [0, world_size).
        """
        if self.world_size != 1:
            raise ValueError(f"this order is share {self.rank} of {self.world_size} already; shard the whole order")
        return replace(self, rank=rank, world_size=world_size)

    def __getitem__(self, position: int) -> int:
        """The row at a position, which may be any integer from 0 up."""
        if position < 0:
            raise IndexError(f"position is {position}; expected 0 or more")
        epoch, place = divmod(position * self.world_size + self.rank, self.count)
        return place if self.seed is None else permuted(place, self.count, _key(self.seed, epoch))


def permuted(place: int, count: int, key: int) -> int:
    """Where a permutation of 0 to count - 1 sends `place`; another one for each 64-bit key."""
    half = max(1, ((count - 1).bit_length() + 1) // 2)
    mask = (1 << half) - 1
    value = place
    while True:
        left, right = value >> half, value & mask
        for number in range(ROUNDS):
            left, right = right, left ^ (_mix(right + key + number * 0x9E3779B97F4A7C15) & mask)
        value = left << half | right
        if value < count:
            return value


def _key(seed: int, epoch: int) -> int:
    return int.from_bytes(hashlib.blake2b(f"{seed}:{epoch}".encode(), digest_size=8).digest(), "little")


def _mix(value: int) -> int:
    """The finaliser of SplitMix64 (Steele, Lea and Flood, 2014): each bit of the input moves each bit of the output."""
    value &= _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)
