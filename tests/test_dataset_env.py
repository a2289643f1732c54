"""The environment over rows, in and out of vector environments, and the spaces of what people wrote and drew."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from PIL import Image

import envs  # noqa: F401  registers the ids
from agents.policy import Prompt
from envs.dataset import DatasetEnv, open_rows, read_rows
from envs.dataset.jsonl import JsonlFile
from envs.spaces import AnyPromptSpace, PicturesSpace
from envs.splits import HELDOUT_OFFSET

ODD = "Zwölf 🐙 是 ‮abc‬ \u0000-free {braces} %s <b>".replace("\u0000", "nul")
RESPONSE = "<think>a</think><answer>0.5</answer>"


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    Image.fromarray(np.full((3, 5, 3), 7, np.uint8)).save(tmp_path / "a.png")
    Image.fromarray(np.full((64, 32, 3), 9, np.uint8)).save(tmp_path / "b.png")
    lines = [
        {"prompt": f"{ODD} 2 + 2?", "answer": "4"},
        {
            "prompt": "Which is larger?",
            "answer": "(b)",
            "choices": ["the first", "the second"],
            "images": ["a.png", "b.png"],
        },
        {
            "prompt": "How many?",
            "answer": "\\frac{1}{2}",
            "images": ["b.png"],
            "response": "<think>a</think><answer>0.5</answer>",
        },
        {"prompt": "Name it.", "answer": "Paris"},
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)) + "\n", encoding="utf-8")
    return path


def test_gymnasiums_own_checks_pass(rows: Path) -> None:
    for seed in range(4):  # the checker resets with a seed of its own; another order shows it another row
        check_env(DatasetEnv(source=str(rows), order_seed=seed, render_mode="rgb_array_list"), skip_render_check=True)
    env = gym.make("LMMR1/Dataset-v0", source=str(rows), order_seed=0, render_mode="rgb_array_list")
    check_env(env.unwrapped)


def test_a_row_is_told_answered_and_verified(rows: Path) -> None:
    env = gym.make("LMMR1/Dataset-v0", source=str(rows))
    observation, info = env.reset(options={"row": 1})
    assert observation["prompt"] == (
        "Which is larger?\nOptions:\nA. the first\nB. the second\nThe result is the letter of the right option.\n"
        "Reply as <think>reasoning</think><answer>result</answer>."
    )
    assert [image.shape for image in observation["images"]] == [(3, 5, 3), (64, 32, 3)]
    assert (info["row"], info["answer"], info["columns"]) == (1, "B", {})
    assert Prompt.of(observation).images == observation["images"]
    for response, reward in (
        ("<think>b</think><answer>B</answer>", 1.5),
        ("<think>b</think><answer>(B) the second</answer>", 1.5),
        ("<think>b</think><answer>A</answer>", 0.5),
        ("B", 0.0),
    ):
        _, got, terminated, truncated, info = env.step(response)
        assert (got, terminated, truncated) == (reward, True, False), response
        assert (info["gold"], info["row"]) == ("B", 1)


def test_demonstrations_are_the_rows_own_or_made_of_the_answer(rows: Path) -> None:
    env = gym.make("LMMR1/Dataset-v0", source=str(rows)).unwrapped
    rng = np.random.default_rng(0)
    for row, style, expected in (
        (2, "worked", RESPONSE),
        (2, "direct", "<think></think><answer>\\frac{1}{2}</answer>"),
        (1, "worked", "<think></think><answer>B</answer>"),
    ):
        env.reset(options={"row": row})
        assert env.demonstration(style, rng) == expected
        assert env.step(expected)[1] == 1.5


def test_any_text_reaches_the_prompt(rows: Path) -> None:
    observation, _ = gym.make("LMMR1/Dataset-v0", source=str(rows)).reset(options={"row": 0})
    assert observation["prompt"].startswith(f"{ODD} 2 + 2?\n") and observation["images"] == ()


def test_seeds_order_and_splits_are_the_sources(rows: Path) -> None:
    env = gym.make("LMMR1/Dataset-v0", source=str(rows), order_seed=None)
    assert [env.reset(seed=seed)[1]["row"] for seed in (0, 1, 2, 3, 4, HELDOUT_OFFSET + 2)] == [0, 1, 2, 3, 0, 2]
    shuffled = gym.make("LMMR1/Dataset-v0", source=str(rows), order_seed=4)
    source = open_rows(rows, order_seed=4)
    assert [shuffled.reset(seed=seed)[1]["row"] for seed in range(9)] == [source.order[seed] for seed in range(9)]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"on_error": "ignore"}, "expected 'raise' or 'skip'"),
        ({"max_pixels": 0}, "max_pixels is 0"),
        ({"max_prompt_chars": 0}, "max_prompt_chars is 0"),
        ({"image_roots": ["/no/such/folder"]}, "which is not a folder"),
        ({"split": "test"}, "split is 'test'"),
        ({"render_mode": "human"}, "DatasetEnv offers ansi, rgb_array_list"),
        ({"format_weight": -1}, "format_weight is -1"),
    ],
)
def test_a_wrong_argument_is_one_clear_line(rows: Path, arguments: dict, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        DatasetEnv(source=str(rows), **arguments)
    with pytest.raises(ValueError, match="reset option 'level' is unknown to DatasetEnv; it takes row"):
        gym.make("LMMR1/Dataset-v0", source=str(rows)).reset(options={"level": 1})


def test_many_environments_share_the_rows_until_the_file_changes(rows: Path) -> None:
    first, second = open_rows(rows), open_rows(rows)
    assert first.rows is second.rows
    rows.write_text('{"prompt": "new", "answer": "1"}\n', encoding="utf-8")
    assert len(open_rows(rows)) == 1


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_vector_environments_return_what_single_ones_do(rows: Path, mode: str) -> None:
    options = {"shared_memory": False, "context": "spawn"} if mode == "async" else {}
    single = gym.make("LMMR1/Dataset-v0", source=str(rows), order_seed=None)
    vector = gym.make_vec(
        "LMMR1/Dataset-v0",
        num_envs=3,
        vectorization_mode=mode,
        vector_kwargs={**options, "autoreset_mode": gym.vector.AutoresetMode.DISABLED},
        source=str(rows),
        order_seed=None,
    )
    for seed in (0, 1):
        observations, infos = vector.reset(seed=[seed, seed + 1, seed + 2])
        assert observations in vector.observation_space
        for place in range(3):
            alone, info = single.reset(seed=seed + place)
            assert observations["prompt"][place] == alone["prompt"]
            images = zip(observations["images"][place], alone["images"], strict=True)
            assert all(np.array_equal(there, here) for there, here in images)
            assert infos["row"][place] == info["row"]
    vector.close()


def test_shared_memory_has_no_place_for_pictures(rows: Path) -> None:
    with pytest.raises(Exception, match="shared_memory=False"):
        gym.make_vec("LMMR1/Dataset-v0", num_envs=1, vectorization_mode="async", source=str(rows))


# -- spaces -----------------------------------------------------------------------------------------------------------


def test_the_space_of_pictures() -> None:
    space = PicturesSpace(seed=3)
    samples = [space.sample() for _ in range(30)]
    assert all(sample in space for sample in samples) and {len(sample) for sample in samples} == {0, 1, 2, 3}
    back = space.from_jsonable(json.loads(json.dumps(space.to_jsonable(samples))))
    assert all(np.array_equal(x, y) for a, b in zip(samples, back, strict=True) for x, y in zip(a, b, strict=True))
    good = np.zeros((2, 3, 3), np.uint8)
    for wrong in ([good], good, (good.astype(int),), (good[..., :2],), (good[:0],), (good[0],), (None,)):
        assert wrong not in space
    assert space == PicturesSpace() != gym.spaces.Discrete(2)


def test_the_space_of_any_prompt() -> None:
    space = AnyPromptSpace(12, min_length=1, seed=1)
    assert all(text in space for text in ("a", "🐙是\n", "x" * 12)) and space.sample() in space
    assert all(text not in space for text in ("", "x" * 13, 3, b"a"))


# -- lines ------------------------------------------------------------------------------------------------------------


def test_lines_are_found_whatever_ends_them_and_across_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("envs.dataset.jsonl.CHUNK", 7)
    lines = ["\ufeff", "", '{"prompt": "a", "answer": "1"}\r', "  \t", '{"prompt": "b", "answer": "2"}', "\r", "x"]
    path = tmp_path / "a.jsonl"
    for end in ("", "\n", "\n\n"):
        path.write_bytes(("\n".join(lines) + end).encode())
        file = JsonlFile(path)
        reference = [n for n, line in enumerate(path.read_bytes().split(b"\n"), 1) if line.strip()]
        assert [int(file.where(n).rpartition(":")[2]) for n in range(len(file))] == reference
    assert pickle.loads(pickle.dumps(file)).read(1) == file.read(1) == lines[2] + "\n"


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"prompt": "a", "answer": "1"}\n')
    assert [row.prompt for row in read_rows(path)] == ["a"]


def test_a_file_cut_short_while_it_is_open_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"prompt": "a", "answer": "1"}\n' * 1000, encoding="utf-8")
    source = open_rows(path)
    path.write_text("", encoding="utf-8")
    with pytest.raises(ValueError, match=r"a\.jsonl:901: not a line of JSON"):
        source.at(900)
