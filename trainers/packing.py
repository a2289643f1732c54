"""From trajectories to packed rows: sequences of any length laid end to end, nothing padded.

The bin packing is pure functions over lists of lengths; the rest lays tensors beside each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch

from agents.policy import Completion, EncodedPrompt


@dataclass(eq=False)
class Sample:
    """One prompt with its completion, ready for training.

    Attributes:
        input_ids: int64 [T], prompt then completion.
        position_ids: int64 [R, T], R = 3 for models with 3-D positions, else 1.
        completion_length: The last so many tokens are the completion.
        advantages: float32 [completion_length].
        old_logprobs: float32 [completion_length], under the policy that sampled them.
        pixel_values, image_grid_thw: As in `EncodedPrompt`.
    """

    input_ids: torch.Tensor
    position_ids: torch.Tensor
    completion_length: int
    advantages: torch.Tensor
    old_logprobs: torch.Tensor
    pixel_values: torch.Tensor | None = None
    image_grid_thw: torch.Tensor | None = None

    def __len__(self) -> int:
        return len(self.input_ids)


@dataclass(eq=False)
class PackedBatch:
    """Samples laid end to end in one row of T tokens, A of them sampled by a policy.

    Attributes:
        input_ids: int64 [1, T].
        position_ids: int64 [3, 1, T] or [1, T].
        cu_seqlens: int32 [samples + 1]: sample i is tokens cu_seqlens[i] to cu_seqlens[i + 1].
        sources: int64 [A], the position whose output predicts each completion token (the one before it).
        targets: int64 [A], the completion tokens.
        advantages, old_logprobs: float32 [A].
        sample_of: int64 [A], the sample that each completion token belongs to.
        pixel_values, image_grid_thw: All samples' images in order, or `None`.
    """

    input_ids: torch.Tensor
    position_ids: torch.Tensor
    cu_seqlens: torch.Tensor
    sources: torch.Tensor
    targets: torch.Tensor
    advantages: torch.Tensor
    old_logprobs: torch.Tensor
    sample_of: torch.Tensor
    pixel_values: torch.Tensor | None = None
    image_grid_thw: torch.Tensor | None = None

    def to(self, device: torch.device | str) -> PackedBatch:
        """The same batch with all tensors on `device`."""
        return replace(self, **{name: value.to(device) for name, value in vars(self).items() if value is not None})

    def model_inputs(self) -> dict[str, Any]:
        """Arguments of the model's forward pass."""
        inputs: dict[str, Any] = {
            "input_ids": self.input_ids,
            "position_ids": self.position_ids,
            "cu_seq_lens_q": self.cu_seqlens,
            "use_cache": False,
        }
        if self.pixel_values is not None:
            inputs |= {"pixel_values": self.pixel_values, "image_grid_thw": self.image_grid_thw}
        return inputs


def make_sample(
    prompt: EncodedPrompt,
    completion_ids: Sequence[int],
    banned: Sequence[int],
    advantage: float = 1.0,
    old_logprobs: Sequence[float] | None = None,
) -> Sample:
    """Join a prompt and a completion.

    Args:
        prompt: What the model read.
        completion_ids: What it answered; at least one token.
        banned: Visual token ids, which a completion must not contain: the model would look for their pictures.
        advantage: Given to every token of the completion.
        old_logprobs: Of the sampling policy, or `None` (zeros) where there was none.

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
        advantages=torch.full((length,), float(advantage)),
        old_logprobs=torch.zeros(length) if old_logprobs is None else torch.tensor(list(old_logprobs)),
        pixel_values=prompt.pixel_values,
        image_grid_thw=prompt.image_grid_thw,
    )


def sample_of(completion: Completion, banned: Sequence[int], advantage: float) -> Sample:
    """A policy's completion as a training sample.

    Raises:
        ValueError: As `make_sample`; also if the policy kept no prompt encoding.
    """
    if completion.prompt is None:
        raise ValueError("this completion has no encoded prompt; only policies with token ids can be trained")
    return make_sample(completion.prompt, completion.token_ids, banned, advantage, completion.logprobs)


def bins(lengths: Sequence[int], capacity: int) -> list[list[int]]:
    """Lay items into bins by best-fit decreasing.

    Args:
        lengths: Length of each item.
        capacity: Most a bin holds. An item longer than that gets a bin of its own.

    Returns:
        Indices of the items in each bin; every item in exactly one.
    """
    contents: list[list[int]] = []
    room: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        fitting = [b for b, left in enumerate(room) if left >= lengths[index]]
        if fitting:
            best = min(fitting, key=room.__getitem__)
            contents[best].append(index)
            room[best] -= lengths[index]
        else:
            contents.append([index])
            room.append(capacity - lengths[index])
    return contents


def pack(samples: Sequence[Sample], max_tokens: int) -> Iterator[PackedBatch]:
    """Lay samples into rows of at most `max_tokens` tokens; a longer sample gets a row of its own."""
    for indices in bins([len(sample) for sample in samples], max_tokens):
        yield join([samples[i] for i in indices])


def join(samples: Sequence[Sample]) -> PackedBatch:
    """Lay samples end to end in the order given."""
    lengths = torch.tensor([len(sample) for sample in samples])
    ends = lengths.cumsum(0)
    completions = torch.tensor([sample.completion_length for sample in samples])
    sources = torch.cat(
        [torch.arange(end - n - 1, end - 1) for end, n in zip(ends.tolist(), completions.tolist(), strict=True)]
    )
    input_ids = torch.cat([sample.input_ids for sample in samples])
    position_ids = torch.cat([sample.position_ids for sample in samples], dim=1)  # [R, T]
    with_images = [sample for sample in samples if sample.pixel_values is not None]
    return PackedBatch(
        input_ids=input_ids[None],
        position_ids=position_ids[:, None] if len(position_ids) == 3 else position_ids,
        cu_seqlens=torch.nn.functional.pad(ends, (1, 0)).int(),
        sources=sources,
        targets=input_ids[sources + 1],
        advantages=torch.cat([sample.advantages for sample in samples]),
        old_logprobs=torch.cat([sample.old_logprobs for sample in samples]),
        sample_of=torch.repeat_interleave(torch.arange(len(samples)), completions),
        pixel_values=torch.cat([s.pixel_values for s in with_images]) if with_images else None,  # type: ignore[misc]
        image_grid_thw=torch.cat([s.image_grid_thw for s in with_images]) if with_images else None,  # type: ignore[misc]
    )
