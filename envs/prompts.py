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

#: What both prompts of football tell: who is who, and what each action does.
FOOTBALL_RULES = (
    "Football: you are the player in yellow with a blue name over his head. Team mates wear yellow, opponents another colour. "
    "Score in the goal on the right.\n"
    "Actions:\n"
    "action_left, action_top_left, action_top, action_top_right, action_right, action_bottom_right, action_bottom, "
    "action_bottom_left: run that way until told otherwise.\n"
    "action_short_pass, action_long_pass, action_high_pass: pass along the ground, far, or over heads; your direction chooses "
    "the team mate.\n"
    "action_shot: shoot at the goal.\n"
    "action_sprint, action_release_sprint: begin or stop sprinting; faster, but the ball runs off more easily.\n"
    "action_dribble, action_release_dribble: begin or stop keeping the ball close; slower, but harder to rob.\n"
    "action_release_direction: stop. action_sliding: slide at the ball when an opponent has it. action_idle: change nothing.\n"
)

FOOTBALL_GLOBAL = (
    FOOTBALL_RULES
    + "Plan all your actions; they are played in order. The result is their names, with spaces between.\n"
    + RESPONSE_FORMAT
)

FOOTBALL_ONLINE = (
    FOOTBALL_RULES + "Your last actions: {memory}. Give the next one; the result is its name.\n" + RESPONSE_FORMAT
)
