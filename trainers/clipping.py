"""Gradient clipping whose threshold follows the norms that training shows.

A fixed threshold suits one scale of gradients, and that scale differs between models and moves within a run. The two
dynamic rules learn it from the norms seen so far, and cut an outlier to the size of its neighbours. This module sees one
number a step and knows neither parameters nor devices: an engine measures the norm, asks for a threshold, and scales the
gradient by min(1, threshold / norm).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np

State = dict[str, float | list[float]]


@dataclass
class ClipConfig:
    """Gradient clipping by the 2-norm over all parameters.

    The two dynamic rules differ in what they make of a lasting rise. "percentile" follows it within a window. "zscore" takes
    a sudden one, of more than about z^2 deviations, for an outlier that never ends, and goes on clipping to the earlier mean.

    Attributes:
        rule: "fixed"; "percentile" of the latest norms (AutoClip, arXiv 2007.14469); or "zscore", which cuts what lies
            more than `z` deviations above the running mean (ZClip, arXiv 2504.02507).
        max_norm: The threshold of "fixed". To the dynamic rules it is a ceiling, and all that holds during their warm-up: a
            few times the usual norm does well. `.inf` for none.
        percentile: Of "percentile": norms above this one are cut to it, in (0, 100]. 90 clips about a tenth of the steps, more
            while norms rise. AutoClip's authors prefer 10, which gives nearly all steps the same size.
        window: Of "percentile": how many norms it looks back, above `warmup`.
        z: Of "zscore": deviations above the mean from which a norm is an outlier.
        decay: Of "zscore": what a step leaves of the earlier mean and variance, in (0, 1).
        warmup: Norms that a dynamic rule gathers before its first threshold.
    """

    rule: Literal["fixed", "percentile", "zscore"] = "fixed"
    max_norm: float = 1.0
    percentile: float = 90.0
    window: int = 100
    z: float = 2.5
    decay: float = 0.97
    warmup: int = 25

    def __post_init__(self) -> None:
        if self.rule not in _RULES:
            raise ValueError(f"rule is {self.rule!r}; expected one of {', '.join(_RULES)}")
        if not self.max_norm > 0:
            raise ValueError(f"max_norm is {self.max_norm}; expected a number above 0 (.inf for no ceiling)")
        if not 0 < self.percentile <= 100:
            raise ValueError(f"percentile is {self.percentile}; expected 0 < percentile <= 100")
        if self.window < 2:
            raise ValueError(f"window is {self.window}; expected at least 2 norms")
        if not 0 < self.z < math.inf:
            raise ValueError(f"z is {self.z}; expected a number of deviations above 0")
        if not 0 < self.decay < 1:
            raise ValueError(f"decay is {self.decay}; expected 0 < decay < 1")
        if self.warmup < 2:
            raise ValueError(f"warmup is {self.warmup}; expected at least 2 norms, fewer have no spread")
        if self.rule == "percentile" and self.warmup >= self.window:
            raise ValueError(f"warmup is {self.warmup}; expected less than window, {self.window}")


class Clipper:
    """One threshold a step. Owns the statistics of the norms.

    Args:
        config: The rule and its settings.
    """

    def __init__(self, config: ClipConfig):
        self.config = config
        self._rule = _RULES[config.rule](config)

    def threshold(self, norm: float) -> float:
        """The largest norm that this step's gradient may keep. Call it once an optimiser step.

        A norm that is not finite, or negative, is that of a broken gradient: no factor mends it, the step has to be
        skipped. A norm of 0, as of a batch whose groups all agree, has nothing to clip. Neither enters the statistics.

        Args:
            norm: Of the gradient before clipping.

        Returns:
            A number in (0, max_norm], whether or not `norm` lies above it; 0 for a broken gradient.
        """
        if not 0 <= norm < math.inf:
            return 0.0
        return self._rule.threshold(norm) if norm > 0 else self.config.max_norm

    def state(self) -> State:
        """The statistics as plain JSON; empty for "fixed". Exact, also after a round trip through text."""
        return self._rule.state()

    def restore(self, state: Mapping[str, float | list[float]]) -> None:
        """Go on with the thresholds of the clipper that gave this state.

        Raises:
            ValueError: If the state is that of another rule.
        """
        expected = self._rule.state()
        if set(state) != set(expected):
            found, wanted = (", ".join(sorted(keys)) or "nothing" for keys in (state, expected))
            raise ValueError(f"the clipper's state has {found}; expected {wanted} for the rule {self.config.rule!r}")
        self._rule.restore(state)


class _Rule(Protocol):
    """Thresholds of positive, finite norms, and the statistics they come from."""

    def threshold(self, norm: float) -> float: ...

    def state(self) -> State: ...

    def restore(self, state: Mapping[str, Any]) -> None: ...


class _Fixed:
    def __init__(self, config: ClipConfig):
        self.max_norm = config.max_norm

    def threshold(self, norm: float) -> float:
        return self.max_norm

    def state(self) -> State:
        return {}

    def restore(self, state: Mapping[str, Any]) -> None:
        pass


class _Percentile:
    """The percentile of the latest norms as they were before clipping, this step's among them."""

    def __init__(self, config: ClipConfig):
        self.config = config
        self.norms: deque[float] = deque(maxlen=config.window)

    def threshold(self, norm: float) -> float:
        self.norms.append(norm)
        if len(self.norms) <= self.config.warmup:
            return self.config.max_norm
        return min(self.config.max_norm, float(np.percentile(self.norms, self.config.percentile)))

    def state(self) -> State:
        return {"norms": list(self.norms)}

    def restore(self, state: Mapping[str, Any]) -> None:
        self.norms = deque(state["norms"], maxlen=self.config.window)


class _ZScore:
    """Running mean and variance of the norms that the gradients kept, and the threshold these put on the next one."""

    def __init__(self, config: ClipConfig):
        self.config = config
        self.mean = 0.0
        self.variance = 0.0
        self.seen = 0

    def threshold(self, norm: float) -> float:
        limit = self.config.max_norm
        if self.seen >= self.config.warmup:
            limit = min(limit, reciprocal(norm, self.mean, math.sqrt(self.variance), self.config.z))
        self._take(min(norm, limit))
        return limit

    def _take(self, kept: float) -> None:
        self.seen += 1
        if self.seen <= self.config.warmup:  # the plain mean and population variance so far, by Welford's update
            above = kept - self.mean
            self.mean += above / self.seen
            self.variance += (above * (kept - self.mean) - self.variance) / self.seen
            return
        decay = self.config.decay
        self.mean = decay * self.mean + (1 - decay) * kept
        self.variance = decay * self.variance + (1 - decay) * (kept - self.mean) ** 2

    def state(self) -> State:
        return {"mean": self.mean, "variance": self.variance, "seen": self.seen}

    def restore(self, state: Mapping[str, Any]) -> None:
        self.mean, self.variance, self.seen = state["mean"], state["variance"], int(state["seen"])


def reciprocal(norm: float, mean: float, deviation: float, z: float) -> float:
    """ZClip's threshold, arXiv 2504.02507: mean + (z^2 / score) * deviation for an outlier, score = (norm - mean) / deviation.

    The further out a norm lies, the closer to the mean it is cut. For others it is the point from which norms are
    outliers, mean + z * deviation, where the two agree.
    """
    if norm - mean <= z * deviation:
        return mean + z * deviation
    return mean + (z * deviation) ** 2 / (norm - mean)


_RULES: dict[str, Callable[[ClipConfig], _Rule]] = {"fixed": _Fixed, "percentile": _Percentile, "zscore": _ZScore}
