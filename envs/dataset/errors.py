"""What can go wrong with a data set, as exceptions whose message is one clear line."""

from __future__ import annotations


class RowError(ValueError):
    """A malformed row; the message names file and line, or data set and row number."""


class HubError(OSError):
    """A data set that could not be had from the Hugging Face hub; the message says what to do instead."""
