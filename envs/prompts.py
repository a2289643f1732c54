"""What the model is told. Every sentence that reaches a model stands in this file."""

from __future__ import annotations

#: The response grammar that the format reward checks (see `rewards.format`).
RESPONSE_FORMAT = "Reply as <think>reasoning</think><answer>result</answer>."

TEXT_MATH = "{problem}\n" + RESPONSE_FORMAT

SOKOBAN_GOAL = "push every box onto a target"
SOKOBAN_GOAL_FIXED_TARGETS = "push every box onto the target of its own colour"

SOKOBAN_GLOBAL = "Sokoban: {goal}. Plan all moves: up, down, left, right.\n" + RESPONSE_FORMAT

SOKOBAN_ONLINE = (
    "Sokoban: {goal}, one move a turn. Your last moves: {memory}. Give the next: up, down, left or right.\n"
    + RESPONSE_FORMAT
)
