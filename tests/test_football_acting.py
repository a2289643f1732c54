"""Adaptive acting and the names of actions."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
from football_positions import Recorded, drawn, made, steps_of
from hypothesis import given
from hypothesis import strategies as st

from envs.football.acting import MAX_RUN, Acting, is_clear
from envs.football.actions import DIRECTIONS, Action
from envs.football.names import ACTIONS, parse_action, parse_actions, response
from rewards import extract_answer, format_reward

US, THEM = 0, 1
FREE = made((0.0, 0.0), (US, 1))
AIR = made((0.1, 0.0), (-1, -1))
RIGHT, TOP, BUILTIN = Action.RIGHT, Action.TOP, Action.BUILTIN_AI


def acting(*coming, adaptive: bool = True, first=FREE, warm: bool = True) -> tuple[Acting, Recorded]:
    """Acting on an engine that shows what is coming; `warm` has an idle first step behind it."""
    engine = Recorded([*([FREE] if warm else []), *coming])
    made_ = Acting(engine, first, adaptive=adaptive)
    if warm:
        assert steps_of(made_.turn(Action.IDLE)) == [Action.IDLE]
    return made_, engine


def test_plain_acting_plays_each_action_for_one_step() -> None:
    plain, engine = acting(*[FREE] * 20, adaptive=False, warm=False)
    for action in (RIGHT, RIGHT, Action.SHOT, Action.SHORT_PASS, TOP, TOP):
        assert steps_of(plain.turn(action)) == [action]
    assert len(engine.played) == 6


def test_running_on_lasts_ten_steps_where_nobody_is_near() -> None:
    turns, _ = acting(*[FREE] * 40)
    assert steps_of(turns.turn(RIGHT)) == [RIGHT]
    assert steps_of(turns.turn(RIGHT)) == [RIGHT] * MAX_RUN
    assert steps_of(turns.turn(RIGHT)) == [RIGHT] * MAX_RUN
    assert steps_of(turns.turn(TOP)) == [TOP]
    assert steps_of(turns.turn(RIGHT)) == [RIGHT]


def test_the_first_action_of_an_episode_is_not_remembered() -> None:
    turns, _ = acting(*[FREE] * 40, warm=False)
    assert [len(steps_of(turns.turn(RIGHT))) for _ in range(3)] == [1, 1, MAX_RUN]


def test_another_action_in_between_breaks_a_run() -> None:
    turns, _ = acting(*[FREE] * 40)
    for action in (RIGHT, Action.SPRINT, RIGHT):
        assert steps_of(turns.turn(action)) == [action]
    assert len(steps_of(turns.turn(RIGHT))) == MAX_RUN


def test_a_run_stops_at_the_step_after_which_an_opponent_is_in_the_way() -> None:
    blocked = made((0.0, 0.0), (US, 1), right=[(0.005, 0.02)])
    turns, engine = acting(FREE, FREE, FREE, blocked, FREE, FREE)
    steps_of(turns.turn(RIGHT))
    assert steps_of(turns.turn(RIGHT)) == [RIGHT] * 3
    assert len(engine.played) == 5


def test_a_pass_alternates_with_the_last_direction_until_it_is_played_and_lasts_until_it_is_received() -> None:
    received = made((0.2, -0.2), (US, 2))
    turns, _ = acting(FREE, FREE, FREE, FREE, AIR, AIR, AIR, received, FREE)
    steps_of(turns.turn(TOP))
    assert steps_of(turns.turn(Action.LONG_PASS)) == [Action.LONG_PASS, TOP] * 2 + [BUILTIN] * 3


def test_a_kick_without_a_direction_before_runs_right() -> None:
    turns, _ = acting(FREE, FREE, AIR, made((0.9, 0.0), (THEM, 0)), FREE)
    assert steps_of(turns.turn(Action.SHOT)) == [Action.SHOT, RIGHT, Action.SHOT, RIGHT]


def test_the_direction_is_played_even_if_the_ball_has_left_the_foot_before_it() -> None:
    turns, _ = acting(AIR, AIR, made((0.2, 0.0), (US, 3)), FREE)
    assert steps_of(turns.turn(Action.HIGH_PASS)) == [Action.HIGH_PASS, RIGHT, BUILTIN]


def test_kicking_at_a_loose_ball_lasts_one_step() -> None:
    turns, _ = acting(AIR, FREE, first=AIR)
    turns._seen = AIR
    assert steps_of(turns.turn(Action.SHOT)) == [Action.SHOT]


@pytest.mark.parametrize("never", [FREE, AIR], ids=["never kicked", "never received"])
def test_a_pass_that_comes_to_nothing_ends_with_the_match(never) -> None:
    turns, engine = acting(*[never] * 333)
    assert len(steps_of(turns.turn(Action.SHORT_PASS))) == 333
    assert engine.done and steps_of(turns.turn(RIGHT)) == []


def test_a_caller_who_stops_asking_stops_the_turn() -> None:
    turns, engine = acting(*[FREE] * 30)
    steps_of(turns.turn(RIGHT))
    assert len(list(itertools.islice(turns.turn(RIGHT), 4))) == 4
    assert len(engine.played) == 6
    assert len(steps_of(turns.turn(RIGHT))) == MAX_RUN


def test_every_step_comes_with_what_was_seen_after_it() -> None:
    scenes = [made((x, 0.0), (US, 1)) for x in (0.1, 0.2, 0.3)]
    turns, _ = acting(*scenes)
    seen = [step for _ in range(3) for step, _ in itertools.islice(turns.turn(RIGHT), 1)]
    assert all(one is other for one, other in zip(seen, scenes, strict=True))


@pytest.mark.parametrize("seed", range(400))
def test_the_way_is_clear_exactly_if_no_step_ahead_meets_anybody_or_leaves_the_pitch(seed: int) -> None:
    rng = np.random.default_rng(seed)
    crowd = [tuple(place) for place in rng.uniform((0.0, -0.1), (0.2, 0.1), (11, 2))]
    start = tuple(rng.uniform((0.05, -0.05), (0.15, 0.05))) if seed % 2 else tuple(rng.uniform((0.9, -0.42), (1, 0.42)))
    team = int(rng.integers(-1, 2))
    seen = drawn(
        rng,
        ball=(*start, 0.0),
        owner=(team, 0 if team >= 0 else -1),
        left=[start],
        left_direction=rng.normal(0, 0.01, (1, 2)),
        right=crowd,
        right_direction=rng.normal(0, 0.01, (11, 2)),
        active=0,
    )
    who, going = ("left_team", "left_team_direction") if team == US else ("ball", "ball_direction")
    px, py = map(float, seen[who][0] if team == US else seen[who][:2])
    vx, vy = map(float, seen[going][0] if team == US else seen[going][:2])
    clear = abs(px + 3 * vx) < 1 and abs(py + 3 * vy) < 0.42
    for later in range(6):
        for (ox, oy), (wx, wy) in zip(seen["right_team"], seen["right_team_direction"], strict=True):
            gap = ((px + later * vx - ox - later * wx) ** 2 + (py + later * vy - oy - later * wy) ** 2) ** 0.5
            clear = clear and gap >= 0.01
    assert is_clear(seen) == clear


# -- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.label)
def test_every_action_is_understood_in_every_spelling(action: Action) -> None:
    label = action.label
    spellings = {label, label.replace("_", "-"), label.replace("_", " "), label.replace("_", "")}
    for spelling in spellings | {f"action_{s}" for s in spellings} | {f"action {s}" for s in spellings}:
        for written in (spelling, spelling.upper(), spelling.title(), f"  {spelling}.\n", f'"{spelling}"'):
            assert parse_action(written) == action and parse_actions(written) == [action], written


def test_the_grammar_knows_all_nineteen_actions_and_not_the_engines_own() -> None:
    assert len(ACTIONS) == 19 and Action.BUILTIN_AI not in ACTIONS
    assert parse_action("action_builtin_ai") is None


@pytest.mark.parametrize(
    "text", ["", "up", "kick", "shots", "lefty", "action", "top_leftover", "my_action_left", "ſhot", "éleft", "9"]
)
def test_what_is_no_name_is_no_action(text: str) -> None:
    assert parse_action(text) is None and parse_actions(text) == []


def test_two_words_that_make_a_name_are_one_action_and_separators_make_them_two() -> None:
    assert parse_actions("top left") == [Action.TOP_LEFT]
    for text in ("top, left", "top\nleft", "top  left", "1. top 2. left", "top; left"):
        assert parse_actions(text) == [Action.TOP, Action.LEFT], text


@given(st.lists(st.sampled_from(ACTIONS), max_size=40), st.sampled_from([", ", "\n", ",", "; ", " -> "]))
def test_a_list_of_names_is_read_back(actions: list[Action], separator: str) -> None:
    assert parse_actions(separator.join(action.label for action in actions)) == actions
    assert parse_actions(json.dumps([f"action_{action.label}" for action in actions])) == actions
    text = response("some thoughts about action_left", *actions)
    assert format_reward(text) == 1.0
    assert parse_actions(extract_answer(text) or "") == actions
    assert parse_action(extract_answer(text) or "") == (actions[0] if actions else None)


@given(st.text())
def test_no_answer_raises(text: str) -> None:
    assert set(parse_actions(text)) <= set(ACTIONS)
    assert parse_action(text) == next(iter(parse_actions(text)), None)


def test_directions_are_the_eight_that_run() -> None:
    assert len(DIRECTIONS) == 8 and all(action in ACTIONS for action in DIRECTIONS)
