"""`LMMR1/Football-v0`: see a frame of the match, answer with one action a turn (online) or with a whole plan (global)."""

from __future__ import annotations

from collections import deque
from typing import Any, ClassVar

import gymnasium as gym
import numpy as np

from envs import prompts
from envs.football import names, thoughts
from envs.football.acting import Acting
from envs.football.actions import Action
from envs.football.attacker import Memory, choose
from envs.football.choice import ATTACK, OPTIONS, ScenarioChoice
from envs.football.engine import Engine, EngineName, Observation, make_engine
from envs.football.generator import content
from envs.football.render import CameraName, Renderer
from envs.football.reward import GOAL, SCALE, AttackReward
from envs.football.scenario import Scenario
from envs.splits import Split
from envs.task import Mode, TaskEnv, Verdict, check_options, text_space
from rewards import RewardWeights, extract_answer, format_reward

#: Past actions that an online prompt has room for.
MAX_ACTION_MEMORY = 100
#: Frames that an online observation has room for, the present one among them.
MAX_FRAME_MEMORY = 16
#: Actions of a random plan, at most.
MAX_RANDOM_PLAN = 40


class FootballEnv(TaskEnv):
    """Football with text actions.

    ## Description
    Eleven against eleven, or fewer. The agent attacks the goal on the right in a yellow shirt; it controls the player of its team
    who is on the ball or nearest to it, with his name in blue over his head. All others are played by the engine. Scenarios put
    ball and players into a situation of attack; they are generated, come by name, or are read from scenario files.

    ## Action
    The model's response, a string. The content of its last `<answer>` block is read as the names of actions by the grammar of
    `envs.football.names`. In online mode the first one is played, and `idle` if there is none. In global mode all are, one after
    the other, and then `idle` until the match is over. Directions, sprint and dribble are held until they are changed. With
    `adaptive_acting` an action lasts as long as the rules of `envs.football.acting` say, else one step of 0.1 s.

    ## Observation
    `{"image": uint8 [height, width, 3], "prompt": str}`: the present frame and the task in words. Online prompts repeat the last
    `action_memory` actions. With `frame_memory` above 1 there is also `"memory"`, uint8 [frame_memory - 1, height, width, 3]: the
    frames of the turns before, oldest first; those before the start show the start.

    ## Reward
    Online: MageBench's reward (`envs.football.reward`) of all steps of the turn, on its own scale: a goal pays 40, and the
    rewards of an episode add up to its score. Global: `format_weight * format_reward` + score / 40, so that a goal is worth about
    what a right answer is worth in other tasks, and a plan that gets half as far about half of it. Goals alone would be too
    rare a reward for plans that are made from one frame.

    ## Info
    `format_reward`; `accuracy_reward` and `success`, whether we have scored a goal; `score`, MageBench's score so far;
    `reward_terms`, its six terms in the steps of this turn; `actions`, the agent's actions so far; `moves`, what was
    played in each step so far; `steps` played; `scenario`, its name. `reset` gives `scenario` alone.

    ## Episode end
    Global: after one response. Online: terminated when the scenario's rules end the match (a goal, the ball out of play or lost),
    or the reward says that the ball was stolen; truncated when the time is up, or after `max_turns` responses.

    ## Reset options
    `scenario`: an `envs.football.scenario.Scenario`, a name or a path, as for the constructor. Or `kind` and `difficulty` of the
    scenario to generate. They go before the constructor's arguments.

    Args:
        scenario: "attack" to generate scenarios, a name in `envs.football.scenarios.SCENARIOS`, or the path of a scenario file or
            of a folder of them, of which each episode draws one.
        kind: "run", "pass" or "shoot", `None` to draw it: what a generated scenario asks for.
        difficulty: Of a generated scenario, 1 to 6; `None` to draw it.
        mode: "online" (one action a turn) or "global" (a plan).
        engine: "builtin", or "gfootball" where Google Research Football is installed.
        camera: "broadcast" or "top_down".
        size: Width and height of frames in pixels; widths from 256 to 1280.
        minimap: Whether frames have a small map of the pitch in a corner.
        action_memory: Past actions told in online prompts, 0 to 100 (MageBench's AM).
        frame_memory: Frames in online observations, the present one among them, 1 to 16 (MageBench's OM).
        adaptive_acting: Whether actions are repeated while nothing new is to be seen.
        max_turns: Responses an episode, at least 1.
        format_weight: Weight of the format reward in global mode.
        split: Restrict to "train" or "heldout" scenarios; mirror images are in the same split. A single scenario by name or file
            is played in both, with other seeds.

    Raises:
        ValueError: For an unknown scenario, kind, mode, engine or camera, a malformed scenario file, or a number out of range.
        ImportError: If gfootball is asked for and not installed; the message says how to install it.
    """

    metadata: dict[str, Any] = {**TaskEnv.metadata, "render_fps": 10}
    demonstration_styles: ClassVar[tuple[str, ...]] = ("attacker", "random")

    def __init__(
        self,
        scenario: str = ATTACK,
        *,
        kind: str | None = None,
        difficulty: int | None = None,
        mode: Mode = "online",
        engine: EngineName = "builtin",
        camera: CameraName = "broadcast",
        size: tuple[int, int] = (640, 360),
        minimap: bool = False,
        action_memory: int = 5,
        frame_memory: int = 1,
        adaptive_acting: bool = True,
        max_turns: int = 400,
        format_weight: float = 0.5,
        render_mode: str | None = None,
        split: Split | None = None,
    ):
        super().__init__(render_mode=render_mode, split=split)
        if mode not in ("global", "online"):
            raise ValueError(f"mode is {mode!r}; expected 'online' (one action a turn) or 'global' (a whole plan)")
        self.mode = mode
        self._choice = ScenarioChoice(scenario, kind, difficulty, self.split)
        _check_count("action_memory", action_memory, 0, MAX_ACTION_MEMORY)
        _check_count("frame_memory", frame_memory, 1, 1 if mode == "global" else MAX_FRAME_MEMORY)
        _check_count("max_turns", max_turns, 1, 10**6)
        self.max_turns = max_turns
        self.adaptive_acting = bool(adaptive_acting)
        self.weights = RewardWeights(format=format_weight)
        self._renderer = Renderer(camera, (size[0], size[1]), minimap)
        self._engine_name: EngineName = engine
        self._engine = make_engine(engine)
        self._earlier_frames = frame_memory - 1
        shape = (size[1], size[0], 3)
        spaces: dict[str, gym.Space] = {"image": gym.spaces.Box(0, 255, shape, np.uint8), "prompt": text_space()}
        if self._earlier_frames:
            spaces["memory"] = gym.spaces.Box(0, 255, (self._earlier_frames, *shape), np.uint8)
        self.observation_space = gym.spaces.Dict(spaces)
        self._recent: deque[Action] = deque(maxlen=action_memory)

    def _begin(self, options: dict[str, Any]) -> dict[str, Any]:
        check_options(options, OPTIONS, "LMMR1/Football-v0")
        chosen = self._choice.choose(self.np_random, options)
        self.scenario, self._labels = chosen.scenario, chosen.labels
        self._match_seed = int(self.np_random.integers(2**31))
        first = self._engine.reset(self.scenario, self._match_seed)
        self.reward = AttackReward(self.scenario.duration)
        self._acting = Acting(self._engine, first, adaptive=self.adaptive_acting)
        self._seen: list[Observation] = [first]
        self._turns = [0]  # which of these the agent has seen
        self._frames: list[np.ndarray] = []
        self._actions: list[Action] = []
        self._moves: list[Action] = []
        self._recent.clear()
        return {"scenario": self.scenario.name}

    def content(self) -> bytes:
        return content(self.scenario)

    def labels(self) -> dict[str, str]:
        """Kind and difficulty of a generated scenario, the name of another."""
        return dict(self._labels)

    # -- seeing -----------------------------------------------------------------------------------------------------------

    def _observe(self) -> dict[str, Any]:
        observation = {"image": self._frame(self._seen[-1]), "prompt": self._prompt()}
        if self._earlier_frames:
            before = self._turns[-self._earlier_frames - 1 : -1]
            before = [0] * (self._earlier_frames - len(before)) + before
            observation["memory"] = np.stack([self._frame(self._seen[number]) for number in before])
        return observation

    def _prompt(self) -> str:
        if self.mode == "global":
            return prompts.FOOTBALL_GLOBAL
        memory = " ".join(f"action_{action.label}" for action in self._recent)
        return prompts.FOOTBALL_ONLINE.format(memory=memory or "none")

    def _frame(self, seen: Observation) -> np.ndarray:
        return self._renderer.frame(seen)

    def frames(self) -> list[np.ndarray]:
        self._frames += [self._frame(seen) for seen in self._seen[len(self._frames) :]]
        return list(self._frames)

    def render(self) -> Any:
        if self.render_mode == "rgb_array":
            return self._frame(self._seen[-1])
        return super().render()

    def _ansi(self) -> str:
        return thoughts.picture(self._seen[-1])

    # -- playing ----------------------------------------------------------------------------------------------------------

    @property
    def _over(self) -> bool:
        return self._engine.done or self.reward.done

    def _verify(self, response: str) -> Verdict:
        formatted = format_reward(response)
        answer = extract_answer(response) or ""
        before = dict(self.reward.sums)
        if self.mode == "online":
            self._play(names.parse_action(answer) or Action.IDLE)
        else:
            for action in names.parse_actions(answer):
                self._play(action)
            while not self._over:
                self._play(Action.IDLE)
        self._turns.append(len(self._seen) - 1)
        terms = {name: total - before[name] for name, total in self.reward.sums.items()}
        success = self._seen[-1]["score"][0] > self._seen[0]["score"][0]
        timeless = self._over and not (self.reward.done or success) and self._seen[-1]["steps_left"] <= 0
        ended = self._over and not timeless
        return Verdict(
            reward=self._reward(formatted, terms),
            format_reward=formatted,
            accuracy_reward=float(success),
            success=success,
            score=self.reward.total,
            terminated=self.mode == "global" or ended,
            truncated=self.mode == "online" and not ended and (timeless or len(self._turns) > self.max_turns),
            details={
                "reward_terms": terms,
                "actions": _told(self._actions),
                "moves": _told(self._moves),
                "steps": len(self._moves),
                "scenario": self.scenario.name,
            },
        )

    def _reward(self, formatted: float, terms: dict[str, float]) -> float:
        earned = sum(terms.values())
        if self.mode == "online":
            return earned
        return self.weights.format * formatted + earned / (SCALE * GOAL)

    def _play(self, action: Action) -> None:
        """Play a turn, unless the episode is over."""
        if self._over:
            return
        self._actions.append(action)
        self._recent.append(action)
        for seen, played in self._acting.turn(action):
            self._seen.append(seen)
            self._moves.append(played)
            self.reward.step(seen, played)
            if self.reward.done:
                break

    def close(self) -> None:
        super().close()
        self._engine.close()

    # -- demonstrations ---------------------------------------------------------------------------------------------------

    def demonstration(self, style: str, rng: np.random.Generator) -> str:
        """A response in one of two styles: "attacker", what the rule-based attacker does, or "random". Both tell in words what
        is to be seen; in global mode the attacker's plan is found by playing the match on an engine of its own.

        Raises:
            ValueError: For another style.
        """
        seen = self._seen[-1]
        match style:
            case "attacker" if self.mode == "online":
                actions = [choose(seen, Memory(passes=self.reward.passes))]
            case "attacker":
                actions = attack_plan(self._engine_name, self.scenario, self._match_seed, self.adaptive_acting)
            case "random":
                actions = self._random_actions(rng)
            case _:
                raise ValueError(
                    f"demonstration style is {style!r}; Football knows {', '.join(self.demonstration_styles)}"
                )
        return names.response(thoughts.why(seen, actions[0]), *actions)

    def random_response(self, rng: np.random.Generator) -> str:
        return names.response("", *self._random_actions(rng))

    def _random_actions(self, rng: np.random.Generator) -> list[Action]:
        count = 1 if self.mode == "online" else int(rng.integers(1, MAX_RANDOM_PLAN + 1))
        return [names.ACTIONS[number] for number in rng.integers(len(names.ACTIONS), size=count)]

    def idle_response(self) -> str:
        return names.response("", Action.IDLE)


def attack_plan(engine_name: EngineName, scenario: Scenario, seed: int, adaptive: bool) -> list[Action]:
    """What the rule-based attacker does in a match from its start to its end."""
    engine: Engine = make_engine(engine_name)
    try:
        seen = engine.reset(scenario, seed)
        acting, reward, memory = Acting(engine, seen, adaptive=adaptive), AttackReward(scenario.duration), Memory()
        plan: list[Action] = []
        while not (engine.done or reward.done):
            plan.append(choose(seen, memory))
            for seen, played in acting.turn(plan[-1]):
                reward.step(seen, played)
                if reward.done:
                    break
        return plan
    finally:
        engine.close()


def _told(actions: list[Action]) -> str:
    return " ".join(action.label for action in actions)


def _check_count(name: str, value: Any, fewest: int, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not fewest <= value <= most:
        raise ValueError(f"{name} is {value!r}; expected a whole number from {fewest} to {most}")
