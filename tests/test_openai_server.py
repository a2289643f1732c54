"""API models end to end: vLLM's own server on loopback, with the nano model, against the transformers policy.

Runs where vLLM is installed; .ci/vllm makes such an environment (docs/sampling.md).
"""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import gymnasium as gym
import pytest

pytest.importorskip("openai", reason='the package openai is not installed: pip install -e ".[openai]"')
if importlib.util.find_spec("vllm") is None:
    pytest.skip("vLLM is not installed; docs/sampling.md says how", allow_module_level=True)

import envs  # noqa: F401
from agents import chat
from agents.errors import EngineError
from agents.hf import HFPolicy
from agents.openai import OpenAIPolicy
from agents.policy import Prompt, SamplingConfig

NANO = Path(__file__).parents[1] / "assets" / "nano"
GREEDY = SamplingConfig(temperature=0, max_tokens=160)
SAMPLED = SamplingConfig(temperature=1, max_tokens=40, seed=5)


class Server:
    """A vLLM server with the nano model, in a process of its own."""

    def __init__(self, log: Path):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/v1"
        self.log = log
        settings = [
            *("--model", str(NANO), "--served-model-name", "nano", "--host", "127.0.0.1", "--port", str(port)),
            *("--dtype", "float32", "--enforce-eager", "--no-enable-chunked-prefill", "--max-model-len", "512"),
            *("--limit-mm-per-prompt", '{"image": 8, "video": 0}'),
        ]
        environment = {**os.environ, "VLLM_CPU_KVCACHE_SPACE": "1", "HF_HUB_OFFLINE": "1"}
        with log.open("w") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "vllm.entrypoints.openai.api_server", *settings],
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,
            )

    def wait(self, seconds: float = 240) -> None:
        end = time.monotonic() + seconds
        while self._process.poll() is None and time.monotonic() < end:
            try:
                with urllib.request.urlopen(self.url.removesuffix("/v1") + "/health", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.5)
        raise RuntimeError(f"vLLM's server did not start:\n{self.log.read_text()[-3000:]}")

    def stop(self) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)
            try:
                self._process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("server") / "log.txt")
    try:
        server.wait()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def reference() -> HFPolicy:
    return HFPolicy.from_pretrained(NANO)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache") / "answers.sqlite"


def policy_of(server: Server, reference: HFPolicy, cache: Path | None = None) -> closing[OpenAIPolicy]:
    """As the transformers policy draws: without visual tokens."""
    ban = {str(token): -100 for token in chat.visual_token_ids(reference.model.config)}
    return closing(
        OpenAIPolicy("nano", base_url=server.url, cache=cache, extra_body={"logit_bias": ban}, retries=1, prices=PRICES)
    )


PRICES = {"input": 1.0, "output": 2.0}


def prompts() -> list[Prompt]:
    """16 with pictures and 8 of text."""
    sokoban = gym.make("LMMR1/Sokoban-v0", preset="mini-v0", min_solution=2)
    maths = gym.make("LMMR1/TextMath-v0", levels=(1, 2))
    return [Prompt.of(env.reset(seed=seed)[0]) for env, count in ((sokoban, 16), (maths, 8)) for seed in range(count)]


def test_greedy_answers_equal_those_of_transformers(server: Server, reference: HFPolicy, cache: Path) -> None:
    expected = reference.generate(prompts(), GREEDY)
    with policy_of(server, reference, cache) as policy:
        answers = policy.generate(prompts(), GREEDY)
        used = policy.usage
    assert [one.error for one in answers] == [""] * 24
    assert [one.text for one in answers] == [one.text for one in expected]
    assert [one.stop_reason for one in answers] == [one.stop_reason for one in expected]
    assert [one.length for one in answers] == [one.length for one in expected]
    read = [len(one.prompt.input_ids) for one in expected if one.prompt is not None]
    assert [one.prompt_tokens for one in answers] == read
    written = sum(one.length for one in expected)
    assert used == {
        "requests": 24,
        "cached": 0,
        "prompt_tokens": sum(read),
        "completion_tokens": written,
        "cost": pytest.approx((sum(read) + 2 * written) / 1e6),
    }


def test_samples_differ_and_repeat(server: Server, reference: HFPolicy) -> None:
    asked = [prompts()[0]] * 8
    texts = []
    for _ in range(2):
        with policy_of(server, reference) as policy:
            texts.append([one.text for one in policy.generate(asked, SAMPLED)])
    assert len(set(texts[0])) > 1
    assert texts[0] == texts[1]


def test_a_prompt_that_is_too_long_fails_alone(server: Server, reference: HFPolicy) -> None:
    long = Prompt("push the box " * 2000)
    with policy_of(server, reference) as policy:
        failed, answered = policy.generate([long, prompts()[0]], GREEDY)
    assert failed.stop_reason == "error" and failed.error.startswith("400: ") and "512" in failed.error
    assert answered.text and not answered.error


def test_a_wrong_model_is_named(server: Server) -> None:
    with (
        closing(OpenAIPolicy("nona", base_url=server.url)) as policy,
        pytest.raises(EngineError, match="no model 'nona'"),
    ):
        policy.generate([Prompt("q")], GREEDY)


def test_the_cache_answers_when_the_server_is_gone(server: Server, reference: HFPolicy, cache: Path) -> None:
    with policy_of(server, reference, cache) as policy:
        before = policy.generate(prompts(), GREEDY)
    server.stop()
    with policy_of(server, reference, cache) as policy:
        assert [vars(one) for one in policy.generate(prompts(), GREEDY)] == [vars(one) for one in before]
        assert policy.usage["requests"] == 0 and policy.usage["cached"] == 24
        with pytest.raises(EngineError, match="cannot connect"):
            policy.generate([Prompt("something new")], GREEDY)
