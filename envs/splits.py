"""Which tasks are for training and which are held out, decided so that the two can never meet.

Two fences, each sufficient for its purpose. Seeds: training draws from [0, 2**31), held-out evaluation from
[2**31, 2**32). Content: a task belongs to a split by the hash of what it is, up to symmetry where there is one, so that
two different seeds which happen to make the same task fall on the same side.
"""

from __future__ import annotations

import hashlib
from typing import Literal, get_args

Split = Literal["train", "heldout"]

HELDOUT_OFFSET = 2**31
#: One task in eight is held out.
HELDOUT_SHARE = 8


def check_split(split: str | None) -> Split | None:
    """Return `split` if it is one, else raise.

    Raises:
        ValueError: If `split` is neither `None` nor a known split.
    """
    if split is not None and split not in get_args(Split):
        raise ValueError(f"split is {split!r}; expected 'train', 'heldout' or None for both")
    return split  # type: ignore[return-value]


def content_split(content: bytes) -> Split:
    """The split that a task with this canonical content belongs to."""
    digest = hashlib.blake2b(content, digest_size=8).digest()
    return "heldout" if int.from_bytes(digest, "little") % HELDOUT_SHARE == 0 else "train"


def in_split(content: bytes, split: Split | None) -> bool:
    """Whether a task with this canonical content may be used in `split`."""
    return split is None or content_split(content) == split


def split_seed(split: Split, index: int) -> int:
    """The seed of the `index`-th task of a split.

    Raises:
        ValueError: If `index` is outside [0, 2**31).
    """
    if not 0 <= index < HELDOUT_OFFSET:
        raise ValueError(f"task index is {index}; expected 0 <= index < 2**31")
    return index if split == "train" else HELDOUT_OFFSET + index
