"""What a configuration file may say, and what a user is told when it says something else."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest

from trainers import config
from trainers.config import ConfigError


@dataclass
class Optim:
    lr: float = 1e-3
    betas: tuple[float, float] = (0.9, 0.95)
    clip: float | None = None


@dataclass
class Stage:
    name: str
    steps: int
    optim: Optim = field(default_factory=Optim)
    loss: Literal["grpo", "rloo", "off"] = "grpo"

    def __post_init__(self):
        if self.steps < 1:
            raise ValueError(f"steps is {self.steps}; a stage has at least 1")


@dataclass
class Env:
    weight: float = 1.0
    kwargs: dict[str, Any] = field(default_factory=dict)


@dataclass
class Recipe:
    stages: list[Stage] = field(default_factory=lambda: [Stage("fre", 10), Stage("mgt", 20, Optim(lr=5e-4))])
    envs: dict[str, Env] = field(default_factory=dict)
    optim: Optim = field(default_factory=lambda: Optim(clip=1.0))
    critic: Optim | None = None
    size: tuple[int, int] = (64, 48)
    run_dir: Path = Path("runs/nano")
    model: str | None = None
    seed: int = 0
    resume: bool = False
    note: int | str = ""


def written(folder: Path, text: str) -> Path:
    path = folder / "recipe.yaml"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


def message(*args: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        config.load(*args)
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_without_file_and_overrides_it_is_the_defaults():
    assert config.load(Recipe, None) == Recipe()


def test_a_file_fills_nested_dataclasses_lists_mappings_and_tuples(tmp_path):
    path = written(
        tmp_path,
        """
        stages:
          - {name: fre, steps: 3, optim: {lr: 1e-4, betas: [0, 1]}, loss: "off"}
        envs: {sokoban: {weight: 2, kwargs: {sizes: [5, 6], deep: {a: null}}}}
        critic: {lr: 1}
        size: [1, 2]
        run_dir: /tmp/x
        """,
    )
    got = config.load(Recipe, path)
    assert got.stages == [Stage("fre", 3, Optim(1e-4, (0.0, 1.0)), "off")]
    assert got.envs == {"sokoban": Env(2.0, {"sizes": [5, 6], "deep": {"a": None}})}
    assert isinstance(got.envs["sokoban"].weight, float) and got.critic == Optim(lr=1.0)
    assert got.size == (1, 2) and got.run_dir == Path("/tmp/x")


def test_a_partial_mapping_keeps_the_fields_own_default(tmp_path):
    assert config.load(Recipe, written(tmp_path, "optim: {lr: 2}")).optim == Optim(lr=2.0, clip=1.0)
    assert config.load(Recipe, None, ["optim.lr=2"]).optim == Optim(lr=2.0, clip=1.0)


def test_overrides_reach_into_lists_mappings_and_absent_parts(tmp_path):
    path = written(tmp_path, "envs: {a: {weight: 1}}")
    given = ["stages.1.optim.lr=1e-4", "envs.a.kwargs.k.j=[1, 2]", "envs.b.weight=3", "critic.lr=7", "size.0=5"]
    got = config.load(Recipe, path, given)
    assert got.stages == [Stage("fre", 10), Stage("mgt", 20, Optim(lr=1e-4))]
    assert got.envs == {"a": Env(1.0, {"k": {"j": [1, 2]}}), "b": Env(3.0)}
    assert got.critic == Optim(lr=7.0) and got.size == (5, 48)
    assert config.load(Recipe, None, ["seed=1", "seed=2"]).seed == 2
    assert config.load(Recipe, None, ["optim={lr: 3}", "optim.lr=4"]).optim == Optim(lr=4.0, clip=1.0)


def test_text_on_the_command_line_needs_no_quotes_for_strings():
    got = config.load(Recipe, None, ["model=0123", "stages.0.name=yes", "stages.0.loss=off", "run_dir=2024-01-01"])
    assert (got.model, got.stages[0].name, got.stages[0].loss) == ("0123", "yes", "off")
    assert got.run_dir == Path("2024-01-01")
    assert config.load(Recipe, None, ["model=null"]).model is None
    assert config.load(Recipe, None, ["note=3"]).note == 3
    assert config.load(Recipe, None, ["model=a=b"]).model == "a=b"


def test_an_unknown_key_is_named_with_its_place_value_and_nearest_match(tmp_path):
    path = tmp_path / "recipe.yaml"
    assert message(Recipe, written(tmp_path, "optim:\n  lrr: 0.5\n")) == (
        f"{path}:2: optim.lrr: unknown key (its value is 0.5); did you mean 'optim.lr'?"
    )
    assert "command line: stages.0.stepz: unknown key (its value is 3); did you mean 'stages.0.steps'?" in message(
        Recipe, None, ["stages.0.stepz=3"]
    )
    assert "known keys: weight, kwargs" in message(Recipe, written(tmp_path, "envs: {a: {zzz: 1}}"))
    assert "command line: optim.x: unknown key" in message(Recipe, None, ["optim.x.y.z=1"])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("seed: 1.5", ":1: seed: expects an integer, got 1.5"),
        ("seed: true", "seed: expects an integer, got true"),
        ("resume: 1", "resume: expects true or false, got 1"),
        ("model: 3", "model: expects a string, got 3; quote it"),
        ("optim:", "optim: expects a mapping, got null"),
        ("optim: {lr: fast}", "optim.lr: expects a number, got 'fast'"),
        ("optim: {lr: nan}", "optim.lr: expects a number, got 'nan'"),
        ("size: [1, 2, 3]", "size: expects a list of 2: an integer, an integer, got [1, 2, 3]"),
        ("size: [1, x]", "size.1: expects an integer, got 'x'"),
        ("stages: {}", "stages: expects a list with each entry a mapping, got {}"),
        (
            "stages: [{name: a, steps: 1, loss: grp}]",
            'one of "grpo", "rloo", "off", got \'grp\'; did you mean \'grpo\'?',
        ),
        ("stages: [{name: a, steps: 1, loss: off}]", "stages.0.loss: expects one of"),
        ("stages: [{loss: grpo}]", "required and missing: stages.0.name (a string), stages.0.steps (an integer)"),
        ("stages:\n- {name: a, steps: 0}", ":2: stages.0: steps is 0; a stage has at least 1"),
        ("envs: {1: {}}", "envs.1: the key 1 has to be a string"),
        ("note: []", "note: expects an integer or a string, got []"),
        ("- 1", ":1: expects a mapping"),
        ("seed: 1\nmodel: [", ":2: not valid YAML"),
        ("seed: 1\nx: \ty: 3", ":2: not valid YAML"),
        ("seed: 1\n\x01", ":2: not valid YAML"),
        ("seed: 1\nmodel: a\nseed: 2", ":3: seed: already given at line 1"),
        ("envs: {a: {kwargs: &k {b: *k}}}", "an alias inside its own anchor"),
        ("model: 2024-99-99", "month must be in 1..12"),
        ("seed: !!python/object/apply:os.getcwd []", "not valid YAML"),
        ("model: " + "[" * 5000, "nested too deeply"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(tmp_path, text, told):
    path = tmp_path / "recipe.yaml"
    path.write_text(text, encoding="utf-8")
    got = message(Recipe, path)
    assert told in got and got.startswith(str(path))


@pytest.mark.parametrize(
    ("override", "told"),
    [
        ("seed", "expects key=value"),
        ("=3", "expects key=value"),
        ("a..b=3", "expects key=value"),
        ("model=[", "not valid YAML"),
        ("stages.2.steps=1", "stages is a list of 2: '2' has to be 0 to 1"),
        ("stages.x.steps=1", "'x' has to be 0 to 1"),
        ("seed=x", "command line: seed: expects an integer, got 'x'"),
        ("stages.0.steps=0", "stages.0: steps is 0"),
    ],
)
def test_a_bad_override_is_named(override, told):
    assert told in message(Recipe, None, [override])


def test_a_value_refused_after_an_override_names_both_places(tmp_path):
    path = written(tmp_path, "stages: [{name: a, steps: 1}]")
    assert message(Recipe, path, ["stages.0.steps=0"]).startswith(f"{path}:1 and command line: stages.0: steps is 0")


def test_an_override_below_a_plain_value_is_refused(tmp_path):
    assert "seed is 3 and has no keys" in message(Recipe, written(tmp_path, "seed: 3"), ["seed.x=1"])


def test_a_missing_file_is_named_with_what_lies_beside_it(tmp_path):
    written(tmp_path, "")
    assert message(Recipe, tmp_path / "nano.yaml").endswith(f"{tmp_path} has recipe.yaml")
    assert "there is no folder" in message(Recipe, tmp_path / "no" / "nano.yaml")
    assert "cannot be read" in message(Recipe, tmp_path)
    (tmp_path / "latin.yaml").write_bytes(b"model: \xe9")
    assert "not UTF-8" in message(Recipe, tmp_path / "latin.yaml")


def test_an_empty_file_is_the_defaults(tmp_path):
    assert config.load(Recipe, written(tmp_path, "# nothing yet\n")) == Recipe()


def test_saving_and_loading_gives_an_equal_configuration(tmp_path):
    strange = {"e": "1e-4", "on": "off", "é": "a\nb: c\t#", "n": "0o7", "d": "2024-01-01", "f": 1e17, "i": float("inf")}
    original = Recipe(
        envs={"1": Env(1e-5, strange), "LMMR1/Sokoban-v0": Env(0.1 + 0.2, {"l": [1, [None, True]]})},
        critic=Optim(lr=1e-300, clip=3.0),
        model="null",
        note="7",
    )
    config.save(original, tmp_path / "saved.yaml")
    got = config.load(Recipe, tmp_path / "saved.yaml")
    assert got == original
    assert config.fingerprint(got) == config.fingerprint(original)


def test_a_value_without_plain_form_is_named():
    with pytest.raises(ConfigError, match=r"envs\.a\.kwargs\.x: .* is a object"):
        config.to_dict(Recipe(envs={"a": Env(kwargs={"x": object()})}))


def test_the_fingerprint_follows_what_matters():
    base = config.fingerprint(Recipe())
    assert config.fingerprint(Recipe()) == base and len(base) == 12
    assert config.fingerprint(Recipe(seed=1)) != base
    assert config.fingerprint(Recipe(optim=Optim(lr=1, clip=1.0))) == config.fingerprint(
        Recipe(optim=Optim(lr=1.0, clip=1.0))
    )
    moved = Recipe(run_dir=Path("elsewhere"), stages=[Stage("fre", 11), Stage("mgt", 21, Optim(lr=5e-4))])
    ignore = ["run_dir", "stages.*.steps"]
    assert config.fingerprint(moved, ignore) == config.fingerprint(Recipe(), ignore)
    assert config.fingerprint(moved, ["run_dir"]) != config.fingerprint(Recipe(), ["run_dir"])


BASE = """
stages:
  - {name: fre, steps: 3}
  - {name: mgt, steps: 4}
optim: {lr: 2, betas: [0, 1]}
seed: 5
"""


def test_a_file_keeps_what_its_base_says_and_it_does_not(tmp_path):
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "common.yaml").write_text(BASE)
    path = written(tmp_path, "base: parts/common.yaml\nstages: [{name: only, steps: 1}]\noptim: {lr: 3}")
    got = config.load(Recipe, path)
    assert got == Recipe(stages=[Stage("only", 1)], optim=Optim(3.0, (0.0, 1.0), 1.0), seed=5)
    assert config.load(Recipe, path, ["optim.betas=[1, 1]", "seed=6"]).optim == Optim(3.0, (1.0, 1.0), 1.0)


def test_any_mapping_can_have_a_base_and_bases_can_have_bases(tmp_path):
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "optim.yaml").write_text("lr: 7\nclip: 2")
    (tmp_path / "parts" / "stage.yaml").write_text("steps: 9\nloss: rloo\noptim: {base: optim.yaml, clip: 3}")
    path = written(tmp_path, "stages: [{base: parts/stage.yaml, name: a}, {base: parts/stage.yaml, name: b, steps: 2}]")
    optim = Optim(7.0, (0.9, 0.95), 3.0)
    assert config.load(Recipe, path).stages == [Stage("a", 9, optim, "rloo"), Stage("b", 2, optim, "rloo")]


def test_a_mistake_in_a_base_is_told_with_the_bases_name_and_line(tmp_path):
    (tmp_path / "common.yaml").write_text("seed: 1\nstages:\n  - {name: fre, steps: 0}\noptim:\n  lrr: 1\n")
    path = written(tmp_path, "base: common.yaml\nstages: [{name: fre, steps: 1}]")
    assert f"{tmp_path / 'common.yaml'}:5: optim.lrr: unknown key" in message(Recipe, path)


def test_a_missing_base_names_who_wants_it(tmp_path):
    path = written(tmp_path, "seed: 1\nbase: commn.yaml")
    assert f"{path}:2: no configuration at {tmp_path / 'commn.yaml'}" in message(Recipe, path)


def test_bases_that_build_on_each_other_are_refused(tmp_path):
    (tmp_path / "other.yaml").write_text("optim: {base: recipe.yaml}")
    path = written(tmp_path, "base: other.yaml")
    assert "builds on itself: " in message(Recipe, path)
    assert "recipe.yaml -> " in message(Recipe, path) and "other.yaml -> " in message(Recipe, path)


def test_an_override_changes_one_place_of_what_an_anchor_put_in_two(tmp_path):
    path = written(tmp_path, "envs: {a: {kwargs: &k {size: 1}}, b: {kwargs: *k}}")
    got = config.load(Recipe, path, ["envs.a.kwargs.size=2"])
    assert (got.envs["a"].kwargs, got.envs["b"].kwargs) == ({"size": 2}, {"size": 1})
