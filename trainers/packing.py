"""From trajectories to packed rows: sequences of any length laid end to end, nothing padded, pictures encoded once.

`trainers.balance` decides which samples share a row; here their tensors are laid beside each other, and a row is cut into
the shards of a ring group. Everything happens on the CPU; `PackedBatch.to` moves the result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import torch

from agents import vision
from agents.policy import EncodedPrompt
from trainers.ring_attention import RingContext


@dataclass(eq=False)
class Sample:
    """One prompt with its completion, ready for training.

    Attributes:
        input_ids: int64 [T], prompt then completion.
        position_ids: int64 [R, T], R = 3 for models with 3-D positions, else 1.
        completion_length: The last so many tokens are the completion.
        is_picture: bool [T], the tokens that stand for a row of picture features.
        pictures: As in `EncodedPrompt`; samples of one prompt share the object, and the vision tower runs once for all.
        per_token: Named figures for each completion token (advantages, log-probabilities), float32 [completion_length].
        origin: Where it comes from, in words, for messages.
    """

    input_ids: torch.Tensor
    position_ids: torch.Tensor
    completion_length: int
    is_picture: torch.Tensor
    pictures: vision.Pictures = field(default_factory=dict)
    per_token: dict[str, torch.Tensor] = field(default_factory=dict)
    origin: str = ""

    def __len__(self) -> int:
        return len(self.input_ids)


@dataclass(eq=False)
class PackedBatch:
    """Samples laid end to end in one row of T tokens, A of them completion tokens; or one ring rank's shard of such a row.

    Attributes:
        input_ids: int64 [1, T].
        position_ids: int64 [3, 1, T] or [1, T].
        cu_seqlens: int32 [samples + 1]: sample i is tokens cu_seqlens[i] to cu_seqlens[i + 1]; of the whole row, in a
            shard too.
        longest: Tokens of the longest sample.
        sources: int64 [A], the position whose output predicts each completion token (the one before it).
        targets: int64 [A], the completion tokens.
        sample_of: int64 [A], the sample that each completion token belongs to.
        place_of: int64 [A], its place in that sample's completion.
        completions: int64 [samples], completion tokens of each sample; of the whole row, in a shard too.
        per_token: Named figures for each completion token, float32 [A].
        pictures: Pictures of all samples, each once.
        is_picture: bool [T].
        picture_rows: int64 [picture tokens], the feature row that each picture token takes.
        ring: What a shard is a shard of; `None` for a whole row.
    """

    input_ids: torch.Tensor
    position_ids: torch.Tensor
    cu_seqlens: torch.Tensor
    longest: int
    sources: torch.Tensor
    targets: torch.Tensor
    sample_of: torch.Tensor
    place_of: torch.Tensor
    completions: torch.Tensor
    per_token: dict[str, torch.Tensor]
    pictures: vision.Pictures
    is_picture: torch.Tensor
    picture_rows: torch.Tensor
    ring: RingContext | None = None

    def to(self, device: torch.device | str) -> PackedBatch:
        """The same batch with its tensors on `device`; `agents.vision.encode` moves the pictures that it needs."""
        moved: dict[str, Any] = {name: v.to(device) for name, v in vars(self).items() if isinstance(v, torch.Tensor)}
        return replace(self, **moved, per_token={name: values.to(device) for name, values in self.per_token.items()})


def make_sample(
    prompt: EncodedPrompt,
    completion_ids: Sequence[int],
    banned: Sequence[int],
    per_token: Mapping[str, Sequence[float]] | None = None,
    origin: str = "",
) -> Sample:
    """Join a prompt and a completion.

    Args:
        prompt: What the model read.
        completion_ids: What it answered; at least one token.
        banned: Visual token ids, which a completion must not contain: the model would look for their pictures.
        per_token: Named figures for each completion token.
        origin: Where it comes from, in words.

    Raises:
        ValueError: If the completion is empty or contains a banned token.
    """
    visual = set(banned).intersection(completion_ids)
    if visual:
        raise ValueError(
            f"the completion contains image or video token {min(visual)}, for which there is no picture; "
            "ban these tokens when sampling, and remove them from demonstrations"
        )
    length = len(completion_ids)
    if not length:
        raise ValueError("the completion is empty; expected at least one token (the end-of-turn token)")
    rows = prompt.position_ids.shape[0]
    first = int(prompt.position_ids.max()) + 1
    after = torch.arange(first, first + length).expand(rows, -1)
    return Sample(
        input_ids=torch.cat([prompt.input_ids, torch.tensor(list(completion_ids), dtype=torch.long)]),
        position_ids=torch.cat([prompt.position_ids, after], dim=1),
        completion_length=length,
        is_picture=torch.nn.functional.pad(prompt.is_picture, (0, length)),
        pictures=prompt.pictures,
        per_token={name: torch.tensor(values, dtype=torch.float32) for name, values in (per_token or {}).items()},
        origin=origin,
    )


def join(samples: Sequence[Sample]) -> PackedBatch:
    """Lay samples end to end in the order given; they have the same figures per token."""
    lengths = torch.tensor([len(sample) for sample in samples])
    ends = lengths.cumsum(0)
    completions = torch.tensor([sample.completion_length for sample in samples])
    places = [torch.arange(sample.completion_length) for sample in samples]
    sources = torch.cat([end - n - 1 + place for end, n, place in zip(ends, completions, places, strict=True)])
    input_ids = torch.cat([sample.input_ids for sample in samples])
    position_ids = torch.cat([sample.position_ids for sample in samples], dim=1)  # [R, T]
    pictures, picture_rows = _share_pictures(samples)
    return PackedBatch(
        input_ids=input_ids[None],
        position_ids=position_ids[:, None] if len(position_ids) == 3 else position_ids,
        cu_seqlens=torch.nn.functional.pad(ends, (1, 0)).int(),
        longest=int(lengths.max()),
        sources=sources,
        targets=input_ids[sources + 1],
        sample_of=torch.repeat_interleave(torch.arange(len(samples)), completions),
        place_of=torch.cat(places),
        completions=completions,
        per_token={name: torch.cat([s.per_token[name] for s in samples]) for name in samples[0].per_token},
        pictures=pictures,
        is_picture=torch.cat([sample.is_picture for sample in samples]),
        picture_rows=picture_rows,
    )


def shard(batch: PackedBatch, ring: RingContext) -> PackedBatch:
    """The part of a packed row that one rank of a ring group holds; completion tokens go with their sources."""
    indices = ring.layout.indices(ring.rank)  # int64 [T of this rank]
    local_of = torch.full((batch.input_ids.shape[1],), -1)
    local_of[indices] = torch.arange(len(indices))
    mine = local_of[batch.sources] >= 0
    rows = torch.zeros(len(batch.is_picture), dtype=torch.long).masked_scatter(batch.is_picture, batch.picture_rows)
    return replace(
        batch,
        input_ids=batch.input_ids[:, indices],
        position_ids=batch.position_ids[..., indices],
        sources=local_of[batch.sources[mine]],
        targets=batch.targets[mine],
        sample_of=batch.sample_of[mine],
        place_of=batch.place_of[mine],
        per_token={name: values[mine] for name, values in batch.per_token.items()},
        is_picture=batch.is_picture[indices],
        picture_rows=rows[indices][batch.is_picture[indices]],
        ring=ring,
    )


def _share_pictures(samples: Sequence[Sample]) -> tuple[vision.Pictures, torch.Tensor]:
    """The pictures of all samples, those of a shared prompt once, and the feature row of every picture token."""
    distinct: dict[int, vision.Pictures] = {}
    first_row: dict[int, int] = {}
    rows = [torch.zeros(0, dtype=torch.long)]
    total = 0
    for sample in samples:
        if not sample.pictures:
            continue
        count = int(sample.is_picture.sum())
        key = id(sample.pictures)
        if key not in distinct:
            distinct[key], first_row[key] = sample.pictures, total
            total += count
        rows.append(torch.arange(first_row[key], first_row[key] + count))
    return vision.collate(distinct.values()), torch.cat(rows)
