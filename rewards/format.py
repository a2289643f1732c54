"""The response grammar: `<think>…</think><answer>…</answer>`, and where a response keeps its answer.

Responses come from a model under optimisation, so they may be long and hostile. Everything here takes time linear in
the response: tags are found by `str.find` and counted, braces are matched by one cumulative sum.
"""

from __future__ import annotations

import numpy as np

_TAGS = ("<think>", "</think>", "<answer>", "</answer>")
_BOXED = r"\boxed{"


def format_reward(response: str) -> float:
    """Whether a response is exactly one `<think>…</think><answer>…</answer>`.

    Whitespace may surround the response and stand between `</think>` and `<answer>`; nothing else may. Each of the
    four tags occurs once. The thought and the answer may be empty: how good they are is not a matter of form.

    Args:
        response: The model's whole response, any string.

    Returns:
        1.0 if the response obeys the grammar, else 0.0.
    """
    text = response.strip()
    if not (text.startswith("<think>") and text.endswith("</answer>")):
        return 0.0
    if any(text.count(tag) != 1 for tag in _TAGS):
        return 0.0
    thought_end, answer_start = text.find("</think>"), text.find("<answer>")
    if answer_start < thought_end:
        return 0.0
    between = text[thought_end + len("</think>") : answer_start]
    return 0.0 if between.strip() else 1.0


def extract_answer(response: str) -> str | None:
    r"""The answer that a response gives, whether or not its form is right.

    Args:
        response: The model's whole response, any string.

    Returns:
        The stripped content of the last complete `<answer>…</answer>`; without one, the stripped content of the last
        `\boxed{…}` whose braces balance (escaped braces `\{` do not count); else None.
    """
    last_end = response.rfind("</answer>")
    start = response.rfind("<answer>", 0, max(last_end, 0))
    if start >= 0:
        start += len("<answer>")
        return response[start : response.find("</answer>", start)].strip()
    return _last_boxed(response)


def _last_boxed(text: str) -> str | None:
    """The stripped content of the last `\\boxed{…}` with balanced braces, or None."""
    first = text.find(_BOXED)
    if first < 0 or "}" not in text:
        return None
    chars = np.frombuffer(text[first:].encode("utf-32-le", "surrogatepass"), dtype="<u4")  # [N]
    escaped = np.concatenate(([False], chars[:-1] == ord("\\")))
    opens = (chars == ord("{")) & ~escaped
    closes = (chars == ord("}")) & ~escaped
    depth = np.cumsum(opens.astype(np.int32) - closes.astype(np.int32))  # [N], after each character
    lowest_ahead = np.minimum.accumulate(depth[::-1])[::-1]
    starts = opens & (lowest_ahead < depth)  # opening braces that are closed again, then those of \boxed{
    for offset, char in enumerate(reversed(_BOXED)):
        starts[:offset] = False
        starts[offset:] &= chars[: len(chars) - offset] == ord(char)
    candidates = np.flatnonzero(starts)
    if not candidates.size:
        return None
    start = int(candidates[-1])
    end = start + int(np.argmax(depth[start:] < depth[start]))
    return text[first + start + 1 : first + end].strip()
