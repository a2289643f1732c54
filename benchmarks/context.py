"""How the longest trainable sequence grows with the ring: peak memory of a process against the tokens of one sequence.

    python benchmarks/context.py [--json FILE]

Each ring of 1, 2 and 4 processes trains one step (forward, loss, backward) on single sequences of two lengths. The slope of a
process's peak memory over the sequence's tokens is what a token costs a process; at a fixed memory a process, the longest
sequence is inversely proportional to it. The other side is the same step with transformers' own attention (sdpa) in one
process. Ends with a projection to 64 devices for a 3B model, from the measured constants.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from harness import Row, finish, forget_peak, parser, peak_bytes, resident_bytes
from transformers import Qwen3Config, Qwen3ForCausalLM

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import distributed  # noqa: E402

HIDDEN, LAYERS, VOCABULARY = 128, 2, 1000
#: Tokens of a process; every ring is measured at the same ones, so its sequences are that many times longer.
SHARES = (2048, 6144)


def model() -> Qwen3ForCausalLM:
    config = Qwen3Config(
        vocab_size=VOCABULARY,
        hidden_size=HIDDEN,
        intermediate_size=3 * HIDDEN,
        num_hidden_layers=LAYERS,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=32,
    )
    torch.manual_seed(0)
    return Qwen3ForCausalLM(config).train()


def peak(ring: int, tokens: int, attention_name: str) -> float:
    """Bytes that one training step on one sequence adds to this process's memory at its peak."""
    from agents.policy import EncodedPrompt
    from trainers import attention
    from trainers.dealing import Dealer
    from trainers.logprobs import Actor
    from trainers.mesh import launch
    from trainers.packing import make_sample

    torch.set_num_threads(1)
    mesh = launch(ring, "cpu")
    trained = model()
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


def bytes_a_token(ring: int, attention_name: str = "packed") -> float:
    """Peak memory of the busiest process for each token that a process holds."""
    peaks = [max(distributed.run(peak, ring, ring, ring * share, attention_name)) for share in SHARES]
    return (peaks[1] - peaks[0]) / (SHARES[1] - SHARES[0])


def main() -> int:
    options = parser(__doc__.splitlines()[0]).parse_args()
    plain = bytes_a_token(1, "sdpa")
    costs = {ring: bytes_a_token(ring) for ring in (1, 2, 4)}
    rows = [Row("bytes a token, 1 process, against sdpa", costs[1], plain)]
    for ring in (2, 4):
        growth = ring * costs[1] / costs[ring]
        rows.append(Row(f"longest sequence on {ring} / on 1", growth, float(ring), f">= {0.95 * ring:g}", value=growth))
    return finish("Context length at fixed memory a process", rows, options.json)


if __name__ == "__main__":
    sys.exit(main())
