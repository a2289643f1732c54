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

PICTURE_QUESTION = "{problem}\n" + RESPONSE_FORMAT
IN_PICTURE = "Solve the problem in the picture."
NOT_TO_SCALE = "The figure is not drawn to scale."
OPTIONS = "Options: {options}."
OPTION_LETTER = "The result is the letter of the right option."

DATASET = "{problem}\n" + RESPONSE_FORMAT
DATASET_CHOICES = "{problem}\nOptions:\n{options}\n" + OPTION_LETTER + "\n" + RESPONSE_FORMAT
DATASET_OPTION = "{letter}. {text}"
DATASET_PICTURE = "[picture {number}]"
DATASET_UNIT = "Give the result in {unit}."
DATASET_DECIMALS = "Round the result to {count} decimals."
