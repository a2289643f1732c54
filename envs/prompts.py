"""What the model is told. Every sentence that reaches a model stands in this file."""

from __future__ import annotations

#: The response grammar that the format reward checks (see `rewards.format`).
RESPONSE_FORMAT = "Reply as <think>reasoning</think><answer>result</answer>."

TEXT_MATH = "{problem}\n" + RESPONSE_FORMAT

SOKOBAN_GLOBAL = "Sokoban: push every box onto a target. Plan all moves: up, down, left, right.\n" + RESPONSE_FORMAT

SOKOBAN_ONLINE = (
    "Sokoban: push every box onto a target, one move a turn. Your last moves: {memory}. Give the next: up, down, left or right.\n"
    + RESPONSE_FORMAT
)
