"""A real vLLM server: sampling and weights over HTTP against the transformers policy, and what happens when it fails.

Runs where vLLM is installed; .ci/vllm makes such an environment (docs/sampling.md). The last test kills the server.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest

pytest.importorskip("vllm", reason="vLLM is not installed; docs/sampling.md says how")

import distributed
from engine_checks import (
    GREEDY,
    NANO,
    assert_alike,
    largest_gap,
    prompts,
    rescored,
    sample_in_this_process,
    shake,
    want_the_image_token,
)

from agents import hf, vllm_server
from agents.errors import EngineError
from agents.hf import HFPolicy
from agents.policy import Prompt, SamplingConfig
from agents.sampler import SamplerConfig
from agents.vllm_client import Server
from agents.vllm_server import VLLMServerPolicy
from trainers import checkpoint
from trainers.grpo import Learner, Place, train
from trainers.stage import OptimConfig, StageConfig, TaskConfig

#: Longest that a server may take to start, in seconds.
START = 300


@dataclass
class Running:
    """A server in a process group of its own: the HTTP side and the engine."""

    url: str
    process: subprocess.Popen[bytes]

    def signal(self, number: int) -> None:
        os.killpg(self.process.pid, number)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words, environment = vllm_server.command(NANO, "file", ["--port", str(port), "--max-model-len", "512"])
    log = tmp_path_factory.mktemp("server") / "log.txt"
    with log.open("wb") as file:
        process = subprocess.Popen(
            words, env=os.environ | environment, stdout=file, stderr=subprocess.STDOUT, start_new_session=True
        )
    running = Running(f"http://127.0.0.1:{port}", process)
    try:
        _wait_for(running, log)
        yield running
    finally:
        if process.poll() is None:
            running.signal(signal.SIGCONT)
            running.signal(signal.SIGKILL)
        process.wait()


def _wait_for(running: Running, log: Path) -> None:
    deadline = time.monotonic() + START
    while time.monotonic() < deadline:
        assert running.process.poll() is None, log.read_text()[-3000:]
        try:
            if httpx2.get(f"{running.url}/health", timeout=2, trust_env=False).is_success:
                return
        except httpx2.TransportError:
            time.sleep(0.5)
    pytest.fail(f"no server after {START} s: {log.read_text()[-3000:]}")


@pytest.fixture
def reference() -> HFPolicy:
    return HFPolicy.from_pretrained(NANO)


@pytest.fixture
def policy(server: Running, reference: HFPolicy) -> Iterator[VLLMServerPolicy]:
    """Samples with the nano base's weights, which every test begins with."""
    made = VLLMServerPolicy(reference.model, reference.processor, urls=server.url, timeout=120)
    yield made
    made.close()


def test_greedy_tokens_and_logprobs_are_those_of_transformers(policy: VLLMServerPolicy, reference: HFPolicy) -> None:
    asked = [*prompts(32), *prompts(8, "text")]
    ours, theirs = policy.generate(asked, GREEDY), reference.generate(asked, GREEDY)
    assert_alike(ours, theirs)


def test_after_a_transfer_the_server_follows_the_new_weights(policy: VLLMServerPolicy, reference: HFPolicy) -> None:
    asked = prompts(8)
    before = policy.generate(asked, GREEDY)
    shake(reference.model)
    stale = policy.generate(asked, GREEDY)
    assert largest_gap(stale, before) < 1e-4, "nothing was sent yet"
    policy.load_weights(reference.model)
    ours, theirs = policy.generate(asked, GREEDY), reference.generate(asked, GREEDY)
    assert [a.token_ids for a in ours] == [b.token_ids for b in theirs]
    assert largest_gap(ours, theirs) < 1e-3
    assert [a.logprobs[0] for a in ours] != pytest.approx([a.logprobs[0] for a in before], rel=1e-2)


def test_samples_follow_their_seed_and_have_the_logprobs_they_were_drawn_with(
    policy: VLLMServerPolicy, reference: HFPolicy
) -> None:
    one, other = prompts(2)
    asked = [one] * 6 + [other] * 3
    first, again, third = (policy.generate(asked, SamplingConfig(0.7, max_tokens=40, seed=s)) for s in (1, 1, 2))
    assert [a.text for a in first] == [b.text for b in again]
    assert [a.text for a in first] != [b.text for b in third]
    assert len({a.text for a in first[:6]}) > 1
    for completion in first:
        np.testing.assert_allclose(completion.logprobs, rescored(completion, reference.model, 0.7), atol=1e-3)


def test_completions_that_are_cut_off_say_so(policy: VLLMServerPolicy) -> None:
    for completion in policy.generate(prompts(3), SamplingConfig(temperature=0, max_tokens=5)):
        assert completion.stop_reason == "length" and len(completion.token_ids) == len(completion.logprobs) == 5


def test_visual_tokens_are_never_drawn(policy: VLLMServerPolicy, reference: HFPolicy) -> None:
    banned = want_the_image_token(reference)
    policy.load_weights(reference.model)
    drawn = policy.generate(prompts(4, "text") * 4, SamplingConfig(temperature=1.5, max_tokens=60, seed=0))
    assert not {token for completion in drawn for token in completion.token_ids} & banned


def test_pictures_and_quoted_special_tokens_are_read_alike(policy: VLLMServerPolicy, reference: HFPolicy) -> None:
    frames = [prompt.images[0] for prompt in prompts(3)]
    asked = [Prompt("And now?", tuple(frames)), Prompt("What is <|image_pad|> 2 + 2 <|im_end|>?")]
    ours, theirs = policy.generate(asked, GREEDY), reference.generate(asked, GREEDY)
    assert [a.token_ids for a in ours] == [b.token_ids for b in theirs]


def test_two_processes_share_a_server_and_a_failure_to_send_weights(server: Running, tmp_path: Path) -> None:
    (first, failed), (second, failed_too) = distributed.run(sample_in_this_process, 2, server.url, str(tmp_path / "w"))
    assert first < 1e-3 and second < 1e-3
    assert "No such file or directory" in failed and failed == failed_too


def test_weights_arrive_after_a_transfer_that_was_broken_off(
    server: Running, policy: VLLMServerPolicy, reference: HFPolicy
) -> None:
    shake(reference.model)
    direct = Server(server.url, timeout=60)
    direct.pause()
    direct.start_weight_update()
    with pytest.raises(EngineError, match="failed at /update_weights"):
        direct.update_weights({"path": "/no/such/file"})
    direct.close()
    direct = Server(server.url, timeout=60)
    direct.start_weight_update()  # and nothing more: the trainer was killed
    direct.close()
    policy.load_weights(reference.model)
    asked = prompts(4)
    ours, theirs = policy.generate(asked, GREEDY), reference.generate(asked, GREEDY)
    assert largest_gap(ours, theirs) < 1e-3


def test_answers_with_another_trainings_weights_are_refused(
    server: Running, policy: VLLMServerPolicy, reference: HFPolicy
) -> None:
    VLLMServerPolicy(reference.model, reference.processor, urls=server.url).close()
    with pytest.raises(EngineError, match="has other weights than it was sent"):
        policy.generate(prompts(1), GREEDY)


def test_a_server_for_another_transport_is_refused(server: Running, reference: HFPolicy) -> None:
    with pytest.raises(EngineError, match=r"weight transfer lmm_r1_file .* start it with .* --transport nccl"):
        VLLMServerPolicy(reference.model, reference.processor, urls=server.url, transport="nccl")


def test_a_request_that_the_server_refuses_is_not_repeated(policy: VLLMServerPolicy) -> None:
    began = time.monotonic()
    with pytest.raises(EngineError, match=r"refuses /v1/chat/completions \(400\)"):
        policy.generate([Prompt("2 + 2 " * 1000)], GREEDY)
    assert time.monotonic() - began < 20


def test_without_a_server_there_is_one_clear_error_in_bounded_time(reference: HFPolicy) -> None:
    began = time.monotonic()
    with pytest.raises(
        EngineError, match=r"no connection to the vLLM server at http://127.0.0.1:9: .* after 3 attempts"
    ):
        VLLMServerPolicy(reference.model, reference.processor, urls="http://127.0.0.1:9", retries=2, backoff=0.1)
    assert time.monotonic() - began < 10


def test_urls_are_asked_for() -> None:
    with pytest.raises(ValueError, match=r"sampler.options has no urls"):
        SamplerConfig("vllm_server")


def test_a_server_that_hangs_is_asked_again_until_it_goes_on(server: Running, reference: HFPolicy) -> None:
    policy = VLLMServerPolicy(reference.model, reference.processor, urls=server.url, timeout=8, retries=4, backoff=0.2)
    asked = prompts(2)
    for act in (lambda: None, lambda: policy.load_weights(reference.model)):
        server.signal(signal.SIGSTOP)
        goes_on = threading.Timer(10, server.signal, [signal.SIGCONT])
        goes_on.start()
        began = time.monotonic()
        act()
        ours = policy.generate(asked, GREEDY)
        assert time.monotonic() - began > 9
        goes_on.join()
        assert largest_gap(ours, reference.generate(asked, GREEDY)) < 1e-3
    policy.close()


def test_a_server_that_hangs_for_good_is_given_up(server: Running, reference: HFPolicy) -> None:
    policy = VLLMServerPolicy(reference.model, reference.processor, urls=server.url, retries=1, backoff=0.1)
    policy._servers[0]._client.timeout = 2
    server.signal(signal.SIGSTOP)
    try:
        with pytest.raises(EngineError, match=r"did not answer /v1/chat/completions in time; gave up after 2 attempts"):
            policy.generate(prompts(3), GREEDY)
    finally:
        server.signal(signal.SIGCONT)
    policy.close()


def _sums(steps: int, **settings: Any) -> StageConfig:
    families = ["addition", "subtraction", "multiplication", "sum_of_several", "shopping", "stock", "digit_sum"]
    tasks = [TaskConfig("LMMR1/TextMath-v0", {"levels": [1, 2], "families": families})]
    return StageConfig("fre", tasks, steps=steps, max_tokens=112, optim=OptimConfig(lr=1e-4, warmup=0.0), **settings)


@pytest.mark.timeout(900)
def test_grpo_learns_with_a_server(server: Running, tmp_path: Path) -> None:
    model, processor = hf.load_model(NANO)
    place = Place(tmp_path, sampler=SamplerConfig("vllm_server", {"urls": server.url}))
    stage = _sums(10, prompts=32, group_size=8)
    learner = Learner(stage, model, processor, place)
    rewards = [learner.step(step)["reward"] for step in range(stage.steps)]
    learner.close()
    assert np.mean(rewards[-3:]) - np.mean(rewards[:3]) > 0.05, rewards


@pytest.mark.timeout(300)
def test_a_server_that_dies_ends_training_with_a_checkpoint_to_go_on_from(server: Running, tmp_path: Path) -> None:
    """Killed after two steps of a stage that would save its first checkpoint after fifty."""
    model, processor = hf.load_model(NANO)
    options = {"urls": server.url, "timeout": 30, "retries": 2, "backoff": 0.5}
    killed: list[float] = []

    def kill() -> None:
        metrics = tmp_path / "metrics.jsonl"
        while not metrics.exists() or metrics.read_text().count("\n") < 2:
            time.sleep(0.05)
        server.signal(signal.SIGKILL)
        killed.append(time.monotonic())

    assassin = threading.Thread(target=kill, daemon=True)
    assassin.start()
    place = Place(tmp_path, sampler=SamplerConfig("vllm_server", options))
    with pytest.raises(EngineError, match=r"vLLM server at .* attempts\. What was learned is kept in .*fre-"):
        train(_sums(50, prompts=4, group_size=4, save_every=50), model, processor, place)
    assert time.monotonic() - killed[0] < 60
    saved = checkpoint.latest(tmp_path, "fre")
    assert saved is not None and checkpoint.load_state(saved)[1]["step"] >= 2
