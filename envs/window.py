"""A window that plays frames, for `render_mode="human"`. It knows nothing of tasks; pygame is imported on first use."""

from __future__ import annotations

from collections.abc import Sequence

import gymnasium as gym
import numpy as np

#: A frame is enlarged by the smallest whole number that makes it at least this wide, so that its pixels stay square.
MIN_WIDTH = 480


class Window:
    """One pygame window. It owns the display and remembers which frames it has shown.

    Args:
        title: The window's caption.
        fps: Frames a second.

    Raises:
        gymnasium.error.DependencyNotInstalled: If pygame is missing.
    """

    def __init__(self, title: str, fps: int):
        try:
            import pygame
        except ModuleNotFoundError as error:
            raise gym.error.DependencyNotInstalled("render_mode 'human' needs pygame: pip install pygame") from error
        self._pygame = pygame
        self._clock = pygame.time.Clock()
        self._shown: list[np.ndarray] = []
        self.title = title
        self.fps = fps

    def show(self, frames: Sequence[np.ndarray]) -> None:
        """Play the frames that were not shown yet; the last one stays visible.

        Args:
            frames: All frames of an episode, oldest first, each uint8 [H, W, 3]. If they go on from those shown before,
                the new ones are played, else all of them: it is another episode.
        """
        seen = len(self._shown)
        goes_on = len(frames) >= seen and all(map(np.array_equal, self._shown, frames))
        for frame in frames[seen if goes_on else 0 :]:
            self._clock.tick(self.fps)
            self._draw(frame)
        self._shown = list(frames)
        if self._pygame.display.get_init():
            self._pygame.event.pump()

    def close(self) -> None:
        """Close the window; it opens again at the next `show`."""
        self._pygame.display.quit()
        self._shown = []

    def _draw(self, frame: np.ndarray) -> None:
        height, width = frame.shape[:2]
        factor = -(-MIN_WIDTH // width)
        size = (width * factor, height * factor)
        screen = self._pygame.display.get_surface()
        if screen is None or screen.get_size() != size:
            self._pygame.display.init()
            screen = self._pygame.display.set_mode(size)
            self._pygame.display.set_caption(self.title)
        picture = self._pygame.surfarray.make_surface(frame.swapaxes(0, 1))
        self._pygame.transform.scale(picture, size, screen)
        self._pygame.display.flip()
        self._pygame.event.pump()
