"""How the longest trainable sequence grows with the ring: peak memory of a process against the tokens of one sequence.

    python benchmarks/context.py [--json FILE]

Each ring of 1, 2 and 4 processes trains one step (forward, loss, backward) on single sequences of two lengths. The slope of a
process's peak memory over the sequence's tokens is what a token costs a process; at a fixed memory a process, the longest
sequence is inversely proportional to it. The other side is the same step with transformers' own attention (sdpa) in one
process.

With gradient checkpointing a token costs a vector for each layer and the working set of one layer. Both are measured, in units
of a hidden vector, on a model with the proportions of Qwen2.5-VL-3B's language part, and projected to its size in bfloat16 and
a sequence of a million tokens on 64 devices.

Memory is what the process has in RAM, so the C library is told to give every freed block back at once: blocks of a megabyte
that it keeps for later would count as if they were in use.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import torch
from harness import Row, finish, forget_peak, parser, peak_bytes, resident_bytes
from transformers import Qwen3Config, Qwen3ForCausalLM

os.environ["MALLOC_MMAP_THRESHOLD_"] = "65536"  # read by the processes that are started for each measurement
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import distributed  # noqa: E402

HIDDEN, LAYERS, VOCABULARY = 128, 2, 1000
#: Tokens of a process; every ring is measured at the same ones, so its sequences are that many times longer.
SHARES = (2048, 6144)
#: Hidden size, layers and parameters of Qwen2.5-VL-3B's language part, and the projected run.
WIDTH_3B, LAYERS_3B, PARAMETERS_3B = 2048, 36, 3.1e9
TOKENS, DEVICES = 1_000_000, 64


def model(layers: int) -> Qwen3ForCausalLM:
    """A small model with the proportions of the 3B one: the MLP 5.375 times as wide, a key head for 8 query heads."""
    config = Qwen3Config(
        vocab_size=VOCABULARY,
        hidden_size=HIDDEN,
        intermediate_size=688,
        num_hidden_layers=layers,
        num_attention_heads=8,
        num_key_value_heads=1,
        head_dim=16,
    )
    torch.manual_seed(0)
    return Qwen3ForCausalLM(config).train()


def peak(ring: int, tokens: int, attention_name: str, layers: int, checkpointing: bool) -> float:
    """Bytes that one training step on one sequence adds to this process's memory at its peak."""
    from agents.policy import EncodedPrompt
    from trainers import attention
    from trainers.dealing import Dealer
    from trainers.logprobs import Actor
    from trainers.mesh import launch
    from trainers.packing import make_sample

    torch.set_num_threads(1)
    mesh = launch(ring, "cpu")
    trained = model(layers)
    if checkpointing:
        trained.activation_checkpointing_enable(activation_checkpointing_kwargs={"use_reentrant": False})
    actor = Actor(trained)
    if attention_name == "packed":
        attention.attach(trained)
    for parameter in trained.parameters():
        parameter.grad = torch.zeros_like(parameter)
    ids = torch.randint(VOCABULARY, (tokens,), generator=torch.Generator().manual_seed(1))
    prompt = EncodedPrompt(
        ids[: tokens // 2], torch.arange(tokens // 2)[None], torch.zeros(tokens // 2, dtype=torch.bool)
    )
    sample = make_sample(prompt, ids[tokens // 2 :].tolist(), ())
    batch = next(Dealer(trained, mesh, tokens).rows([sample])).batch
    mesh.wait()
    forget_peak()
    before = resident_bytes()
    logprobs, _ = actor(batch)
    (-logprobs.sum() / tokens).backward()
    return peak_bytes() - before


def bytes_a_token(
    ring: int, attention_name: str = "packed", layers: int = LAYERS, checkpointing: bool = False
) -> float:
    """Peak memory of the busiest process for each token that a process holds."""
    arguments = attention_name, layers, checkpointing
    peaks = [max(distributed.run(peak, ring, ring, ring * share, *arguments)) for share in SHARES]
    return (peaks[1] - peaks[0]) / (SHARES[1] - SHARES[0])


def projection() -> list[Row]:
    """Memory of a device for a million tokens of the 3B model, from what this machine measures of a ring of two."""
    shallow, deep = (bytes_a_token(2, layers=layers, checkpointing=True) / (4 * HIDDEN) for layers in (2, 8))
    layer = (deep - shallow) / 6
    working_set = shallow - 2 * layer
    a_token = (LAYERS_3B * layer + working_set) * 2 * WIDTH_3B
    activations = a_token * TOKENS / DEVICES
    states = 2 * PARAMETERS_3B + 16 * PARAMETERS_3B / DEVICES  # a whole copy to sample from, and ZeRO-3's share
    return [
        Row("checkpointed, hidden vectors a token and layer", layer),
        Row("checkpointed, hidden vectors a token, working set", working_set),
        Row("projected: kB a token, 3B in bfloat16", a_token / 1e3),
        Row(f"projected: GB of activations, {TOKENS:,} tokens on {DEVICES}", activations / 1e9),
        Row("projected: GB of weights and states", states / 1e9),
        Row(
            f"projected: million tokens on {DEVICES} devices of 80 GB", 0.9 * (80e9 - states) / a_token * DEVICES / 1e6
        ),
    ]


def main() -> int:
    options = parser(__doc__.splitlines()[0]).parse_args()
    plain = bytes_a_token(1, "sdpa")
    costs = {ring: bytes_a_token(ring) for ring in (1, 2, 4)}
    rows = [Row("bytes a token, 1 process, against sdpa", costs[1], plain)]
    for ring in (2, 4):
        growth = ring * costs[1] / costs[ring]
        rows.append(Row(f"longest sequence on {ring} / on 1", growth, float(ring), f">= {0.95 * ring:g}", value=growth))
    return finish("Context length at fixed memory a process", [*rows, *projection()], options.json)


if __name__ == "__main__":
    sys.exit(main())
