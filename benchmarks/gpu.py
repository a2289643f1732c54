"""On a CUDA GPU: the share of its bf16 peak that an update of a 3B model reaches, and a ring of two processes on one GPU.

    python benchmarks/gpu.py [--json FILE]

The model has the shapes of Qwen2.5-VL-3B's language part with random weights; one packed row of 16,384 tokens, bfloat16,
gradient checkpointing, forward, loss and backward. The peak is that of a large matrix product, measured in the same run. The
ring's outputs and gradients are compared with one process's; its messages go through the CPU, since NCCL wants a GPU for each
process.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from harness import Row, finish, parser
from transformers import Qwen2Config, Qwen2ForCausalLM

from trainers.ring_attention import RingContext, RingLayout, ring_attention
from trainers.varlen import Segments, varlen_attention

TOKENS = 16_384
#: Of Qwen2.5-VL-3B-Instruct.
SHAPES = {
    "vocab_size": 151_936,
    "hidden_size": 2048,
    "intermediate_size": 11_008,
    "num_hidden_layers": 36,
    "num_attention_heads": 16,
    "num_key_value_heads": 2,
    "tie_word_embeddings": True,
}


def seconds(work: Callable[[], object], repeats: int = 5) -> float:
    """Median time of some GPU work."""
    times = []
    for _ in range(repeats + 2):
        torch.cuda.synchronize()
        began = time.perf_counter()
        work()
        torch.cuda.synchronize()
        times.append(time.perf_counter() - began)
    return float(np.median(times[2:]))


def peak_flops() -> float:
    """Floating-point operations a second of a large bf16 matrix product."""
    a, b = (torch.randn(8192, 8192, device="cuda", dtype=torch.bfloat16) for _ in range(2))
    return 2 * 8192**3 / seconds(lambda: a @ b)


def lengths() -> list[int]:
    """Samples of the realistic mix that fill the row: prompts of 300 +- 200 tokens, log-normal answers, median 800."""
    rng = np.random.default_rng(0)
    chosen: list[int] = []
    while sum(chosen) < TOKENS:
        prompt = max(16, int(rng.normal(300, 200)))
        chosen.append(min(prompt + min(8192, int(rng.lognormal(np.log(800), 1.0))), TOKENS - sum(chosen)))
    return [length for length in chosen if length > 1]


def update_flops(parts: list[int], scored: int) -> float:
    """Operations of forward and backward without those that gradient checkpointing repeats: 6 a weight and token, plus
    causal attention (half of 12 * hidden * length a token), plus the vocabulary projection of the scored tokens."""
    h, m, layers = SHAPES["hidden_size"], SHAPES["intermediate_size"], SHAPES["num_hidden_layers"]
    kv = h * SHAPES["num_key_value_heads"] // SHAPES["num_attention_heads"]
    weights = layers * (2 * h * h + 2 * h * kv + 3 * h * m)
    attention = layers * 6 * h * sum(length**2 for length in parts)
    return 6 * weights * sum(parts) + attention + 6 * h * SHAPES["vocab_size"] * scored


class Arrival:
    """A received tensor that is still in CPU memory."""

    def __init__(self, request: Any, staged: torch.Tensor, target: torch.Tensor):
        self._request, self._staged, self._target = request, staged, target

    def wait(self) -> None:
        self._request.wait()
        self._target.copy_(self._staged)


class StagedRing(RingContext):
    """A ring whose messages go through CPU memory."""

    def exchange(self, outgoing: torch.Tensor, incoming: torch.Tensor) -> list[Any]:
        staged = torch.empty_like(incoming, device="cpu")
        send, receive = super().exchange(outgoing.cpu(), staged)
        return [send, Arrival(receive, staged, incoming)]


def attention_inputs(device: str) -> tuple[torch.Tensor, list[torch.Tensor]]:
    """Boundaries of a row, and its queries, keys, values and upstream gradient in the shapes of the 3B model."""
    generator = torch.Generator().manual_seed(0)
    total = sum(lengths())
    cu = torch.nn.functional.pad(torch.tensor(lengths()).cumsum(0), (1, 0)).int()
    kv, dim = SHAPES["num_key_value_heads"], SHAPES["hidden_size"] // SHAPES["num_attention_heads"]
    heads = SHAPES["num_attention_heads"]
    rows = [torch.randn(total, n, dim, generator=generator) for n in (heads, kv, kv, heads)]
    return cu, [row.to(device, torch.bfloat16) for row in rows]


def ring_member(rank: int, size: int, device: str, folder: str) -> None:
    """One process of the ring: its share of outputs and gradients, left in a file."""
    dist.init_process_group("gloo", init_method=f"file://{folder}/store", rank=rank, world_size=size)
    cu, inputs = attention_inputs(device)
    layout = RingLayout(cu, size)
    mine = layout.indices(rank)
    *leaves, upstream = (x[mine] for x in inputs)
    leaves = [leaf.requires_grad_() for leaf in leaves]
    out = ring_attention(*leaves, StagedRing(layout, rank))
    out.backward(upstream)
    torch.save((mine, [x.cpu() for x in (out.detach(), *(leaf.grad for leaf in leaves))]), f"{folder}/{rank}.pt")


def ring_errors(size: int, device: str) -> list[float]:
    """Largest difference, relative to the largest value, of a ring's output and gradients from one process's."""
    with tempfile.TemporaryDirectory() as folder:
        mp.spawn(ring_member, (size, device, folder), size)
        shares = [torch.load(Path(folder) / f"{rank}.pt") for rank in range(size)]
    order = torch.cat([mine for mine, _ in shares]).argsort()
    cu, (*leaves, upstream) = attention_inputs(device)
    leaves = [leaf.requires_grad_() for leaf in leaves]
    longest = max(lengths())
    out = varlen_attention(*leaves, Segments(cu.to(device), cu.to(device), longest, longest, causal=True))
    out.backward(upstream)
    errors = []
    for number, whole in enumerate((out.detach(), *(leaf.grad for leaf in leaves))):
        shared = torch.cat([parts[number] for _, parts in shares])[order].float()
        errors.append(float((shared - whole.cpu().float()).abs().max() / whole.abs().max()))
    return errors


def ring_rows(device: str) -> list[Row]:
    """bfloat16 has 8 bits: a few roundings apart is 2^-6."""
    names = ("output", "gradient of queries", "of keys", "of values")
    pairs = zip(names, ring_errors(2, device), strict=True)
    return [Row(f"ring of 2 on one GPU, {name}: relative error", error, target="<= 0.02") for name, error in pairs]


def main() -> int:
    options = parser(__doc__.splitlines()[0]).parse_args()
    if not torch.cuda.is_available():
        print("there is no CUDA GPU here; this benchmark has nothing to measure", file=sys.stderr)
        return 0
    from agents.policy import EncodedPrompt
    from trainers import attention
    from trainers.logprobs import Actor
    from trainers.packing import join, make_sample

    with torch.device("cuda"):
        torch.set_default_dtype(torch.bfloat16)
        model = Qwen2ForCausalLM(Qwen2Config(**SHAPES)).train()
        torch.set_default_dtype(torch.float32)
    model.activation_checkpointing_enable(activation_checkpointing_kwargs={"use_reentrant": False})
    attention.attach(model)
    actor = Actor(model)
    parts, samples = lengths(), []
    for length in parts:
        prompt = max(1, length // 4)
        ids = torch.randint(SHAPES["vocab_size"], (length,))
        encoded = EncodedPrompt(ids[:prompt], torch.arange(prompt)[None], torch.zeros(prompt, dtype=torch.bool))
        samples.append(make_sample(encoded, ids[prompt:].tolist(), ()))
    batch = join(samples).to("cuda")

    def update() -> None:
        logprobs, _ = actor(batch)
        (-logprobs.mean()).backward()
        model.zero_grad(set_to_none=True)

    took = seconds(update)
    reached = update_flops(parts, len(batch.targets)) / took
    peak = peak_flops()
    rows = [
        Row("update, TFLOP/s, against the peak of a matrix product", reached / 1e12, peak / 1e12, ">= 0.45"),
        Row("update, tokens/s", sum(parts) / took),
        Row("peak memory, GB", torch.cuda.max_memory_allocated() / 1e9),
        *ring_rows("cuda"),
    ]
    return finish(f"3B shapes on {torch.cuda.get_device_name()}", rows, options.json)


if __name__ == "__main__":
    sys.exit(main())
