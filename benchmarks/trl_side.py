"""TRL's side of `benchmarks/trainer.py`: its GRPOTrainer, driven a step at a time.

Two uses of the same trainer: `given` learns from completions that are handed in, `sampling` draws its own. Nothing of TRL is
replaced; a callback reads the clock at the beginning and the end of a step, and `_generate` is timed to be left out where
completions are given.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gymnasium as gym
from datasets import Dataset
from transformers import TrainerCallback
from trl import GRPOConfig, GRPOTrainer


@dataclass(frozen=True)
class Setting:
    """What a user of TRL can choose without changing the optimiser step.

    Attributes:
        micro_batch: Samples in a forward pass.
        padded_with: Samples that are padded to one length: those that TRL generates at once.
        checkpointing: Gradient checkpointing.
    """

    micro_batch: int
    padded_with: int
    checkpointing: bool = False


class Clock(TrainerCallback):
    """Wall time of the last optimiser step, from before its sampling to the cleared gradients.

    Attributes:
        seconds: Of the whole step.
        generating: Those of them that TRL's `_generate` took, samples decoded to text included.
        norm: 2-norm of the gradient before clipping.
        on_begin: Called before the clock starts.
    """

    def __init__(self, on_begin: Callable[[], object] = lambda: None) -> None:
        self.seconds = self.generating = self.norm = 0.0
        self.on_begin = on_begin

    def on_step_begin(self, *args: Any, **kwargs: Any) -> None:
        self.on_begin()
        self.generating = 0.0
        self._began = time.perf_counter()

    def on_step_end(self, *args: Any, **kwargs: Any) -> None:
        self.seconds = time.perf_counter() - self._began

    def watch(self, trainer: GRPOTrainer) -> None:
        """Time the trainer's `_generate`, and note the norms that it clips by."""
        generate, clip = trainer._generate, trainer._clip_grad_norm

        def timed(prompts: list[Any]) -> Any:
            began = time.perf_counter()
            try:
                return generate(prompts)
            finally:
                self.generating += time.perf_counter() - began

        def noted(model: Any) -> Any:
            norm = clip(model)
            self.norm = float(norm)
            return norm

        trainer._generate, trainer._clip_grad_norm = timed, noted


def config(setting: Setting, samples: int, group: int, lr: float, max_tokens: int, **others: Any) -> GRPOConfig:
    """The algorithm of our side in TRL's terms, and nothing that costs time beside it: no logs, reports or checkpoints."""
    return GRPOConfig(
        output_dir=tempfile.mkdtemp(prefix="trl-"),
        use_cpu=True,
        bf16=False,
        per_device_train_batch_size=setting.micro_batch,
        gradient_accumulation_steps=samples // setting.micro_batch,
        steps_per_generation=setting.padded_with // setting.micro_batch,
        gradient_checkpointing=setting.checkpointing,
        num_generations=group,
        num_iterations=1,
        max_completion_length=max_tokens,
        temperature=1.0,
        beta=0.0,
        epsilon=0.2,
        loss_type="dapo",
        scale_rewards="group",
        learning_rate=lr,
        lr_scheduler_type="constant",
        adam_beta2=0.95,
        max_grad_norm=1.0,
        shuffle_dataset=False,
        logging_strategy="no",
        save_strategy="no",
        eval_strategy="no",
        report_to="none",
        disable_tqdm=True,
        dataloader_pin_memory=False,
        **others,
    )


def given(
    model: Any,
    tokenizer: Any,
    setting: Setting,
    groups: Sequence[Sequence[dict[str, Any]]],
    lr: float,
    clock: Clock,
) -> GRPOTrainer:
    """A trainer whose every `train()` is one optimiser step on the same samples.

    Args:
        model: Trained in place.
        tokenizer: Of the model; TRL then takes the model for a text one.
        setting: How TRL lays samples out.
        groups: Samples as `prompt_ids`, `completion_ids`, `logprobs` and `reward`.
        lr: Of AdamW.
        clock: Is attached.
    """

    def rollout(prompts: list[str], trainer: GRPOTrainer) -> dict[str, list[Any]]:
        met: Counter[str] = Counter()
        chosen = []
        for prompt in prompts:
            chosen.append(groups[int(prompt)][met[prompt]])
            met[prompt] += 1
        return {name: [sample[name] for sample in chosen] for name in chosen[0]}

    def rewards(reward: list[float], **kwargs: Any) -> list[float]:
        return reward

    count, group = sum(map(len, groups)), len(groups[0])
    trainer = GRPOTrainer(
        model=model,
        reward_funcs=rewards,
        args=config(setting, count, group, lr, max_tokens=8192, max_steps=1),
        train_dataset=Dataset.from_dict({"prompt": [str(index) for index in range(len(groups))]}),
        processing_class=tokenizer,
        rollout_func=rollout,
        callbacks=[clock],
    )
    clock.watch(trainer)
    return trainer


def sampling(
    model: Any,
    processor: Any,
    setting: Setting,
    task: dict[str, Any],
    prompts: int,
    group: int,
    max_tokens: int,
    lr: float,
    clock: Clock,
) -> GRPOTrainer:
    """A trainer whose every `train()` samples answers to text problems, has our environment verify them, and updates once.

    Args:
        model: Trained in place.
        processor: Its processor; TRL gets the tokenizer.
        setting: How TRL lays samples out.
        task: Arguments of LMMR1/TextMath-v0.
        prompts, group: Problems a step, and answers to each.
        max_tokens: Longest answer.
        lr: Of AdamW.
        clock: Is attached.
    """
    environments = [gym.make("envs:LMMR1/TextMath-v0", **task, split="train").unwrapped for _ in range(prompts)]
    texts = []
    for seed, environment in enumerate(environments):
        message = {"role": "user", "content": environment.reset(seed=seed)[0]["prompt"]}
        texts.append(processor.apply_chat_template([message], tokenize=False, add_generation_prompt=True))

    def verify(completions: list[str], number: list[int], **kwargs: Any) -> list[float]:
        rewards = []
        for completion, index in zip(completions, number, strict=True):
            environments[index].reset(seed=index)
            rewards.append(float(environments[index].step(completion)[1]))
        return rewards

    trainer = GRPOTrainer(
        model=model,
        reward_funcs=verify,
        args=config(setting, prompts * group, group, lr, max_tokens, max_steps=1),
        train_dataset=Dataset.from_dict({"prompt": texts, "number": list(range(prompts))}),
        processing_class=processor.tokenizer,
        callbacks=[clock],
    )
    clock.watch(trainer)
    return trainer
