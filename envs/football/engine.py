"""What plays a match: ours, or Google Research Football where it is installed. Both give the same observations."""

from __future__ import annotations

from typing import Any, Literal, Protocol

from envs.football.actions import Action
from envs.football.scenario import Scenario

#: gfootball's raw observation of one left player: see `docs/football.md`.
Observation = dict[str, Any]
EngineName = Literal["builtin", "gfootball"]


class Engine(Protocol):
    """One match at a time, we control the player of the left team who is on the ball (or nearest to it)."""

    def reset(self, scenario: Scenario, seed: int) -> Observation:
        """Begin a match; it depends on the scenario and the seed alone."""
        ...

    def step(self, action: Action) -> Observation:
        """Play one step of 0.1 s.

        Raises:
            RuntimeError: If the match is over.
        """
        ...

    @property
    def done(self) -> bool:
        """Whether one of the scenario's ends has come."""
        ...

    def close(self) -> None:
        """Give back what the engine holds."""
        ...


def make_engine(name: EngineName) -> Engine:
    """An engine by its name.

    Raises:
        ValueError: For another name.
        ImportError: If gfootball is asked for and not installed; the message says how to install it.
    """
    match name:
        case "builtin":
            from envs.football.match import Match

            return Match()
        case "gfootball":
            from envs.football.gfootball import GFootball

            return GFootball()
    raise ValueError(f"engine is {name!r}; expected 'builtin' or 'gfootball'")
