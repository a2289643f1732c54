"""The one contract of all tasks: a Gymnasium environment whose action is a model's whole response.

A `TaskEnv` knows how to pose a task (frame and prompt), how to verify a response, and how to show what happened.
It knows nothing of models, sampling or training.
"""

from __future__ import annotations

import string
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import gymnasium as gym
import numpy as np

from envs.spaces import PromptSpace
from envs.splits import Split, check_split

MAX_PROMPT_CHARS = 8_192
MAX_RESPONSE_CHARS = 100_000
#: Characters that prompts and sampled actions are made of: printable ASCII plus the mathematical and Latin signs
#: that problems use. Responses are not limited to it: `step` takes any string.
CHARSET = frozenset(
    string.printable + "".join(map(chr, [*range(0xA0, 0x180), *range(0x370, 0x400)])) + "√∞≤≥≠≈−×÷·π∠△←↑→↓"
)

Mode = Literal["global", "online"]


@dataclass
class Verdict:
    """What a task says of one response.

    Attributes:
        reward: What the environment's `step` returns.
        format_reward: 1.0 if the response obeys the response grammar, else 0.0.
        accuracy_reward: 1.0 if the answer is right (for games: if the plan reaches the goal), else 0.0.
        success: Whether the task is solved.
        score: The result on the scale of the task's published benchmark.
        terminated: Whether the episode is over because of what the response did.
        truncated: Whether the episode is over because of a limit.
        details: Task-specific entries of `info`, such as the parsed answer.
    """

    reward: float
    format_reward: float
    accuracy_reward: float
    success: bool
    score: float
    terminated: bool = True
    truncated: bool = False
    details: dict[str, Any] = field(default_factory=dict)


class TaskEnv(gym.Env[dict[str, Any], str]):
    """Base of every `LMMR1/*` task with text actions.

    **Observation**: `{"image": uint8 [H, W, 3], "prompt": str}`; tasks without pictures have no `"image"`,
    those that remember earlier frames have them in `"memory"`, uint8 [frames, H, W, 3].

    **Action**: the model's response, any string (`bytes` are decoded with replacement characters). `step` never
    raises on its content: what cannot be parsed earns nothing.

    **Reward**: see the subclass. `info` always has `format_reward`, `accuracy_reward`, `success`, `score`.

    **Determinism**: `reset(seed=s)` depends on `s` and the constructor's arguments only. A `reset()` without a seed
    continues the random stream of the last seeded reset.

    A subclass sets `observation_space` and writes `_begin`, `_observe`, `_verify`, `content`, and where it applies
    `frames` and the demonstrations (`solution`, `random_response`, `idle_response`).

    Args:
        render_mode: `None`, or one of `metadata["render_modes"]`.
        split: `None` for every task, `"train"` or `"heldout"` for the tasks whose content hash falls into that share.
    """

    metadata: dict[str, Any] = {"render_modes": ["rgb_array", "rgb_array_list", "human", "ansi"], "render_fps": 4}
    #: Name of the demonstration styles that `demonstration` understands, the best one first.
    demonstration_styles: ClassVar[tuple[str, ...]] = ("solution",)

    def __init__(self, *, render_mode: str | None = None, split: Split | None = None):
        modes = self.metadata["render_modes"]
        if render_mode is not None and render_mode not in modes:
            raise ValueError(f"render_mode is {render_mode!r}; {type(self).__name__} offers {', '.join(modes)} or None")
        self.render_mode = render_mode
        self.split = check_split(split)
        self.action_space = gym.spaces.Text(MAX_RESPONSE_CHARS, min_length=0, charset=CHARSET)
        self._window: Any = None

    # -- what a subclass writes -----------------------------------------------------------------------------------

    def _begin(self, options: dict[str, Any]) -> dict[str, Any]:
        """Set up a new task from `self.np_random` and `options`; return the task's entries of `info`."""
        raise NotImplementedError

    def _observe(self) -> dict[str, Any]:
        """The observation of the present state."""
        raise NotImplementedError

    def content(self) -> bytes:
        """What the present task is: equal bytes for tasks that are the same up to symmetry, whatever their seeds."""
        raise NotImplementedError

    def _verify(self, response: str) -> Verdict:
        """Parse, play and judge a response."""
        raise NotImplementedError

    def frames(self) -> list[np.ndarray]:
        """Frames since the last reset, oldest first, each uint8 [H, W, 3]; none for a task without pictures."""
        return []

    @property
    def size(self) -> int | None:
        """How many tasks there are, if a held-out seed for each of them counts them through; `None` if there is no end."""
        return None

    def labels(self) -> dict[str, str]:
        """What kind of task the present one is, for tables by kind: names of properties and their values."""
        return {}

    def _ansi(self) -> str:
        """The present state as text for a terminal."""
        return self._observe()["prompt"]

    def demonstration(self, style: str, rng: np.random.Generator) -> str:
        """A response to the present task in one of `demonstration_styles`, for the supervised warm start.

        Raises:
            ValueError: If the task does not know `style`.
        """
        raise NotImplementedError

    def solution(self) -> str:
        """A response that solves the present task with full reward."""
        return self.demonstration(self.demonstration_styles[0], np.random.default_rng(0))

    def random_response(self, rng: np.random.Generator) -> str:
        """A well-formed response drawn without looking at the task's answer: the chance level."""
        raise NotImplementedError

    def idle_response(self) -> str:
        """A well-formed response that does or says nothing."""
        raise NotImplementedError

    # -- the Gymnasium API ----------------------------------------------------------------------------------------

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        super().reset(seed=seed)
        info = self._begin(dict(options or {}))
        if self.render_mode == "human":
            self.render()
        return self._observe(), info

    def step(self, action: str) -> tuple[dict[str, Any], float, bool, bool, dict[str, Any]]:
        verdict = self._verify(as_text(action))
        if self.render_mode == "human":
            self.render()
        info = {
            "format_reward": verdict.format_reward,
            "accuracy_reward": verdict.accuracy_reward,
            "success": verdict.success,
            "score": verdict.score,
            **verdict.details,
        }
        return self._observe(), verdict.reward, verdict.terminated, verdict.truncated, info

    def render(self) -> Any:
        """The present frame, all frames since reset, or text, as `render_mode` says."""
        match self.render_mode:
            case None:
                gym.logger.warn("render() does nothing without a render_mode: give one to gym.make, such as rgb_array")
                return None
            case "ansi":
                return self._ansi()
            case "rgb_array":
                return self.frames()[-1]
            case "rgb_array_list":
                return self.frames()
            case "human":
                return self._show()

    def _show(self) -> None:
        from envs.window import Window

        self._window = self._window or Window(type(self).__name__, self.metadata["render_fps"])
        self._window.show(self.frames())

    def close(self) -> None:
        if self._window is not None:
            self._window.close()
            self._window = None


def as_text(action: Any) -> str:
    """A response as a string: `bytes` are decoded as UTF-8 with replacement characters, others by `str`."""
    if isinstance(action, bytes | bytearray):
        return bytes(action).decode("utf-8", errors="replace")
    return str(action)


def text_space(max_length: int = MAX_PROMPT_CHARS) -> PromptSpace:
    """The space of prompts."""
    return PromptSpace(max_length, min_length=1, charset=CHARSET)


def check_options(options: dict[str, Any], allowed: tuple[str, ...], env: str) -> None:
    """Refuse reset options that the environment does not know.

    Raises:
        ValueError: If `options` has a key outside `allowed`.
    """
    for key in options:
        if key not in allowed:
            raise ValueError(f"reset option {key!r} is unknown to {env}; it takes {', '.join(allowed) or 'none'}")
