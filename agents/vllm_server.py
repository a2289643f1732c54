"""Sampling from vLLM servers, on other GPUs or machines than the trainer's, which get its weights before every rollout.

`python -m agents.vllm_server serve MODEL` starts one with the settings that training needs. Several trainer processes
share the servers: the first one sends the weights, all sample. docs/sampling.md has the set-up.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import secrets
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import torch
import torch.distributed as dist

from agents import chat, vllm_weights
from agents.errors import EngineError
from agents.openai_messages import data_url
from agents.policy import Completion, EncodedPrompt, Prompt, SamplingConfig, StopReason
from agents.vllm import WeightsOf, banned_bias, encode_alike, equal_prompts, own_weights, request_seed
from agents.vllm_client import Patience, Server, Unavailable, persistently

T = TypeVar("T")

#: Distribution drawn from: temperature, bans and top-p applied. vLLM's default leaves them out.
_LOGPROBS = "processed_logprobs"


class VLLMServerPolicy:
    """Samples from vLLM servers through their HTTP API, log-probabilities included.

    Completions are those of `agents.vllm.VLLMPolicy` with the same seeds. Prompts go round the servers; one that does not
    answer is tried again, on the next server if there are several. After a call every server has to have the weights that
    it was sent, so an answer from a server that was restarted meanwhile is never trained on.

    Args:
        model: The trainer's model, whose weights the servers get.
        processor: Its processor or tokenizer.
        weights_of: Gives the weights of the model under their original names.
        urls: Addresses of the servers, such as `http://10.0.0.7:8000`; one, or a list.
        transport: How weights get there: "file" or "nccl", see `agents.vllm_weights`.
        transport_options: Of the transport: `folder` of "file", `master_address` of "nccl".
        timeout: Seconds to wait for the answer to one prompt.
        retries: How often a failed request is tried again.
        backoff: Seconds before the first new attempt, doubled before each further one.
        concurrency: Most prompts at a server at once.

    Raises:
        EngineError: If a server is not there, was not started for training, or does not take the weights.
        ValueError: If an option is none of the above.
    """

    def __init__(
        self,
        model: Any,
        processor: Any,
        weights_of: WeightsOf = own_weights,
        *,
        urls: str | Sequence[str],
        transport: str = "file",
        transport_options: dict[str, Any] | None = None,
        timeout: float = 600.0,
        retries: int = 5,
        backoff: float = 1.0,
        concurrency: int = 64,
    ):
        self.model = model
        self.processor = processor
        self._weights_of = weights_of
        self._patience = Patience(timeout, retries, backoff)
        self._concurrency = concurrency
        addresses = [urls] if isinstance(urls, str) else list(urls)
        if not addresses:
            raise ValueError("sampler.options.urls is empty; give the address of at least one server")
        self._servers = [Server(url, timeout, concurrency) for url in addresses]
        self._rank = dist.get_rank() if dist.is_initialized() else 0
        self._bias = {str(token): bias for token, bias in banned_bias(model.config).items()}
        self._transport = vllm_weights.build(transport, self._servers, self._patience, **(transport_options or {}))
        self._version = ""
        self._names = [self._check(server, transport) for server in self._servers]
        self.load_weights(model)

    def generate(self, prompts: Sequence[Prompt], sampling: SamplingConfig) -> list[Completion]:
        """One completion for each prompt. Equal prompts are read once and answered together.

        Raises:
            EngineError: If the servers do not answer, however often they are asked, or have lost the weights.
        """
        groups = equal_prompts(prompts)
        with ThreadPoolExecutor(self._concurrency * len(self._servers)) as pool:
            replies = list(
                pool.map(lambda number: self._ask(number, groups[number], prompts, sampling), range(len(groups)))
            )
        self._check_version()
        completions: list[Completion | None] = [None] * len(prompts)
        for rows, reply in zip(groups, replies, strict=True):
            encoded = encode_alike(prompts[rows[0]], self.model, self.processor, reply["prompt_token_ids"])
            for row, choice in zip(rows, reply["choices"], strict=True):
                completions[row] = _completion(choice, encoded)
        return [completion for completion in completions if completion is not None]

    def load_weights(self, model: Any) -> None:
        """Send a transformers model's weights to every server. Every trainer process has to call; the first one sends.

        Raises:
            EngineError: In every process, if a server does not take them.
        """
        self.model = model
        news = [secrets.token_hex(8), ""]
        if self._rank == 0:
            try:
                self._transport.send(self._weights_of(model), news[0])
            except (EngineError, OSError) as error:  # such as a full disk
                news[1] = str(error)
        if dist.is_initialized():
            dist.broadcast_object_list(news)
        self._version, failure = news
        if failure:
            raise EngineError(failure)

    def rest(self) -> None:
        """Nothing to give back: the memory is the servers'."""

    def close(self) -> None:
        """End the connections; the servers go on."""
        self._transport.close()
        for server in self._servers:
            server.close()

    def _ask(self, number: int, rows: list[int], prompts: Sequence[Prompt], sampling: SamplingConfig) -> dict[str, Any]:
        """The reply to equal prompts, from one server after the other until there is one."""
        body = self._body(prompts[rows[0]], sampling, len(rows), rows[0])

        def attempt(tried: int) -> dict[str, Any]:
            chosen = (number + self._rank + tried) % len(self._servers)
            reply = self._servers[chosen].complete({**body, "model": self._names[chosen]})
            if any(choice["finish_reason"] not in ("stop", "length") for choice in reply["choices"]):
                raise Unavailable(f"the vLLM server at {self._servers[chosen].url} broke an answer off")
            return reply

        return persistently(attempt, self._patience)

    def _body(self, prompt: Prompt, sampling: SamplingConfig, count: int, row: int) -> dict[str, Any]:
        return {
            "messages": [_message(prompt, self.processor)],
            "n": count,
            "max_completion_tokens": sampling.max_tokens,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "seed": request_seed(sampling, row),
            "logit_bias": self._bias or None,
            "logprobs": True,
            "top_logprobs": 0,
            "return_token_ids": True,
            # A server takes what is not said from the model's generation_config.json.
            "top_k": 0,
            "min_p": 0.0,
            "repetition_penalty": 1.0,
            "presence_penalty": 0.0,
            "frequency_penalty": 0.0,
        }

    def _check(self, server: Server, transport: str) -> str:
        """The name of the server's model, once it is sure to be fit for training."""
        settings = self._firmly(server.settings)
        wanted = vllm_weights.BACKENDS[transport]
        found = (settings.get("weight_transfer_config") or {}).get("backend")
        mode = settings["model_config"]["logprobs_mode"]
        if found != wanted or mode != _LOGPROBS:
            raise EngineError(
                f"the vLLM server at {server.url} has weight transfer {found} and {mode}; expected {wanted} and "
                f"{_LOGPROBS}: start it with `python -m agents.vllm_server serve MODEL --transport {transport}`"
            )
        return self._firmly(server.model)

    def _firmly(self, question: Callable[[], T]) -> T:
        return persistently(lambda _: question(), self._patience)

    def _check_version(self) -> None:
        for server in self._servers:
            if self._firmly(server.weight_version) != self._version:
                raise EngineError(
                    f"the vLLM server at {server.url} has other weights than it was sent: it was restarted, or another "
                    "training uses it"
                )


def _message(prompt: Prompt, processor: Any) -> dict[str, Any]:
    """The user's message, its pictures as data URLs."""
    message = chat.message(prompt, processor)
    if isinstance(message["content"], str):
        return message
    pictures = [{"type": "image_url", "image_url": {"url": data_url(image, "png")}} for image in prompt.images]
    return {**message, "content": [*pictures, message["content"][-1]]}


def _completion(choice: dict[str, Any], encoded: EncodedPrompt | None) -> Completion:
    logprobs = [entry["logprob"] for entry in choice["logprobs"]["content"]]
    reason: StopReason = "stop" if choice["finish_reason"] == "stop" else "length"
    return Completion(choice["message"]["content"] or "", choice["token_ids"], logprobs, reason, encoded)


def command(model: str | Path, transport: str, further: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """The command that serves a model for training, and what its environment needs beyond this process's.

    Args:
        model: Folder or hub id; the trainer's own, so that both read prompts alike.
        transport: "file" or "nccl".
        further: Options of `vllm serve`; they take precedence.
    """
    transfer = json.dumps({"backend": vllm_weights.BACKENDS[transport]})
    options = ["--host", "127.0.0.1", "--logprobs-mode", _LOGPROBS, "--weight-transfer-config", transfer]
    environment = {"VLLM_SERVER_DEV_MODE": "1"}
    if not torch.cuda.is_available():
        # On a CPU a seeded request whose prompt is read in parts ends vLLM 0.32.
        options += ["--dtype", "float32", "--enforce-eager", "--no-enable-chunked-prefill"]
        environment["VLLM_CPU_KVCACHE_SPACE"] = os.environ.get("VLLM_CPU_KVCACHE_SPACE", "1")
    return [sys.executable, "-m", *_program(str(model)), *options, *further], environment


def _program(model: str) -> list[str]:
    try:
        importlib.metadata.version("vllm")
    except importlib.metadata.PackageNotFoundError:  # vllm-cpu's own command asks for that name and fails
        return ["vllm.entrypoints.launchers.api_server.entry", "--model", model]
    return ["vllm.entrypoints.cli.main", "serve", model]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m agents.vllm_server")
    serve = parser.add_subparsers(required=True).add_parser(
        "serve",
        help="start a server for training",
        description="Start a vLLM server that training can sample from. Further options are those of `vllm serve`. Its "
        "routes for weights are open to whoever reaches it: let it listen (--host) in a network that you trust.",
    )
    serve.add_argument("model", help="model folder or hub id, the one that training starts from")
    serve.add_argument("--transport", choices=list(vllm_weights.BACKENDS), default="file", help="how weights arrive")
    options, further = parser.parse_known_args(arguments)
    words, environment = command(options.model, options.transport, further)
    os.execvpe(words[0], words, os.environ | environment)


if __name__ == "__main__":
    main()
