"""Models behind an OpenAI-compatible endpoint: OpenAI itself, a vLLM or SGLang server, llama.cpp, Ollama and others.

For evaluation: such a server gives no token ids that could be trained on. Answers are kept on disk, so that an evaluation
that was interrupted does not pay for them again. Needs the package openai, which also does the retries: docs/api_models.md.
"""

from __future__ import annotations

import asyncio
import json
import os
import threading
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import numpy as np

from agents.errors import EngineError
from agents.openai_cache import ResponseCache, digest
from agents.openai_dialect import MAX_TOKENS_FIELDS, Dialect
from agents.openai_messages import IMAGE_FORMATS, Answer, NoAnswerError, answer, messages
from agents.openai_prices import Prices, Usage, find_prices
from agents.policy import Completion, Prompt, SamplingConfig

try:
    import openai
except ModuleNotFoundError as error:
    if error.name != "openai":
        raise
    raise ModuleNotFoundError('API models need the package openai: pip install -e ".[openai]"', name="openai") from None

T = TypeVar("T")

#: Sent to servers that want no key; the package insists on one.
_NO_KEY = "none"
#: Fields of a request that are the policy's own.
_RESERVED = ("model", "messages", "n", "stream", "stream_options")
#: Longest message of a server that is passed on, in characters.
_LONGEST_MESSAGE = 300


class OpenAIPolicy:
    """Answers through `POST /chat/completions`.

    The key comes from the environment, `OPENAI_API_KEY`, and is kept nowhere else; a server of one's own needs none.

    A request that fails for itself, such as a prompt that is too long, is an answer with stop reason "error". What
    concerns all requests ends the call, and answers that came before it are in the cache.

    Args:
        model: The model's name on the server.
        base_url: The server's address up to `/v1`; `None` for `OPENAI_BASE_URL` of the environment, else OpenAI.
        cache: File to keep answers in, which several processes may share; `None` forgets them with the policy.
        concurrency: Most requests at once.
        timeout: Seconds of silence after which a request is given up and tried again.
        retries: How often a request is tried again after a timeout, a lost connection, a rate limit or a fault of the
            server. Waits are those that the server asks for (`Retry-After`, up to 2 minutes), else grow from 0.5 to 8 s.
        prices: Dollars per million tokens, or a file of them, see `agents.openai_prices.find_prices`.
        max_tokens_field: What the server calls the longest answer; the other name is tried if it refuses this one.
        extra_body: Further fields of every request, such as `{"reasoning_effort": "low"}` or `{"logit_bias": {"5": -100}}`.
        image_format: "png" or "webp", which keep the pixels, or "jpeg".
        seed: Start of the policy's own stream of seeds, for calls without one.

    Raises:
        ModuleNotFoundError: On import, if the package openai is not installed.
        EngineError: If there is no key for OpenAI.
        ValueError: If an argument is none of the above, or the address holds a secret.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        cache: str | Path | None = None,
        concurrency: int = 16,
        timeout: float = 120.0,
        retries: int = 6,
        prices: Prices | Mapping[str, float] | str | Path | None = None,
        max_tokens_field: str = "max_tokens",
        extra_body: Mapping[str, Any] | None = None,
        image_format: str = "png",
        seed: int = 0,
    ):
        _check(concurrency, timeout, retries, max_tokens_field, image_format)
        self.model = model
        self.seed = seed
        self._image_format = image_format
        self._extra_body = _plain(extra_body or {})
        self._retries = retries
        self._client = _client(base_url, timeout, retries)
        self.address = str(self._client.base_url).rstrip("/")
        self._usage = Usage(find_prices(prices, model))
        self._dialect = Dialect(model, max_tokens_field)
        self._cache = ResponseCache(cache)
        self._slots = asyncio.Semaphore(concurrency)
        self._loop = _LoopThread()
        self._calls = 0

    @property
    def usage(self) -> dict[str, Any]:
        """What was used up so far.

        `requests` sent (the package's retries not counted), and answers that were `cached` instead; the `prompt_tokens` and
        `completion_tokens` of the requests as the server counts them; their `cost` in dollars, `None` without prices.
        """
        return self._usage.as_dict()

    def generate(self, prompts: Sequence[Prompt], sampling: SamplingConfig) -> list[Completion]:
        """One completion for each prompt, in order.

        Equal prompts get different seeds, the same in every run; at temperature 0 they are asked once.

        Raises:
            EngineError: If the server cannot be reached, refuses the key, does not know the model, or keeps saying that
                it is asked too often.
        """
        return self._loop.run(self._generate(self._requests(prompts, sampling)))

    def close(self) -> None:
        """End the connections and close the cache."""
        self._loop.run(self._client.close())
        self._loop.close()
        self._cache.close()

    def _requests(self, prompts: Sequence[Prompt], sampling: SamplingConfig) -> list[_Request]:
        root = [sampling.seed] if sampling.seed is not None else [self.seed, self._calls]
        self._calls += 1
        seen: dict[tuple, int] = {}
        requests = []
        for prompt in prompts:
            earlier = seen.get(prompt.key(), 0)
            seen[prompt.key()] = earlier + 1
            requests.append(self._request(prompt, _fields(sampling, [*root, earlier])))
        return requests

    def _request(self, prompt: Prompt, fields: dict[str, Any]) -> _Request:
        settings = {
            "address": self.address,
            "model": self.model,
            "text": prompt.text,
            "image_format": self._image_format if prompt.images else None,
            "extra_body": self._extra_body,
            **fields,
        }
        return _Request(prompt, fields, digest(settings, prompt.images))

    async def _generate(self, requests: list[_Request]) -> list[Completion]:
        distinct = {request.name: request for request in requests}
        tasks = {name: asyncio.create_task(self._answer(request)) for name, request in distinct.items()}
        try:
            await asyncio.gather(*tasks.values())
        finally:
            for task in tasks.values():
                task.cancel()
        self._usage.cached += len(requests) - len(distinct)
        return [tasks[request.name].result().completion() for request in requests]

    async def _answer(self, request: _Request) -> Answer:
        """From the cache, else from the server and into the cache, if it was an answer."""
        async with self._slots:
            known = self._cache.get(request.name)
            if known is not None:
                self._usage.cached += 1
                return known
            try:
                fresh = answer(await self._send(request))
            except openai.APIError as error:
                said = self._one_line(_message(error))
                if fatal := self._concerns_all(error, said):
                    raise EngineError(fatal) from None  # the package's own exception may quote the key
                return Answer.failed(said)
            except NoAnswerError as error:
                return Answer.failed(self._one_line(str(error)))
            except json.JSONDecodeError as error:
                return Answer.failed(f"the reply is not JSON: {error}")
            self._usage.paid(fresh)
            self._cache.put(request.name, fresh)
            return fresh

    async def _send(self, request: _Request) -> Any:
        """Ask the server, in other words if it refuses one of the settings."""
        content = messages(request.prompt, self._image_format)
        while True:
            fields = self._dialect.fields(request.fields)
            self._usage.requests += 1
            try:
                return await self._client.chat.completions.create(
                    model=self.model,
                    messages=content,  # type: ignore[arg-type]
                    extra_body=self._extra_body,
                    **fields,
                )
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                if not self._dialect.learn(fields, _message(error), error.param, error.code):
                    raise

    def _concerns_all(self, error: openai.APIError, said: str) -> str | None:
        """What to tell whoever started this, if no request will fare better than this one."""
        if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
            return f"{self.address} refuses the key in OPENAI_API_KEY, or its use of {self.model!r}: {said}"
        if isinstance(error, openai.NotFoundError):
            return (
                f"{self.address} has no model {self.model!r}, or no /chat/completions: {said}; check the model's name and "
                "the base URL, which usually ends in /v1"
            )
        if isinstance(error, openai.RateLimitError):
            return (
                f"{self.address} refuses more requests after {self._retries} retries: {said}; lower the concurrency, raise "
                "the retries or the quota, and start again: answers in the cache are kept"
            )
        if isinstance(error, openai.APIConnectionError) and _unreachable(error):
            return f"cannot connect to {self.address}: {_reason(error)}; is the server up, and the base URL right?"
        return None

    def _one_line(self, text: str) -> str:
        """A server's message, short and without the key, which it may have quoted."""
        line = " ".join(text.split())
        key = self._client.api_key
        if key != _NO_KEY:
            line = line.replace(key, "[key]")
        return line[:_LONGEST_MESSAGE] or "no message"


@dataclass(frozen=True, eq=False)
class _Request:
    """A prompt with its sampling settings, and the name that its answer has in the cache."""

    prompt: Prompt
    fields: dict[str, Any]
    name: str


class _LoopThread:
    """An event loop in a thread of its own, so that connections outlive a call and the caller may have a loop running."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="openai", daemon=True)
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Wait for a coroutine, and cancel it if the wait is interrupted."""
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return future.result()
        finally:
            future.cancel()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def _fields(sampling: SamplingConfig, entropy: list[int]) -> dict[str, Any]:
    fields: dict[str, Any] = {"temperature": float(sampling.temperature), "max_tokens": sampling.max_tokens}
    if sampling.top_p < 1:
        fields["top_p"] = float(sampling.top_p)
    if sampling.temperature > 0:
        word = int(np.random.SeedSequence(entropy).generate_state(1)[0])
        fields["seed"] = word >> 1  # 31 bits: servers differ in what they hold a seed in
    return fields


def _client(base_url: str | None, timeout: float, retries: int) -> openai.AsyncOpenAI:
    key = os.environ.get("OPENAI_API_KEY")
    own = base_url or os.environ.get("OPENAI_BASE_URL")
    if not key and not own:
        raise EngineError(
            "there is no OPENAI_API_KEY in the environment; set it, or give the base URL of a server of your own"
        )
    if own:
        _check_address(own)
    return openai.AsyncOpenAI(api_key=key or _NO_KEY, base_url=own, timeout=timeout, max_retries=retries)


def _check_address(url: str) -> None:
    """The HTTP library writes addresses into its log, and error messages name them."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("the base URL is no http:// or https:// address, such as http://127.0.0.1:8000/v1")
    if parts.username or parts.password or parts.query:
        raise ValueError("the base URL holds a user's name, a password or a query; the key belongs in OPENAI_API_KEY")


def _message(error: openai.APIError) -> str:
    """What the server said, with the status that it gave; what happened, if it said nothing."""
    if isinstance(error, openai.APIConnectionError):
        return _reason(error)
    said = error.body.get("message") if isinstance(error.body, Mapping) else None
    status = getattr(error, "status_code", None)
    return f"{status}: {said}" if status and said else str(said or error.message)


def _reason(error: openai.APIConnectionError) -> str:
    """Such as "ReadTimeout": the HTTP library tells by its exception's class and often says nothing more."""
    cause = error.__cause__
    return f"{type(cause).__name__} {cause}".strip() if cause else error.message


def _unreachable(error: openai.APIConnectionError) -> bool:
    """Whether no connection came about, rather than one that broke."""
    return type(error.__cause__).__name__ in ("ConnectError", "ConnectTimeout")


def _plain(extra_body: Mapping[str, Any]) -> dict[str, Any]:
    taken = [name for name in extra_body if name in _RESERVED]
    if taken:
        raise ValueError(f"extra_body has {', '.join(taken)}, which the policy sets itself; leave them out")
    try:
        return json.loads(json.dumps(dict(extra_body)))
    except TypeError as error:
        raise ValueError(f"extra_body is no plain JSON: {error}") from None


def _check(concurrency: int, timeout: float, retries: int, max_tokens_field: str, image_format: str) -> None:
    if concurrency < 1:
        raise ValueError(f"concurrency is {concurrency}; expected at least 1")
    if timeout <= 0:
        raise ValueError(f"timeout is {timeout}; expected seconds above 0")
    if retries < 0:
        raise ValueError(f"retries is {retries}; expected 0 or more")
    if max_tokens_field not in MAX_TOKENS_FIELDS:
        raise ValueError(f"max_tokens_field is {max_tokens_field!r}; expected {' or '.join(MAX_TOKENS_FIELDS)}")
    if image_format not in IMAGE_FORMATS:
        raise ValueError(f"image_format is {image_format!r}; expected {', '.join(IMAGE_FORMATS)}")
