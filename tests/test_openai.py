"""API models against a server that speaks the protocol and misbehaves: what is asked, how often, at what cost."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import logging
import signal
import socket
import subprocess
import sys
import textwrap
import time
import traceback
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("openai", reason='the package openai is not installed: pip install -e ".[openai]"')

from chat_server import ChatServer, Reply, Request, refused, said, serving

from agents.errors import EngineError
from agents.openai import OpenAIPolicy
from agents.openai_cache import ResponseCache
from agents.openai_messages import Answer
from agents.openai_prices import Prices, find_prices
from agents.policy import Prompt, SamplingConfig
from eval.runner import evaluate
from eval.suites import find_suite

ROOT = Path(__file__).parents[1]
GREEDY = SamplingConfig(temperature=0, max_tokens=64, seed=3)
SAMPLED = SamplingConfig(temperature=1, max_tokens=64, seed=3)
SECRET = "sk-test-9fb1c2TOPSECRETd0e7"


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)


def echo(request: Request, number: int) -> Reply:
    """The prompt and the seed, so that answers tell who asked."""
    return said(f"{text_of(request)}|{request.body.get('seed')}", usage={"prompt_tokens": 7, "completion_tokens": 3})


def text_of(request: Request) -> str:
    content = request.body["messages"][0]["content"]
    return content if isinstance(content, str) else content[-1]["text"]


def policy_of(server: ChatServer, **settings: Any) -> closing[OpenAIPolicy]:
    return closing(OpenAIPolicy(**{"model": "m", "base_url": server.url, "retries": 2, **settings}))


def ask(server: ChatServer, *prompts: Prompt, sampling: SamplingConfig = GREEDY, **settings: Any) -> Any:
    with policy_of(server, **settings) as policy:
        return policy.generate(prompts or [Prompt("q")], sampling)


def picture(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (24, 40, 3), dtype=np.uint8)


# What is sent


def test_pictures_arrive_before_the_text_with_the_same_pixels() -> None:
    pictures = (picture(0), picture(1)[:16, :8])
    for image_format in ("png", "webp"):
        with serving(echo) as server:
            ask(server, Prompt("what?", pictures), image_format=image_format)
        parts = server.requests[0].body["messages"][0]["content"]
        assert [part["type"] for part in parts] == ["image_url", "image_url", "text"]
        assert parts[-1]["text"] == "what?"
        for part, expected in zip(parts, pictures, strict=False):
            head, data = part["image_url"]["url"].split(",")
            assert head == f"data:image/{image_format};base64"
            decoded = Image.open(io.BytesIO(base64.b64decode(data, validate=True)))
            assert decoded.format == image_format.upper()
            np.testing.assert_array_equal(np.asarray(decoded.convert("RGB")), expected)


def test_settings_are_sent_by_their_names() -> None:
    sampling = SamplingConfig(temperature=0.7, top_p=0.9, max_tokens=11, seed=5)
    with serving(echo) as server:
        ask(server, Prompt("hello"), sampling=sampling, extra_body={"logit_bias": {"5": -100}})
        ask(server, Prompt("hello"), max_tokens_field="max_completion_tokens")
    sampled, greedy = (request.body for request in server.requests)
    assert sampled.pop("seed") >= 0
    assert sampled == {
        "model": "m",
        "messages": [{"role": "user", "content": "hello"}],
        "temperature": 0.7,
        "top_p": 0.9,
        "max_tokens": 11,
        "logit_bias": {"5": -100},
    }
    assert greedy["max_completion_tokens"] == 64 and greedy["temperature"] == 0
    assert {"max_tokens", "seed", "top_p"}.isdisjoint(greedy)


# Samples and the cache


def test_samples_of_a_prompt_differ_and_are_the_same_in_every_run() -> None:
    prompts = [Prompt("a"), Prompt("b"), Prompt("a"), Prompt("a", (picture(),)), Prompt("a")]
    with serving(echo) as server:
        first, again = (ask(server, *prompts, sampling=SAMPLED) for _ in range(2))
        other = ask(server, *prompts, sampling=SamplingConfig(max_tokens=64, seed=4))
    assert [completion.text[0] for completion in first] == list("abaaa")
    assert len({first[row].text for row in (0, 2, 4)}) == 3
    assert [one.text for one in first] == [one.text for one in again]
    assert {one.text for one in first}.isdisjoint(one.text for one in other)


def test_calls_without_a_seed_draw_on_and_repeat_from_the_cache(tmp_path: Path) -> None:
    sampling = SamplingConfig(max_tokens=8)
    texts = []
    with serving(echo) as server:
        for _ in range(2):
            with policy_of(server, cache=tmp_path / "answers") as policy:
                texts.append([policy.generate([Prompt("a")], sampling)[0].text for _ in range(3)])
        assert len(server.requests) == 3
    assert len(set(texts[0])) == 3 and texts[0] == texts[1]


def test_greedy_samples_of_a_prompt_are_asked_once() -> None:
    with serving(echo) as server, policy_of(server) as policy:
        completions = policy.generate([Prompt("a"), Prompt("b"), Prompt("a")], GREEDY)
        assert [one.text for one in completions] == ["a|None", "b|None", "a|None"]
        assert len(server.requests) == 2
        assert policy.usage["requests"] == 2 and policy.usage["cached"] == 1


def test_a_second_run_is_answered_from_the_cache_without_a_server(tmp_path: Path) -> None:
    prompts = [Prompt("a", (picture(),)), Prompt("b"), Prompt("a", (picture(),))]
    cache = tmp_path / "deep" / "answers.sqlite"
    with serving(echo) as server:
        paid = ask(server, *prompts, sampling=SAMPLED, cache=cache)
    with policy_of(server, cache=cache, prices={"input": 1, "output": 1}) as policy:
        free = policy.generate(prompts, SAMPLED)
        assert policy.usage == {
            "requests": 0,
            "cached": 3,
            "prompt_tokens": 0,
            "completion_tokens": 0,
            "cost": 0,
        }
    assert [vars(one) for one in free] == [vars(one) for one in paid]


CHANGES: dict[str, dict[str, Any]] = {
    "model": {"model": "n"},
    "text": {"prompt": Prompt("r", (picture(),))},
    "a pixel": {"prompt": Prompt("q", (picture() ^ np.eye(24, 40, dtype=np.uint8)[..., None],))},
    "shape": {"prompt": Prompt("q", (picture().reshape(40, 24, 3),))},
    "a picture more": {"prompt": Prompt("q", (picture(), picture(1)))},
    "temperature": {"sampling": SamplingConfig(0.5, 1, 64, 3)},
    "top_p": {"sampling": SamplingConfig(1, 0.5, 64, 3)},
    "max_tokens": {"sampling": SamplingConfig(1, 1, 65, 3)},
    "seed": {"sampling": SamplingConfig(1, 1, 64, 4)},
    "extra_body": {"extra_body": {"top_k": 4}},
    "image_format": {"image_format": "jpeg"},
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_answer_is_kept_for_its_request_alone(tmp_path: Path, change: str) -> None:
    usual: dict[str, Any] = {"prompt": Prompt("q", (picture(),)), "sampling": SAMPLED, "cache": tmp_path / "answers"}
    with serving(echo) as server:
        for settings, expected in ((usual, 1), (usual | CHANGES[change], 2), (usual, 2)):
            ask(server, settings["prompt"], **{key: settings[key] for key in settings if key != "prompt"})
            assert len(server.requests) == expected


def test_another_server_is_asked_for_itself(tmp_path: Path) -> None:
    for _ in range(2):
        with serving(echo) as server:
            ask(server, cache=tmp_path / "answers")
            assert len(server.requests) == 1


def test_failures_are_not_kept(tmp_path: Path) -> None:
    with serving(lambda request, number: refused(400, "too long") if number == 0 else echo(request, number)) as server:
        assert ask(server, cache=tmp_path / "answers")[0].stop_reason == "error"
        assert ask(server, cache=tmp_path / "answers")[0].text == "q|None"


def test_a_file_that_is_no_cache_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("no database\n" * 200)
    for wrong in (path, tmp_path):
        with pytest.raises(ValueError, match=r"cannot keep answers in .*expected"):
            ResponseCache(wrong)
    assert path.read_text().startswith("no database")


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    cache = ResponseCache(tmp_path / "answers")
    cache.put("a", Answer("text", prompt_tokens=3))
    cache._file.execute("PRAGMA max_page_count = 3")  # as on a full disk
    with pytest.raises(OSError, match=r"the cache of answers, .*answers, fails: .*full"):
        cache.put("b", Answer("x" * 100_000))
    assert cache.get("a") == Answer("text", prompt_tokens=3) and cache.get("b") is None
    cache.close()


CLIENT = """
import sys
from agents.openai import OpenAIPolicy
from agents.policy import Prompt, SamplingConfig
url, cache, count, mark = sys.argv[1:]
policy = OpenAIPolicy("m", base_url=url, cache=cache, concurrency=2)
prompts = [Prompt(f"question {i}") for i in range(int(count))]
try:
    texts = [one.text for one in policy.generate(prompts, SamplingConfig(temperature=1, seed=3))]
    print(*texts, sep="\\n")
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


def client(server: ChatServer, cache: Path, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", textwrap.dedent(CLIENT), server.url, str(cache), str(count), "client"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(happened: Any, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def test_a_killed_run_goes_on_without_paying_twice(tmp_path: Path) -> None:
    def slow_echo(request: Request, number: int) -> Reply:
        reply = echo(request, number)
        reply.delay = 0.05
        return reply

    prompts = [Prompt(f"question {i}") for i in range(40)]
    sampling = SamplingConfig(temperature=1, seed=3)
    with serving(slow_echo) as server:
        process = client(server, tmp_path / "answers", len(prompts))
        wait_for(lambda: server.answered >= 15)
        process.kill()
        process.communicate()
        asked = len(server.requests)
        assert 15 <= asked < 40
        completions = ask(server, *prompts, sampling=sampling, cache=tmp_path / "answers")
        assert [one.text.split("|")[0] for one in completions] == [prompt.text for prompt in prompts]
        # two were in the works when it was killed, and two more may have been answered but not written
        assert 40 <= len(server.requests) <= 40 + 4
        ask(server, *prompts, sampling=sampling, cache=tmp_path / "answers")
        assert len(server.requests) <= 40 + 4


def test_two_processes_share_a_cache(tmp_path: Path) -> None:
    with serving(echo) as server:
        processes = [client(server, tmp_path / "answers", 150) for _ in range(2)]
        outputs = [process.communicate(timeout=120) for process in processes]
        assert [process.returncode for process in processes] == [0, 0], outputs
        assert outputs[0][0] == outputs[1][0] and len(outputs[0][0].splitlines()) == 150
        asked = len(server.requests)
        ask(
            server,
            *(Prompt(f"question {i}") for i in range(150)),
            sampling=SamplingConfig(seed=3),
            cache=tmp_path / "answers",
        )
        assert len(server.requests) == asked


def test_ctrl_c_stops_within_a_second(tmp_path: Path) -> None:
    with serving(lambda request, number: Reply(delay=60)) as server:
        process = client(server, tmp_path / "answers", 4)
        wait_for(lambda: server.requests)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.stdout is not None and process.stdout.readline() == "interrupted\n"
        assert time.monotonic() - began < 1
        assert process.wait(timeout=10) == 0
        process.communicate()


# Load and faults


def test_no_more_requests_at_once_than_asked_for() -> None:
    with serving(lambda request, number: Reply(said("a").body, delay=0.1)) as server:
        ask(server, *(Prompt(str(i)) for i in range(9)), concurrency=3)
        assert len(server.requests) == 9 and server.peak == 3


def test_a_rate_limit_is_waited_for_as_long_as_the_server_says() -> None:
    def busy(request: Request, number: int) -> Reply:
        return echo(request, number) if number else refused(429, "slow down", {"Retry-After": "1"})

    with serving(busy) as server:
        assert ask(server)[0].text == "q|None"
        first, second = (request.time for request in server.requests)
        assert 1 <= second - first < 5  # and not the half second of its own


#: Seconds until a hanging server is given up; the others have all the time they need on a busy machine.
PATIENCE = {"500": 30.0, "cut": 30.0, "hang": 1.0}

FAULTS = {
    "500": Reply({"error": {"message": "oops"}}, 500),
    "cut": Reply(cut=True),
    "hang": Reply(said("late").body, delay=3),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_passing_fault_is_tried_again(fault: str) -> None:
    with serving(lambda request, number: FAULTS[fault] if number < 2 else echo(request, number)) as server:
        completion = ask(server, timeout=PATIENCE[fault])[0]
        assert (completion.text, completion.stop_reason, completion.error) == ("q|None", "stop", "")
        assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("fault", "told"), [("500", "500: oops"), ("cut", "RemoteProtocolError"), ("hang", "ReadTimeout")]
)
def test_a_lasting_fault_is_the_failure_of_its_request_alone(fault: str, told: str) -> None:
    with serving(
        lambda request, number: FAULTS[fault] if text_of(request) == "bad" else echo(request, number)
    ) as server:
        bad, good = ask(server, Prompt("bad"), Prompt("good"), timeout=PATIENCE[fault], retries=1)
        assert (bad.text, bad.stop_reason) == ("", "error") and told in bad.error and "\n" not in bad.error
        assert good.text == "good|None"
        assert [text_of(request) for request in server.requests].count("bad") == 2


def test_a_refused_prompt_is_not_tried_again() -> None:
    message = (
        "'max_tokens' or 'max_completion_tokens' is too large: 64. This model's maximum context length is 32 tokens and "
        "your request has 9 input tokens.\nPlease shorten it."
    )
    with serving(lambda request, number: refused(400, message, param="max_tokens", code=400)) as server:
        completion = ask(server)[0]
        assert completion.stop_reason == "error"
        assert completion.error.startswith("400: 'max_tokens' or 'max_completion_tokens' is too large: 64.")
        assert "\n" not in completion.error
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("reply", "told", "requests"),
    [
        (refused(401, "wrong key"), "refuses the key in OPENAI_API_KEY.*wrong key", 1),
        (refused(403, "not for you"), "refuses the key.*not for you", 1),
        (refused(404, "no such model"), "has no model 'm'.*usually ends in /v1", 1),
        (refused(429, "quota", {"retry-after-ms": "10"}), "refuses more requests after 2 retries: 429: quota", 3),
    ],
)
def test_what_concerns_all_requests_ends_the_call(reply: Reply, told: str, requests: int) -> None:
    with serving(lambda request, number: reply) as server:
        with pytest.raises(EngineError, match=told):
            ask(server, *(Prompt(str(i)) for i in range(5)), concurrency=1)
        # the one that waited for the slot may have begun before it was called off
        assert requests <= len(server.requests) <= requests + 1


def test_a_server_that_is_not_there_is_named() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    with closing(OpenAIPolicy("m", base_url=url, retries=1)) as policy, pytest.raises(EngineError) as caught:
        policy.generate([Prompt("q")], GREEDY)
    assert str(caught.value).startswith(f"cannot connect to {url}: ConnectError")


def test_answers_before_a_failure_of_all_are_kept(tmp_path: Path) -> None:
    limit = refused(429, "enough", {"retry-after-ms": "1"})
    prompts = [Prompt(str(i)) for i in range(6)]
    with serving(lambda request, number: echo(request, number) if number < 4 else limit) as server:
        with pytest.raises(EngineError, match="answers in the cache are kept"):
            ask(server, *prompts, cache=tmp_path / "answers", concurrency=1)
        server.behave = echo
        before = len(server.requests)
        ask(server, *prompts, cache=tmp_path / "answers")
        assert len(server.requests) - before == 2


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<html>welcome</html>", "the reply has no message: '<html>welcome</html>'"),
        ('{"choices": [', "the reply is not JSON"),
        ({"error": {"message": "upstream is down"}}, "the reply has no message: upstream is down"),
        ({"choices": []}, "the reply has no message"),
    ],
)
def test_a_reply_that_is_no_answer(tmp_path: Path, body: Any, told: str) -> None:
    with serving(lambda request, number: Reply(body) if number == 0 else echo(request, number)) as server:
        assert told in ask(server, cache=tmp_path / "answers")[0].error
        assert ask(server, cache=tmp_path / "answers")[0].text == "q|None"


# What models differ in


OPENAI_WORDS = {
    "max_tokens": "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    "temperature": "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) is supported.",
}


def reasoner(request: Request, number: int) -> Reply:
    for name, message in OPENAI_WORDS.items():
        if name in request.body:
            return refused(400, message, type="invalid_request_error", param=name, code=message.split()[0].lower())
    return echo(request, number)


def test_a_model_without_temperature_is_asked_in_its_own_words_and_this_is_remembered(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with serving(reasoner) as server, policy_of(server, model="o9", concurrency=1) as policy:
        assert policy.generate([Prompt("a"), Prompt("b")], GREEDY)[1].text == "b|None"
        assert [
            sorted({"max_tokens", "max_completion_tokens", "temperature"} & set(one.body)) for one in server.requests
        ] == [
            ["max_tokens", "temperature"],
            ["max_completion_tokens", "temperature"],
            ["max_completion_tokens"],
            ["max_completion_tokens"],
        ]
        policy.generate([Prompt("c")], GREEDY)
        assert len(server.requests) == 5
    warnings = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert warnings == ["o9 takes no temperature as asked for; its own default holds"]


def test_many_at_once_find_out_together() -> None:
    with serving(reasoner) as server:
        completions = ask(server, *(Prompt(str(i)) for i in range(12)), concurrency=12)
        assert [one.error for one in completions] == [""] * 12
        assert len(server.requests) <= 36


def test_a_server_that_knows_no_seed() -> None:
    def strict(request: Request, number: int) -> Reply:
        if "seed" in request.body:
            return refused(422, "body.seed: Extra inputs are not permitted")
        return echo(request, number)

    with serving(strict) as server:
        assert len(ask(server, Prompt("a"), Prompt("a"), sampling=SAMPLED, concurrency=1)) == 2
        assert len(server.requests) == 3


def test_a_model_that_takes_neither_name_for_the_longest_answer_fails_in_the_end() -> None:
    def never(request: Request, number: int) -> Reply:
        name = next(name for name in request.body if name.endswith("tokens"))
        return refused(400, f"{name} is not supported", param=name, code="unsupported_parameter")

    with serving(never) as server:
        assert "not supported" in ask(server)[0].error
        assert 2 <= len(server.requests) <= 3


@pytest.mark.parametrize(
    ("reply", "text", "stop_reason"),
    [
        (said("a"), "a", "stop"),
        (said("a", "length"), "a", "length"),
        (said("a", "max_tokens"), "a", "length"),
        (said("a", "eos"), "a", "stop"),
        (said("", "content_filter"), "", "error"),
        (said(None, refusal="I will not."), "I will not.", "stop"),
        (said("<answer>3</answer>", reasoning_content="1 + 2"), "<think>1 + 2</think><answer>3</answer>", "stop"),
        (said("<answer>3</answer>", reasoning="1 + 2"), "<think>1 + 2</think><answer>3</answer>", "stop"),
        (said("<think>b</think>c", reasoning_content="a"), "<think>b</think>c", "stop"),
        (said(None, "length", reasoning_content="1 + "), "<think>1 + ", "length"),
    ],
)
def test_answers_are_read(reply: Reply, text: str, stop_reason: str) -> None:
    with serving(lambda request, number: reply) as server:
        completion = ask(server)[0]
    assert (completion.text, completion.stop_reason) == (text, stop_reason)
    assert bool(completion.error) == (stop_reason == "error")


# Tokens and cost


def test_cost_is_that_of_the_tokens_which_the_server_counts() -> None:
    usage = {"prompt_tokens": 1001, "completion_tokens": 17, "prompt_tokens_details": {"cached_tokens": 640}}
    prices = {"input": 2.5, "output": 10, "cached_input": 1.25}
    with serving(lambda request, number: said("a", usage=usage)) as server, policy_of(server, prices=prices) as policy:
        completions = policy.generate([Prompt(str(i)) for i in range(3)], GREEDY)
        used = policy.usage
    assert [(one.prompt_tokens, one.completion_tokens, one.length) for one in completions] == [(1001, 17, 17)] * 3
    assert (used["requests"], used["prompt_tokens"], used["completion_tokens"]) == (3, 3003, 51)
    exact = 3 * (361 * Fraction("2.5") + 640 * Fraction("1.25") + 17 * 10) / 10**6
    assert used["cost"] == pytest.approx(float(exact), rel=1e-12)


def test_no_prices_no_cost() -> None:
    with serving(lambda request, number: said("a")) as server, policy_of(server) as policy:
        policy.generate([Prompt("a")], GREEDY)
        assert policy.usage["cost"] is None and policy.usage["prompt_tokens"] == 0


def test_prices_come_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "prices.yaml"
    path.write_text("gpt-x: {input: 1.5, output: 6}\ngpt-x-mini: {input: 0.1, output: 0.4, cached_input: 0.05}\n")
    (tmp_path / "prices.json").write_text(json.dumps({"gpt-x": {"input": 1.5, "output": 6}}))
    assert find_prices(path, "gpt-x") == find_prices(tmp_path / "prices.json", "gpt-x") == Prices(1.5, 6)
    assert find_prices(path, "gpt-x-mini") == Prices(0.1, 0.4, 0.05)
    assert Prices(3, 0).of(Answer("", prompt_tokens=10**6, cached_tokens=4 * 10**5)) == pytest.approx(3)
    with pytest.raises(ValueError, match="no prices of 'gpt-y'; is 'gpt-x' meant"):
        find_prices(path, "gpt-y")
    with pytest.raises(ValueError, match="cannot read prices"):
        find_prices(tmp_path / "none.yaml", "gpt-x")
    for wrong in ({"input": 1}, {"input": -1, "output": 1}, {"input": "1", "output": 1}, {"input": 1, "out": 1}):
        with pytest.raises(ValueError, match="dollars per million tokens|dollars per\\s+million"):
            find_prices(wrong, "m")  # type: ignore[arg-type]


# Keys


def test_the_key_is_in_its_header_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    caplog.set_level(logging.DEBUG)

    def tells_on_you(request: Request, number: int) -> Reply:
        status = {"refused": 400, "faulty": 500, "limited": 429, "barred": 401}.get(text_of(request))
        header = {"retry-after-ms": "1"}
        return refused(status, f"bad: {request.headers['authorization']}", header) if status else echo(request, number)

    told = []
    with serving(tells_on_you) as server:
        with policy_of(server, cache=tmp_path / "answers") as policy:
            told.append(repr(policy) + repr(vars(policy)))
            completions = policy.generate([Prompt("fine"), Prompt("refused"), Prompt("faulty")], SAMPLED)
            told += [repr(vars(one)) for one in completions]
            assert "[key]" in completions[1].error and "[key]" in completions[2].error
            for text in ("limited", "barred"):
                with pytest.raises(EngineError, match=r"\[key\]") as caught:
                    policy.generate([Prompt(text)], SAMPLED)
                told += traceback.format_exception(caught.value)
            told += [caplog.text]
            files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        assert any(SECRET in request.headers["authorization"] for request in server.requests)
    assert b"fine|" in files
    assert SECRET not in "".join(told) and SECRET.encode() not in files


@pytest.mark.parametrize("url", ["http://user:hunter2@127.0.0.1:9/v1", "http://127.0.0.1:9/v1?key=hunter2"])
def test_a_secret_in_the_address_is_refused_unseen(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", url)
    with pytest.raises(ValueError, match="the key belongs in OPENAI_API_KEY") as caught:
        OpenAIPolicy("m")
    assert "hunter2" not in str(caught.value)


def test_the_address_and_the_key_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(echo) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        with closing(OpenAIPolicy("m")) as policy:
            assert policy.generate([Prompt("q")], GREEDY)[0].text == "q|None"
        assert server.requests[0].headers["authorization"] == "Bearer none"


def test_openai_itself_needs_a_key() -> None:
    with pytest.raises(EngineError, match="no OPENAI_API_KEY in the environment"):
        OpenAIPolicy("m")


# The rest


def test_an_interrupted_evaluation_asks_for_what_is_missing(tmp_path: Path) -> None:
    suite = replace(find_suite("sokoban-global"), temperature=0.5)
    quota = refused(429, "no quota left", {"retry-after-ms": "1"})
    with serving(lambda request, number: said("<answer>up</answer>") if number < 5 else quota) as server:
        with policy_of(server, cache=tmp_path / "answers", concurrency=1) as policy, pytest.raises(EngineError):
            evaluate(policy, suite, episodes=8, store=tmp_path / "a.jsonl")
        server.behave = lambda request, number: said("<answer>up</answer>", usage={"completion_tokens": 4})
        before = len(server.requests)
        with policy_of(server, cache=tmp_path / "answers") as policy:
            records = evaluate(policy, suite, episodes=8, store=tmp_path / "a.jsonl")
        assert len(records) == 8 and len(server.requests) - before == 3
        with policy_of(server, cache=tmp_path / "answers") as policy:
            again = evaluate(policy, suite, episodes=8, store=tmp_path / "b.jsonl")
        assert len(server.requests) - before == 3
    assert [(one.key, one.score, one.rewards) for one in again] == [
        (one.key, one.score, one.rewards) for one in records
    ]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"concurrency": 0}, "concurrency is 0"),
        ({"timeout": 0}, "timeout is 0"),
        ({"retries": -1}, "retries is -1"),
        ({"image_format": "bmp"}, "image_format is 'bmp'; expected png"),
        ({"max_tokens_field": "tokens"}, "expected max_tokens or max_completion_tokens"),
        ({"base_url": "localhost:8000/v1"}, "no http:// or https:// address"),
        ({"extra_body": {"n": 2}}, "extra_body has n"),
        ({"extra_body": {"a": {1}}}, "no plain JSON"),
    ],
)
def test_wrong_arguments(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        OpenAIPolicy("m", **{"base_url": "http://127.0.0.1:9/v1", **settings})


def test_it_can_be_called_where_a_loop_runs_already() -> None:
    async def notebook(server: ChatServer) -> str:
        return ask(server)[0].text

    with serving(echo) as server:
        assert asyncio.run(notebook(server)) == "q|None"


@pytest.fixture(autouse=True)
def no_threads_left() -> Iterator[None]:
    import threading

    yield
    wait_for(lambda: not any(thread.name == "openai" for thread in threading.enumerate()), 5)
