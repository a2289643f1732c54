"""Verifiable rewards: what a response earns, decided by rules and never by a model.

`format` checks the response grammar, `accuracy` compares an answer with the gold answer under a hard time limit, and
`compose` weighs the two and functions of the user's own into one number. This package knows nothing of environments,
models or training, and importing it starts no process.
"""

from rewards.accuracy import are_correct, check_gold, is_correct
from rewards.compose import RewardSum, RewardWeights, load_reward
from rewards.format import extract_answer, format_reward
from rewards.verifier import VerifierPool

__all__ = [
    "RewardSum",
    "RewardWeights",
    "VerifierPool",
    "are_correct",
    "check_gold",
    "extract_answer",
    "format_reward",
    "is_correct",
    "load_reward",
]
