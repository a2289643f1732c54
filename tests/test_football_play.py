"""Playing football by hand: what the hands ask for reaches the match one action a step, and the window obeys its keys."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pygame
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envs.football import play
from envs.football.actions import STICKY, Action
from envs.football.choice import ScenarioChoice
from envs.football.engine import Engine, Observation
from envs.football.match import Match
from envs.football.play import Session
from envs.football.scenario import Scenario

HELD = (Action.LEFT, Action.RIGHT, Action.TOP, Action.BOTTOM, Action.SPRINT, Action.DRIBBLE)


class Recorder(Match):
    """Our engine, and what it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[Action] = []

    def reset(self, scenario: Scenario, seed: int) -> Observation:
        self.scenario = scenario
        return super().reset(scenario, seed)

    def step(self, action: Action) -> Observation:
        self.told.append(action)
        return super().step(action)


def session(scenario: str = "11_vs_11_stochastic", seed: int = 0, engine: Engine | None = None) -> Session:
    return Session(ScenarioChoice(scenario, None, None, None), seed, engine or Match())


def sticky(played: Session) -> set[Action]:
    return {action for action, holds in zip(STICKY, played.seen["sticky_actions"], strict=True) if holds}


@settings(max_examples=60, deadline=None)
@given(presses=st.lists(st.tuples(st.sampled_from(HELD), st.booleans()), max_size=12))
def test_soon_the_match_holds_what_the_keys_hold(presses: list[tuple[Action, bool]]) -> None:
    played = session()
    down: set[Action] = set()
    for action, pressed in presses:
        played.hold(action, pressed)
        (down.add if pressed else down.discard)(action)
        played.step()
    for _ in range(3):  # direction, sprint, dribble
        played.step()
    right = (Action.RIGHT in down) - (Action.LEFT in down)
    lower = (Action.BOTTOM in down) - (Action.TOP in down)
    words = {"top": lower < 0, "bottom": lower > 0, "left": right < 0, "right": right > 0}
    name = "_".join(word for word, wanted in words.items() if wanted)
    expected = (down & {Action.SPRINT, Action.DRIBBLE}) | ({Action[name.upper()]} if name else set())
    assert sticky(played) == expected


def test_a_kick_waits_for_the_direction_and_is_played_once() -> None:
    engine = Recorder()
    played = session(engine=engine)
    played.hold(Action.RIGHT, True)
    played.hold(Action.BOTTOM, True)
    played.hold(Action.SPRINT, True)
    played.ask(Action.LONG_PASS)
    played.ask(Action.SHOT)  # thought better of it
    for _ in range(5):
        played.step()
    assert engine.told == [Action.BOTTOM_RIGHT, Action.SPRINT, Action.SHOT, Action.IDLE, Action.IDLE]


def test_time_stands_still_while_paused_and_after_the_end() -> None:
    played = session("academy_empty_goal_close")
    played.pause()
    before = played.seen["steps_left"]
    played.step()
    assert played.seen["steps_left"] == before and "paused" in played.status()
    played.pause()
    played.hold(Action.RIGHT, True)
    for step in range(401):
        if step % 5 == 4:
            played.ask(Action.SHOT)
        played.step()
    assert "over" in played.status()
    end = played.seen["steps_left"]
    played.step()
    assert played.seen["steps_left"] == end


def test_again_is_the_same_match_and_next_is_another() -> None:
    played = session("attack")
    first = played.seen["left_team"].copy()
    for _ in range(10):
        played.step()
    played.restart()
    assert np.array_equal(played.seen["left_team"], first) and played.number == 1
    played.next()
    assert played.number == 2 and not np.array_equal(played.seen["left_team"], first)
    assert np.array_equal(session("attack", seed=1).seen["left_team"], played.seen["left_team"])


def key(code: int, down: bool = True) -> pygame.event.Event:
    return pygame.event.Event(pygame.KEYDOWN if down else pygame.KEYUP, key=code)


@pytest.mark.parametrize(
    ("code", "action"),
    [
        (pygame.K_s, "short_pass"),
        (pygame.K_a, "long_pass"),
        (pygame.K_d, "high_pass"),
        (pygame.K_f, "shot"),
        (pygame.K_e, "sliding"),
    ],
)
def test_keys_ask_for_what_the_bar_says(code: int, action: str) -> None:
    engine = Recorder()
    played = session(engine=engine)
    assert play.obey(played, key(code), pygame) and play.obey(played, key(code, down=False), pygame)
    played.step()
    played.step()
    assert engine.told == [Action[action.upper()], Action.IDLE]
    told = "slide" if action == "sliding" else action.replace("_", " ")
    assert f"{pygame.key.name(code).upper()} {told}" in play.KEYS[0]


def test_keys_hold_pause_and_leave() -> None:
    played = session()
    for code in (pygame.K_UP, pygame.K_LEFT, pygame.K_LSHIFT, pygame.K_c):
        assert play.obey(played, key(code), pygame)
    assert played.held == {Action.TOP, Action.LEFT, Action.SPRINT, Action.DRIBBLE}
    for code in (pygame.K_UP, pygame.K_c):
        play.obey(played, key(code, down=False), pygame)
    assert played.held == {Action.LEFT, Action.SPRINT}
    assert play.obey(played, key(pygame.K_SPACE), pygame) and played.paused
    assert play.obey(played, key(pygame.K_r), pygame) and not played.paused
    assert play.obey(played, key(pygame.K_n), pygame) and played.number == 2
    assert not play.obey(played, key(pygame.K_ESCAPE), pygame)
    assert not play.obey(played, pygame.event.Event(pygame.QUIT), pygame)


def test_the_window_plays_in_real_time_until_it_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    script = [[], [key(pygame.K_RIGHT)], [], [key(pygame.K_s)], [key(pygame.K_ESCAPE)]]
    rates: list[float] = []

    class Clock:
        def tick(self, rate: float) -> None:
            rates.append(rate)

    monkeypatch.setattr(pygame.event, "get", lambda: script.pop(0))
    monkeypatch.setattr(pygame.time, "Clock", Clock)
    assert play.main(["--scenario", "academy_3_vs_1_with_keeper", "--width", "320", "--camera", "top_down"]) == 0
    assert rates == [10] * 4 and not script


def test_unknown_scenarios_are_one_clear_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert play.main(["--scenario", "academy_cornr"]) == 2
    assert "did you mean 'academy_corner'?" in capsys.readouterr().err
    assert play.main(["--width", "100"]) == 2
    assert "size is" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="takes the display away as it is on Linux")
def test_without_a_display_it_says_so() -> None:
    environment = {name: value for name, value in os.environ.items() if "DISPLAY" not in name and "SDL" not in name}
    root = Path(play.__file__).parents[2]
    command = [sys.executable, "-W", "ignore", "-m", "envs.football.play"]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2 and "error: there is no display" in done.stderr
