"""Playing by hand: the session behind the window, and the window's keys."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pygame
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envs.sokoban import play
from envs.sokoban.choice import LevelChoice
from envs.sokoban.play import Session
from envs.sokoban.rules import MOVES, PUSH, Game
from envs.sokoban.solver import solve


def session(seed: int = 0) -> Session:
    return Session(LevelChoice("tiny-v0"), seed)


@settings(max_examples=50, deadline=None)
@given(moves=st.lists(st.sampled_from(MOVES), max_size=40), undone=st.integers(0, 10))
def test_undoing_is_as_if_the_moves_had_not_been_made(moves: list[str], undone: int) -> None:
    played = session()
    for move in moves:
        played.move(move)
    kept = played.moves[: max(0, len(played.moves) - undone)]
    for _ in range(undone):
        played.undo()
    replayed = Game(played.level)
    for move in kept:
        replayed.play(PUSH[move])
    assert played.moves == kept
    assert np.array_equal(played.game.state, replayed.state) and played.game.player == replayed.player


def test_following_the_hints_solves_the_level_in_the_fewest_moves() -> None:
    played = session(4)
    fewest = len(solve(played.level).moves)
    for left in range(fewest, 0, -1):
        played.hint()
        assert played.said.endswith(f"{left} to go")
        played.move(played.said.split()[1].rstrip(","))
    assert played.game.won and len(played.moves) == fewest
    assert "solved" in played.status()
    before = played.game.state.copy()
    played.move("up")
    assert np.array_equal(played.game.state, before) and len(played.moves) == fewest


def test_a_hint_says_when_there_is_no_way(tmp_path: Path) -> None:
    (tmp_path / "a.xsb").write_text("######\n#    #\n# $. #\n# @  #\n######")
    played = Session(LevelChoice("tiny-v0", tmp_path / "a.xsb"))
    played.move("up")  # against the wall, where no target is
    played.hint()
    assert "no way from here" in played.status()
    played.undo()
    played.hint()
    assert "to go" in played.status()


def key(code: int) -> pygame.event.Event:
    return pygame.event.Event(pygame.KEYDOWN, key=code)


def test_keys_do_what_the_bar_says() -> None:
    played = session()
    arrows = {pygame.K_UP: "up", pygame.K_DOWN: "down", pygame.K_LEFT: "left", pygame.K_RIGHT: "right"}
    for code, name in arrows.items():
        expected = Game(played.level)
        moved = expected.play(PUSH[name]).moved
        assert play.obey(played, key(code), pygame)
        assert played.moves == ([name] if moved else [])
        assert play.obey(played, key(pygame.K_u), pygame) and played.moves == []
    first = played.level
    assert play.obey(played, key(pygame.K_n), pygame) and played.number == 2
    assert not np.array_equal(played.level.state, first.state)
    assert play.obey(played, key(pygame.K_h), pygame) and played.said.startswith("hint")
    assert not play.obey(played, key(pygame.K_ESCAPE), pygame)
    assert not play.obey(played, pygame.event.Event(pygame.QUIT), pygame)


def test_the_window_opens_and_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    events = iter([key(pygame.K_h), key(pygame.K_RIGHT), key(pygame.K_ESCAPE)])
    monkeypatch.setattr(pygame.event, "wait", lambda: next(events))
    assert play.main(["--preset", "tiny-v0"]) == 0


def test_an_unknown_preset_is_one_clear_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert play.main(["--preset", "tiny-v9"]) == 2
    assert capsys.readouterr().err.startswith("error: preset is 'tiny-v9', which is unknown; did you mean")
