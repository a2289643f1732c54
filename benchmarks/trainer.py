"""The trainer against TRL's GRPOTrainer, on the nano model and two CPU cores.

    pip install -e ".[benchmarks]" && python benchmarks/trainer.py [--json FILE]

*Update*: log-probabilities, loss, backward and optimiser step on the same samples: prompts of 300 +- 200 tokens, log-normal
answers of median 800, up to 8,192. TRL lays samples out in several ways that a user can choose from; each is tried, and the
fastest is the other side, in time and in memory. *Whole step*: sampling and verifying included, text mathematics as in the
nano recipe. Both sides live in processes of their own and take turns. Memory is what a process adds to what it held before its
first step. The gradient's norm is compared as well: both sides have to do the same thing. TRL averages a loss over the tokens
of samples that it pads together, so for the same gradient it has to pad all of them together, which is its slowest layout.
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from harness import Row, finish, forget_peak, parser, peak_bytes, resident_bytes

ROOT = Path(__file__).resolve().parent.parent
NANO = ROOT / "assets" / "nano"
THREADS = 2
LR = 1e-9  # so small that all steps of both sides meet the same weights
GROUPS, GROUP_SIZE = 4, 8
#: Tokens of our packed rows; longer samples have a row of their own.
ROW = 4096
#: Of TRL: samples in a forward pass, and samples that are padded to one length.
LAYOUTS = ((8, 8), (2, 8), (1, 8))
#: The whole step is the nano recipe's.
PROMPTS, MAX_TOKENS = 32, 112
TEXT = {
    "levels": [1, 2],
    "families": ["addition", "subtraction", "multiplication", "sum_of_several", "missing_number", "shopping"],
}
REPEATS = 3

Step = Callable[[], dict[str, float]]


def mix() -> list[list[dict[str, Any]]]:
    """Groups of samples with random tokens and rewards, the realistic mix of lengths."""
    rng = np.random.default_rng(0)
    groups = []
    for _ in range(GROUPS):
        prompt = rng.integers(40, 500, max(16, int(rng.normal(300, 200)))).tolist()
        lengths = np.minimum(8192, rng.lognormal(np.log(800), 1.0, GROUP_SIZE)).astype(int)
        groups.append(
            [
                {
                    "prompt_ids": prompt,
                    "completion_ids": rng.integers(40, 500, length).tolist(),
                    "logprobs": [0.0] * int(length),
                    "reward": float(rng.random()),
                }
                for length in lengths
            ]
        )
    return groups


def our_update(compile: bool = False) -> Step:
    from agents.hf import load_model
    from agents.policy import EncodedPrompt
    from trainers import attention, engine
    from trainers.advantage import grpo
    from trainers.dealing import Dealer, score
    from trainers.engine import EngineConfig, OptimConfig
    from trainers.logprobs import Actor
    from trainers.mesh import Mesh
    from trainers.packing import make_sample
    from trainers.stage import StageConfig, TaskConfig
    from trainers.update import Updater

    model, _ = load_model(NANO)
    attention.attach(model)
    mesh = Mesh()
    trained = engine.build(Actor(model), OptimConfig(lr=LR, warmup=0.0), 100, mesh, EngineConfig(compile=compile))
    stage = StageConfig("update", [TaskConfig("LMMR1/TextMath-v0")], max_tokens=8192, max_packed_tokens=ROW)
    dealer = Dealer(model, mesh, ROW)
    updater = Updater(stage, trained, None, dealer)
    flat = [(number, one) for number, group in enumerate(mix()) for one in group]
    numbers = torch.tensor([number for number, _ in flat])
    advantages = grpo(torch.tensor([one["reward"] for _, one in flat]), numbers).tolist()
    samples = []
    for (_, one), advantage in zip(flat, advantages, strict=True):
        ids = torch.tensor(one["prompt_ids"])
        prompt = EncodedPrompt(ids, torch.arange(len(ids)).expand(3, -1), torch.zeros(len(ids), dtype=torch.bool))
        figures = {"advantages": [advantage] * len(one["completion_ids"])}
        samples.append(make_sample(prompt, one["completion_ids"], (), figures))
    score(trained, samples, "sampler_logprobs", dealer)
    watch = Stopwatch(trained)
    before = resident_bytes()

    def step() -> dict[str, float]:
        forget_peak()
        watch.seconds = 0.0
        began = time.perf_counter()
        seen = updater.update(samples, [0])
        took = time.perf_counter() - began
        memory = peak_bytes() - before
        return {"seconds": took, "memory": memory, "norm": seen["grad_norm"], "other": 1 - watch.seconds / took}

    return step


def our_whole_step(compile: bool = False) -> Step:
    from agents.hf import load_model
    from trainers.engine import EngineConfig, OptimConfig
    from trainers.grpo import Learner, Place
    from trainers.progress import MetricsLog
    from trainers.stage import StageConfig, TaskConfig

    run = Path(tempfile.mkdtemp(prefix="benchmark-"))
    model, processor = load_model(NANO)
    stage = StageConfig(
        "whole",
        [TaskConfig("LMMR1/TextMath-v0", TEXT)],
        steps=100,
        prompts=PROMPTS,
        group_size=GROUP_SIZE,
        max_tokens=MAX_TOKENS,
        optim=OptimConfig(lr=LR, warmup=0.0),
    )
    learner = Learner(stage, model, processor, Place(run, engine=EngineConfig(compile=compile)))
    log = MetricsLog(run, "whole", 0)
    watch = Stopwatch(learner.actor)
    watch.time(learner.policy, "generate")
    number = iter(range(100))

    def step() -> dict[str, float]:
        watch.seconds = 0.0
        began = time.perf_counter()
        index = next(number)
        log.write(index, learner.step(index))
        took = time.perf_counter() - began
        return {"seconds": took, "other": 1 - watch.seconds / took}

    return step


class Stopwatch:
    """Sums the time that a model computes: forward, backward and optimiser step of an engine, and whatever else it is told to.

    Attributes:
        seconds: So far.
    """

    def __init__(self, engine: Any):
        self.seconds = 0.0
        for owner, name in (
            (engine.module, "forward"),
            (engine, "_backward"),
            (engine, "_gradient_norm"),
            (engine, "_update"),
        ):
            self.time(owner, name)

    def time(self, owner: Any, name: str) -> None:
        """Count the time that a method takes."""
        method = getattr(owner, name)

        def timed(*args: Any, **kwargs: Any) -> Any:
            began = time.perf_counter()
            try:
                return method(*args, **kwargs)
            finally:
                self.seconds += time.perf_counter() - began

        setattr(owner, name, timed)


def trl_update(micro_batch: int, padded_with: int) -> Step:
    import trl_side

    from agents.hf import load_model

    model, processor = load_model(NANO)
    clock = trl_side.Clock(forget_peak)
    setting = trl_side.Setting(micro_batch, padded_with)
    trainer = trl_side.given(model, processor.tokenizer, setting, mix(), LR, clock)
    before = resident_bytes()

    def step() -> dict[str, float]:
        trainer.train()
        memory = peak_bytes() - before
        return {"seconds": clock.seconds - clock.generating, "memory": memory, "norm": clock.norm}

    return step


def trl_whole_step() -> Step:
    import trl_side

    from agents.hf import load_model

    model, processor = load_model(NANO)
    clock = trl_side.Clock()
    setting = trl_side.Setting(micro_batch=PROMPTS * GROUP_SIZE // 4, padded_with=PROMPTS * GROUP_SIZE)
    trainer = trl_side.sampling(model, processor, setting, TEXT, PROMPTS, GROUP_SIZE, MAX_TOKENS, LR, clock)

    def step() -> dict[str, float]:
        trainer.train()
        return {"seconds": clock.seconds}

    return step


class Side:
    """One side in a process of its own, which waits between steps.

    Attributes:
        first: The report of its first step.
    """

    def __init__(self, build: Callable[..., Step], *arguments: Any):
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, build, arguments), daemon=True)
        self._process.start()
        self.first = self.step()  # allocates, compiles and caches; its time counts for nothing

    def step(self) -> dict[str, float]:
        self._pipe.send(True)
        answer = self._pipe.recv()
        if isinstance(answer, str):
            raise RuntimeError(answer)
        return answer

    def close(self) -> None:
        self._pipe.send(False)
        self._process.join()


def _serve(pipe: Any, build: Callable[..., Step], arguments: Any) -> None:
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115  trainers talk
    transformers.utils.logging.set_verbosity_error()
    torch.set_num_threads(THREADS)
    torch.manual_seed(0)
    try:
        step = build(*arguments)
        while pipe.recv():
            pipe.send(step())
    except Exception as error:
        pipe.send(f"{build.__name__}: {type(error).__name__}: {error}")


def take_turns(ours: Side, other: Side) -> tuple[dict[str, float], dict[str, float]]:
    """Medians of what both sides report."""
    reports = [(ours.step(), other.step()) for _ in range(REPEATS)]
    first, second = zip(*reports, strict=True)
    return medians(first), medians(second)


def medians(reports: tuple[dict[str, float], ...]) -> dict[str, float]:
    return {name: statistics.median(report[name] for report in reports) for name in reports[0]}


def fastest_layout() -> tuple[tuple[int, int], dict[tuple[int, int], dict[str, float]]]:
    """TRL's fastest way to lay the samples out, and what each gave in one step."""
    seen = {}
    for layout in LAYOUTS:
        side = Side(trl_update, *layout)
        seen[layout] = side.step()
        side.close()
    return min(seen, key=lambda layout: seen[layout]["seconds"]), seen


def update_rows() -> list[Row]:
    layout, tried = fastest_layout()
    ours, other = Side(our_update), Side(trl_update, *layout)
    mine, theirs = take_turns(ours, other)
    together = Side(trl_update, 1, GROUPS * GROUP_SIZE)
    norm, their_norm = ours.first["norm"], together.first["norm"]
    for side in (ours, other, together):
        side.close()
    tokens = sum(len(one["prompt_ids"]) + len(one["completion_ids"]) for group in mix() for one in group)
    rows = [
        Row(f"update, tokens/s, TRL {layout[0]} a pass", tokens / mine["seconds"], tokens / theirs["seconds"], ">= 3"),
        Row(f"update, peak MB, TRL {layout[0]} a pass", mine["memory"] / 1e6, theirs["memory"] / 1e6, "<= 0.6"),
        Row("update, gradient norm, apart from 1", norm, their_norm, "<= 0.001", value=abs(norm / their_norm - 1)),
        Row("update, share that is not model compute", mine["other"], target="<= 0.05"),
    ]
    for (micro_batch, _), report in tried.items():
        rows.append(Row(f"TRL {micro_batch} a pass: tokens/s", tokens / mine["seconds"], tokens / report["seconds"]))
        rows.append(Row(f"TRL {micro_batch} a pass: peak MB", mine["memory"] / 1e6, report["memory"] / 1e6))
    return rows


def whole_step_rows() -> list[Row]:
    ours, other = Side(our_whole_step), Side(trl_whole_step)
    mine, theirs = take_turns(ours, other)
    ours.close()
    other.close()
    answers = PROMPTS * GROUP_SIZE
    return [
        Row("whole step, answers/s", answers / mine["seconds"], answers / theirs["seconds"], ">= 1.5"),
        Row("whole step, share that is not model compute", mine["other"], target="<= 0.05"),
    ]


def compiled_rows() -> list[Row]:
    """What torch.compile adds, once it has compiled."""
    rows = []
    for name, build in (("update", our_update), ("whole step", our_whole_step)):
        compiled, plain = Side(build, True), Side(build)
        compiled.step()  # recompiles for what the first step did not meet
        ours, other = take_turns(compiled, plain)
        compiled.close()
        plain.close()
        rows.append(Row(f"torch.compile, {name}: steps/s, other: without", 1 / ours["seconds"], 1 / other["seconds"]))
    return rows


def main() -> int:
    options = parser(__doc__.splitlines()[0]).parse_args()
    return finish("GRPO, ours against TRL", [*update_rows(), *whole_step_rows(), *compiled_rows()], options.json)


if __name__ == "__main__":
    sys.exit(main())
