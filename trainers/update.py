"""The update: several passes over a rollout's samples in mini-batches, each one optimiser step."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
import torch

from trainers.dealing import Dealer, Row
from trainers.engine import Engine, StepReport
from trainers.loss import (
    KL_ESTIMATORS,
    NORMALISATIONS,
    OBJECTIVES,
    Clip,
    Tokens,
    clipped_value_loss,
    truncated_importance,
)
from trainers.packing import Sample
from trainers.stage import StageConfig


class DivergenceError(RuntimeError):
    """Losses or gradients were not finite for too many steps in a row; the message is one line."""


class Updater:
    """Owns nothing but the count of skipped steps; engines own weights and optimisers.

    Args:
        stage: The algorithm.
        actor: Engine of a `trainers.logprobs.Actor`.
        critic: Engine of a `trainers.logprobs.Critic`, for the advantage "gae".
        dealer: Lays samples out in rows.
        same_program: Whether the sampler's log-probabilities are the actor's before the update, to rounding in float32.
    """

    def __init__(
        self, stage: StageConfig, actor: Engine, critic: Engine | None, dealer: Dealer, same_program: bool = True
    ):
        self.stage = stage
        self.actor = actor
        self.critic = critic
        self.dealer = dealer
        self.same_program = same_program
        self.skipped_in_a_row = 0

    def update(self, samples: Sequence[Sample], seed: Sequence[int]) -> dict[str, float]:
        """Optimiser steps on one rollout; means of what was seen on the way.

        Args:
            samples: With `per_token` advantages and sampler_logprobs, and whatever else the stage's loss reads.
            seed: Of the order of mini-batches.

        Raises:
            DivergenceError: If too many steps in a row had to be skipped.
        """
        totals: Counter[str] = Counter()
        rng = np.random.default_rng(list(seed))
        steps = 0
        for _ in range(self.stage.epochs):
            order = rng.permutation(len(samples)) if self.stage.minibatches > 1 else np.arange(len(samples))
            for part in np.array_split(order, min(self.stage.minibatches, len(samples))):
                totals.update(self._step([samples[i] for i in part]))
                steps += 1
        balance = self.dealer.balance(samples)
        return {**{name: value / steps for name, value in totals.items()}, **balance, "lr": self.actor.lr}

    def _step(self, samples: list[Sample]) -> dict[str, float]:
        """One optimiser step; the loss is summed over all processes with weights from the whole mini-batch's lengths."""
        lengths = torch.tensor([sample.completion_length for sample in samples])
        weights = NORMALISATIONS[self.stage.loss.normalisation](lengths, self.stage.max_tokens)
        for sample, weight in zip(samples, weights.tolist(), strict=True):
            sample.per_token["weights"] = torch.full((sample.completion_length,), weight)
        sums: Counter[str] = Counter()
        suspects: list[str] = []
        for row in self.dealer.rows(samples):
            seen = self._learn(row)
            sums.update(seen)
            if not math.isfinite(seen["loss"]):
                suspects += [samples[i].origin for i in row.indices]
        names = sorted(sums)
        seen = dict(zip(names, self.dealer.mesh.sum([sums[name] for name in names]), strict=True))
        tokens = seen.pop("tokens")
        report = self.actor.step()
        reports = [report, self.critic.step()] if self.critic else [report]
        self._watch(reports, suspects)
        means = {name: value if name.endswith("loss") else value / tokens for name, value in seen.items()}
        if self.critic:
            means["value_grad_norm"] = reports[-1].norm if reports[-1].applied else 0.0
        return {
            **means,
            "grad_norm": report.norm if report.applied else 0.0,
            "clip_threshold": report.threshold,
            "skipped": float(not all(each.applied for each in reports)),
        }

    def _learn(self, row: Row) -> dict[str, float]:
        """Gather the gradients of one row; sums over its tokens of what is reported."""
        for trained in (self.actor, self.critic):
            if trained:
                trained.module.train()
        loss, seen = self._policy_loss(row)
        self.actor.backward(loss, row.last)
        if self.critic:
            batch = row.batch
            values = self.critic(batch)
            figures = batch.per_token
            losses = clipped_value_loss(values, figures["values"], figures["returns"], self.stage.critic.clip)
            value_loss = (figures["weights"] * losses).sum()
            self.critic.backward(value_loss, row.last)
            seen["value_loss"] = value_loss.detach()
        return {name: float(value) for name, value in seen.items()}

    def _policy_loss(self, row: Row) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        """This process's share of the policy's loss, and sums over the row's tokens of what is reported."""
        settings, batch = self.stage.loss, row.batch
        figures = batch.per_token
        logprobs, entropy = self.actor(batch)
        old = self._old_logprobs(figures, logprobs)
        tokens = Tokens(
            logprobs, old, figures["advantages"], batch.sample_of, batch.completions, self.dealer.mesh.ring_sum
        )
        clip = Clip(settings.clip_low, settings.clip_high, settings.dual_clip)
        losses, clipped = OBJECTIVES[settings.objective](tokens, clip)
        seen = {"clipped": clipped.sum(), "entropy": entropy.detach().sum(), "tokens": torch.tensor(len(logprobs))}
        if settings.tis_cap is not None:
            trust = truncated_importance(old, figures["sampler_logprobs"], settings.tis_cap)
            losses = losses * trust
            seen["trust"] = trust.sum()
        if "reference_logprobs" in figures:
            penalty = KL_ESTIMATORS[settings.kl_estimator](logprobs, figures["reference_logprobs"])
            seen["kl"] = penalty.detach().sum()
            if settings.kl_in == "loss":
                losses = losses + settings.kl * penalty
        if settings.entropy:
            losses = losses - settings.entropy * entropy
        loss = (figures["weights"] * losses).sum()
        return loss, {**seen, "loss": loss.detach()}

    def _old_logprobs(self, figures: dict[str, torch.Tensor], logprobs: torch.Tensor) -> torch.Tensor:
        """Log-probabilities before the rollout's first update."""
        if "old_logprobs" in figures:
            return figures["old_logprobs"]
        return figures["sampler_logprobs"] if self.same_program else logprobs.detach()

    def _watch(self, reports: Sequence[StepReport], suspects: list[str]) -> None:
        """Count skipped steps, and give up after too many in a row."""
        self.skipped_in_a_row = 0 if all(report.applied for report in reports) else self.skipped_in_a_row + 1
        if self.skipped_in_a_row < self.stage.max_skipped:
            return
        norms = ", ".join(str(report.norm) for report in reports)
        named = sorted({origin for share in self.dealer.mesh.gather(suspects) for origin in share})
        where = f"losses were not finite for {', '.join(named[:4])}" if named else "losses were finite"
        raise DivergenceError(
            f"stage {self.stage.name}: {self.skipped_in_a_row} steps in a row had a loss or a gradient that was not finite "
            f"(norm {norms}) and were skipped; {where}; the weights are those before the first of them: "
            "lower optim.lr, or look at these samples"
        )
