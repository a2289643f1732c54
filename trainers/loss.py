"""Losses as small functions of per-token tensors, in tables: a new one is a function and a name.

A token's loss is objective (`OBJECTIVES`) + coefficient * divergence (`KL_ESTIMATORS`), and the loss of a mini-batch is the
sum over its tokens of weight (`NORMALISATIONS`) times that. Weights come from the whole mini-batch, so the sum is the same
however micro-batches, ring groups and data ranks divide the tokens; gradients are summed over ranks, not averaged.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch


@dataclass(frozen=True, eq=False)
class Tokens:
    """What an objective sees of a packed row: A completion tokens of its samples, or a ring rank's share of them.

    Attributes:
        logprobs: Of the policy in training, float32 [A], with gradient.
        old_logprobs: Of the policy before the update, float32 [A].
        advantages: float32 [A].
        sample_of: int64 [A], non-decreasing: the sample that each token belongs to.
        lengths: float32 [samples], completion tokens of each sample, those on other ring ranks included.
        reduce: Sums a tensor [samples] over the ring group; no gradient needs to flow through it.
    """

    logprobs: torch.Tensor
    old_logprobs: torch.Tensor
    advantages: torch.Tensor
    sample_of: torch.Tensor
    lengths: torch.Tensor
    reduce: Callable[[torch.Tensor], torch.Tensor] = lambda sums: sums


@dataclass(frozen=True)
class Clip:
    """How far the ratio of new to old probability may move.

    Attributes:
        low, high: It may move within [1 - low, 1 + high]; high above low is DAPO's clip-higher, arXiv 2503.14476.
        dual: With a negative advantage A, bound the loss by -dual * A: dual clip, arXiv 1912.09729. Above 1; `None` for no
            bound.
    """

    low: float = 0.2
    high: float = 0.2
    dual: float | None = None

    def __post_init__(self) -> None:
        for name in ("low", "high"):
            if getattr(self, name) < 0:
                raise ValueError(f"clip {name} is {getattr(self, name)}; expected 0 or more, such as 0.2")
        if self.dual is not None and self.dual <= 1:
            raise ValueError(f"clip dual is {self.dual}; expected a number above 1, such as 3, or nothing for no bound")


#: Loss of each token, [A], and whether clipping took effect there, bool [A].
Objective = Callable[[Tokens, Clip], tuple[torch.Tensor, torch.Tensor]]


def clipped_surrogate(tokens: Tokens, clip: Clip) -> tuple[torch.Tensor, torch.Tensor]:
    """-min(ratio * A, clip(ratio) * A) with the token's own ratio: PPO, arXiv 1707.06347, and GRPO."""
    ratio = (tokens.logprobs - tokens.old_logprobs).exp()
    return _pessimistic(ratio, tokens.advantages, clip)


def gspo(tokens: Tokens, clip: Clip) -> tuple[torch.Tensor, torch.Tensor]:
    """-min(s * A, clip(s) * A) with the sequence's ratio: GSPO, arXiv 2507.18071, in its token form.

        s_t = sg[s] * pi_t / sg[pi_t],    s = exp(mean over the sequence of log(pi / old pi)),    sg: without gradient

    Its value is s and its gradient that of the token's own log-probability, so advantages may differ within a sequence. Where
    they don't, and with `sequence_mean`, value and gradient are those of the sequence-level objective. Wants narrow limits,
    such as 3e-4 and 4e-4.
    """
    difference = (tokens.logprobs - tokens.old_logprobs).detach()
    sums = difference.new_zeros(len(tokens.lengths)).index_add(0, tokens.sample_of, difference)
    sequence_ratio = (tokens.reduce(sums) / tokens.lengths).exp()
    ratio = sequence_ratio[tokens.sample_of] * (tokens.logprobs - tokens.logprobs.detach()).exp()
    return _pessimistic(ratio, tokens.advantages, clip)


def cispo(tokens: Tokens, clip: Clip) -> tuple[torch.Tensor, torch.Tensor]:
    """-sg[clip(ratio)] * A * logprob: CISPO, arXiv 2506.13585. Clipped tokens keep a gradient; `clip.dual` plays no part.

    The paper clips above alone: `clip.low` of 1 does that.
    """
    ratio = (tokens.logprobs - tokens.old_logprobs).detach().exp()
    weight = ratio.clamp(1 - clip.low, 1 + clip.high)
    return -weight * tokens.advantages * tokens.logprobs, weight != ratio


def reinforce(tokens: Tokens, clip: Clip) -> tuple[torch.Tensor, torch.Tensor]:
    """-A * logprob, for one update on samples of the very policy in training (Williams, 1992). Nothing is clipped."""
    return -tokens.advantages * tokens.logprobs, torch.zeros_like(tokens.sample_of, dtype=torch.bool)


OBJECTIVES: dict[str, Objective] = {
    "clipped_surrogate": clipped_surrogate,
    "gspo": gspo,
    "cispo": cispo,
    "reinforce": reinforce,
}


def kl_k1(logprobs: torch.Tensor, reference_logprobs: torch.Tensor) -> torch.Tensor:
    """log(policy / reference), [A]: an unbiased estimate of KL(policy || reference), of either sign.

    For rewards (`trainers.advantage.kl_in_reward`), not for losses: its gradient has expectation 0.
    """
    return logprobs - reference_logprobs


def kl_k2(logprobs: torch.Tensor, reference_logprobs: torch.Tensor) -> torch.Tensor:
    """Half the square of log(policy / reference), [A]: biased as an estimate of KL(policy || reference), never negative.

    As a loss the right one: for samples of the policy its gradient is in expectation that of KL(policy || reference).
    """
    return (logprobs - reference_logprobs).square() / 2


def kl_k3(logprobs: torch.Tensor, reference_logprobs: torch.Tensor) -> torch.Tensor:
    """e^d - d - 1 with d = log(reference / policy), [A]: an unbiased estimate of KL(policy || reference), never negative.

    GRPO's, arXiv 2402.03300. As a loss its gradient is in expectation that of the other direction, KL(reference || policy).
    """
    difference = reference_logprobs - logprobs
    return difference.exp() - difference - 1


#: Schulman's estimators ("Approximating KL divergence", 2020) of each token's KL given the tokens before it, for samples of the
#: policy. What their gradients estimate: arXiv 2506.09477 (as losses, all leave out a token's effect on the states after it).
KL_ESTIMATORS: dict[str, Callable[[torch.Tensor, torch.Tensor], torch.Tensor]] = {
    "k1": kl_k1,
    "k2": kl_k2,
    "k3": kl_k3,
}


def truncated_importance(old_logprobs: torch.Tensor, sampler_logprobs: torch.Tensor, cap: float) -> torch.Tensor:
    """min(old / sampler, cap), [A], without gradient: weights for losses of tokens that another engine sampled.

    Engines disagree by rounding about one policy's probabilities, which makes its samples off-policy. Truncated importance
    sampling: Yao et al., "Your Efficient RL Framework Secretly Brings You Off-Policy RL Training", 2025.
    """
    return (old_logprobs - sampler_logprobs).detach().exp().clamp(max=cap)


def clipped_value_loss(
    values: torch.Tensor, old_values: torch.Tensor, returns: torch.Tensor, clip: float
) -> torch.Tensor:
    """max((V - R)^2, (V' - R)^2) / 2 with V' = V kept within `clip` of its old value, [A]: PPO's critic, arXiv 2005.12729."""
    near = old_values + (values - old_values).clamp(-clip, clip)
    return torch.maximum((values - returns).square(), (near - returns).square()) / 2


#: From completion lengths of ALL samples of a mini-batch, [samples], and the longest completion allowed, to the weight of
#: each of a sample's tokens, float32 [samples].
Normalisation = Callable[[torch.Tensor, int], torch.Tensor]


def token_mean(lengths: torch.Tensor, max_length: int) -> torch.Tensor:
    """1 / all completion tokens: the mean over tokens of DAPO, arXiv 2503.14476."""
    return torch.ones_like(lengths, dtype=torch.float32) / lengths.sum()


def sequence_mean(lengths: torch.Tensor, max_length: int) -> torch.Tensor:
    """1 / (samples * the sample's length): the mean over samples of their means, GRPO, arXiv 2402.03300."""
    return 1 / (len(lengths) * lengths.float())


def constant_length(lengths: torch.Tensor, max_length: int) -> torch.Tensor:
    """1 / (samples * max_length): long answers weigh what their tokens weigh, Dr. GRPO, arXiv 2503.20783."""
    return torch.full_like(lengths, 1 / (len(lengths) * max_length), dtype=torch.float32)


NORMALISATIONS: dict[str, Normalisation] = {
    "token_mean": token_mean,
    "sequence_mean": sequence_mean,
    "constant_length": constant_length,
}


def _pessimistic(ratio: torch.Tensor, advantages: torch.Tensor, clip: Clip) -> tuple[torch.Tensor, torch.Tensor]:
    """PPO's bound on ratio * advantage, negated, and whether it differs from ratio * advantage."""
    free = ratio * advantages
    bounded = torch.minimum(free, ratio.clamp(1 - clip.low, 1 + clip.high) * advantages)
    if clip.dual is not None:
        bounded = torch.where(advantages < 0, torch.maximum(bounded, clip.dual * advantages), bounded)
    return -bounded, (bounded != free).detach()
