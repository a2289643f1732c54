"""Which sampling settings a model takes: found out from its refusals, and remembered.

Reasoning models count their tokens under another name, and many take no temperature; some servers know no seed.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any

logger = logging.getLogger(__name__)

#: Names for the longest answer, in tokens; the second counts hidden reasoning too.
MAX_TOKENS_FIELDS = ("max_tokens", "max_completion_tokens")

_OPTIONAL = ("temperature", "top_p", "seed")
_CODES = {"unsupported_parameter", "unsupported_value", "unknown_parameter"}
_REFUSAL = re.compile(
    r"unsupported|not support|n't support|unknown|unrecogni[sz]ed|not permitted|not allowed|extra inputs|deprecated|"
    r"incompatible",
    re.IGNORECASE,
)


class Dialect:
    """Sampling settings in a model's own words.

    Args:
        model: Its name, for warnings.
        max_tokens_field: One of `MAX_TOKENS_FIELDS`, tried first.
    """

    def __init__(self, model: str, max_tokens_field: str):
        self._model = model
        self._max_tokens_field = max_tokens_field
        self._refused: set[str] = set()

    def fields(self, sampling: Mapping[str, Any]) -> dict[str, Any]:
        """Settings, with the longest answer as `max_tokens`, as the fields of a request."""
        kept = {name: value for name, value in sampling.items() if name not in self._refused and name != "max_tokens"}
        return {self._max_tokens_field: sampling["max_tokens"], **kept}

    def learn(self, sent: Mapping[str, Any], message: str, parameter: str | None, code: str | None) -> bool:
        """Take note of a refusal.

        Args:
            sent: The fields of the request.
            message: What the server said, with the `parameter` and `code` that it named, if any.

        Returns:
            Whether the same request is worth another try, in other words.
        """
        if code not in _CODES and not _REFUSAL.search(message):
            return False
        named = [name for name in sent if name == parameter] or [
            name for name in sent if re.search(rf"\b{name}\b", message)
        ]
        return any([self._avoid(name) for name in named])

    def _avoid(self, name: str) -> bool:
        if name in _OPTIONAL:
            if name not in self._refused:
                self._refused.add(name)
                logger.warning("%s takes no %s as asked for; its own default holds", self._model, name)
            return True
        if name != self._max_tokens_field:
            return name in MAX_TOKENS_FIELDS  # another request has found out meanwhile
        if name in self._refused:
            return False
        self._refused.add(name)
        (self._max_tokens_field,) = set(MAX_TOKENS_FIELDS) - {name}
        return True
