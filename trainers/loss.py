"""Policy losses as small functions of per-token tensors; normalisation is the caller's, by global token counts."""

from __future__ import annotations

import torch


def clipped_surrogate(
    logprobs: torch.Tensor,
    old_logprobs: torch.Tensor,
    advantages: torch.Tensor,
    clip_low: float = 0.2,
    clip_high: float = 0.2,
) -> tuple[torch.Tensor, torch.Tensor]:
    """PPO's pessimistic bound, arXiv 1707.06347, with separate limits below and above (DAPO, arXiv 2503.14476).

    Args:
        logprobs: Of the policy in training, float32 [A].
        old_logprobs: Of the policy that sampled, float32 [A].
        advantages: float32 [A].
        clip_low, clip_high: The ratio may move within [1 - clip_low, 1 + clip_high].

    Returns:
        Loss of each token, -min(ratio * advantage, clipped ratio * advantage), [A]; and whether clipping took effect, bool [A].
    """
    ratio = (logprobs - old_logprobs).exp()
    free = ratio * advantages
    bound = ratio.clamp(1 - clip_low, 1 + clip_high) * advantages
    return -torch.minimum(free, bound), (bound < free).detach()


def kl_k3(logprobs: torch.Tensor, reference_logprobs: torch.Tensor) -> torch.Tensor:
    """Schulman's k3 estimate of KL(policy || reference) for each token, [A]: e^d - d - 1 with d = reference - policy.

    Unbiased for samples of the policy and never negative. As used by GRPO, arXiv 2402.03300.
    """
    difference = reference_logprobs - logprobs
    return difference.exp() - difference - 1
