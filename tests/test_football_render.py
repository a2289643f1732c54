"""Frames of football: where things appear, by closed forms; what they look like, by their pixels."""

from __future__ import annotations

import copy
import hashlib
import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envs.football.pitch import METRES_X, METRES_Y, Role
from envs.football.render import NAMES, Renderer, frame
from envs.football.render.broadcast import BALL_LARGER, RADIUS
from envs.football.render.camera import DISTANCE, LOWER_TOUCHLINE, UPPER_TOUCHLINE, Camera, camera_for
from envs.football.render.figures import RUN, STAND, STRIDES, phase
from envs.football.render.minimap import plan_of
from envs.football.render.palette import KITS, NAME
from envs.football.render.scene import OUR_KEEPER, OURS, THEIR_KEEPER, THEIRS, Scene
from envs.football.render.topdown import SHADOW_X, SHADOW_Y, Plan

SIZES = [(256, 144), (640, 360), (1280, 720), (512, 512), (960, 400)]
UNIT = np.array([METRES_X, METRES_Y])


def observation(
    left: list[tuple[float, float]],
    right: list[tuple[float, float]],
    ball: tuple[float, float, float],
    active: int = 0,
    keepers: bool = False,
    velocity: tuple[float, float] = (0.0, 0.0),
) -> dict[str, Any]:
    """A raw observation from places in metres, with one velocity in m/s for all; the first of a team may be its goalkeeper."""
    seen: dict[str, Any] = {
        "ball": np.array([ball[0] / METRES_X, ball[1] / METRES_Y, ball[2]], np.float32),
        "active": active,
        "score": [1, 2],
        "steps_left": 250,
    }
    for name, places in (("left_team", left), ("right_team", right)):
        count = len(places)
        seen[name] = (np.reshape(places, (count, 2)) / UNIT).astype(np.float32)
        seen[f"{name}_direction"] = np.tile(np.array(velocity) * 0.1 / UNIT, (count, 1)).astype(np.float32)
        seen[f"{name}_active"] = np.ones(count, bool)
        seen[f"{name}_roles"] = np.full(count, Role.CM)
        if keepers and count:
            seen[f"{name}_roles"][0] = Role.GK
    return seen


def near(picture: np.ndarray, colour: tuple[int, int, int], tolerance: int = 40) -> np.ndarray:
    """Where a picture has a colour, bool [H, W]."""
    return (np.abs(picture.astype(int) - colour).max(-1) <= tolerance).astype(bool)


def around(mask: np.ndarray, column: float, row: float, reach: float) -> int:
    """How many pixels of a mask are within `reach` of a place, in both directions."""
    top, left = max(int(row - reach), 0), max(int(column - reach), 0)
    return int(mask[top : int(row + reach) + 1, left : int(column + reach) + 1].sum())


def middle(mask: np.ndarray) -> np.ndarray:
    """Column and row of the middle of the pixels of a mask."""
    rows, columns = np.nonzero(mask)
    return np.array([columns.mean() + 0.5, rows.mean() + 0.5])


def matrix(camera: Camera, x: float) -> np.ndarray:
    """The pinhole camera that `Camera` describes, K [R | t], [3, 4]: pixels are K (R p + t), divided by their last number."""
    eye = np.array([x, DISTANCE * np.cos(camera.elevation), DISTANCE * np.sin(camera.elevation)])
    ahead = np.array([x, 0.0, 0.0]) - eye
    ahead /= np.linalg.norm(ahead)
    right = np.cross(np.array([0.0, 0.0, 1.0]), ahead)
    right *= np.sign(right[0]) / np.linalg.norm(right)
    down = np.cross(ahead, right)
    down *= -np.sign(down[2])
    turn = np.stack([right, down, ahead])
    inner = np.array([[camera.focal, 0, camera.width / 2], [0, camera.focal, camera.axis], [0, 0, 1]])
    return inner @ np.column_stack([turn, -turn @ eye])


@pytest.mark.parametrize("size", SIZES)
def test_projection_is_that_of_a_pinhole_camera(size: tuple[int, int]) -> None:
    camera = camera_for(size)
    rng = np.random.default_rng(0)
    points = rng.uniform([-60, -40, 0], [60, 40, 12], (200, 3))
    for x in (-35.0, 0.0, 12.34):
        flat, scale = camera.project(points, x)
        expected = matrix(camera, x) @ np.column_stack([points, np.ones(len(points))]).T
        np.testing.assert_allclose(flat, (expected[:2] / expected[2]).T, atol=1e-7)
        np.testing.assert_allclose(scale, camera.focal / expected[2], rtol=1e-12)


@pytest.mark.parametrize("size", SIZES)
def test_camera_shows_both_touchlines_and_three_fifths_of_the_length(size: tuple[int, int]) -> None:
    camera = camera_for(size)
    ends, _ = camera.project(np.array([[0.0, -36.0, 0.0], [0.0, 36.0, 0.0], [-33.0, 0.0, 0.0], [33.0, 0.0, 0.0]]), 0.0)
    np.testing.assert_allclose(ends[:2, 1], [UPPER_TOUCHLINE * size[1], LOWER_TOUCHLINE * size[1]], atol=1e-6)
    np.testing.assert_allclose(ends[2:, 0], [0, size[0]], atol=1e-6)


@pytest.mark.parametrize("size", SIZES)
def test_the_ball_on_the_pitch_is_always_in_the_picture(size: tuple[int, int]) -> None:
    camera = camera_for(size)
    places = [(x, y) for x in np.linspace(-55.2, 55.2, 24) for y in (-36.2, 0.0, 36.2)]
    for x, y in [*places, (57.5, 0.0), (-57.5, 3.0)]:  # and in the nets
        (column, row), _ = camera.project(np.array([x, y, 0.11]), camera.follow(x))
        assert 2 < column < size[0] - 2 and 2 < row < size[1] - 2


def chalk_marks() -> np.ndarray:
    """Points on the lines of a pitch of 110 by 72 m, by the laws of the game, m, [N, 2]."""
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False) + 0.03
    circle = 9.15 * np.stack([np.cos(angle), np.sin(angle)], 1)
    arcs = circle + [55 - 11, 0]
    points = [
        circle,
        arcs[arcs[:, 0] < 55 - 16.5 - 0.3],
        np.array([[55, y] for y in np.linspace(-35, 35, 30) if abs(y) > 5]),
        np.array([[x, 36] for x in np.linspace(-50, 50, 30)]),
        np.array([[0, y] for y in np.linspace(-35, 35, 20)]),
        np.array([[55 - 16.5, y] for y in np.linspace(-20, 20, 30)]),
        np.array([[x, 20.16] for x in np.linspace(40, 53, 9)]),
        np.array([[55 - 5.5, y] for y in np.linspace(-9, 9, 15)]),
        np.array([[x, 9.16] for x in np.linspace(50.5, 54, 5)]),
        np.array([[44, 0], [0, 0]]),
    ]
    quarter = np.concatenate(points)
    return np.concatenate([quarter * [sign, flip] for sign in (-1, 1) for flip in (-1, 1)])


@pytest.mark.parametrize("size", [(640, 360), (1280, 720)])
@pytest.mark.parametrize("ball_x", [-60.0, -7.77, 0.0, 13.131, 50.0])
def test_lines_lie_where_the_laws_and_the_projection_say(size: tuple[int, int], ball_x: float) -> None:
    camera = camera_for(size)
    picture = frame(observation([], [], (ball_x, 30.0, 0.11), active=-1), size=size)
    marks = chalk_marks()
    flat, scale = camera.project(np.column_stack([marks, np.zeros(len(marks))]), camera.follow(ball_x))
    inside = ((flat > 2) & (flat < np.array(size) - 2)).all(1) & (flat[:, 1] > 0.13 * size[1])
    inside &= ~((flat[:, 1] < 0.2 * size[1]) & (flat[:, 0] < 0.3 * size[0]))  # the panel with the score
    inside &= np.hypot(*(marks - [ball_x, 30.0]).T) > 3
    assert inside.sum() > 60
    for column, row in flat[inside]:
        patch = picture[int(row) - 1 : int(row) + 2, int(column) - 1 : int(column) + 2].astype(int)
        # Chalk has much blue, grass has little.
        assert patch[..., 2].max() > 120, (column, row)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("place", [(-20.0, -20.0), (3.0, 14.0), (33.0, 25.0)])
def test_ball_is_where_the_projection_says(size: tuple[int, int], place: tuple[float, float]) -> None:
    column_x, y = place
    camera, plan = camera_for(size), Plan.of(size)
    for name in ("broadcast", "top_down"):
        if name == "broadcast":
            (column, row), _ = camera.project(np.array([column_x, y, 0.3]), camera.follow(column_x))
        else:
            column, row = plan.project(np.array(place))
        here = frame(observation([], [], (column_x, y, 0.11), active=-1), camera=name, size=size)
        away = frame(observation([], [], (column_x, -y + 9, 0.11), active=-1), camera=name, size=size)
        white = near(here, (255, 255, 255), 30)
        assert around(white, column, row, 2) >= 4
        assert around(near(away, (255, 255, 255), 30), column, row, 2) == 0


@pytest.mark.parametrize("size", SIZES)
def test_players_wear_their_colours_where_the_projection_says(size: tuple[int, int]) -> None:
    left, right = [(-9.0, 3.0), (4.0, -14.0), (14.0, 20.0)], [(10.0, -4.0), (-14.0, -21.0), (-3.0, 16.0)]
    seen = observation(left, right, (0.0, 28.0, 0.11), active=-1, keepers=True)
    camera, plan = camera_for(size), Plan.of(size)
    kits = [OUR_KEEPER, OURS, OURS, THEIR_KEEPER, THEIRS, THEIRS]
    for name in ("broadcast", "top_down"):
        picture = frame(seen, camera=name, size=size)
        for place, kit in zip(left + right, kits, strict=True):
            if name == "broadcast":
                (column, row), scale = camera.project(np.array([*place, 1.5]), 0.0)
            else:
                (column, row), scale = plan.project(np.array(place)), plan.scale
            reach = max(1.2 * scale, 4)
            for other, wear in enumerate(KITS):
                count = around(near(picture, wear.shirt), column, row, reach)
                assert (count >= 2) == (other == kit), (name, place, other, count)
            shirt = near(picture, KITS[kit].shirt)
            window = np.zeros_like(shirt)
            top, start = int(max(row - reach, 0)), int(max(column - reach, 0))
            window[top : int(row + reach) + 1, start : int(column + reach) + 1] = True
            assert abs(middle(shirt & window)[0] - column) < max(0.5 * scale, 1.5)


def test_ours_are_yellow_and_theirs_are_red() -> None:
    red, green, blue = KITS[OURS].shirt
    assert red > 200 and green > 180 and blue < 80
    red, green, blue = KITS[THEIRS].shirt
    assert red > 180 and green < 80 and blue < 80


@pytest.mark.parametrize("name", ["broadcast", "top_down"])
@pytest.mark.parametrize("size", SIZES)
def test_shadow_parts_from_the_ball_as_it_rises(name: str, size: tuple[int, int]) -> None:
    place = np.array([8.25, 12.0])  # in the middle of a stripe
    nothing = frame(observation([], [], (place[0], -33.0, 0.11), active=-1), camera=name, size=size).astype(int)
    lift = RADIUS * (BALL_LARGER - 1)  # the ball is drawn larger than it is, and yet on the ground when it lies there
    gaps = []
    for z in (2.5, 5.0, 7.5):
        picture = frame(observation([], [], (*place, z), active=-1), camera=name, size=size).astype(int)
        change = (picture - nothing).sum(-1)
        change[: int(0.25 * size[1])] = 0  # where the ball was
        bright = middle(change > 250)
        rows, columns = np.indices(change.shape)
        outline = np.hypot(columns + 0.5 - bright[0], rows + 0.5 - bright[1]) < 0.008 * size[0] + 2
        dark = middle((change < -30) & ~outline)
        gaps.append(np.hypot(*(dark - bright)))
        if name == "broadcast":
            points = np.array([[*place, 0.0], [*place, z + lift]])
            (ground, air), _ = camera_for(size).project(points, place[0])
        else:
            plan = Plan.of(size)
            ground, air = plan.project(place + z * np.array([SHADOW_X, SHADOW_Y])), plan.project(place)
        np.testing.assert_allclose(dark, ground, atol=1.0)
        np.testing.assert_allclose(bright, air, atol=1.0)
    assert gaps[0] + 1 < gaps[1] and gaps[1] + 1 < gaps[2]


@pytest.mark.parametrize("name", ["broadcast", "top_down"])
@pytest.mark.parametrize("size", SIZES)
def test_name_stands_over_the_controlled_player_alone(name: str, size: tuple[int, int]) -> None:
    left = [(-15.0, 2.0), (12.0, -5.0), (2.0, 22.0)]
    place = (0.0, 10.0, 0.11)
    nobody = near(frame(observation(left, [(5.0, 5.0)], place, active=-1), camera=name, size=size), NAME, 60)
    assert not nobody.any()
    for active, player in enumerate(left):
        blue = near(frame(observation(left, [(5.0, 5.0)], place, active=active), camera=name, size=size), NAME, 60)
        if name == "broadcast":
            (feet, head), _ = camera_for(size).project(np.array([[*player, 0.0], [*player, 1.8]]), 0.0)
        else:
            feet = head = Plan.of(size).project(np.array(player))
        rows, columns = np.nonzero(blue)
        above = rows < head[1] - 2
        assert above.sum() > 25
        assert abs((columns[above].min() + columns[above].max()) / 2 - head[0]) < 4
        assert rows.max() < feet[1] + 0.06 * size[1] + 4 and rows.min() > head[1] - 0.2 * size[1] - 8


def test_names_are_those_given() -> None:
    seen = observation([(0.0, 0.0), (9.0, 9.0)], [], (0.0, 9.0, 0.11), active=1)
    usual = frame(seen)
    np.testing.assert_array_equal(usual, frame(seen, names=NAMES))
    other = frame(seen, names=["Ada", "Bob"])
    rows = np.nonzero((usual != other).any((1, 2)))[0]
    (_, feet), _ = camera_for((640, 360)).project(np.array([9.0, 9.0, 0.0]), 0.0)
    assert len(rows) and rows.max() < feet
    np.testing.assert_array_equal(other, frame(seen, names=["Eve", "Bob"]))
    with pytest.raises(ValueError, match="names has 1 names; expected one for our player 1 too"):
        frame(seen, names=["Ada"])


def test_a_name_at_the_edge_stays_in_the_picture() -> None:
    seen = observation([(-54.0, -35.5)], [], (-54.0, 20.0, 0.11), active=0)
    for name in ("broadcast", "top_down"):
        long = frame(seen, camera=name, names=["Ramanujan-Hardy"])
        blank = frame(seen, camera=name, names=[" "])
        changed = np.nonzero((long != blank).any((0, 2)))[0]
        assert changed.max() - changed.min() > 90  # as long as anywhere else


def test_nearer_players_cover_farther_ones() -> None:
    camera = camera_for((1280, 720))
    (column, row), _ = camera.project(np.array([0.0, 5.5, 1.45]), 0.0)
    for left, right, shirt in (([(0.0, 5.5)], [(0.0, 4.5)], OURS), ([(0.0, 4.5)], [(0.0, 5.5)], THEIRS)):
        picture = frame(observation(left, right, (0.0, 20.0, 0.11), active=-1), size=(1280, 720))
        assert around(near(picture, KITS[shirt].shirt, 20), column, row, 3) > 25


def test_players_sent_off_are_gone() -> None:
    seen = observation([(0.0, 0.0), (9.0, 9.0)], [(4.0, -9.0)], (0.0, 9.0, 0.11), active=0)
    seen["left_team_active"][1] = False
    fewer = observation([(0.0, 0.0)], [(4.0, -9.0)], (0.0, 9.0, 0.11), active=0)
    np.testing.assert_array_equal(frame(seen), frame(fewer))


def test_players_run_as_they_go() -> None:
    assert phase(np.array([3.3, 1.0]), 0.0, STAND) == 0
    poses = [phase(np.array([x, 0.0]), 0.0, RUN) for x in np.arange(0.01, STRIDES[RUN], 0.05)]
    assert poses == sorted(poses) and set(poses) == set(range(8))
    heading = 0.7
    stride = STRIDES[RUN] * np.array([np.cos(heading), np.sin(heading)])
    start = np.array([1.23, 4.56])
    assert phase(start, heading, RUN) == phase(start + stride, heading, RUN)


def test_those_who_stand_look_at_the_ball() -> None:
    scene = Scene.of(observation([(0.0, 0.0), (10.0, 0.0)], [], (0.0, 10.0, 0.11)))
    np.testing.assert_allclose(scene.headings, [np.pi / 2, np.arctan2(10, -10)], atol=1e-6)
    assert (scene.speeds == 0).all()
    scene = Scene.of(observation([(0.0, 0.0)], [(5.0, 5.0)], (0.0, 10.0, 0.11), velocity=(3.0, -4.0)))
    np.testing.assert_allclose(scene.headings, np.arctan2(-4, 3), atol=1e-6)
    np.testing.assert_allclose(scene.speeds, 5.0, rtol=1e-6)


def test_minimap_shows_the_whole_pitch() -> None:
    seen = observation([(-50.0, -30.0)], [(50.0, 30.0)], (-50.0, 10.0, 0.11), active=-1)
    for size in SIZES:
        picture, without = frame(seen, size=size, minimap=True), frame(seen, size=size)
        plan = plan_of(size)
        rows, columns = np.nonzero((picture != without).any(-1))
        assert columns.max() - columns.min() + 1 == plan.width and rows.max() - rows.min() + 1 == plan.height
        inset = picture[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        for place, kit in (((-50.0, -30.0), OURS), ((50.0, 30.0), THEIRS)):
            column, row = plan.project(np.array(place))
            assert around(near(inset, KITS[kit].shirt, 70), column, row, 3) >= 3


def crowd_of(rng: np.random.Generator) -> dict[str, Any]:
    """Two full teams anywhere, running anyhow."""
    spots = [[tuple(place) for place in rng.uniform([-55, -36], [55, 36], (11, 2))] for _ in range(2)]
    ball = rng.uniform([-57, -37, 0.1], [57, 37, 10])
    seen = observation(*spots, tuple(ball), active=int(rng.integers(11)), keepers=True)
    for team in ("left_team", "right_team"):
        seen[f"{team}_direction"] = (rng.normal(0, 4, (11, 2)) * 0.1 / UNIT).astype(np.float32)
    return seen


def test_frames_depend_on_the_observation_alone() -> None:
    rng = np.random.default_rng(5)
    moments = [crowd_of(rng) for _ in range(6)]
    before = copy.deepcopy(moments)
    for options in ({}, {"minimap": True}, {"camera": "top_down"}):
        renderer = Renderer(**options)  # type: ignore[arg-type]
        forwards = [renderer.frame(moment) for moment in moments]
        backwards = [renderer.frame(moment) for moment in reversed(moments)][::-1]
        for one, other, moment in zip(forwards, backwards, moments, strict=True):
            assert one.dtype == np.uint8 and one.shape == (360, 640, 3)
            np.testing.assert_array_equal(one, other)
            one[:] = 0  # a new array each time
            np.testing.assert_array_equal(other, renderer.frame(moment))
    for moment, kept in zip(moments, before, strict=True):
        for key, value in kept.items():
            np.testing.assert_array_equal(moment[key], value)


_ALONE = """
import hashlib, sys
import numpy as np
sys.path.insert(0, "tests")
from test_football_render import crowd_of, frame
seen = crowd_of(np.random.default_rng(7))
for camera in ("broadcast", "top_down"):
    print(hashlib.sha256(frame(seen, camera=camera).tobytes()).hexdigest())
import pygame
print(pygame.display.get_init())
"""


def test_no_display_is_needed_and_every_process_draws_the_same() -> None:
    environment = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    environment = {key: value for key, value in environment.items() if not key.startswith(("SDL_", "PYGAME_"))}
    environment["PYTHONHASHSEED"] = "123"
    run = subprocess.run([sys.executable, "-c", _ALONE], env=environment, capture_output=True, text=True, check=True)
    seen = crowd_of(np.random.default_rng(7))
    here = [hashlib.sha256(frame(seen, camera=name).tobytes()).hexdigest() for name in ("broadcast", "top_down")]
    assert run.stdout.split() == [*here, "False"]  # and no greeting


@pytest.mark.parametrize(
    "size",
    [
        (255, 144),
        (1281, 720),
        (640, 0),
        (640, -360),
        (640, 641),
        (640, 200),
        (640.5, 360),
        (640,),
        640,
        ("a", "b"),
        None,
    ],
)
def test_sizes_out_of_range_are_refused(size: Any) -> None:
    with pytest.raises(
        ValueError, match=r"size is .*; expected \(width, height\) in whole pixels, the width 256 to 1280"
    ):
        Renderer(size=size)


def test_options_that_make_no_sense_are_refused() -> None:
    with pytest.raises(
        ValueError, match="camera is 'topdown'; expected 'broadcast' or 'top_down', did you mean 'top_down'"
    ):
        Renderer(camera="topdown")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="minimap is True with camera 'top_down'"):
        Renderer(camera="top_down", minimap=True)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    x=st.floats(-70, 70),
    y=st.floats(-50, 50),
    z=st.floats(0, 60),
    width=st.integers(256, 400),
    shape=st.floats(1.01, 2.39),
    name=st.sampled_from(["broadcast", "top_down"]),
)
def test_any_moment_can_be_drawn_at_any_size(
    seed: int, x: float, y: float, z: float, width: int, shape: float, name: str
) -> None:
    seen = crowd_of(np.random.default_rng(seed))
    seen["ball"] = np.array([x / METRES_X, y / METRES_Y, z], np.float32)
    height = round(width / shape)
    assert frame(seen, camera=name, size=(width, height)).shape == (height, width, 3)  # type: ignore[arg-type]
