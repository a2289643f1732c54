"""The shipped recipes: what the paper says, what they expand to, and that each of them runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from trainers import config, dry_run, experience, tiny
from trainers import curriculum as job
from trainers.experience import Experience
from trainers.mesh import Mesh
from trainers.recipe import CurriculumConfig, read
from trainers.stage import StageConfig, TaskConfig

CONFIGS = Path(__file__).resolve().parent.parent / "configs"
#: The paper's recipes, and one for a domain that it only tests on.
PAPER = sorted(CONFIGS.glob("lmm_r1_*.yaml"))
DOMAINS = ("geo", "percereason", "sokoban")


def recipe(name: str, *overrides: str) -> StageConfig:
    return read(CONFIGS / f"{name}.yaml", list(overrides)).stages[-1]


def shares(stage: StageConfig) -> dict[str, float]:
    """Share of each kind of task, Sokoban's by preset."""
    whole = sum(task.weight for task in stage.tasks)
    return {
        task.id.split("/")[1] + ":" + str(task.kwargs.get("preset", "")): task.weight / whole for task in stage.tasks
    }


def test_there_is_a_recipe_for_every_training_of_the_paper_and_for_football() -> None:
    kinds = ("mgt", "direct_rl")
    assert {path.stem for path in PAPER} == {
        "lmm_r1_fre_text",
        *(f"lmm_r1_{kind}_{name}" for kind in kinds for name in DOMAINS),
        "lmm_r1_mgt_football",
    }


#: Batch, rows of the data set, passes, KL, actor's and critic's rate, as published (arXiv 2503.07536).
PUBLISHED = {
    "lmm_r1_fre_text": (128, 40_000, 1, 1e-3, 1e-6, 9e-6),
    "lmm_r1_mgt_geo": (256, 15_000, 2, 1e-3, 4e-7, 9e-6),
    "lmm_r1_mgt_percereason": (256, 65_000, 2, 1e-3, 4e-7, None),
    "lmm_r1_mgt_sokoban": (128, 11_500, 4, 0.0, 1e-6, 5e-6),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_settings_are_the_papers(name: str) -> None:
    batch, rows, passes, kl, actor, critic = PUBLISHED[name]
    stage = recipe(name)
    assert (stage.prompts, stage.group_size, stage.temperature, stage.epochs) == (batch, 16, 1.0, 1)
    assert 0 <= rows * passes - stage.steps * batch < batch
    assert (stage.loss.kl, stage.optim.lr, stage.max_tokens) == (kl, actor, 8192)
    assert (stage.critic.optim.lr if stage.advantage == "gae" else None) == critic
    assert (stage.gamma, stage.lam, stage.optim.warmup) == (1.0, 1.0, 0.03)
    engine = read(CONFIGS / f"{name}.yaml", []).engine
    assert (engine.zero, engine.precision, engine.gradient_checkpointing) == (3, "bfloat16", True)
    assert stage.freeze == (["model.visual"] if name == "lmm_r1_fre_text" else [])


@pytest.mark.parametrize("name", DOMAINS)
def test_direct_rl_differs_from_mgt_in_where_it_starts(name: str) -> None:
    mgt, direct = (read(CONFIGS / f"lmm_r1_{kind}_{name}.yaml", []) for kind in ("mgt", "direct_rl"))
    assert mgt.model.startswith("run:runs/lmm_r1_fre_text-") and direct.model == "Qwen/Qwen2.5-VL-3B-Instruct"
    plain = [config.to_dict(each) for each in (mgt, direct)]
    for each in plain:
        del each["model"], each["stages"][0]["name"]
    assert plain[0] == plain[1]


def test_sokoban_levels_have_the_papers_shares() -> None:
    counts = {"small-v0": 5000, "small-v1": 5000, "v0": 500, "v1": 500, "large-v0": 500}
    expected = {f"Sokoban-v0:{preset}": count / 11_500 for preset, count in counts.items()}
    assert shares(recipe("lmm_r1_mgt_sokoban")) == pytest.approx(expected)


def test_domains_mix_by_weight_whatever_they_consist_of() -> None:
    mixed = shares(recipe("lmm_r1_mgt_sokoban", "stages.0.domains={sokoban: 0.7, geo: 0.2, text: 0.1}"))
    assert sum(share for name, share in mixed.items() if name.startswith("Sokoban")) == pytest.approx(0.7)
    assert (mixed["Geometry-v0:"], mixed["TextMath-v0:"]) == pytest.approx((0.2, 0.1))
    added = shares(recipe("lmm_r1_mgt_sokoban", "stages.0.domains.geo=1"))
    assert added["Geometry-v0:"] == pytest.approx(0.5)


def test_a_data_set_takes_the_place_of_generated_tasks() -> None:
    stage = recipe("lmm_r1_fre_text", "stages.0.sources.text=deepscaler")
    assert stage.tasks == [TaskConfig("LMMR1/Dataset-v0", {"source": "deepscaler", "on_error": "skip"})]


def drawn(tasks: list[TaskConfig], monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int, int]]:
    """What the nano recipe's second stage plays in its first steps, as (task, seed, group)."""
    played: list[tuple[str, int, int]] = []

    def note(policy: Any, episodes: Sequence[Any], *_: Any) -> list[Any]:
        played.extend((episode.task.key(), episode.seed, episode.group) for episode in episodes)
        return []

    monkeypatch.setattr(experience, "rollout", note)
    policy = type("Policy", (), {"model": tiny.qwen3_vl()[0]})()
    source = Experience(StageConfig("mgt", tasks, prompts=32, group_size=8), 3, Mesh())
    for step in range(5):
        source._play(policy, step, 0)
    return played


def test_replay_draws_what_the_same_tasks_with_weights_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    """The nano model's recorded figures are of tasks with weights 0.7 and 0.3."""
    fre, mgt = read(CONFIGS / "nano.yaml", []).stages
    sokoban = TaskConfig("LMMR1/Sokoban-v0", {"preset": "mini-v0", "min_solution": 2}, 0.7)
    written_out = [sokoban, TaskConfig("LMMR1/TextMath-v0", fre.tasks[0].kwargs, 0.3)]
    assert mgt.tasks == written_out
    before, after = drawn(written_out, monkeypatch), drawn(mgt.tasks, monkeypatch)
    assert before == after and len(after) == 5 * 32 * 8
    replayed = np.mean(["TextMath" in task for task, _, _ in after])
    assert 0.3 - 0.12 < replayed < 0.3 + 0.12


def test_replay_takes_its_share_beside_several_tasks() -> None:
    stages = read(CONFIGS / "nano.yaml", ["stages.1.domains={sokoban: 3}", "stages.1.replay.share=0.4"]).stages
    assert stages[1].tasks[-1].kwargs == stages[0].tasks[0].kwargs
    assert stages[1].tasks[-1].weight == pytest.approx(0.4 * sum(task.weight for task in stages[1].tasks))
    assert stages[1].tasks[0].weight == pytest.approx(0.6 * 1 / 4)


def test_what_a_run_folder_keeps_is_written_out_and_reads_back(tmp_path: Path) -> None:
    settings = read(CONFIGS / "nano.yaml", [])
    config.save(settings, tmp_path / "config.yaml")
    assert config.load(CurriculumConfig, tmp_path / "config.yaml") == settings
    assert all(stage.replay is None and not stage.domains for stage in settings.stages)


@pytest.mark.parametrize("path", [*PAPER, CONFIGS / "nano.yaml"], ids=lambda path: path.stem)
def test_a_dry_run_goes_through_every_stage(path: Path, tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    assert job.main(["--config", str(path), "--dry-run"]) == 0
    said = capsys.readouterr().out
    settings = read(path, [])
    for stage in settings.stages:
        rollouts = stage.steps * stage.prompts * stage.group_size
        assert f"stage {stage.name}: {stage.steps:,} steps" in said and f"= {rollouts:,} rollouts" in said
        assert f"{stage.name} (2 steps)" in said
    assert f"{1 + len(settings.stages)} evaluations of 2 tasks on {len(settings.suites)} suites" in said
    assert not list(tmp_path.iterdir())


def test_a_dry_run_moves_the_weights_of_the_papers_classes(tmp_path: Path) -> None:
    """Also where no answer of a tiny model earns anything, and the recipe has neither KL nor critic."""
    overrides = ["stages.0.advantage=reinforce_baseline"]
    small = dry_run.shrink(read(CONFIGS / "lmm_r1_direct_rl_sokoban.yaml", overrides), CONFIGS, tmp_path)
    job.Curriculum(small).go()
    from safetensors.torch import load_file
    from transformers import AutoModelForImageTextToText

    before, after = (
        load_file(folder / "model.safetensors")
        for folder in (tmp_path / "model", tmp_path / "run" / "checkpoints" / "direct-rl-000002")
    )
    assert any(not np.array_equal(before[name].float(), after[name].float()) for name in before)
    assert type(AutoModelForImageTextToText.from_pretrained(tmp_path / "model")).__name__ == (
        "Qwen2_5_VLForConditionalGeneration"
    )


@pytest.mark.parametrize(
    "overrides, why",
    [
        (["stages.0.domains={sokobann: 1}"], "there is no domain 'sokobann'; did you mean 'sokoban'?"),
        (["stages.0.domains.geo=0"], "domains.geo is 0.0; expected a weight above 0"),
        (["stages.0.sources.sokoban=rows.jsonl"], "takes no data set; text, geo, percereason do"),
        (["stages.0.sources.geo=rows.jsonl"], "none of the stage's domains (sokoban)"),
        (["stages.0.replay={stage: fre, share: 0.3}"], "there is none before; use domains instead"),
        (["stages.0.replay={stage: fre, share: 1}"], "expected a share of the prompts, 0 < share < 1"),
        (["stages.0.freeze=[model.vision]"], "which no parameter begins with"),
        (["stages.0.tasks=[{id: LMMR1/Sokoban-v0, kwargs: {presett: v0}}]"], "stage direct-rl: LMMR1/Sokoban-v0 with"),
        (["stages.0.tasks=[{id: LMMR1/Sokobann-v0}]"], "stage direct-rl: LMMR1/Sokobann-v0 with"),
        (["suites.sokoban.kwargs={preset: smal-v0}"], "suite sokoban: LMMR1/Sokoban-v0 with preset=smal-v0"),
        (["model=Other/Model-7B"], "no tiny model stands for it; there are qwen2.5-vl"),
        (["model=run:runs/unknown-0"], "there is no such run, nor a recipe"),
    ],
    ids=lambda value: value[0].partition("=")[0] if isinstance(value, list) else "",
)
def test_a_wrong_recipe_fails_a_dry_run_in_one_line(capsys, overrides: list[str], why: str) -> None:
    assert job.main(["--config", str(CONFIGS / "lmm_r1_direct_rl_sokoban.yaml"), "--dry-run", *overrides]) == 2
    said = [line for line in capsys.readouterr().err.splitlines() if "error" in line]
    assert len(said) == 1 and said[0].startswith("error: ") and why in said[0], said
