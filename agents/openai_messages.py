"""Prompts into the messages of a chat-completions request, and its reply into an answer.

Pure functions: nothing here knows the network.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from agents.policy import Completion, Prompt, StopReason

#: Ways to send a picture. JPEG is smaller and changes the pixels; the others keep them.
IMAGE_FORMATS = ("png", "webp", "jpeg")

#: Reasons to end that mean a limit was hit, in the words of several servers; all but these and the failures are "stop".
_CUT_OFF = {"length", "max_tokens", "max_output_tokens"}
_FAILED = {"content_filter", "error"}


class NoAnswerError(ValueError):
    """A server's reply that is not what its protocol promises."""


@dataclass(frozen=True)
class Answer:
    """What a server said to one request.

    Attributes:
        text: The answer, its reasoning in `<think>` before it if the server keeps that apart.
        stop_reason: As in `Completion`.
        prompt_tokens: Tokens read, as the server counts them; 0 if it does not.
        cached_tokens: Those among them that the server had in its own prefix cache; some charge less for these.
        completion_tokens: Tokens written, those of hidden reasoning included.
        error: Why there is no answer; empty if there is one.
    """

    text: str
    stop_reason: StopReason = "stop"
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    error: str = ""

    @classmethod
    def failed(cls, error: str) -> Answer:
        return cls("", "error", error=error)

    def completion(self) -> Completion:
        """As a policy gives it, without token ids: these are the server's own affair."""
        return Completion(
            self.text,
            stop_reason=self.stop_reason,
            prompt_tokens=self.prompt_tokens,
            completion_tokens=self.completion_tokens,
            error=self.error,
        )


def messages(prompt: Prompt, image_format: str) -> list[dict[str, Any]]:
    """The user's message: pictures before the text, each as a data URL; plain text if there are none."""
    if not prompt.images:
        return [{"role": "user", "content": prompt.text}]
    pictures = [{"type": "image_url", "image_url": {"url": data_url(image, image_format)}} for image in prompt.images]
    return [{"role": "user", "content": [*pictures, {"type": "text", "text": prompt.text}]}]


def data_url(image: np.ndarray, image_format: str) -> str:
    """A picture, uint8 [H, W, 3], as text that holds the whole file."""
    file = io.BytesIO()
    settings = {"lossless": True} if image_format == "webp" else {}
    Image.fromarray(image).save(file, image_format, **settings)
    return f"data:image/{image_format};base64,{base64.b64encode(file.getvalue()).decode('ascii')}"


def answer(reply: Any) -> Answer:
    """Read a reply of the `openai` package's type `ChatCompletion`, from a server that may take liberties with it.

    Raises:
        NoAnswerError: If there is no message in it.
    """
    choices = getattr(reply, "choices", None)
    if not isinstance(choices, Sequence) or not choices or getattr(choices[0], "message", None) is None:
        raise NoAnswerError(f"the reply has no message: {_reported(reply)}")
    reason = choices[0].finish_reason
    read, cached, written = _counts(getattr(reply, "usage", None))
    if reason in _FAILED:
        return Answer("", "error", read, cached, written, error=f"the server ended the answer: {reason}")
    stop_reason: StopReason = "length" if reason in _CUT_OFF else "stop"
    return Answer(_text(choices[0].message, stop_reason), stop_reason, read, cached, written)


def _text(message: Any, stop_reason: StopReason) -> str:
    text = message.content or getattr(message, "refusal", None) or ""
    reasoning = getattr(message, "reasoning_content", None) or getattr(message, "reasoning", None)
    if not isinstance(reasoning, str) or "<think>" in text:
        return text
    if not text and stop_reason == "length":
        return f"<think>{reasoning}"  # cut off in the middle of it
    return f"<think>{reasoning}</think>{text}"


def _counts(usage: Any) -> tuple[int, int, int]:
    if usage is None:
        return 0, 0, 0
    details = getattr(usage, "prompt_tokens_details", None)
    return usage.prompt_tokens or 0, getattr(details, "cached_tokens", None) or 0, usage.completion_tokens or 0


def _reported(reply: Any) -> str:
    """Some servers send an error with status 200."""
    error = getattr(reply, "error", None)
    if isinstance(error, dict) and error.get("message"):
        return str(error["message"])
    return repr(reply)
