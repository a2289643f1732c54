"""On a CUDA GPU: the share of its bf16 peak that an update of a 3B model reaches, and a ring of two on one GPU.

    python benchmarks/cuda.py [--json FILE]

The model has the shapes of Qwen2.5-VL-3B's language part with random weights; one packed row of 16,384 tokens, bfloat16,
gradient checkpointing, forward, loss and backward. The peak is that of a large matrix product, measured in the same run.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
import torch
from harness import Row, finish, parser
from transformers import Qwen2Config, Qwen2ForCausalLM

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
    model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
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
    ]
    return finish(f"3B shapes on {torch.cuda.get_device_name()}", rows, options.json)


if __name__ == "__main__":
    sys.exit(main())
