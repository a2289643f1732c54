"""Play Sokoban yourself: `python -m envs.sokoban.play`. Arrow keys move; undo, restart, the next level, a hint."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from envs.sokoban.choice import LevelChoice
from envs.sokoban.render import TILE, frame
from envs.sokoban.rules import MOVES, PUSH, Level, new_game
from envs.sokoban.solver import solve

KEYS = "arrows move   U undo   R restart   N next   H hint   Esc quit"
#: Positions that a hint may look at: about a second.
HINT_STATES = 400_000


class Session:
    """Levels one after the other, and the moves made in the present one. Knows nothing of windows.

    Args:
        choice: Where levels come from.
        seed: Of the first level; the next ones have the numbers after it.

    Attributes:
        number: Of the present level, counted from 1.
        game: The present position.
        moves: What led there.
        said: The last hint, or "".
    """

    def __init__(self, choice: LevelChoice, seed: int = 0):
        self._choice = choice
        self._seed = seed
        self.number = 0
        self.next()

    @property
    def level(self) -> Level:
        return self.game.level

    def next(self) -> None:
        """Go to the next level."""
        level = self._choice.choose(np.random.default_rng(self._seed + self.number), {})
        self.number += 1
        self._begin(level)

    def restart(self) -> None:
        """Put everything back."""
        self._begin(self.level)

    def move(self, name: str) -> None:
        """Walk or push; what goes against a wall, or comes after the level is solved, does not count."""
        self.said = ""
        if not self.game.won and self.game.play(PUSH[name]).moved:
            self.moves.append(name)

    def undo(self) -> None:
        """Take the last move back."""
        moves = self.moves[:-1]
        self.restart()
        for name in moves:
            self.move(name)

    def hint(self) -> None:
        """Say what the shortest solution from here does next."""
        found = solve(self.game.snapshot(), HINT_STATES)
        match found.status:
            case "solved" if found.moves:
                self.said = f"hint: {found.moves[0]}, {len(found.moves)} to go"
            case "unsolvable":
                self.said = "hint: no way from here, undo"
            case "gave up":
                self.said = "hint: too far to see"

    def status(self) -> str:
        """How things stand, in one line."""
        count = f"level {self.number}   {len(self.moves)} moves"
        if self.game.won:
            return f"{count}   solved! N for the next"
        return f"{count}   {self.said}" if self.said else count

    def _begin(self, level: Level) -> None:
        self.game = new_game(level)
        self.moves: list[str] = []
        self.said = ""


def run(session: Session, tile_size: int) -> None:
    """Show a window and obey its keys until it is closed."""
    import pygame

    pygame.display.init()  # not all of pygame: a machine without sound would complain
    pygame.font.init()
    try:
        rows, columns = session.level.shape
        bar = 52
        font = pygame.font.Font(None, 22)
        width = max(columns * tile_size, font.size(KEYS)[0] + 24)
        screen = pygame.display.set_mode((width, rows * tile_size + bar))
        pygame.display.set_caption("Sokoban")
        pygame.key.set_repeat(250, 90)
        while True:
            screen.fill((24, 24, 27))
            picture = frame(session.game, tile_size)
            left = (width - columns * tile_size) // 2
            screen.blit(pygame.surfarray.make_surface(picture.swapaxes(0, 1)), (left, 0))
            for line, (text, colour) in enumerate(((session.status(), (244, 244, 245)), (KEYS, (161, 161, 170)))):
                screen.blit(font.render(text, True, colour), (12, rows * tile_size + 8 + 22 * line))
            pygame.display.flip()
            if not obey(session, pygame.event.wait(), pygame):
                return
    finally:
        pygame.quit()


def obey(session: Session, event: Any, pygame: Any) -> bool:
    """Do what an event asks for; whether to go on."""
    if event.type == pygame.QUIT:
        return False
    if event.type != pygame.KEYDOWN:
        return True
    arrows = dict(zip((pygame.K_UP, pygame.K_DOWN, pygame.K_LEFT, pygame.K_RIGHT), MOVES, strict=True))
    others = {
        pygame.K_u: session.undo,
        pygame.K_BACKSPACE: session.undo,
        pygame.K_r: session.restart,
        pygame.K_n: session.next,
        pygame.K_h: session.hint,
    }
    if event.key in arrows:
        session.move(arrows[event.key])
    elif event.key in others:
        others[event.key]()
    return event.key != pygame.K_ESCAPE


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m envs.sokoban.play", description="Play Sokoban yourself.")
    parser.add_argument("--preset", default="small-v0", help="kind of levels (default: small-v0)")
    parser.add_argument("--levels", type=Path, help="file or folder of levels to play instead of generated ones")
    parser.add_argument("--seed", type=int, default=0, help="of the first level")
    parser.add_argument("--tile-size", type=int, default=3 * TILE, help="pixels a tile, 4 to 256 (default: 48)")
    options = parser.parse_args(arguments)
    try:
        session = Session(LevelChoice(options.preset, options.levels), options.seed)
        run(session, options.tile_size)
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
