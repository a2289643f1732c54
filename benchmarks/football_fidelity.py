"""Our football engine against Google Research Football: the same actions in both, and what comes of them.

What gfootball does is measured where it is installed and kept in a file (`--reference`), so that our engine can be compared
without it, and changed without measuring it again; `--record` measures it anew. Both play scenarios that our generator makes.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

import numpy as np
from football_probes import POLICIES, attacks, attacks_fingerprint, generated, skills, skills_fingerprint
from harness import Row, finish, parser
from scipy.stats import spearmanr

from envs.football.engine import make_engine
from envs.football.scenario import Scenario

REFERENCE = Path(__file__).with_name("football_reference.json")
SCENARIOS, QUICK_SCENARIOS = 40, 12
#: Shots a distance, passes a place, matches a scenario and policy.
EACH, REPEATS = 40, 16
QUICK_EACH, QUICK_REPEATS = 10, 4
GROUPS = {
    "running": "alone run",
    "sprinting": "alone sprint",
    "dribbling pace": "alone dribble",
    "turning": "alone turn",
    "stopping": "alone stop",
    "running in the first step": "alone at once",
    "running with the ball": "ball run",
    "sprinting with the ball": "ball sprint",
    "dribbling with the ball": "ball dribble",
    "turning with the ball": "ball turn",
    "stopping with the ball": "ball stop",
    "running with the ball in the first step": "ball at once",
}
#: Seconds after the kick at which flights are compared, in steps of 0.1 s.
FLIGHTS = (3, 5, 10)
PUBLISHED_IDLE = 2.53


def path_error(ours: list[list[float]], theirs: list[list[float]]) -> float:
    """How far apart two paths end, as a share of the way that theirs took (of a metre, if it took less)."""
    mine, other = np.array(ours), np.array(theirs)
    steps = min(len(mine), len(other))
    way = float(np.linalg.norm(np.diff(other[:steps], axis=0), axis=1).sum())
    return float(np.linalg.norm(mine[steps - 1] - other[steps - 1])) / max(way, 1.0)


def kinematics(ours: dict[str, Any], theirs: dict[str, Any]) -> list[Row]:
    rows = []
    for title, prefix in GROUPS.items():
        names = [name for name in theirs["runs"] if name.startswith(prefix)]
        errors = [path_error(ours["runs"][name], theirs["runs"][name]) for name in names]
        rows.append(Row(f"{title}: mean error of place after 5 s / way", float(np.mean(errors)), None, "<= 0.05"))
        rows.append(Row(f"{title}: worst of {len(names)} ({names[int(np.argmax(errors))]})", max(errors)))
    return rows


def kicking(ours: dict[str, Any], theirs: dict[str, Any]) -> list[Row]:
    rows = []
    for kick in ("short_pass", "long_pass", "high_pass", "shot"):
        pairs = [
            (ours["kicks"][name], other)
            for name, other in theirs["kicks"].items()
            if name.startswith(kick) and other["velocity"]
        ]
        struck = [(mine, other) for mine, other in pairs if mine["velocity"]]
        rows.append(Row(f"{kick}: share that our engine strikes too", len(struck) / len(pairs), None, ">= 1"))
        if not struck:
            continue
        for name, value in (
            ("steps until struck", _delay),
            ("m/s along the ground", _ground),
            ("m/s upwards", _upwards),
        ):
            mine, other = (float(np.mean([value(pair[side]) for pair in struck])) for side in (0, 1))
            rows.append(Row(f"{kick}: {name}", mine, other))
        for steps in FLIGHTS:
            errors = [_flight_error(mine["path"], other["path"], steps) for mine, other in struck]
            rows.append(
                Row(f"{kick}: median error of the ball's place {steps / 10} s later / way", float(np.median(errors)))
            )
    return rows


def _delay(kick: dict[str, Any]) -> float:
    return float(kick["delay"])


def _ground(kick: dict[str, Any]) -> float:
    return float(np.hypot(*kick["velocity"][:2]))


def _upwards(kick: dict[str, Any]) -> float:
    return float(kick["velocity"][2])


def _flight_error(ours: list[list[float]], theirs: list[list[float]], steps: int) -> float:
    last = min(len(ours), len(theirs), steps + 1) - 1
    way = float(np.linalg.norm(np.diff(np.array(theirs[: last + 1]), axis=0), axis=1).sum())
    return float(np.linalg.norm(np.array(ours[last]) - theirs[last])) / max(way, 1.0)


def chances(ours: dict[str, Any], theirs: dict[str, Any]) -> list[Row]:
    rows = []
    for title, key in (("share of goals, shots from", "shots"), ("share intercepted,", "interceptions")):
        rows += [Row(f"{title} {name}", ours[key][name], np.float64(other)) for name, other in theirs[key].items()]
    idle, other_idle = ours["attacks"]["idle"], theirs["attacks"]["idle"]
    lost, other_lost = np.mean(idle["lost"]), np.mean(other_idle["lost"])
    rows.append(Row("idle: share of scenarios that end with a steal", float(lost), other_lost))
    mine, other = _steps_until_steal(idle), _steps_until_steal(other_idle)
    rows.append(Row("idle: median steps until the steal, where it comes", mine, other))
    return rows


def _steps_until_steal(idle: dict[str, Any]) -> float:
    stolen = [steps for steps, lost in zip(idle["steps"], idle["lost"], strict=True) if lost == 1]
    return float(np.median(stolen)) if stolen else float("nan")


def scores(ours: dict[str, Any], theirs: dict[str, Any]) -> list[Row]:
    names = list(POLICIES)
    ours_by_seed, theirs_by_seed = (
        np.array([side["attacks"][name]["scores"] for name in names]) for side in (ours, theirs)
    )  # [P, N, seeds]
    mine, other = ours_by_seed.mean(-1), theirs_by_seed.mean(-1)
    rows = [Row(f"mean score, {name}", float(mine[p].mean()), float(other[p].mean())) for p, name in enumerate(names)]
    rows.append(Row(f"rank correlation of the {mine.size} mean scores", _rank(mine, other), None, ">= 0.8"))
    half = theirs_by_seed.shape[-1] // 2
    if half:
        halves = theirs_by_seed[..., :half].mean(-1), theirs_by_seed[..., half:].mean(-1)
        rows.append(
            Row("rank correlation of gfootball with itself, half of the seeds against the others", _rank(*halves))
        )
    rows.append(
        Row(f"rank correlation of the {mine.shape[1]} scenarios, over policies", _rank(mine.mean(0), other.mean(0)))
    )
    for p, name in enumerate(names):
        rows.append(Row(f"rank correlation of the scenarios, {name}", _rank(mine[p], other[p])))
    for title, side in (("ours", mine), ("gfootball", other)):
        idle, attacker = float(side[names.index("idle")].mean()), float(side[names.index("attacker")].mean())
        off = abs(idle - PUBLISHED_IDLE)
        rows.append(Row(f"idle mean on {title} against the published one", idle, PUBLISHED_IDLE, "<= 2", off))
        rows.append(Row(f"rule-based attacker on {title}", attacker, None, ">= 30"))
    return rows


def _rank(first: np.ndarray, second: np.ndarray) -> float:
    return float(spearmanr(first.ravel(), second.ravel()).statistic)


def reference(options: Namespace, scenarios: list[Scenario], each: int, repeats: int) -> dict[str, Any]:
    """What gfootball does: what is kept in the file, and anew what is missing, was played otherwise, or asked for.

    Raises:
        SystemExit: If something has to be measured and gfootball is not installed.
    """
    path: Path = options.reference
    kept: dict[str, Any] = {} if options.record or not path.exists() else json.loads(path.read_text())
    wanted = {policy: attacks_fingerprint(scenarios, policy, repeats) for policy in POLICIES}
    wanted["skills"] = skills_fingerprint(each)
    stale = [part for part, mark in wanted.items() if kept.get("fingerprints", {}).get(part) != mark]
    if not stale:
        return kept
    if importlib.util.find_spec("gfootball_engine") is None:
        raise SystemExit(
            f"{path} does not hold what this run compares ({', '.join(stale)}), and gfootball is not installed to measure it; "
            "install it as docs/football_gfootball.md says"
        )
    engine = make_engine("gfootball")
    for part in stale:
        if part == "skills":
            kept |= skills(engine, each)
        else:
            kept.setdefault("attacks", {})[part] = attacks(engine, scenarios, part, repeats)
    kept["fingerprints"] = wanted
    path.write_text(json.dumps(kept, separators=(",", ":")) + "\n", encoding="utf-8")
    return kept


def main() -> int:
    arguments = parser(__doc__ or "")
    arguments.add_argument("--reference", type=Path, default=REFERENCE, help="what gfootball did; default %(default)s")
    arguments.add_argument(
        "--record", action="store_true", help="measure all of gfootball anew and write the reference"
    )
    quick = f"{QUICK_SCENARIOS} scenarios and fewer shots; give it a --reference of its own"
    arguments.add_argument("--quick", action="store_true", help=quick)
    options = arguments.parse_args()
    count, each, repeats = (QUICK_SCENARIOS, QUICK_EACH, QUICK_REPEATS) if options.quick else (SCENARIOS, EACH, REPEATS)
    scenarios = generated(count)
    theirs = reference(options, scenarios, each, repeats)
    engine = make_engine("builtin")
    ours = skills(engine, each) | {
        "attacks": {policy: attacks(engine, scenarios, policy, repeats) for policy in POLICIES}
    }
    rows = [*kinematics(ours, theirs), *kicking(ours, theirs), *chances(ours, theirs), *scores(ours, theirs)]
    with np.errstate(divide="ignore", invalid="ignore"):  # a share may be 0
        return finish("Our football engine (ours) against gfootball 2.10.2 (other)", rows, options.json)


if __name__ == "__main__":
    sys.exit(main())
