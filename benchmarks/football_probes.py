"""What the fidelity benchmark measures on one engine of football, whichever it is: runs, kicks, shots, passes, whole attacks.

A probe is a function of an engine that returns plain numbers and lists, so that what one engine gave can be kept in a file. It
does not know the other engine, and compares nothing.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import sys
from collections.abc import Callable, Iterable, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from envs.football import acting, attacker, reward
from envs.football.acting import Acting
from envs.football.actions import NUM_ACTIONS, Action
from envs.football.attacker import Memory, choose
from envs.football.engine import Engine, Observation
from envs.football.generator import attack
from envs.football.pitch import METRES_X, METRES_Y, Role, Team
from envs.football.reward import AttackReward
from envs.football.scenario import Placement, Scenario

#: Steps of a run, of a kick's flight, and until a shot or pass has come to something.
RUN_STEPS, FLIGHT_STEPS, OUTCOME_STEPS = 50, 10, 40
#: gfootball multiplies players' places by these, in metres, and the ball's by `METRES_X` and `METRES_Y`.
PLAYER_X, PLAYER_Y = 55.0, 84.96
GAITS: dict[str, tuple[Action, ...]] = {"run": (), "sprint": (Action.SPRINT,), "dribble": (Action.DRIBBLE,)}
WAYS = (Action.RIGHT, Action.BOTTOM_RIGHT, Action.BOTTOM, Action.BOTTOM_LEFT, Action.LEFT, Action.TOP)
TURNS = {45: Action.BOTTOM_RIGHT, 90: Action.BOTTOM, 135: Action.BOTTOM_LEFT, 180: Action.LEFT}
KICKS = (Action.SHORT_PASS, Action.LONG_PASS, Action.HIGH_PASS, Action.SHOT)
KINDS, DIFFICULTIES = ("run", "pass", "shoot"), (1, 2, 3, 4, 5, 6)
#: The goalkeeper of either team, who does nothing.
KEEPER = Placement(-1.0, 0.0, Role.GK, lazy=True, controllable=False)
#: A ball that is this fast, in m/s, has been kicked; and this much faster than a step before.
KICKED, JUMP = 6.0, 4.0


def metres(observation: Observation) -> tuple[np.ndarray, np.ndarray]:
    """The ball's place [3] and velocity [3] in m and m/s."""
    scale = np.array([METRES_X, METRES_Y, 1.0])
    return np.asarray(observation["ball"]) * scale, np.asarray(observation["ball_direction"]) * scale * 10.0


def place(observation: Observation, player: int, team: str = "left_team") -> np.ndarray:
    """Where a player is, [2] in metres."""
    return np.asarray(observation[team][player]) * (METRES_X, METRES_Y)


def player(x: float, y: float, role: Role = Role.CF, *, lazy: bool = False) -> Placement:
    """A player of ours at a place in metres."""
    return Placement(x / PLAYER_X, y / PLAYER_Y, role, lazy)


def opponent(x: float, y: float, role: Role = Role.CB, *, lazy: bool = False) -> Placement:
    """An opponent at a place in metres of the pitch."""
    return player(-x, -y, role, lazy=lazy)


def situation(
    ball: tuple[float, float], left: Sequence[Placement], right: Sequence[Placement], **rules: Any
) -> Scenario:
    """A scenario with our idle goalkeeper and the ball at a place in metres."""
    open_end = {"end_on_score": False, "end_on_out_of_play": False, "end_on_possession_change": False}
    return Scenario(
        "probe", (ball[0] / METRES_X, ball[1] / METRES_Y), (KEEPER, *left), tuple(right), **(open_end | rules)
    )


def play(engine: Engine, scenario: Scenario, actions: Iterable[Action], seed: int = 0) -> list[Observation]:
    """The observations of a match, the first before any action."""
    seen = [engine.reset(scenario, seed)]
    for action in actions:
        if engine.done:
            break
        seen.append(engine.step(action))
    return seen


def _path(seen: list[Observation], begin: int) -> list[list[float]]:
    places = np.array([place(observation, 1) for observation in seen[begin : begin + RUN_STEPS + 1]])
    return np.round(places - places[0], 3).tolist()


def runs(engine: Engine) -> dict[str, list[list[float]]]:
    """Where a player is in each of 51 steps, in metres from where the stream began, by what he does.

    "alone" streams have an opponent on the ball far away, so that nothing draws our player; "ball" streams give him the ball.
    Turns are followed from the new direction on, stops from the beginning of the run that they end; all but "at once" wait for
    half a second first, in which gfootball finds out who is nearest to the ball.
    """
    alone = situation((-49.0, -32.0), [player(-15.0, 0.0)], [KEEPER, opponent(-49.5, -32.3, Role.CM, lazy=True)])
    carried = situation((-14.4, 0.0), [player(-15.0, 0.0)], [KEEPER])
    paths = {}
    for what, scenario in (("alone", alone), ("ball", carried)):
        for gait, held in GAITS.items():
            for way in WAYS:
                seen = play(engine, scenario, [Action.IDLE] * 5 + [*held, way] + [Action.IDLE] * RUN_STEPS)
                paths[f"{what} {gait} {way.label}"] = _path(seen, 5)
            warm_up = [Action.IDLE] * 5 + [*held, Action.RIGHT] + [Action.IDLE] * 25
            for angle, way in TURNS.items():
                seen = play(engine, scenario, [*warm_up, way] + [Action.IDLE] * RUN_STEPS)
                paths[f"{what} turn {gait} {angle}"] = _path(seen, len(warm_up))
            seen = play(engine, scenario, [*warm_up, Action.RELEASE_DIRECTION] + [Action.IDLE] * RUN_STEPS)
            paths[f"{what} stop {gait}"] = _path(seen, 5)
            seen = play(engine, scenario, [*held, Action.RIGHT] + [Action.IDLE] * RUN_STEPS)
            paths[f"{what} at once {gait}"] = _path(seen, 0)
    return paths


def kicks(engine: Engine) -> dict[str, dict[str, Any]]:
    """Passes to a mate who stands straight ahead, and shots, at rest and running: steps until the ball is struck, its velocity in
    m/s in the observation after, and where it flies in the second that follows, in metres from there."""
    found = {}
    for kick in KICKS:
        for distance in (10.0, 20.0, 30.0, 40.0):
            for gait, held in {"rest": [Action.IDLE] * 5, "run": [Action.RIGHT] + [Action.IDLE] * 15}.items():
                ahead = -25.0 + distance + (7.0 if gait == "run" else 0.0)
                mate = player(ahead, 25.0 if kick == Action.SHOT else 0.0, lazy=True)
                scenario = situation((-24.6, 0.0), [player(-25.0, 0.0), mate], [KEEPER])
                seen = play(engine, scenario, [*held, kick] + [Action.IDLE] * (FLIGHT_STEPS + 20))
                found[f"{kick.label} {distance:.0f} m {gait}"] = _flight(seen, len(held))
    return found


def _flight(seen: list[Observation], asked: int) -> dict[str, Any]:
    states = [metres(observation) for observation in seen]
    speeds = np.array([np.linalg.norm(velocity) for _, velocity in states])
    struck = [k for k in range(asked + 1, len(seen)) if speeds[k] > KICKED and speeds[k] > speeds[k - 1] + JUMP]
    if not struck:
        return {"delay": None, "velocity": None, "path": []}
    first = struck[0]
    path = np.array([ball for ball, _ in states[first : first + FLIGHT_STEPS + 1]])
    return {
        "delay": first - asked,
        "velocity": np.round(states[first][1], 2).tolist(),
        "path": np.round(path - path[0] * (1, 1, 0), 2).tolist(),
    }


def shots(engine: Engine, each: int) -> dict[str, float]:
    """Share of goals of `each` shots from a distance, at a goalkeeper of difficulty 0, from angles of up to 45 degrees, half of
    them on the run."""
    rng = np.random.default_rng(1)
    shares = {}
    for distance in (6.0, 10.0, 15.0, 20.0, 25.0):
        goals = 0
        for shot in range(each):
            angle = rng.uniform(-np.pi / 4, np.pi / 4)
            run_up = [Action.RIGHT] + [Action.IDLE] * 7 if shot % 2 else [Action.IDLE] * 2
            x, y = 55.0 - distance * np.cos(angle) - (4.3 if shot % 2 else 0.0), distance * np.sin(angle)
            scenario = situation(
                (x + 0.4, y), [player(x, y)], [opponent(55.0, 0.0, Role.GK)], end_on_score=True, right_difficulty=0.0
            )
            seen = play(engine, scenario, [*run_up, Action.SHOT] + [Action.IDLE] * OUTCOME_STEPS, shot)
            goals += seen[-1]["score"][0]
        shares[f"{distance:.0f} m"] = goals / each
    return shares


def interceptions(engine: Engine, each: int) -> dict[str, float]:
    """Share of passes of 20 m that an opponent takes who stands on the second half of their way, by his distance from it."""
    rng = np.random.default_rng(2)
    shares = {}
    for kick in (Action.SHORT_PASS, Action.HIGH_PASS):
        for aside in (0.0, 1.0, 2.0, 4.0):
            taken = 0
            for number in range(each):
                along, off = rng.uniform(8.0, 16.0), aside + rng.uniform(-0.5, 0.5)
                scenario = situation(
                    (-19.6, 0.0),
                    [player(-20.0, 0.0), player(0.0, 0.0)],
                    [KEEPER, opponent(-20.0 + along, off, Role.CM)],
                    right_difficulty=1.0,
                )
                seen = play(engine, scenario, [Action.IDLE] * 2 + [kick] + [Action.IDLE] * OUTCOME_STEPS, number)
                owners = [
                    o["ball_owned_team"] for o in seen[6:] if (o["ball_owned_team"], o["ball_owned_player"]) != (0, 1)
                ]
                taken += next((owner for owner in owners if owner != Team.NOBODY), Team.NOBODY) == Team.RIGHT
            shares[f"{kick.label} {aside:.0f} m aside"] = taken / each
    return shares


def generated(count: int) -> list[Scenario]:
    """The attack scenarios that scores are compared on, all kinds and difficulties in turn."""
    return [
        attack(KINDS[n % 3], DIFFICULTIES[n // 3 % 6], np.random.default_rng(1000 + n))  # the same for every run
        for n in range(count)
    ]


Policy = Callable[[Observation], Action]
POLICIES = ("idle", "random", "right", "attacker")
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef)


def policies(seed: int) -> dict[str, Policy]:
    """The four policies, each made anew for an episode."""
    rng, memory = np.random.default_rng(seed), Memory()
    return {
        "idle": lambda observation: Action.IDLE,
        "random": lambda observation: Action(int(rng.integers(NUM_ACTIONS))),
        "right": lambda observation: Action.RIGHT,
        "attacker": lambda observation: choose(observation, memory),
    }


def episode(engine: Engine, scenario: Scenario, policy: Policy, seed: int) -> dict[str, float]:
    """MageBench's score of an episode with its adaptive acting, and its steps; `lost` is 1 if the opponents got the ball."""
    seen = engine.reset(scenario, seed)
    acts, worth = Acting(engine, seen), AttackReward(scenario.duration)
    steps = 0
    while not (engine.done or worth.done):
        for observation, action in acts.turn(policy(seen)):
            worth.step(observation, action)
            seen = observation
            steps += 1
            if worth.done:
                break
    return {"score": worth.total, "steps": steps, "lost": float(seen["ball_owned_team"] == Team.RIGHT)}


def attacks(engine: Engine, scenarios: Sequence[Scenario], policy: str, repeats: int) -> dict[str, Any]:
    """A policy's scores in each scenario [N][repeats], and the scenario's mean steps and share lost [N]."""
    ends = []
    for number, scenario in enumerate(scenarios):
        seeds = [100 * number + repeat for repeat in range(repeats)]
        ends.append([episode(engine, scenario, policies(seed)[policy], seed) for seed in seeds])
    table = np.array([[list(end.values()) for end in row] for row in ends])  # [N, repeats, 3]
    steps, lost = np.round(table[..., 1:].mean(1), 3).T.tolist()
    return {"scores": np.round(table[..., 0], 2).tolist(), "steps": steps, "lost": lost}


def attacks_fingerprint(scenarios: Sequence[Scenario], policy: str, repeats: int) -> str:
    """Changes when what `attacks` plays, or how it is scored, does; not with a comment."""
    modules = [acting, reward, *([attacker] if policy == "attacker" else [])]
    return _digest(repr(scenarios), policy, str(repeats), *map(_code, modules))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _code(module: ModuleType) -> str:
    tree = ast.parse(inspect.getsource(module))
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
    return ast.unparse(tree)


def skills_fingerprint(each: int) -> str:
    """Changes when what `skills` plays does; not with a comment."""
    return _digest(str(each), _code(sys.modules[__name__]))


def skills(engine: Engine, each: int) -> dict[str, Any]:
    """All but attacks, as JSON can hold it."""
    return {
        "runs": runs(engine),
        "kicks": kicks(engine),
        "shots": shots(engine, each),
        "interceptions": interceptions(engine, each),
    }
