"""Policies by name, for every command line."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from agents.policy import Policy
from agents.scripted import SCRIPTS, ScriptedPolicy

#: What a policy's name may be, for help texts.
KINDS = f"{', '.join(SCRIPTS)}, a model folder, a hub id, vllm:MODEL or openai:MODEL"


def make_policy(name: str, cache: Path | None = None, options: Mapping[str, Any] | None = None) -> Policy:
    """A policy by its name.

    Args:
        name: A script; a model's folder or hub id, sampled with transformers; the same after "vllm:", sampled with vLLM; or
            "openai:" and the name of a model behind an OpenAI-compatible endpoint (`OPENAI_API_KEY`, `OPENAI_BASE_URL`).
        cache: Folder for the answers of such an endpoint, so that none is paid for twice.
        options: Further arguments of the policy's class; scripts take none.

    Raises:
        ValueError: If there is no such script or model, or an option is wrong.
        agents.errors.EngineError: If the engine does not start, or the endpoint is not to be had.
        ModuleNotFoundError: If the package of an engine is not installed; says how to install it.
    """
    kind, _, model = name.partition(":")
    try:
        if kind == "openai" and model:
            from agents.openai import OpenAIPolicy  # needs the extra `openai`

            return OpenAIPolicy(model, cache=cache and cache / "openai.sqlite", **(options or {}))
        if kind == "vllm" and model:
            from agents.vllm import VLLMPolicy  # needs the extra `vllm`

            return VLLMPolicy(model, **(options or {}))
        if name in SCRIPTS:
            return ScriptedPolicy(name)
        from agents.hf import HFPolicy

        return HFPolicy.from_pretrained(name, **(options or {}))
    except FileNotFoundError as error:
        near = get_close_matches(name, SCRIPTS, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(
            f"policy {name!r} is neither a script ({', '.join(SCRIPTS)}) nor a model: {error}{hint}"
        ) from None
    except TypeError as error:
        raise ValueError(f"policy {name!r} cannot be made with options {dict(options or {})}: {error}") from None


def read_options(pairs: list[str]) -> dict[str, Any]:
    """Options from `name=value` words of a command line; values are YAML.

    Raises:
        ValueError: If a word is not of that form.
    """
    options = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.isidentifier():
            raise ValueError(f"policy option {pair!r}; expected name=value, such as concurrency=4")
        options[name] = yaml.safe_load(value)
    return options
