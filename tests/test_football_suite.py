"""Football in evaluation and training: the suite, replayed records, pictures of episodes, the domain and its recipe."""

from __future__ import annotations

import base64
import io
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from agents.policy import SamplingConfig
from agents.rollout import EnvironmentPool, Episode, Task, Trajectory, rollout
from agents.scripted import ScriptedPolicy
from envs.football.actions import Action
from envs.football.choice import DIFFICULTIES, KINDS
from envs.football.engine import make_engine
from envs.football.env import FootballEnv
from envs.football.reward import AttackReward
from envs.splits import content_split
from eval import __main__ as command
from eval import render, report
from eval.gallery import MOST_FRAMES, replay, write_gallery
from eval.record import Record, record_path
from eval.render.story import frames_after, tell_game
from eval.report.sheet import MAX_SIDE, Sheet
from eval.runner import evaluate
from eval.suites import SUITES, find_suite, heldout_episodes
from trainers.recipe import read as read_recipe

SUITE = SUITES["football-online"]
EACH = len(KINDS) * len(DIFFICULTIES)
CONFIGS = Path(__file__).resolve().parent.parent / "configs"
#: Small pictures, to be quick.
SMALL = {"size": (256, 144)}


def play(policy: str, seed: int = 3, **kwargs: object) -> Trajectory:
    episode = Episode(Task("LMMR1/Football-v0", {**SMALL, **kwargs}), seed, 0)
    sampling = SamplingConfig(seed=1)
    return rollout(ScriptedPolicy(policy), [episode], sampling, EnvironmentPool(), max_turns=400, keep_frames=True)[0]


@pytest.fixture(scope="module")
def played() -> dict[str, list[Record]]:
    """The first 18 tasks of the suite, played by each script."""
    return {name: evaluate(ScriptedPolicy(name), SUITE, EACH) for name in ("idle", "random", "solver")}


@pytest.fixture(scope="module")
def attack() -> Trajectory:
    return play("solver")


# -- the suite ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [EACH, 2 * EACH])
def test_every_kind_and_difficulty_is_played_equally_often(count: int) -> None:
    pool = EnvironmentPool()
    episodes = heldout_episodes(SUITE, count, pool)
    kinds = Counter((one.task.kwargs["kind"], one.task.kwargs["difficulty"]) for one in episodes)
    assert kinds == {(kind, difficulty): count // EACH for kind in KINDS for difficulty in DIFFICULTIES}
    pool.close()


def test_its_tasks_are_distinct_held_out_and_as_magebench_plays_them() -> None:
    pool = EnvironmentPool()
    contents = []
    for episode in heldout_episodes(SUITE, EACH, pool):
        env = pool.take(episode.task)
        assert isinstance(env, FootballEnv)
        env.reset(seed=episode.seed)
        contents.append(env.content())
        assert content_split(contents[-1]) == "heldout"
        assert (env.mode, env.adaptive_acting, env.max_turns) == ("online", True, 400)
        assert (env._recent.maxlen, env.observation_space.spaces.keys()) == (5, {"image", "prompt"})  # AM 5, OM 1
        assert SUITE.max_turns >= env.scenario.duration
        pool.give_back(episode.task, env)
    assert len(set(contents)) == EACH
    pool.close()


def test_scripts_play_it_and_the_attacker_stands_where_a_solver_does(played: dict[str, list[Record]]) -> None:
    mean = {name: np.mean([one.score for one in records]) for name, records in played.items()}
    assert not any(one.error for records in played.values() for one in records)
    assert mean["idle"] < mean["random"] < mean["solver"]
    first = played["solver"][0]
    env = FootballEnv(**first.kwargs)
    env.reset(seed=first.seed)
    assert first.responses[0] == env.demonstration("attacker", np.random.default_rng(0))


def test_labels_tell_kind_and_difficulty(played: dict[str, list[Record]]) -> None:
    for one in played["random"]:
        assert one.labels == {"kind": one.kwargs["kind"], "difficulty": str(one.kwargs["difficulty"])}


@pytest.mark.parametrize("policy", ["idle", "random", "solver"])
def test_a_record_played_again_is_the_same_match(played: dict[str, list[Record]], policy: str) -> None:
    pool = EnvironmentPool()
    for one in played[policy][::5]:
        again = replay(one, pool)
        assert [turn.reward for turn in again.turns] == one.rewards
        last = again.turns[-1].info
        assert (last["score"], last["success"], last["moves"]) == (one.score, one.success, one.answer)
        assert len(again.frames) == last["steps"] + 1
    pool.close()


def test_the_score_is_the_reward_of_the_moves_played_on_an_engine_alone(played: dict[str, list[Record]]) -> None:
    by_label = {action.label: action for action in Action}
    for one in played["solver"][::4]:
        env = FootballEnv(**one.kwargs)
        env.reset(seed=one.seed)
        engine, reward = make_engine("builtin"), AttackReward(env.scenario.duration)
        engine.reset(env.scenario, env._match_seed)
        for label in str(one.answer).split():
            reward.step(engine.step(by_label[label]), by_label[label])
        assert reward.total == pytest.approx(one.score)


def test_the_nearest_suite_is_named() -> None:
    with pytest.raises(ValueError, match="did you mean 'football-online'"):
        find_suite("football-onlin")


def test_the_command_scores_it_and_writes_a_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--policies", "idle,solver", "--suites", "football-online", "--episodes", "4", "--out", str(tmp_path)]
    assert command.main(arguments) == 0
    results = json.loads((tmp_path / "results.json").read_text())
    assert results["suites"]["football-online"]["solver"]["n"] == 4
    assert set(results["tables"]["football-online"]["idle"]) <= {"kind", "difficulty"}
    page = (tmp_path / "report.html").read_text()
    assert "data:image/webp;base64," in page and len(page) < 10_000_000


# -- pictures of episodes -----------------------------------------------------------------------------------------------


def test_each_frame_has_the_thinking_of_the_turn_that_it_belongs_to(attack: Trajectory) -> None:
    story, ends = tell_game(attack), [turn.info["steps"] for turn in attack.turns]
    assert len(ends) < ends[-1] == len(attack.frames) - 1, "a run should last several frames"
    assert frames_after(attack) == ends
    for number, (turn, end) in enumerate(zip(attack.turns, ends, strict=True)):
        before = ends[number - 1] if number else 0
        for frame in range(before + 1, end + 1):
            words = " ".join(clause for clause in story.thoughts[frame].steps)
            assert words.split() == turn.completion.text.split("</think>")[0].removeprefix("<think>").split()
        assert story.returns[end] == pytest.approx(sum(one.reward for one in attack.turns[: number + 1]))


def test_the_verdict_of_an_attack_is_a_goal_or_none_and_its_score() -> None:
    verdicts = set()
    for seed in range(40):
        trajectory = play("solver", seed, difficulty=5)
        story = tell_game(trajectory)
        seconds = f"{(len(trajectory.frames) - 1) / 10:.1f}"
        assert story.verdict == (f"Goal after {seconds} s" if trajectory.success else "No goal")
        assert story.remark == f"score {trajectory.score:.1f}"
        verdicts.add(trajectory.success)
        if verdicts == {True, False}:
            return
    pytest.fail("of 40 attacks from close to the goal either all were goals or none was")


def test_a_plan_is_one_card_frame_a_step() -> None:
    trajectory = play("solver", mode="global")
    assert len(trajectory.turns) == 1
    assert len(render.card(trajectory, "plan")) == len(trajectory.frames) == trajectory.turns[0].info["steps"] + 1


def test_a_large_frame_shrinks_beside_others_and_not_alone() -> None:
    trajectory = play("idle", size=(640, 360))
    alone, beside = render.card(trajectory, "x", 336)[0], render.card(trajectory, "x", 224)[0]
    assert alone.width == 640 + 336 and beside.width == 448 + 264


@pytest.mark.parametrize(
    ("count", "step", "expected"), [(7, 3, [0, 3, 6]), (8, 3, [0, 3, 6, 7]), (5, 1, [0, 1, 2, 3, 4])]
)
def test_every_so_manieth_frame_and_the_last_are_kept(count: int, step: int, expected: list[int]) -> None:
    frames = [Image.new("L", (1, 1), number) for number in range(count)]
    assert [image.getpixel((0, 0)) for image in render.every(frames, step)] == expected


def test_leaving_out_frames_needs_a_step_of_one_at_least() -> None:
    with pytest.raises(ValueError, match="every is 0; expected at least 1"):
        render.every([Image.new("L", (1, 1))], 0)


def test_shirts_keep_their_colours_in_a_gif(attack: Trajectory, tmp_path: Path) -> None:
    """Yellow shirts are a small part of a green picture: they must not take another hue."""
    path = render.save([Image.fromarray(frame) for frame in attack.frames[:8]], tmp_path / "attack.gif")
    shown = np.asarray(Image.open(path).convert("RGB")).astype(int)
    frame = attack.frames[0].astype(int)
    yellow = (frame[..., 0] > 220) & (frame[..., 1] > 180) & (frame[..., 2] < 60)
    assert yellow.sum() > 30
    assert np.abs(shown[yellow] - frame[yellow]).mean() < 12


def test_a_gallery_of_long_episodes_leaves_out_frames(tmp_path: Path) -> None:
    long = [
        Record(
            0,
            0,
            "LMMR1/Football-v0",
            {**SMALL, "scenario": "1_vs_1_easy", "max_turns": 250},
            0,
            responses=["idle"] * 250,
        )
    ]
    for stage in ("base", "mgt"):
        record_path(tmp_path, "football", stage).parent.mkdir(parents=True, exist_ok=True)
        record_path(tmp_path, "football", stage).write_text(
            "".join(json.dumps(vars(one)) + "\n" for one in long), encoding="utf-8"
        )
    (path,) = write_gallery(tmp_path, ["football"], ["base", "mgt"], 1)
    with Image.open(path) as gif:
        assert 50 < gif.n_frames <= MOST_FRAMES + 1


# -- the report ---------------------------------------------------------------------------------------------------------


def test_shaded_frames_are_kept_as_webp_and_look_the_same(attack: Trajectory) -> None:
    sheet = Sheet()
    assert sheet.add(attack.frames[:5]) == [0, 1, 2, 3, 4]
    assert sheet.pixels == 5 * 256 * 144
    picture = sheet.picture()
    assert picture is not None
    head, _, content = str(picture["src"]).partition(",")
    assert head == "data:image/webp;base64"
    image = np.asarray(Image.open(io.BytesIO(base64.b64decode(content))).convert("RGB")).astype(int)
    for number, frame in enumerate(attack.frames[:5]):
        assert np.abs(image[number * 144 : (number + 1) * 144] - frame).mean() < 8


def test_a_sheets_pixels_are_counted_after_shrinking() -> None:
    sheet = Sheet()
    sheet.add([np.zeros((360, 640, 3), np.uint8)])
    assert sheet.pixels == MAX_SIDE * 252


def test_the_report_tells_which_turn_each_frame_belongs_to(tmp_path: Path) -> None:
    evaluate(ScriptedPolicy("solver"), SUITE, 3, store=record_path(tmp_path, "football-online", "attacker"))
    page = report.write(tmp_path).read_text(encoding="utf-8")
    data = json.loads(page.split('type="application/json"', 1)[1].split(">", 1)[1].split("</script>", 1)[0])
    pool = EnvironmentPool()
    for task in data["tasks"]:
        (episode,) = task["episodes"]
        record = Record(0, 0, SUITE.id, _kwargs(tmp_path, task["index"]), task["seed"], responses=episode["responses"])
        ends = [turn.info["steps"] for turn in replay(record, pool).turns]
        kept = sorted({*range(0, ends[-1], task["every"]), ends[-1]})
        assert len(episode["frames"]) == len(kept)
        assert episode["beside"] == [min(sum(end <= frame for end in ends), len(ends) - 1) for frame in kept]
    pool.close()


def _kwargs(run: Path, index: int) -> dict:
    lines = record_path(run, "football-online", "attacker").read_text().splitlines()
    return json.loads(lines[index])["kwargs"]


# -- training -----------------------------------------------------------------------------------------------------------


def test_the_recipe_trains_on_football_turn_by_turn_and_is_evaluated_on_it() -> None:
    settings = read_recipe(CONFIGS / "lmm_r1_mgt_football.yaml", [])
    (stage,) = settings.stages
    assert [task.id for task in stage.tasks] == ["LMMR1/Football-v0"]
    assert stage.advantage == "turn_level" and stage.max_turns == 100
    suite = settings.suites["football"]
    assert (suite.id, suite.max_turns) == ("LMMR1/Football-v0", 400)
    assert settings.model.startswith("run:runs/lmm_r1_fre_text-")


def test_the_domain_mixes_with_others_by_weight() -> None:
    overrides = ["stages.0.domains={football: 3, sokoban: 1}"]
    (stage,) = read_recipe(CONFIGS / "lmm_r1_mgt_football.yaml", overrides).stages
    share = sum(task.weight for task in stage.tasks if task.id == "LMMR1/Football-v0")
    assert share / sum(task.weight for task in stage.tasks) == pytest.approx(0.75)
