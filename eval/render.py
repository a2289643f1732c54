"""Pictures of rollouts: each recorded frame becomes a card with the board and, beside it, the plan as it is played.

A card is a list of images, one a frame; a grid lays many cards out; `save` writes an animated GIF or a PNG strip.
It asks nothing of a task but its frames. Sokoban's plans are replayed for the running return and the optimal length.

    python -m eval.render --env LMMR1/Sokoban-v0 --seed 3 --policy solver --out plan.gif
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import sys
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from agents.policy import Policy, SamplingConfig
from agents.rollout import EnvironmentPool, Episode, Task, Trajectory, rollout
from agents.scripted import SCRIPTS, ScriptedPolicy
from envs.sokoban.analysis import fewest_moves
from envs.sokoban.env import SokobanEnv
from envs.sokoban.rules import PUSH, new_game

SUFFIXES = (".gif", ".png")

_Colour = tuple[int, int, int]
_PAPER: _Colour = (12, 15, 20)
_GROUND: _Colour = (20, 23, 28)
_RAISED: _Colour = (36, 41, 49)
_SUNK: _Colour = (26, 30, 36)
_WHITE: _Colour = (236, 238, 241)
_SOFT: _Colour = (170, 178, 189)
_FAINT: _Colour = (118, 127, 141)
_LIT: _Colour = (242, 187, 84)
_GOOD: _Colour = (116, 201, 148)
_BAD: _Colour = (229, 123, 115)

_PANEL, _PAD, _BAR = 224, 16, 4
_CHIP, _GAP = 20, 4
_FOOT = 74
_TEXT_LINES, _TEXT_SIZE, _LEADING = 6, 11, 15
_MIN_HEIGHT = 176
_GUTTER = 14
_TITLE = 26
_STRIP_COLUMNS = 4
_SMOOTH = 4

_QUARTER_TURNS = {"up": 0, "left": 1, "down": 2, "right": 3}
_PAUSE = "nothing"


# -- what a card tells ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Story:
    """What is told beside the board; lists have one entry a frame."""

    moves: list[str]
    returns: list[float | None]
    responses: list[str]
    unit: str
    success: bool
    optimal: int | None


def card(trajectory: Trajectory, title: str, scale_to: int = 224) -> list[Image.Image]:
    """Draw a rollout.

    Args:
        trajectory: A finished rollout made with `keep_frames=True`.
        title: Heading of the panel.
        scale_to: The board is enlarged by the largest whole multiple that keeps it within these pixels, at least 1.

    Returns:
        One image for each recorded frame, all of one size.

    Raises:
        ValueError: If the trajectory has no frames or no turns, or `scale_to` is below 1.
    """
    if scale_to < 1:
        raise ValueError(f"scale_to is {scale_to}; expected at least 1 pixel")
    if not trajectory.turns:
        raise ValueError(f"the trajectory of {trajectory.episode.task.id} has no turns; play it before drawing it")
    if not trajectory.frames:
        raise ValueError(
            f"the trajectory of {trajectory.episode.task.id} has no frames: roll out a task that draws, with keep_frames=True"
        )
    story = _tell(trajectory)
    boards = [_enlarge(frame, scale_to) for frame in trajectory.frames]
    return [_draw(board, story, title, index, scale_to) for index, board in enumerate(boards)]


def _tell(trajectory: Trajectory) -> _Story:
    turns, frames = trajectory.turns, len(trajectory.frames)
    played = str(turns[-1].info.get("moves", "")).split()
    unit = "return" if "game_return" in turns[-1].info else "reward"
    returns, optimal = _replay(trajectory, played)
    words = [_words(turn.completion.text, bool(played)) for turn in turns]
    return _Story(
        moves=played,
        returns=returns or _returns_by_turn(trajectory, unit),
        responses=_by_frame(words, frames, words[0]),
        unit=unit,
        success=trajectory.success,
        optimal=optimal,
    )


def _words(response: str, has_moves: bool) -> str:
    """A response without its tags, and without its answer if that is shown as moves anyway."""
    if has_moves:
        response = response.partition("<answer>")[0]
    return re.sub(r"</?(think|answer)>", " ", response)


def _by_frame(values: list[Any], frames: int, before: Any) -> list[Any]:
    """One value a turn as one a frame: exact if each turn drew one frame, else the last value on all or the last frame."""
    if len(values) + 1 == frames:
        return [before, *values]
    return [before] * (frames - 1) + [values[-1]]


def _returns_by_turn(trajectory: Trajectory, unit: str) -> list[float | None]:
    rewards = np.cumsum([turn.reward for turn in trajectory.turns]).tolist()
    totals = [t.info["game_return"] for t in trajectory.turns] if unit == "return" else rewards
    one_frame_a_turn = len(totals) + 1 == len(trajectory.frames)
    return _by_frame(totals, len(trajectory.frames), 0.0 if one_frame_a_turn else None)


def _replay(trajectory: Trajectory, moves: list[str]) -> tuple[list[float | None] | None, int | None]:
    """Play a Sokoban plan again: the game's return at each frame and the length of an optimal plan, where known."""
    if "game_return" not in trajectory.turns[-1].info or len(moves) + 1 != len(trajectory.frames):
        return None, None
    env = EnvironmentPool().take(trajectory.episode.task)
    try:
        if not isinstance(env, SokobanEnv):
            return None, None
        env.reset(seed=trajectory.episode.seed)
        if not np.array_equal(env.frames()[0], trajectory.frames[0]):
            return None, None
        game = new_game(env.level)
        rewards = [game.play(PUSH.get(move, 0)).reward for move in moves]
        return np.cumsum([0.0, *rewards]).tolist(), fewest_moves(env.level)
    finally:
        env.close()


def _outcome(story: _Story) -> tuple[str, str]:
    """The verdict and a remark below it."""
    count = len(story.moves)
    moves = f"{count} move" if count == 1 else f"{count} moves"
    remark = f"optimal {story.optimal}" if story.optimal is not None else ""
    if not story.success:
        return "Not solved", remark
    if count == story.optimal:
        remark = "as few as possible"
    return (f"Solved in {moves}" if count else "Solved"), remark


# -- drawing a card ---------------------------------------------------------------------------------------------------


def _enlarge(frame: np.ndarray, scale_to: int) -> Image.Image:
    board = Image.fromarray(frame)
    multiple = max(1, scale_to // max(board.size))
    return board.resize((board.width * multiple, board.height * multiple), Image.Resampling.NEAREST)


def _draw(board: Image.Image, story: _Story, title: str, index: int, scale_to: int) -> Image.Image:
    left = max(board.width, scale_to)
    height = max(board.height, scale_to, _MIN_HEIGHT)
    image = Image.new("RGB", (left + _PANEL, height + _BAR), _GROUND)
    image.paste(board, ((left - board.width) // 2, (height - board.height) // 2))
    _draw_panel(image, story, title, index, left, height)
    _draw_bar(image, story, index)
    return image


def _draw_panel(image: Image.Image, story: _Story, title: str, index: int, left: int, height: int) -> None:
    draw = ImageDraw.Draw(image)
    x, width = left + _PAD, _PANEL - 2 * _PAD
    _write(draw, (x, 14), _fit(title, 16, width), _WHITE, 16)
    top, bottom = 46, height - _FOOT
    top = _draw_moves(image, story.moves, index, (x, top), width, bottom - top)
    lines = min(_TEXT_LINES, (bottom - top - 6) // _LEADING)
    for row, line in enumerate(_wrap(story.responses[index], _TEXT_SIZE, width, lines if lines > 1 else 0)):
        _write(draw, (x, top + 6 + row * _LEADING), line, _FAINT, _TEXT_SIZE)
    _draw_foot(draw, story, index, x, width, bottom)


def _draw_moves(image: Image.Image, moves: list[str], index: int, at: tuple[int, int], width: int, room: int) -> int:
    """Draw the rows of moves around the current one; return the y below them."""
    rows = _flow([_chip_width(move) for move in moves], width)
    pitch = _CHIP + _GAP
    visible = max(1, room // pitch)
    current = next((r for r, row in enumerate(rows) if index - 1 in row), 0)
    first = max(0, min(current - visible // 2, len(rows) - visible))
    shown = rows[first : first + visible]
    for r, row in enumerate(shown):
        x = at[0]
        for i in row:
            _draw_chip(image, moves[i], (x, at[1] + r * pitch), i - (index - 1))
            x += _chip_width(moves[i]) + _GAP
    return at[1] + len(shown) * pitch


def _draw_chip(image: Image.Image, move: str, at: tuple[int, int], ahead: int) -> None:
    """Draw a move: past if `ahead` is negative, current at 0, to come if positive."""
    ground, ink = (_LIT, _GROUND) if ahead == 0 else (_RAISED, _SOFT) if ahead > 0 else (_SUNK, _FAINT)
    width = _chip_width(move)
    image.paste(ground, at, _chip_mask(width))
    if move in _QUARTER_TURNS or move == _PAUSE:
        image.paste(ink, at, _sign_mask(move))
    else:
        _write(ImageDraw.Draw(image), (at[0] + width // 2, at[1] + _CHIP // 2), _word(move), ink, 12, "mm")


def _draw_foot(draw: ImageDraw.ImageDraw, story: _Story, index: int, x: int, width: int, top: int) -> None:
    draw.line((x, top + 4, x + width, top + 4), _RAISED)
    total = len(story.moves)
    if total or story.unit == "return":
        progress = f"move {min(index, total)} of {total}" if total else "no moves"
        _write(draw, (x, top + 12), progress, _SOFT, 12)
    total_reward = story.returns[index]
    if total_reward is not None:
        text = f"{story.unit} {total_reward:+.1f}".replace("-0.0", "0.0").replace("+0.0", "0.0")
        _write(draw, (x + width, top + 12), text, _SOFT, 12, "ra")
    if index == len(story.returns) - 1:
        verdict, remark = _outcome(story)
        _write(draw, (x, top + 31), verdict, _GOOD if story.success else _BAD, 16)
        _write(draw, (x, top + 53), remark, _FAINT, 12)


def _draw_bar(image: Image.Image, story: _Story, index: int) -> None:
    """Progress along the lower edge, in the outcome's colour once all is played."""
    last = len(story.returns) - 1
    colour = _FAINT if index < last else _GOOD if story.success else _BAD
    draw = ImageDraw.Draw(image)
    top = image.height - _BAR
    draw.rectangle((0, top, image.width, image.height), _RAISED)
    done = round(image.width * (index / last if last else 1))
    if done:
        draw.rectangle((0, top, done - 1, image.height), colour)


# -- shapes and letters -----------------------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def _font(size: int) -> Any:
    return ImageFont.load_default(size=size)


def _write(
    draw: ImageDraw.ImageDraw, at: tuple[int, int], text: str, colour: _Colour, size: int, anchor: str = "la"
) -> None:
    """Draw one line. Word spaces are doubled: at these sizes the font's own nearly close."""
    draw.text(at, text.replace(" ", "  "), colour, _font(size), anchor=anchor)


def _length(text: str, size: int) -> float:
    return _font(size).getlength(text.replace(" ", "  "))


def _word(move: str) -> str:
    return _fit(move, 12, _PANEL - 2 * _PAD - 12)


@lru_cache(maxsize=256)
def _chip_width(move: str) -> int:
    if move in _QUARTER_TURNS or move == _PAUSE:
        return _CHIP
    return math.ceil(_length(_word(move), 12)) + 12


def _smooth(width: int, height: int, paint: Callable[[ImageDraw.ImageDraw], None]) -> Image.Image:
    """A mask painted at `_SMOOTH` times its size, so that its edges are smooth."""
    large = Image.new("L", (width * _SMOOTH, height * _SMOOTH), 0)
    paint(ImageDraw.Draw(large))
    return large.resize((width, height), Image.Resampling.BOX)


@lru_cache(maxsize=64)
def _chip_mask(width: int) -> Image.Image:
    box = (0, 0, width * _SMOOTH - 1, _CHIP * _SMOOTH - 1)
    return _smooth(width, _CHIP, lambda draw: draw.rounded_rectangle(box, 5 * _SMOOTH, 255))


@lru_cache(maxsize=8)
def _sign_mask(move: str) -> Image.Image:
    """An arrow for a direction, a dot for a pause."""
    unit = _CHIP * _SMOOTH

    def dot(draw: ImageDraw.ImageDraw) -> None:
        draw.ellipse((unit * 0.42, unit * 0.42, unit * 0.58, unit * 0.58), 255)

    def arrow(draw: ImageDraw.ImageDraw) -> None:
        thick = round(unit * 0.1)
        draw.line([(unit * 0.5, unit * 0.28), (unit * 0.5, unit * 0.77)], 255, thick)
        draw.line(
            [(unit * 0.28, unit * 0.48), (unit * 0.5, unit * 0.26), (unit * 0.72, unit * 0.48)], 255, thick, "curve"
        )

    if move == _PAUSE:
        return _smooth(_CHIP, _CHIP, dot)
    return _smooth(_CHIP, _CHIP, arrow).rotate(90 * _QUARTER_TURNS[move])


def _flow(widths: Sequence[int], room: int) -> list[list[int]]:
    """Indices of boxes laid out in rows no wider than `room`."""
    rows: list[list[int]] = []
    used = room
    for index, width in enumerate(widths):
        if used + _GAP + width > room:
            rows.append([])
            used = -_GAP
        rows[-1].append(index)
        used += _GAP + width
    return rows


def _fit(text: str, size: int, width: int) -> str:
    """The text on one line, cut short with dots if it is wider than `width`."""
    text = _one_line(text, 200)
    if _length(text, size) <= width:
        return text
    while text and _length(text + "...", size) > width:
        text = text[:-1]
    return text.rstrip() + "..."


def _wrap(text: str, size: int, width: int, lines: int) -> list[str]:
    """The beginning of a text in at most `lines` lines; dots say that more follows."""
    words = _one_line(text, 2_000).split(" ")
    wrapped: list[str] = []
    while words and words[0] and len(wrapped) < lines:
        count = 1
        while count < len(words) and _length(" ".join(words[: count + 1]), size) <= width:
            count += 1
        last = len(wrapped) == lines - 1
        wrapped.append(_fit(" ".join(words if last else words[:count]), size, width))
        words = words[count:]
    return wrapped


def _one_line(text: str, limit: int) -> str:
    """The first `limit` characters with runs of blanks and unprintable characters made one space."""
    return " ".join("".join(c if c.isprintable() else " " for c in text[:limit]).split())


# -- many cards -------------------------------------------------------------------------------------------------------


def grid(
    rows: Sequence[Sequence[Sequence[Image.Image]]],
    row_titles: Sequence[str] = (),
    column_titles: Sequence[str] = (),
) -> list[Image.Image]:
    """Lay cards out in a grid; shorter ones hold their last frame.

    Args:
        rows: Rows of cards, each card a non-empty list of images. Rows may differ in length.
        row_titles: Nothing, or a title for each row, written above it.
        column_titles: Nothing, or a title for each column.

    Returns:
        As many images as the longest card has.

    Raises:
        ValueError: If there is no card, a card is empty, or the number of titles is wrong.
    """
    cards = [card for row in rows for card in row]
    if not cards or not all(cards):
        raise ValueError("a grid needs at least one card, and each card at least one image")
    columns = max(len(row) for row in rows)
    for name, titles, wanted in (("row", row_titles, len(rows)), ("column", column_titles, columns)):
        if titles and len(titles) != wanted:
            raise ValueError(f"there are {len(titles)} {name} titles for {wanted} {name}s")
    size = max(c[0].width for c in cards), max(c[0].height for c in cards)
    empty = _paper(rows, size, row_titles, column_titles)
    return [_fill(empty, rows, size, bool(row_titles), bool(column_titles), i) for i in range(max(map(len, cards)))]


def _corner(row: int, column: int, size: tuple[int, int], row_titled: bool, column_titled: bool) -> tuple[int, int]:
    """Upper left corner of a cell of the grid."""
    pitch = size[1] + _GUTTER + _TITLE * row_titled
    x = _GUTTER + column * (size[0] + _GUTTER)
    y = _GUTTER + _TITLE * (column_titled + row_titled) + row * pitch
    return x, y


def _paper(
    rows: Sequence, size: tuple[int, int], row_titles: Sequence[str], column_titles: Sequence[str]
) -> Image.Image:
    """The grid without its cards."""
    columns = max(len(row) for row in rows)
    right, below = _corner(len(rows), columns, size, bool(row_titles), bool(column_titles))
    paper = Image.new("RGB", (right, below - _TITLE * bool(row_titles)), _PAPER)
    draw = ImageDraw.Draw(paper)
    for column, title in enumerate(column_titles):
        x, _ = _corner(0, column, size, False, False)
        _write(draw, (x, _GUTTER - 2), _fit(title, 17, size[0]), _WHITE, 17)
    for row, title in enumerate(row_titles):
        x, y = _corner(row, 0, size, True, bool(column_titles))
        _write(draw, (x, y - _TITLE + 2), _fit(title, 14, right - 2 * _GUTTER), _SOFT, 14)
    return paper


def _fill(
    empty: Image.Image, rows: Sequence, size: tuple[int, int], row_titled: bool, column_titled: bool, index: int
) -> Image.Image:
    paper = empty.copy()
    for r, row in enumerate(rows):
        for c, frames in enumerate(row):
            paper.paste(frames[min(index, len(frames) - 1)], _corner(r, c, size, row_titled, column_titled))
    return paper


# -- files ------------------------------------------------------------------------------------------------------------


def save(frames: Sequence[Image.Image], path: str | Path, fps: float = 4, hold: float = 1.5) -> Path:
    """Write frames as a looping GIF, or all side by side in a PNG. The file appears whole or not at all.

    Args:
        frames: Images of one size.
        path: A name that ends in .gif or .png; missing folders are made.
        fps: Frames a second of the GIF.
        hold: Seconds that its last frame stays.

    Returns:
        The path written.

    Raises:
        ValueError: For another suffix, no frames, or a speed or time that is not positive.
        OSError: If the file cannot be written.
    """
    path = _checked(path)
    if not frames:
        raise ValueError(f"there are no frames to write to {path}")
    if not (0 < fps <= 50 and 0 < hold <= 600):
        raise ValueError(f"fps is {fps} and hold is {hold}; expected 0 < fps <= 50 and 0 < hold <= 600 seconds")
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}{path.suffix}")
    try:
        if path.suffix.lower() == ".gif":
            _write_gif(frames, unfinished, fps, hold)
        else:
            _strip(frames).save(unfinished, optimize=True)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def _checked(path: str | Path) -> Path:
    path = Path(path)
    if path.suffix.lower() not in SUFFIXES:
        raise ValueError(f"cannot write {path.name!r}: expected a name that ends in {' or '.join(SUFFIXES)}")
    return path


def _write_gif(frames: Sequence[Image.Image], path: Path, fps: float, hold: float) -> None:
    palette = _palette(frames)
    indexed = [frame.convert("RGB").quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    times = [round(1000 / fps)] * (len(frames) - 1) + [round(1000 * hold)]
    indexed[0].save(path, save_all=True, append_images=indexed[1:], duration=times, loop=0, optimize=False)


def _palette(frames: Sequence[Image.Image]) -> Image.Image:
    """255 colours for all frames, chosen from the first, the middle and the last one."""
    sample = [frames[i].convert("RGB") for i in sorted({0, len(frames) // 2, len(frames) - 1})]
    sheet = Image.new("RGB", (sample[0].width, sum(s.height for s in sample)))
    y = 0
    for part in sample:
        sheet.paste(part, (0, y))
        y += part.height
    return sheet.quantize(255, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def _strip(frames: Sequence[Image.Image]) -> Image.Image:
    columns = min(_STRIP_COLUMNS, len(frames))
    rows = [[[frame] for frame in frames[i : i + columns]] for i in range(0, len(frames), columns)]
    return grid(rows)[0]


# -- command line -----------------------------------------------------------------------------------------------------


def load_policy(name: str) -> Policy:
    """A scripted policy by its name, or a model by its folder or hub id.

    Raises:
        ValueError: If it is neither a script nor looks like a model.
        OSError: If the model cannot be loaded.
    """
    if name in SCRIPTS or ("/" not in name and not Path(name).exists()):
        return ScriptedPolicy(name)
    from agents.hf import HFPolicy

    return HFPolicy.from_pretrained(name)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        argv: Arguments; `None` takes those of the process.

    Returns:
        0, or 2 after one line on what was wrong.
    """
    options = _parser().parse_args(argv)
    try:
        path = _run(options)
    except (ValueError, TypeError, OSError, gym.error.Error) as error:
        print(f"eval.render: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    print(f"{path}  {path.stat().st_size / 1000:.0f} kB")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m eval.render", description="Draw rollouts of a policy as a GIF or a PNG."
    )
    parser.add_argument("--env", default="LMMR1/Sokoban-v0", help="environment id (default: %(default)s)")
    parser.add_argument(
        "--kwargs", default="{}", help='the environment\'s arguments as JSON, such as \'{"preset": "small-v0"}\''
    )
    parser.add_argument("--split", choices=("train", "heldout"), help="draw tasks of one split only")
    parser.add_argument("--seed", type=int, default=0, help="seed of the first episode; the next ones count up")
    parser.add_argument("--episodes", type=int, default=1, help="episodes to draw, in a grid (default: 1)")
    parser.add_argument("--policy", default="solver", help=f"{', '.join(SCRIPTS)}, a model folder or a hub id")
    parser.add_argument(
        "--max-tokens", type=int, default=1024, help="longest response of a model (default: %(default)s)"
    )
    parser.add_argument("--max-turns", type=int, default=200, help="longest multi-turn episode (default: %(default)s)")
    parser.add_argument("--temperature", type=float, default=0.0, help="of a model; 0 decodes greedily (default)")
    parser.add_argument("--fps", type=float, default=4, help="frames a second (default: %(default)s)")
    parser.add_argument("--out", type=Path, required=True, help="file to write: .gif or .png")
    return parser


def _run(options: argparse.Namespace) -> Path:
    _checked(options.out)
    if not 1 <= options.episodes <= 64 or options.seed < 0:
        raise ValueError(
            f"episodes is {options.episodes} and seed is {options.seed}; expected 1 to 64 episodes and seed >= 0"
        )
    kwargs = _json_object(options.kwargs)
    task = Task(options.env, kwargs | ({"split": options.split} if options.split else {}))
    episodes = [Episode(task, options.seed + i, i) for i in range(options.episodes)]
    sampling = SamplingConfig(options.temperature, max_tokens=options.max_tokens, seed=options.seed)
    pool = EnvironmentPool()
    try:
        played = rollout(load_policy(options.policy), episodes, sampling, pool, options.max_turns, keep_frames=True)
    finally:
        pool.close()
    return save(_gallery(played, Path(options.policy).name), options.out, options.fps)


def _json_object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"--kwargs is not JSON ({error}): {text}") from None
    if not isinstance(value, dict):
        raise ValueError(f"--kwargs is {text}; expected a JSON object such as {{}}")
    return value


def _gallery(played: Sequence[Trajectory], policy: str) -> list[Image.Image]:
    cards = [card(trajectory, f"{policy}, seed {trajectory.episode.seed}") for trajectory in played]
    if len(cards) == 1:
        return cards[0]
    columns = min(3, math.ceil(math.sqrt(len(cards))))
    return grid([cards[i : i + columns] for i in range(0, len(cards), columns)])


if __name__ == "__main__":
    sys.exit(main())
