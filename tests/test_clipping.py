"""Thresholds of gradient clipping against numpy, sums worked out by hand, and a scalar recomputation."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from trainers import config
from trainers.clipping import ClipConfig, Clipper, reciprocal
from trainers.config import ConfigError

DYNAMIC = [
    ClipConfig("percentile", max_norm=5.0, percentile=80, window=30, warmup=10),
    ClipConfig("zscore", max_norm=5.0, z=2.0, decay=0.9, warmup=10),
]


def norms_of_a_run(count: int, seed: int = 0) -> list[float]:
    """Norms about 1, with a 50 in every twentieth place."""
    rng = random.Random(seed)
    return [rng.lognormvariate(0, 0.2) * (50 if step % 20 == 19 else 1) for step in range(count)]


def test_fixed_has_one_threshold_for_all_norms() -> None:
    clipper = Clipper(ClipConfig("fixed", max_norm=0.7))
    assert [clipper.threshold(norm) for norm in (0.1, 0.7, 100.0)] == [0.7, 0.7, 0.7]
    assert clipper.state() == {}


def test_percentile_counts_this_norm_and_the_window_before_it_unclipped() -> None:
    clipper = Clipper(ClipConfig("percentile", max_norm=math.inf, percentile=75, window=40, warmup=8))
    norms = norms_of_a_run(120)
    thresholds = [clipper.threshold(norm) for norm in norms]
    assert thresholds[:8] == [math.inf] * 8
    for step in range(8, 120):
        assert thresholds[step] == np.percentile(norms[max(0, step - 39) : step + 1], 75)


def test_percentile_of_a_known_sequence() -> None:
    # 1 to 11 sorted: the 80th percentile lies at index 0.8 * 10 = 8, which is 9. Then 2 to 12: 10.
    clipper = Clipper(ClipConfig("percentile", max_norm=100, percentile=80, window=11, warmup=10))
    thresholds = [clipper.threshold(float(norm)) for norm in (11, 1, 10, 2, 9, 3, 8, 4, 7, 5, 6)]
    assert thresholds[-1] == pytest.approx(9)
    # 11 leaves the window and 12 enters: 1 to 10 and 12, index 8 is 9 still; then 1 leaves for 13: 10.
    assert clipper.threshold(12.0) == pytest.approx(9)
    assert clipper.threshold(13.0) == pytest.approx(10)


def test_zscore_by_hand() -> None:
    clipper = Clipper(ClipConfig("zscore", max_norm=100, z=2.0, decay=0.5, warmup=4))
    for norm in (1.0, 3.0, 1.0, 3.0):  # mean 2, variance 1
        assert clipper.threshold(norm) == 100
    assert clipper.threshold(3.5) == pytest.approx(2 + 2 * 1)  # score 1.5: passes
    # Mean (2 + 3.5) / 2 = 2.75; variance (1 + 0.75^2) / 2 = 0.78125, deviation 0.8839.
    score = (6.0 - 2.75) / math.sqrt(0.78125)  # 3.677, above 2
    assert clipper.threshold(6.0) == pytest.approx(2.75 + 2**2 / score * math.sqrt(0.78125))
    # 2.75 + 4 * 0.78125 / 3.25 = 3.71154 was kept: mean 3.23077; variance (0.78125 + 0.48077^2) / 2 = 0.50619.
    assert clipper.threshold(1.0) == pytest.approx(3.23077 + 2 * math.sqrt(0.50619), abs=1e-4)


def test_zscore_follows_a_scalar_recomputation() -> None:
    settings = ClipConfig("zscore", max_norm=4.0, z=2.5, decay=0.97, warmup=20)
    clipper = Clipper(settings)
    norms = norms_of_a_run(200)
    thresholds = [clipper.threshold(norm) for norm in norms]
    kept = [min(norm, 4.0) for norm in norms[:20]]
    mean, variance = float(np.mean(kept)), float(np.var(kept))
    outliers = 0
    for norm, threshold in zip(norms[20:], thresholds[20:], strict=True):
        score = (norm - mean) / variance**0.5
        value = norm
        if score > 2.5:
            outliers += 1
            value = mean + 2.5**2 / score * variance**0.5
            assert threshold == pytest.approx(min(value, 4.0))
        else:
            assert threshold == pytest.approx(min(mean + 2.5 * variance**0.5, 4.0))
        value = min(value, 4.0)
        mean = 0.97 * mean + 0.03 * value
        variance = 0.97 * variance + 0.03 * (value - mean) ** 2
    assert outliers >= 9  # the injected ones


def test_reciprocal_cuts_closer_to_the_mean_the_further_out_a_norm_lies() -> None:
    # Mean 1, deviation 0.5, z 2: outliers begin at 2; a score of 4 gives 1 + 4/4 * 0.5, a score of 40 gives 1 + 4/40 * 0.5.
    assert [reciprocal(norm, 1.0, 0.5, 2.0) for norm in (0.3, 2.0, 3.0, 21.0)] == pytest.approx([2.0, 2.0, 1.5, 1.05])


@pytest.mark.parametrize("settings", DYNAMIC, ids=lambda settings: settings.rule)
def test_spikes_are_cut_to_the_size_of_their_neighbours_and_most_others_pass(settings: ClipConfig) -> None:
    clipper = Clipper(settings)
    norms = norms_of_a_run(400)
    kept = [min(1.0, clipper.threshold(norm) / norm) * norm for norm in norms]
    spikes = [kept[step] for step in range(19, 400, 20) if step > settings.warmup]
    ordinary = [(norm, keeps) for norm, keeps in zip(norms, kept, strict=True) if norm < 5]
    largest = max(norm for norm, _ in ordinary)
    assert max(spikes) < largest < 2.5
    assert sum(keeps == norm for norm, keeps in ordinary) / len(ordinary) > 0.75


@pytest.mark.parametrize("settings", DYNAMIC, ids=lambda settings: settings.rule)
def test_max_norm_is_all_that_holds_in_the_warmup_and_a_ceiling_afterwards(settings: ClipConfig) -> None:
    clipper = Clipper(settings)
    assert [clipper.threshold(20.0) for _ in range(10)] == [5.0] * 10
    assert clipper.threshold(20.0) == 5.0


def test_percentile_follows_a_lasting_rise_and_zscore_does_not() -> None:
    rng = random.Random(0)
    percentile, zscore = Clipper(ClipConfig("percentile", max_norm=100)), Clipper(ClipConfig("zscore", max_norm=100))
    for step in range(400):
        norm = rng.gauss(1, 0.1) * (1 if step < 100 else 10)
        thresholds = percentile.threshold(norm), zscore.threshold(norm)
    assert thresholds[0] > 10
    assert thresholds[1] < 1.1


@pytest.mark.parametrize("settings", [ClipConfig(), *DYNAMIC], ids=lambda settings: settings.rule)
@given(cut=st.integers(0, 60))
def test_restored_clipper_gives_identical_thresholds(settings: ClipConfig, cut: int) -> None:
    norms = norms_of_a_run(80)
    through, resumed = Clipper(settings), Clipper(settings)
    thresholds = [through.threshold(norm) for norm in norms]
    before = Clipper(settings)
    for norm in norms[:cut]:
        before.threshold(norm)
    resumed.restore(json.loads(json.dumps(before.state())))
    assert [resumed.threshold(norm) for norm in norms[cut:]] == thresholds[cut:]
    assert resumed.state() == through.state()


def test_later_steps_do_not_change_a_state_that_was_handed_out() -> None:
    clipper = Clipper(DYNAMIC[0])
    clipper.threshold(1.0)
    state = clipper.state()
    other = Clipper(DYNAMIC[0])
    other.restore(state)
    clipper.threshold(2.0)
    other.threshold(3.0)
    assert state == {"norms": [1.0]}


def test_state_of_another_rule_is_refused() -> None:
    clipper = Clipper(ClipConfig("zscore"))
    with pytest.raises(ValueError, match=r"state has norms; expected mean, seen, variance for the rule 'zscore'"):
        clipper.restore(Clipper(ClipConfig("percentile")).state())


@pytest.mark.parametrize("settings", [ClipConfig(), *DYNAMIC], ids=lambda settings: settings.rule)
@pytest.mark.parametrize("seen", [3, 30])
def test_broken_and_empty_gradients_leave_the_statistics_alone(settings: ClipConfig, seen: int) -> None:
    clipper = Clipper(settings)
    for norm in norms_of_a_run(seen):
        clipper.threshold(norm)
    before = clipper.state()
    assert [clipper.threshold(norm) for norm in (math.inf, -math.inf, math.nan, -1.0)] == [0.0] * 4
    assert clipper.threshold(0.0) == settings.max_norm
    assert clipper.state() == before


@given(norms=st.lists(st.floats(min_value=1e-30, max_value=1e30), min_size=30, max_size=60))
def test_threshold_is_always_above_0_and_within_max_norm(norms: list[float]) -> None:
    for settings in DYNAMIC:
        clipper = Clipper(settings)
        assert all(0 < clipper.threshold(norm) <= settings.max_norm for norm in norms)


def test_gradients_scaled_by_torch_have_the_norm_that_the_threshold_allows() -> None:
    clipper = Clipper(DYNAMIC[1])
    weights = [torch.nn.Parameter(torch.zeros(3)), torch.nn.Parameter(torch.zeros(2, 2))]
    rng = torch.Generator().manual_seed(0)
    for scale in [1.0] * 20 + [50.0]:
        for weight in weights:
            weight.grad = scale * torch.randn(weight.shape, generator=rng)
        norm = torch.nn.utils.get_total_norm([weight.grad for weight in weights])
        threshold = clipper.threshold(float(norm))
        torch.nn.utils.clip_grads_with_norm_(weights, threshold, norm)
        kept = math.sqrt(sum(float(weight.grad.square().sum()) for weight in weights))
        assert kept == pytest.approx(min(float(norm), threshold), rel=1e-5)
    assert float(norm) > 20 * kept


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("rule=percentil", 'rule: expects one of "fixed", "percentile", "zscore", got \'percentil\''),
        ("max_norm=0", "max_norm is 0.0; expected a number above 0"),
        ("max_norm=.nan", "max_norm is nan; expected a number above 0"),
        ("percentile=101", "percentile is 101.0; expected 0 < percentile <= 100"),
        ("window=1", "window is 1; expected at least 2 norms"),
        ("z=-1", "z is -1.0; expected a number of deviations above 0"),
        ("decay=1", "decay is 1.0; expected 0 < decay < 1"),
        ("warmup=1", "warmup is 1; expected at least 2 norms"),
        ("warmup=100", "warmup is 100; expected less than window, 100"),
    ],
)
def test_a_wrong_setting_is_named_with_what_is_expected(tmp_path: Path, override: str, message: str) -> None:
    path = tmp_path / "clip.yaml"
    path.write_text("rule: percentile\nmax_norm: 2\n", encoding="utf-8")
    assert config.load(ClipConfig, path).max_norm == 2.0
    with pytest.raises(ConfigError) as error:
        config.load(ClipConfig, path, [override])
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_rule_that_does_not_exist_is_refused_without_the_loader_too() -> None:
    with pytest.raises(ValueError, match="rule is 'median'; expected one of fixed, percentile, zscore"):
        ClipConfig(rule="median")  # type: ignore[arg-type]
