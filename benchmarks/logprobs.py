"""Log-probabilities without the logits against `log_softmax` of all of them, on the CPU.

    python benchmarks/logprobs.py [--json FILE]

Memory at 32,768 tokens and Qwen's 151,936 words: the other side is the size of the logits, which do not fit this benchmark's
machine even once with their gradient. Values and gradients against the plain path in float64, time against it in float32, at
sizes that it can do.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import torch
from harness import Row, finish, forget_peak, median_seconds, parser, peak_bytes, resident_bytes

from trainers.fused_logprobs import KEEP_BYTES, fused_logprobs

WORDS, TOKENS = 151_936, 32_768
THREADS = 2
Scores = tuple[torch.Tensor, torch.Tensor]


def plain(hidden: torch.Tensor, weight: torch.Tensor, targets: torch.Tensor) -> Scores:
    logprobs = torch.log_softmax(hidden @ weight.T, dim=-1)
    with torch.no_grad():  # no loss here asks for the entropy's gradient
        entropy = -(logprobs.exp() * logprobs).sum(-1)
    return logprobs.gather(1, targets[:, None])[:, 0], entropy


def inputs(tokens: int, width: int) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    hidden = torch.randn(tokens, width, generator=generator)
    weight = torch.randn(WORDS, width, generator=generator) / width**0.5
    return [hidden.requires_grad_(), weight.requires_grad_(), torch.randint(WORDS, (tokens,), generator=generator)]


def update(score: Callable[..., Scores], hidden: torch.Tensor, weight: torch.Tensor, targets: torch.Tensor) -> Scores:
    """Forward and backward; what is reported of entropies takes no part in the loss, as in training."""
    hidden.grad = weight.grad = None
    logprobs, entropy = score(hidden, weight, targets)
    (-logprobs.mean()).backward()
    return logprobs.detach(), entropy.detach()


def memory_row() -> Row:
    """Peak memory beyond the inputs and their gradients."""
    hidden, weight, targets = inputs(TOKENS, 32)
    gradients = 4 * (hidden.numel() + weight.numel())
    forget_peak()
    before = resident_bytes()
    update(fused_logprobs, hidden, weight, targets)
    extra = peak_bytes() - before - gradients
    return Row("peak extra GB, 32,768 tokens", extra / 1e9, 4e-9 * TOKENS * WORDS, "<= 1", value=extra / 1e9)


def value_rows() -> list[Row]:
    tensors = inputs(512, 64)
    ours = [*update(fused_logprobs, *tensors), tensors[0].grad.clone(), tensors[1].grad.clone()]
    exact = [tensors[0].detach().double().requires_grad_(), tensors[1].detach().double().requires_grad_(), tensors[2]]
    other = [*update(plain, *exact), exact[0].grad, exact[1].grad]
    names = ("log-probabilities", "entropies", "gradient of hidden states", "gradient of the head")
    errors = [float((a - b).abs().max()) for a, b in zip(ours, other, strict=True)]
    return [Row(f"{name}, largest error", error, target="<= 1e-5") for name, error in zip(names, errors, strict=True)]


def time_row(tokens: int, width: int, keep_bytes: int, target: str) -> Row:
    tensors = inputs(tokens, width)

    def fused(*args: torch.Tensor) -> Scores:
        return fused_logprobs(*args, keep_bytes=keep_bytes)

    ours, other = median_seconds(lambda: update(fused, *tensors), lambda: update(plain, *tensors), repeats=3)
    kept = min(1.0, keep_bytes / (4 * tokens * WORDS))
    return Row(f"seconds, {tokens:,} tokens, width {width}, {kept:.0%} of the logits kept", ours, other, target)


def main() -> int:
    options = parser(__doc__.splitlines()[0]).parse_args()
    torch.set_num_threads(THREADS)
    rows = [
        memory_row(),
        *value_rows(),
        time_row(4096, 128, KEEP_BYTES, "<= 1"),
        time_row(2048, 512, KEEP_BYTES, "<= 1"),
        time_row(2048, 512, 0, ""),
    ]
    return finish("Log-probabilities over 151,936 words", rows, options.json)


if __name__ == "__main__":
    sys.exit(main())
