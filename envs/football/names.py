"""How models name actions, and how their answers are read.

Grammar of an answer: the names of `envs.football.actions`, in any case, with or without `action_` before them, their parts joined
by an underscore, a hyphen, one space or nothing ("action_top_left", "Top-Left", "short pass"). Everything else (commas, brackets,
quotes, numbering, other words) is passed over. Two parts that make up a name are read as that name: "top left" is one action,
"top, left" are two. `builtin_ai` is no action of an agent: it would be the engine that plays.
"""

from __future__ import annotations

import re

from envs.football.actions import NUM_ACTIONS, Action

ACTIONS = tuple(Action(number) for number in range(NUM_ACTIONS))
_BY_WORD = {action.label.replace("_", ""): action for action in ACTIONS}
_NAMES = sorted((action.label for action in ACTIONS), key=len, reverse=True)
_NAME = re.compile(rf"(?<!\w)(?ai:(?:action[ _-]?)?({'|'.join(name.replace('_', '[ _-]?') for name in _NAMES)}))(?!\w)")
_JOINT = re.compile("[ _-]")


def parse_actions(answer: str) -> list[Action]:
    """The actions named in an answer, in order. Linear in the answer's length; never raises."""
    return [_BY_WORD[_JOINT.sub("", name).lower()] for name in _NAME.findall(answer)]


def parse_action(answer: str) -> Action | None:
    """The first action named in an answer, `None` if there is none."""
    match = _NAME.search(answer)
    return _BY_WORD[_JOINT.sub("", match[1]).lower()] if match else None


def response(thoughts: str, *actions: Action) -> str:
    """A response in the grammar of `rewards.format`, with actions named as the prompts name them."""
    return f"<think>{thoughts}</think><answer>{' '.join(f'action_{action.label}' for action in actions)}</answer>"
