"""Play football yourself: `python -m envs.football.play`. The arrow keys run, others pass, shoot, sprint, dribble and slide."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from envs.football.actions import STICKY, Action
from envs.football.choice import ATTACK, DIFFICULTIES, KINDS, ScenarioChoice
from envs.football.engine import Engine, EngineName, make_engine
from envs.football.render import Renderer

KEYS = (
    "arrows run   S short pass   A long pass   D high pass   F shot   Shift sprint   C dribble   E slide",
    "Space pause   R again   N next   Esc quit",
)
STEPS_A_SECOND = 10
#: Releases of what is sticky, in the order of `STICKY`: any direction, sprint, dribble.
RELEASES = (*(Action.RELEASE_DIRECTION,) * 8, Action.RELEASE_SPRINT, Action.RELEASE_DRIBBLE)
#: The direction for (right minus left, down minus up).
DIRECTION = {
    (-1, 0): Action.LEFT, (-1, -1): Action.TOP_LEFT, (0, -1): Action.TOP, (1, -1): Action.TOP_RIGHT,
    (1, 0): Action.RIGHT, (1, 1): Action.BOTTOM_RIGHT, (0, 1): Action.BOTTOM, (-1, 1): Action.BOTTOM_LEFT,
}  # fmt: skip


class Session:
    """Matches one after the other, and what the player's hands ask for. Knows nothing of windows.

    A match takes one action a step; hands may ask for more at once. So each step sends the oldest kick or slide that was asked
    for, but first, one a step, the changes of direction, sprint and dribble that bring what the match holds to what is held.

    Args:
        choice: Where scenarios come from.
        seed: Of the first match; the next ones have the numbers after it.
        engine: What plays.

    Attributes:
        number: Of the present match, counted from 1.
        seen: The raw observation.
        held: Directions (of `Action`, left, right, top, bottom), sprint and dribble whose keys are down.
        paused: Whether time stands still.
    """

    def __init__(self, choice: ScenarioChoice, seed: int, engine: Engine):
        self._choice, self._seed, self._engine = choice, seed, engine
        self.number = 0
        self.held: set[Action] = set()
        self.next()

    def next(self) -> None:
        """Go to the next scenario."""
        rng = np.random.default_rng(self._seed + self.number)
        self._scenario = self._choice.choose(rng, {}).scenario
        self.number += 1
        self.restart()

    def restart(self) -> None:
        """Begin the present scenario again."""
        self.seen = self._engine.reset(self._scenario, self._seed + self.number)
        self._asked: list[Action] = []
        self.paused = False

    def hold(self, action: Action, down: bool) -> None:
        """A key for a direction, sprint or dribble goes down, or up."""
        if down:
            self.held.add(action)
        else:
            self.held.discard(action)

    def ask(self, action: Action) -> None:
        """A key for a pass, a shot or a slide was hit. Only the last one counts that has not been played yet."""
        self._asked = [action]

    def pause(self) -> None:
        """Let time stand still, or go on."""
        self.paused = not self.paused

    def step(self) -> None:
        """Let 0.1 s go by, unless the match is over or paused."""
        if not self.paused and not self._engine.done:
            self.seen = self._engine.step(self._action())

    def status(self) -> str:
        """How things stand, in one line."""
        ours, theirs = self.seen["score"]
        line = (
            f"{self._scenario.name}   {ours} : {theirs}   {max(self.seen['steps_left'], 0) / STEPS_A_SECOND:.0f} s left"
        )
        if self._engine.done:
            return f"{line}   over: N for the next, R for this one again"
        return f"{line}   paused" if self.paused else line

    def _action(self) -> Action:
        wanted = self._wanted()
        now = {action for action, holds in zip(STICKY, self.seen["sticky_actions"], strict=True) if holds}
        for action in STICKY:
            if action in wanted - now:
                return action
        for action, release in zip(STICKY, RELEASES, strict=True):
            if action in now - wanted:
                return release
        return self._asked.pop(0) if self._asked else Action.IDLE

    def _wanted(self) -> set[Action]:
        """What is to be sticky: one direction at most, and sprint and dribble. Opposite directions cancel out."""
        across = (Action.RIGHT in self.held) - (Action.LEFT in self.held)
        down = (Action.BOTTOM in self.held) - (Action.TOP in self.held)
        wanted = self.held & {Action.SPRINT, Action.DRIBBLE}
        if (across, down) != (0, 0):
            wanted.add(DIRECTION[across, down])
        return wanted


def run(session: Session, renderer: Renderer) -> None:
    """Show a window and obey its keys, in real time, until it is closed.

    Raises:
        OSError: If there is no display, and none that shows nothing was asked for with `SDL_VIDEODRIVER`.
    """
    import pygame

    pygame.display.init()  # not all of pygame: a machine without sound would complain
    if pygame.display.get_driver() in ("offscreen", "dummy") and "SDL_VIDEODRIVER" not in os.environ:
        pygame.quit()
        raise OSError("there is no display to play on; run this where there is a desktop")
    pygame.font.init()
    try:
        width, height = renderer.size
        font = pygame.font.Font(None, 22)
        width = max(width, *(font.size(line)[0] + 24 for line in KEYS))
        screen = pygame.display.set_mode((width, height + 78))
        pygame.display.set_caption("Football")
        clock = pygame.time.Clock()
        while all(obey(session, event, pygame) for event in pygame.event.get()):
            session.step()
            screen.fill((24, 24, 27))
            picture = pygame.surfarray.make_surface(renderer.frame(session.seen).swapaxes(0, 1))
            screen.blit(picture, ((width - renderer.size[0]) // 2, 0))
            for line, text in enumerate((session.status(), *KEYS)):
                colour = (161, 161, 170) if line else (244, 244, 245)
                screen.blit(font.render(text, True, colour), (12, height + 8 + 22 * line))
            pygame.display.flip()
            clock.tick(STEPS_A_SECOND)
    finally:
        pygame.quit()


def obey(session: Session, event: Any, pygame: Any) -> bool:
    """Do what an event asks for; whether to go on."""
    if event.type == pygame.QUIT:
        return False
    if event.type not in (pygame.KEYDOWN, pygame.KEYUP):
        return True
    held = {
        pygame.K_LEFT: Action.LEFT, pygame.K_RIGHT: Action.RIGHT, pygame.K_UP: Action.TOP, pygame.K_DOWN: Action.BOTTOM,
        pygame.K_LSHIFT: Action.SPRINT, pygame.K_RSHIFT: Action.SPRINT, pygame.K_c: Action.DRIBBLE,
    }  # fmt: skip
    asked = {
        pygame.K_s: Action.SHORT_PASS, pygame.K_a: Action.LONG_PASS, pygame.K_d: Action.HIGH_PASS,
        pygame.K_f: Action.SHOT, pygame.K_e: Action.SLIDING,
    }  # fmt: skip
    others = {pygame.K_SPACE: session.pause, pygame.K_r: session.restart, pygame.K_n: session.next}
    down = event.type == pygame.KEYDOWN
    if event.key in held:
        session.hold(held[event.key], down)
    elif down and event.key in asked:
        session.ask(asked[event.key])
    elif down and event.key in others:
        others[event.key]()
    return not (down and event.key == pygame.K_ESCAPE)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m envs.football.play", description="Play football yourself.")
    parser.add_argument("--scenario", default=ATTACK, help="name or file of a scenario (default: generated ones)")
    parser.add_argument("--kind", choices=KINDS, help="of generated scenarios (default: any)")
    parser.add_argument("--difficulty", type=int, choices=DIFFICULTIES, help="of generated scenarios (default: any)")
    parser.add_argument("--seed", type=int, default=0, help="of the first match")
    parser.add_argument("--engine", default="builtin", choices=("builtin", "gfootball"), help="what plays")
    parser.add_argument(
        "--camera", default="broadcast", choices=("broadcast", "top_down"), help="where it is seen from"
    )
    parser.add_argument("--width", type=int, default=960, help="of the picture in pixels, 256 to 1280 (default: 960)")
    parser.add_argument("--no-minimap", action="store_true", help="leave out the small map of the pitch")
    options = parser.parse_args(arguments)
    try:
        minimap = options.camera == "broadcast" and not options.no_minimap
        renderer = Renderer(options.camera, (options.width, options.width * 9 // 16), minimap)
        choice = ScenarioChoice(options.scenario, options.kind, options.difficulty, None)
        engine_name: EngineName = options.engine
        run(Session(choice, options.seed, make_engine(engine_name)), renderer)
    except (ValueError, OSError, ImportError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
