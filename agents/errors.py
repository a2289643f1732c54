"""What goes wrong with the engines and servers that answer prompts."""

from __future__ import annotations


class EngineError(RuntimeError):
    """The sampling engine cannot be started, died, or does not answer; what was trained so far is not touched."""
