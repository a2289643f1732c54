"""The contract that all tasks keep: Gymnasium's checker, seeds, vector environments, rendering and the window."""

from __future__ import annotations

import copy
import multiprocessing
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from gymnasium.vector.utils import create_shared_memory, read_from_shared_memory, write_to_shared_memory

import envs  # noqa: F401  registers the ids
from envs.spaces import PromptSpace, SharedPrompts
from envs.task import CHARSET, TaskEnv, as_text, text_space
from envs.window import MIN_WIDTH, Window

ROOT = Path(__file__).parents[1]

TASKS = [
    pytest.param("LMMR1/Sokoban-v0", {"preset": "tiny-v0", "mode": "global"}, id="sokoban-global"),
    pytest.param("LMMR1/Sokoban-v0", {"preset": "tiny-v0", "mode": "online", "max_steps": 4}, id="sokoban-online"),
    pytest.param("LMMR1/Football-v0", {"size": (256, 144), "mode": "global"}, id="football-global"),
    pytest.param("LMMR1/Football-v0", {"size": (256, 144), "mode": "online", "max_turns": 4}, id="football-online"),
    pytest.param("LMMR1/TextMath-v0", {"levels": (1, 2)}, id="text-math"),
    pytest.param("LMMR1/Geometry-v0", {"size": 224}, id="geometry"),
    pytest.param("LMMR1/PerceReason-v0", {"size": 224, "form": "choice"}, id="percereason"),
]


def answer(text: str) -> str:
    return f"<think></think><answer>{text}</answer>"


#: What the two workers say at each turn: moves with and without form, numbers, nonsense, and signs beyond ASCII.
MOVES = [
    (answer("up"), answer("left")),
    (answer("7"), "down"),
    (answer("→"), "\\boxed{right}"),
    ("", "é<|image_pad|>中"),
    *[(answer(move), answer(move)) for move in ("left", "down", "right", "up", "left")],
]
#: The same for questions whose answers are numbers.
NUMBERS = [
    (answer("7"), answer("12")),
    (answer("-3"), "up"),
    ("", "é<|image_pad|>中"),
    (answer("1/2"), "\\boxed{4}"),
    *[(answer(number), answer(number)) for number in ("5", "6", "0", "100", "1")],
]


def turns(name: str) -> list[tuple[str, str]]:
    return MOVES if "Sokoban" in name or "Football" in name else NUMBERS


@pytest.fixture
def headless(monkeypatch: pytest.MonkeyPatch) -> None:
    """No screen, and no waiting: a thousand frames a second."""
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    monkeypatch.setitem(TaskEnv.metadata, "render_fps", 1000)


# -- Gymnasium's contract ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "kwargs"), TASKS)
def test_gymnasiums_checker_has_nothing_to_say(headless: None, name: str, kwargs: dict[str, Any]) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        check_env(gym.make(name, **kwargs).unwrapped)
    ours = [str(w.message) for w in caught if "pkg_resources" not in str(w.message)]  # pygame's, on old setuptools
    assert ours == []


@pytest.mark.parametrize(("name", "kwargs"), TASKS)
def test_the_same_seed_gives_the_same_episode(name: str, kwargs: dict[str, Any]) -> None:
    def episode(seed: int) -> list[Any]:
        env = gym.make(name, **kwargs)
        record: list[Any] = [env.reset(seed=seed)]
        for first, _ in turns(name):
            record.append(env.step(first))
            if record[-1][2] or record[-1][3]:
                record.append(env.reset())
        return record

    np.testing.assert_equal(episode(5), episode(5))
    with pytest.raises(AssertionError):
        np.testing.assert_equal(episode(5), episode(6))


@pytest.mark.parametrize(("name", "kwargs"), TASKS)
def test_observations_and_info_have_what_the_contract_promises(name: str, kwargs: dict[str, Any]) -> None:
    env = gym.make(name, **kwargs)
    for seed in range(10):
        observation, _ = env.reset(seed=seed)
        assert observation in env.observation_space
        task = env.unwrapped
        assert isinstance(task, TaskEnv)
        responses = [task.solution(), task.idle_response(), task.random_response(np.random.default_rng(seed)), "?"]
        for response, formatted in zip(responses, (1, 1, 1, 0), strict=True):
            env.reset(seed=seed)
            observation, reward, _, _, info = env.step(response)
            assert observation in env.observation_space
            assert np.isfinite(float(reward))
            assert info["format_reward"] == formatted
            assert info["accuracy_reward"] == info["success"]
            assert isinstance(info["score"], float)


@pytest.mark.parametrize("name", ["LMMR1/Sokoban-v0", "LMMR1/TextMath-v0"])
def test_an_id_can_be_made_without_importing_the_package_first(name: str) -> None:
    code = f"import gymnasium; print(gymnasium.make('envs:{name}').reset(seed=0)[0]['prompt'])"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert run.stdout.strip()


def test_playing_sokoban_never_imports_gym_or_gym_sokoban() -> None:
    code = """
import sys
import gymnasium
env = gymnasium.make("envs:LMMR1/Sokoban-v0", render_mode="rgb_array_list")
env.reset(seed=0)
env.step(env.unwrapped.solution())
assert len(env.render()) > 1
print([name for name in ("gym", "gym_sokoban", "pkg_resources", "pygame", "torch") if name in sys.modules])
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("action", "text"),
    [("up", "up"), (np.str_("up"), "up"), (b"up\xff", "up\ufffd"), (bytearray(b"up"), "up"), (3, "3")],
)
def test_any_action_becomes_text(action: Any, text: str) -> None:
    assert as_text(action) == text


# -- vector environments ----------------------------------------------------------------------------------------------


def play(name: str, kwargs: dict[str, Any], mode: str, **vector_kwargs: Any) -> list[Any]:
    """Everything that two workers return over their turns, with a second reset in between."""
    venv = gym.make_vec(name, num_envs=2, vectorization_mode=mode, vector_kwargs=vector_kwargs, **kwargs)
    try:
        record: list[Any] = [venv.reset(seed=3)]
        record += [venv.step(turn) for turn in turns(name)]
        record += [venv.reset(seed=[8, 9])]  # type: ignore[arg-type]
        record += [venv.step(turn) for turn in turns(name)[:3]]
        assert all(returned[0] in venv.observation_space for returned in record)
        return record
    finally:
        venv.close()


def plain(value: Any) -> Any:
    """The same with lists in the place of arrays of objects, which `assert_equal` cannot compare if they hold arrays."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list) or (isinstance(value, np.ndarray) and value.dtype == object):
        return [plain(item) for item in value]
    return value


@pytest.mark.parametrize("autoreset", ["NextStep", "SameStep"])
@pytest.mark.parametrize(("name", "kwargs"), TASKS)
def test_plain_async_and_sync_vector_envs_return_the_same(name: str, kwargs: dict[str, Any], autoreset: str) -> None:
    sync, parallel = (play(name, kwargs, mode, autoreset_mode=autoreset) for mode in ("sync", "async"))
    np.testing.assert_equal(plain(parallel), plain(sync))
    prompts = [returned[0]["prompt"] for returned in sync]
    assert all(isinstance(pair, tuple) and set(map(type, pair)) == {str} for pair in prompts)
    if kwargs.get("mode") != "global":
        assert len(set(prompts)) > 5  # had the prompts stood still, there would have been nothing to get wrong


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_each_online_prompt_tells_each_workers_own_last_moves(mode: str) -> None:
    record = play("LMMR1/Sokoban-v0", {"preset": "small-v1", "mode": "online"}, mode)
    for returned, expected in zip(
        record[1:4],
        [("up", "left"), ("up nothing", "left nothing"), ("up nothing right", "left nothing right")],
        strict=True,
    ):
        assert all(f": {moves}." in prompt for moves, prompt in zip(expected, returned[0]["prompt"], strict=True))


def test_observations_kept_from_earlier_steps_do_not_change() -> None:
    venv = gym.make_vec("LMMR1/Sokoban-v0", 2, "async", preset="small-v1", mode="online")
    kept = [venv.reset(seed=3)[0]]
    frozen = [copy.deepcopy(kept[0])]
    for turn in MOVES[:3]:
        kept.append(venv.step(turn)[0])
        frozen.append(copy.deepcopy(kept[-1]))
    venv.close()
    np.testing.assert_equal(kept, frozen)


def test_without_copies_the_prompts_are_a_live_view_as_the_images_are() -> None:
    venv = gym.make_vec("LMMR1/Sokoban-v0", 2, "async", {"copy": False}, preset="small-v1", mode="online")
    observation, _ = venv.reset(seed=3)
    before = list(observation["prompt"])
    venv.step((answer("up"), answer("left")))
    assert [prompt != old for prompt, old in zip(observation["prompt"], before, strict=True)] == [True, True]
    assert "up" in observation["prompt"][0] and "left" in observation["prompt"][-1]
    venv.close()


@pytest.mark.parametrize("option", [{"observation_mode": "different"}, {"shared_memory": False}, {"context": "spawn"}])
def test_the_other_ways_to_run_workers_return_the_same_prompts(option: dict[str, Any]) -> None:
    name, kwargs = "LMMR1/TextMath-v0", {"levels": (1, 2)}
    # Up to the second reset: Gymnasium 1.4 forgets there, without shared memory, that an episode no longer needs one.
    sync, parallel = play(name, kwargs, "sync"), play(name, kwargs, "async", **option)
    for ours, theirs in zip(parallel[: len(NUMBERS) + 1], sync[: len(NUMBERS) + 1], strict=True):
        assert ours[0]["prompt"] == theirs[0]["prompt"]


@pytest.fixture
def shared() -> Iterator[tuple[PromptSpace, Any, SharedPrompts]]:
    space = PromptSpace(10, min_length=0, charset=CHARSET)
    memory = create_shared_memory(space, n=3, ctx=multiprocessing)
    prompts = read_from_shared_memory(space, memory, n=3)
    assert isinstance(prompts, SharedPrompts)
    yield space, memory, prompts


def test_shared_prompts_are_read_when_they_are_looked_at(shared: tuple[PromptSpace, Any, SharedPrompts]) -> None:
    space, memory, prompts = shared
    assert list(prompts) == ["", "", ""]
    for text in ("0123456789", "a", "é√中\U0001f600", ""):
        write_to_shared_memory(space, 1, text, memory)  # type: ignore[arg-type]
        assert (len(prompts), prompts[0], prompts[1], prompts[-2], prompts[1:]) == (3, "", text, text, (text, ""))
        assert type(prompts[1]) is str
        assert copy.copy(prompts) == copy.deepcopy(prompts) == ("", text, "")
        assert repr(prompts) == f"SharedPrompts{('', text, '')}"


def test_a_prompt_too_long_for_its_space_is_refused_and_not_cut(shared: tuple[PromptSpace, Any, SharedPrompts]) -> None:
    space, memory, _ = shared
    with pytest.raises(ValueError, match="11 characters; its space holds at most 10"):
        write_to_shared_memory(space, 0, "x" * 11, memory)  # type: ignore[arg-type]


def test_every_task_uses_the_space_whose_prompts_stay_fresh(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"prompt": "1 + 1", "answer": "2"}\n')
    needs: dict[str, dict[str, Any]] = {"LMMR1/Dataset-v0": {"source": str(rows)}}
    made = {name: gym.make(name, **needs.get(name, {})).unwrapped for name in envs.ENVIRONMENTS}
    games = {"LMMR1/SokobanDiscrete-v0", "LMMR1/FootballDiscrete-v0"}
    assert {name for name, env in made.items() if not isinstance(env, TaskEnv)} == games
    for env in made.values():
        if isinstance(env, TaskEnv):
            assert isinstance(env.observation_space["prompt"], PromptSpace)  # type: ignore[index]
    assert text_space() == text_space()
    assert text_space(10) != text_space(11)


# -- rendering --------------------------------------------------------------------------------------------------------


def sokoban(render_mode: str, **kwargs: Any) -> TaskEnv:
    env = gym.make("LMMR1/Sokoban-v0", preset="small-v0", render_mode=render_mode, **kwargs).unwrapped
    assert isinstance(env, TaskEnv)
    return env


def test_rgb_array_shows_the_present_frame() -> None:
    env = sokoban("rgb_array")
    observation, _ = env.reset(seed=1)
    assert np.array_equal(env.render(), observation["image"])
    observation = env.step(env.solution())[0]
    assert np.array_equal(env.render(), observation["image"])


@pytest.mark.parametrize("mode", ["global", "online"])
def test_rgb_array_list_has_every_frame_of_the_episode(mode: str) -> None:
    env = sokoban("rgb_array_list", mode=mode)
    observation, _ = env.reset(seed=1)
    images = [observation["image"]]
    for moves in range(1, 4):
        observation, *_, info = env.step(answer("up down left") if mode == "global" else answer("up"))
        images.append(observation["image"])
        frames = env.render()
        played = len(info["moves"].split())
        assert played == (3 * moves if mode == "global" else moves)
        assert len(frames) == played + 1
        assert np.array_equal(frames[0], images[0])
        assert np.array_equal(frames[-1], images[-1])
        if mode == "online":
            np.testing.assert_equal(frames, images)
    env.reset(seed=1)
    assert len(env.render()) == 1


def test_ansi_shows_sokoban_as_level_text_and_text_math_as_its_prompt() -> None:
    env = sokoban("ansi")
    _, info = env.reset(seed=1)
    assert env.render() == info["level"]
    env.step(env.solution())
    assert "$" not in env.render() and env.render().count("*") == 2
    maths = gym.make("LMMR1/TextMath-v0", render_mode="ansi")
    observation, _ = maths.reset(seed=1)
    assert maths.render() == observation["prompt"]


def test_rendering_without_a_render_mode_warns() -> None:
    env = gym.make("LMMR1/Sokoban-v0", preset="tiny-v0").unwrapped
    env.reset(seed=0)
    with pytest.warns(UserWarning, match="render_mode"):
        assert env.render() is None


# -- the window -------------------------------------------------------------------------------------------------------


@pytest.fixture
def drawn(headless: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[np.ndarray]]:
    """The window's pixels [H, W, 3] at each time that it was refreshed."""
    pygame = pytest.importorskip("pygame")
    shown: list[np.ndarray] = []
    flip = pygame.display.flip

    def record() -> None:
        flip()
        shown.append(pygame.surfarray.array3d(pygame.display.get_surface()).swapaxes(0, 1))

    monkeypatch.setattr(pygame.display, "flip", record)
    yield shown
    pygame.quit()


def enlarged(frame: np.ndarray, factor: int) -> np.ndarray:
    return frame.repeat(factor, axis=0).repeat(factor, axis=1)


def test_human_mode_plays_a_whole_plan_in_a_window_and_closes_it(drawn: list[np.ndarray]) -> None:
    import pygame

    env = sokoban("human")
    env.reset(seed=1)
    assert len(drawn) == 1
    assert pygame.display.get_caption()[0] == "SokobanEnv"
    env.step(env.solution())
    frames = env.frames()
    assert len(frames) > 2
    factor = drawn[0].shape[1] // frames[0].shape[1]
    assert factor * frames[0].shape[1] >= MIN_WIDTH > (factor - 1) * frames[0].shape[1]
    np.testing.assert_equal(drawn, [enlarged(frame, factor) for frame in frames])
    env.reset(seed=2)
    assert np.array_equal(drawn[len(frames)], enlarged(env.frames()[0], factor))
    assert len(drawn) == len(frames) + 1
    env.close()
    assert not pygame.display.get_init()
    env.close()


def test_human_mode_plays_one_frame_a_turn_online_and_renders_nothing_twice(drawn: list[np.ndarray]) -> None:
    env = sokoban("human", mode="online")
    env.reset(seed=1)
    for turn in range(3):
        env.step(answer("up"))
        assert env.render() is None
        assert len(drawn) == turn + 2
    env.close()


def picture(shade: int, width: int = 20) -> np.ndarray:
    return np.full((10, width, 3), shade, np.uint8)


def test_a_window_begins_anew_with_another_episode_and_goes_on_with_the_same(drawn: list[np.ndarray]) -> None:
    window = Window("test", 1000)
    for shades, expected in [
        ([1, 2], [1, 2]),
        ([1, 2, 3], [3]),
        ([1, 2, 3], []),
        ([1], [1]),
        ([4, 5], [4, 5]),
        ([4, 6, 7], [4, 6, 7]),
    ]:
        drawn.clear()
        window.show([picture(shade) for shade in shades])
        assert [int(pixels[0, 0, 0]) for pixels in drawn] == expected
    window.close()
    window.close()


@pytest.mark.parametrize(("width", "shown"), [(20, 480), (112, 560), (480, 480), (500, 500), (7, 483)])
def test_a_window_enlarges_small_frames_by_whole_multiples(drawn: list[np.ndarray], width: int, shown: int) -> None:
    window = Window("test", 1000)
    window.show([picture(9, width)])
    assert drawn[-1].shape == (10 * shown // width, shown, 3)
    window.close()


def test_a_window_follows_a_change_of_size_and_opens_again_after_closing(drawn: list[np.ndarray]) -> None:
    window = Window("test", 1000)
    window.show([picture(1)])
    window.show([picture(2, width=500)])
    window.close()
    window.show([picture(3)])
    assert [pixels.shape[1] for pixels in drawn] == [480, 500, 480]
    window.close()


def test_a_window_keeps_to_its_frames_a_second(drawn: list[np.ndarray]) -> None:
    window = Window("test", 20)
    start = time.monotonic()
    window.show([picture(shade) for shade in range(4)])
    assert time.monotonic() - start > 0.9 * 3 / 20
    window.close()


def test_a_window_without_pygame_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pygame", None)
    with pytest.raises(gym.error.DependencyNotInstalled, match="pip install pygame"):
        Window("test", 4)


def test_the_readmes_example_runs_and_solves_its_level(capsys) -> None:
    readme = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")
    names: dict = {}
    exec(readme.partition("```python\n")[2].partition("```")[0], names)
    assert names["info"]["success"] and len(names["frames"]) == 3
    assert "1.5 True 100.0" in capsys.readouterr().out
