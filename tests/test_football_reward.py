"""MageBench's reward, compared with a slow reading of its formulas and with cases worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from football_positions import drawn, made

from envs.football.actions import Action
from envs.football.engine import Observation
from envs.football.reward import (
    TERMS,
    AttackReward,
    opponents_behind,
    pass_clearance,
    shot_clearance,
    shot_nearness,
)

US, THEM = 0, 1


class Slow:
    """The formulas one number at a time, in the published order: a step's sum, and whether the task is over."""

    def __init__(self) -> None:
        self.started = False
        self.over = False

    def step(self, seen: Observation, action: int) -> float:
        x, y = float(seen["ball"][0]), float(seen["ball"][1])
        team, player = seen["ball_owned_team"], seen["ball_owned_player"]
        rivals = [(float(px), float(py)) for px, py in seen["right_team"]]
        overtaken = 0
        for px, _ in rivals:
            overtaken += x > px
        if not self.started:
            self.started = True
            self.record, self.overtaken = x, overtaken
            self.factor, self.pass_open, self.previous, self.shot_fired = 1.0, False, -1, False
            return 0.0
        parts = []
        if player >= 0 and team == US:
            if x > self.record:
                parts.append(0.8 * (x - self.record))
                self.record = x
            parts.append((overtaken - self.overtaken) / 11)
            self.overtaken = overtaken
        if seen["score"][0] > 0:
            parts.append(2.0)
        robbed = team == THEM and not self.shot_fired
        if robbed:
            parts.append(-(seen["steps_left"] / 400 - 1.0))
            self.over = True
        if self.pass_open and self.previous >= 0 and player >= 0 and player != self.previous and not robbed:
            parts.append(20.0 * self.factor * self.free(x, y, rivals))
            self.factor *= 0.75
            self.pass_open = False
        if player >= 0:
            self.previous = player
        if action in (9, 10, 11):
            self.pass_open = True
        if action == 12 and player >= 0 and team == US and not self.shot_fired:
            parts.append(min(100.0 * self.lane(x, y, rivals) * (1.0 if 1 - x < 0.3 else max(x, 0.0)), 2 / 3))
            self.shot_fired = True
        if self.shot_fired and player != self.previous:
            self.shot_fired = False
        return 20 * sum(parts)

    @staticmethod
    def free(x: float, y: float, rivals: list[tuple[float, float]]) -> float:
        least = math.inf
        for px, py in rivals:
            distance = math.hypot(px - x, py - y)
            between = math.atan2(py - y, px - x) - math.atan2(0 - y, 1 - x)
            least = min(least, distance / (1 + 10 * max(0.0, math.cos(between))))
        return least

    @staticmethod
    def lane(x: float, y: float, rivals: list[tuple[float, float]]) -> float:
        widest = 0.0
        for aim in (-0.044, -0.02, 0.0, 0.022, 0.044):
            narrowest = math.inf
            for hundredth in range(1, 101):
                at_x, at_y = x + (1 - x) * hundredth / 100, y + (aim - y) * hundredth / 100
                for px, py in rivals:
                    narrowest = min(narrowest, math.hypot(px - at_x, py - at_y))
            widest = max(widest, narrowest)
        return widest


def test_thousands_of_random_steps_are_paid_as_the_formulas_say() -> None:
    rng = np.random.default_rng(0)
    compared = {term: 0 for term in TERMS}
    for _ in range(1_500):
        reward, slow, total = AttackReward(), Slow(), 0.0
        for _ in range(12):
            # passes, shots and our own possession are drawn more often than by chance, so that all terms occur
            action = Action(int(rng.choice([9, 10, 11, 12, rng.integers(20)])))
            owner = (
                (US, int(rng.integers(3))) if rng.random() < 0.6 else ((-1, -1) if rng.random() < 0.6 else (THEM, 1))
            )
            places = [tuple(place) for place in rng.uniform((-1, -0.42), (1, 0.42), (11, 2))]
            goal = rng.random() < 0.04
            seen = drawn(rng, owner=owner, left=places, right=places[::-1], active=0, score=(int(goal), 0))
            if not slow.started:
                seen["score"] = [0, 0]
            expected = slow.step(seen, action)
            total += expected
            assert reward.step(seen, action) == pytest.approx(expected, abs=1e-9)
            assert sum(reward.terms.values()) == pytest.approx(expected, abs=1e-9)
            assert reward.done == slow.over
            for term in TERMS:
                compared[term] += reward.terms[term] != 0
            if slow.over or (goal and seen["score"][0]):
                break
        assert reward.total == pytest.approx(total, abs=1e-9)
        assert sum(reward.sums.values()) == pytest.approx(total, abs=1e-9)
    assert min(compared.values()) > 40, compared


@pytest.mark.parametrize("seed", range(300))
def test_clearances_are_those_of_the_formulas(seed: int) -> None:
    seen = drawn(np.random.default_rng(seed))
    x, y = map(float, seen["ball"][:2])
    rivals = [tuple(map(float, place)) for place in seen["right_team"]]
    assert pass_clearance(seen) == pytest.approx(Slow.free(x, y, rivals), abs=1e-12)
    assert shot_clearance(seen) == pytest.approx(Slow.lane(x, y, rivals), abs=1e-12)
    assert opponents_behind(seen) == sum(x > px for px, _ in rivals)


def test_an_opponent_on_the_ball_leaves_no_clearance() -> None:
    assert pass_clearance(made((0.4, 0.1), (US, 1), right=[(0.4, 0.1), (0.9, 0.0)])) == 0.0


def test_a_ball_on_the_goal_line_has_no_direction_to_the_goal() -> None:
    assert pass_clearance(made((1.0, 0.0), right=[(0.9, 0.0)])) == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("x", "nearness"), [(0.95, 1.0), (0.71, 1.0), (0.69, 0.69), (0.2, 0.2), (0.0, 0.0), (-0.5, 0.0)]
)
def test_shots_count_fully_from_close_and_not_at_all_from_our_half(x: float, nearness: float) -> None:
    assert shot_nearness(made((x, 0.0))) == pytest.approx(nearness, abs=1e-6)


def started(*, x: float = 0.0) -> AttackReward:
    reward = AttackReward()
    assert reward.step(made((x, 0.0), (US, 1), steps_left=400), Action.SHORT_PASS) == 0.0
    return reward


def test_the_first_step_pays_nothing_whatever_happens_in_it() -> None:
    reward = AttackReward()
    assert reward.step(made((0.9, 0.0), (THEM, 1), score=(1, 0), steps_left=200), Action.SHOT) == 0.0
    assert not reward.done and set(reward.terms.values()) == {0.0}


def test_only_a_new_best_position_pays_and_only_with_the_ball() -> None:
    reward = started()
    far = [(0.98, 0.0)]
    paid = [
        (0.1, US, 20 * 0.8 * 0.1),  # forward
        (0.05, US, 0.0),  # back costs nothing
        (0.1, US, 0.0),  # and again is nothing new
        (0.3, -1, 0.0),  # a loose ball pays nothing
        (0.2, US, 20 * 0.8 * 0.1),
    ]
    for x, team, expected in paid:
        reward.step(made((x, 0.0), (team, 1 if team >= 0 else -1), right=far), Action.RIGHT)
        assert reward.terms["position"] == pytest.approx(expected, abs=1e-5)
    assert reward.sums["position"] == pytest.approx(20 * 0.8 * 0.2, abs=1e-5)


def test_opponents_passed_are_counted_between_possessions() -> None:
    reward = started()  # one of four is behind the ball
    reward.step(made((0.5, 0.0), (-1, -1)), Action.RIGHT)
    assert reward.terms["opponents_passed"] == 0.0
    reward.step(made((0.7, 0.0), (US, 1)), Action.RIGHT)
    assert reward.terms["opponents_passed"] == pytest.approx(20 * 2 / 11)
    reward.step(made((0.5, 0.0), (US, 1)), Action.LEFT)
    assert reward.terms["opponents_passed"] == pytest.approx(-20 * 1 / 11)


def test_a_stolen_ball_ends_the_episode_and_pays_the_time_used() -> None:
    reward = started()
    assert reward.step(made((0.0, 0.0), (THEM, 1), steps_left=300), Action.IDLE) == pytest.approx(20 * 100 / 400)
    assert reward.done


def test_the_time_used_is_a_share_of_the_matchs_own_duration() -> None:
    reward = AttackReward(duration=3_000)
    reward.step(made((0.0, 0.0), (US, 1), steps_left=3_000), Action.IDLE)
    assert reward.step(made((0.0, 0.0), (THEM, 1), steps_left=1_500), Action.IDLE) == pytest.approx(10.0)


def test_each_further_pass_is_worth_three_quarters_of_the_one_before() -> None:
    reward = started()
    paid = []
    for passer, receiver in ((1, 2), (2, 1), (1, 3), (3, 2)):
        reward.step(made((0.0, 0.0), (US, passer)), Action.LONG_PASS)
        reward.step(made((0.0, 0.0)), Action.BUILTIN_AI)
        reward.step(made((0.0, 0.0), (US, receiver)), Action.BUILTIN_AI)
        paid.append(reward.terms["passing"])
    first = 20 * 20 * Slow.free(0.0, 0.0, [(0.98, 0.0), (0.4, 0.1), (0.6, -0.15), (-0.1, 0.35)])
    assert paid == pytest.approx([first * 0.75**number for number in range(4)], rel=1e-5)
    assert reward.passes == 4


def test_a_ball_that_changes_its_owner_without_a_pass_pays_none() -> None:
    reward = AttackReward()
    reward.step(made((0.0, 0.0), (US, 1)), Action.IDLE)
    for player in (1, 2, 3):
        reward.step(made((0.0, 0.0), (US, player)), Action.RIGHT)
        assert reward.terms["passing"] == 0.0


def test_a_pass_to_oneself_pays_nothing_and_stays_open() -> None:
    reward = started()
    reward.step(made((0.0, 0.0), (US, 1)), Action.HIGH_PASS)
    reward.step(made((0.0, 0.0), (US, 1)), Action.BUILTIN_AI)
    assert reward.terms["passing"] == 0.0
    reward.step(made((0.0, 0.0), (US, 2)), Action.RIGHT)
    assert reward.terms["passing"] > 0


def test_a_shot_pays_once_a_possession_and_its_loss_is_no_steal_while_the_shooter_has_the_ball() -> None:
    reward = started()
    near = ((0.8, 0.0), (US, 1))
    reward.step(made(*near, right=[(0.5, 0.4)]), Action.SHOT)
    assert reward.terms["shot"] == pytest.approx(20 * 2 / 3)
    reward.step(made(*near, right=[(0.5, 0.4)]), Action.SHOT)
    assert reward.terms["shot"] == 0.0
    reward.step(made((0.8, 0.0), (THEM, 1)), Action.IDLE)
    assert not reward.done and reward.terms["stolen"] == 0.0


def test_when_a_shot_is_in_the_air_the_next_one_counts_again_and_so_does_a_steal() -> None:
    reward = started()
    near = ((0.8, 0.0), (US, 1))
    for _ in range(2):
        reward.step(made(*near, right=[(0.5, 0.4)]), Action.SHOT)
        assert reward.terms["shot"] == pytest.approx(20 * 2 / 3)
        reward.step(made((0.9, 0.0)), Action.BUILTIN_AI)
    reward.step(made((0.95, 0.0), (THEM, 0)), Action.BUILTIN_AI)
    assert reward.done


def test_a_blocked_shot_pays_by_how_far_the_way_is_free() -> None:
    reward = started()
    wall = [(0.9, y) for y in np.linspace(-0.06, 0.06, 61)]
    reward.step(made((0.8, 0.0), (US, 1), right=wall), Action.SHOT)
    assert 0 < reward.terms["shot"] < 20 * 100 * 0.002
    assert reward.terms["shot"] == pytest.approx(20 * 100 * Slow.lane(np.float32(0.8), 0.0, wall), rel=1e-4)


def test_every_goal_pays_once() -> None:
    reward = started()
    goals = [0, 1, 1, 1, 2, 2]
    paid = []
    for ours in goals:
        reward.step(made((0.0, 0.0), score=(ours, 3)), Action.IDLE)
        paid.append(reward.terms["goal"])
    assert paid == [0, 40, 0, 0, 40, 0]


def test_reset_forgets_everything() -> None:
    reward, fresh = started(), AttackReward()
    reward.step(made((0.5, 0.0), (THEM, 2), score=(1, 0), steps_left=10), Action.SHOT)
    reward.reset()
    assert vars(reward) == vars(fresh)


def test_a_match_without_time_is_refused() -> None:
    with pytest.raises(ValueError, match="duration is 0"):
        AttackReward(0)
