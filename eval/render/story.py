"""What is told of a rollout beside its frames. Sokoban's plans are played again for the return after each move."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.rollout import EnvironmentPool, Trajectory
from envs.prompts import RESPONSE_FORMAT
from envs.sokoban.analysis import fewest_moves
from envs.sokoban.env import SokobanEnv
from envs.sokoban.rules import PUSH, new_game
from eval.render.thinking import Thought, clauses, follow, sentences, thinking


@dataclass(frozen=True)
class Story:
    """An episode of a game.

    Attributes:
        moves: What was played.
        returns: Return or reward after each frame, `None` where unknown.
        thoughts: The thinking beside each frame.
        unit: "return" if `returns` are the game's own rewards, else "reward".
        success: Whether it was solved.
        verdict: The outcome in two to four words.
        remark: What more there is to say of it; may be empty.
        reward: What the environment paid in all.
    """

    moves: list[str]
    returns: list[float | None]
    thoughts: list[Thought]
    unit: str
    success: bool
    verdict: str
    remark: str
    reward: float


@dataclass(frozen=True)
class Answered:
    """A question and its answer.

    Attributes:
        question: What was asked, without how to reply.
        thought: The thinking.
        answer: What the response was read as; `None` if nothing could be read.
        gold: The right answer.
        success: Whether they agree.
        remark: What went wrong beside the answer; may be empty.
        reward: What the environment paid.
    """

    question: str
    thought: Thought
    answer: str | None
    gold: str
    success: bool
    remark: str
    reward: float


def is_question(trajectory: Trajectory) -> bool:
    """Whether the task was one question with one right answer."""
    return bool(trajectory.turns) and "gold" in trajectory.turns[-1].info


def tell_answer(trajectory: Trajectory) -> Answered:
    """The story of a question."""
    turn = trajectory.turns[-1]
    answer = turn.info.get("answer")
    return Answered(
        question=turn.prompt.text.replace(RESPONSE_FORMAT, "").strip(),
        thought=Thought(clauses(thinking(turn.completion.text))),
        answer=None if answer is None else str(answer),
        gold=str(turn.info["gold"]),
        success=trajectory.success,
        remark=_fault(trajectory),
        reward=trajectory.reward,
    )


def tell_game(trajectory: Trajectory) -> Story:
    """The story of a game. One that broke before its first turn has no moves and an empty thought."""
    info = trajectory.turns[-1].info if trajectory.turns else {}
    moves = str(info.get("moves", "")).split()
    unit = "return" if "game_return" in info else "reward"
    returns, optimal = _replay(trajectory, moves)
    verdict, remark = _outcome(trajectory, moves, optimal)
    return Story(
        moves=moves,
        returns=returns or _returns_by_turn(trajectory, unit),
        thoughts=_thoughts(trajectory, moves),
        unit=unit,
        success=trajectory.success,
        verdict=verdict,
        remark=remark,
        reward=trajectory.reward,
    )


def _thoughts(trajectory: Trajectory, moves: list[str]) -> list[Thought]:
    """The thinking beside each frame: the turn's that led to it, or of a whole plan the step that tells the move."""
    frames = len(trajectory.frames)
    thoughts = [Thought(sentences(thinking(turn.completion.text))) for turn in trajectory.turns] or [Thought()]
    if len(thoughts) == 1 and len(moves) + 1 == frames:
        steps = thoughts[0].steps
        told = follow(steps, moves)
        if told is not None:
            before = 0 if told[0] > 0 else -1  # what opens the thinking, unless that is the first move
            return [Thought(steps, number) for number in [before, *told]]
    ends = frames_after(trajectory)
    if ends is None:
        return [thoughts[0]] * (frames - 1) + [thoughts[-1]]
    return [thoughts[number] for number in np.searchsorted(ends, np.arange(frames))]


def frames_after(trajectory: Trajectory) -> list[int] | None:
    """Number of the frame that shows what each turn has led to; `None` if it is not known when which frame was drawn.

    A turn draws one frame, or as many as its `info["steps"]`, the steps played so far, has grown.
    """
    last = len(trajectory.frames) - 1
    ends = [int(turn.info.get("steps", -1)) for turn in trajectory.turns]
    if len(ends) == last:
        ends = list(range(1, last + 1))
    return ends if ends and ends[-1] == last else None


def _returns_by_turn(trajectory: Trajectory, unit: str) -> list[float | None]:
    if unit == "return":
        totals = [turn.info["game_return"] for turn in trajectory.turns]
    else:
        totals = np.cumsum([turn.reward for turn in trajectory.turns]).tolist()
    frames, ends = len(trajectory.frames), frames_after(trajectory)
    if ends is None or len(ends) < 2 < frames:
        return [None] * (frames - 1) + [totals[-1] if totals else 0.0]
    return [[0.0, *totals][done] for done in np.searchsorted(ends, np.arange(frames), side="right")]


def _replay(trajectory: Trajectory, moves: list[str]) -> tuple[list[float | None] | None, int | None]:
    """Play a Sokoban plan again: the game's return at each frame and the length of an optimal plan, where known."""
    if trajectory.episode.task.id != "LMMR1/Sokoban-v0" or len(moves) + 1 != len(trajectory.frames):
        return None, None
    pool = EnvironmentPool()
    env = pool.take(trajectory.episode.task)
    try:
        env.reset(seed=trajectory.episode.seed)
        if not isinstance(env, SokobanEnv) or not np.array_equal(env.frames()[0], trajectory.frames[0]):
            return None, None
        game = new_game(env.level)
        rewards = [game.play(PUSH.get(move, 0)).reward for move in moves]
        return np.cumsum([0.0, *rewards]).tolist(), fewest_moves(env.level)
    finally:
        env.close()


def _outcome(trajectory: Trajectory, moves: list[str], optimal: int | None) -> tuple[str, str]:
    """The verdict and the remark below it."""
    best = f"optimal {optimal}" if optimal is not None else ""
    count = f"{len(moves)} move{'s' * (len(moves) != 1)}"
    if trajectory.episode.task.id == "LMMR1/Football-v0" and trajectory.turns:
        verdict = f"Goal after {len(moves) / 10:.1f} s" if trajectory.success else "No goal"
        return verdict, f"score {trajectory.score:.1f}"
    if trajectory.success:
        return f"Solved in {count}" if moves else "Solved", "as few as possible" if len(moves) == optimal else best
    if not trajectory.turns:
        return "No answer", _fault(trajectory)
    wrong = int(trajectory.turns[-1].info.get("first_wrong_move", 0))
    astray = f"astray at move {wrong}" if wrong > 0 else ""
    return "Not solved", ", ".join(part for part in (best, astray or _fault(trajectory)) if part)


def _fault(trajectory: Trajectory) -> str:
    """What went wrong in the making of the answer; empty if nothing did."""
    if trajectory.error is not None:
        return str(trajectory.error) or type(trajectory.error).__name__
    last = trajectory.turns[-1]
    if last.completion.error:
        return last.completion.error
    if last.completion.stop_reason == "length":
        return "cut off at the longest length"
    return "" if last.info.get("format_reward", 1.0) else "not in the asked form"
