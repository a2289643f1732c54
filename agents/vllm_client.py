"""One vLLM server over HTTP: its routes for sampling and for weights, and what to do when it fails.

Knows nothing of prompts and models. A failure that may pass (no connection, a timeout, a fault of the server) is an
`Unavailable`, which `persistently` tries again; everything else is an `EngineError` at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx2

from agents.errors import EngineError

T = TypeVar("T")

#: Longest pause between two attempts, in seconds.
_LONGEST_PAUSE = 30.0
#: Longest message of a server that is passed on, in characters.
_LONGEST_MESSAGE = 300
#: Seconds to wait for a connection, and for the answer to a question about the server itself.
_CONNECT, _ASK = 5.0, 30.0


class Unavailable(EngineError):
    """A server that does not answer now, and may do so later."""


@dataclass(frozen=True)
class Patience:
    """How long to put up with a server.

    Attributes:
        timeout: Seconds to wait for an answer.
        retries: How often a failed request is tried again.
        backoff: Seconds before the first new attempt; doubled before each further one, up to 30.
    """

    timeout: float = 600.0
    retries: int = 5
    backoff: float = 1.0

    def __post_init__(self) -> None:
        if self.timeout <= 0 or self.retries < 0 or self.backoff < 0:
            raise ValueError(
                f"timeout {self.timeout}, retries {self.retries}, backoff {self.backoff}; "
                "expected timeout > 0, retries >= 0, backoff >= 0"
            )


def persistently(act: Callable[[int], T], patience: Patience) -> T:
    """What `act` returns, given the number of the attempt, as soon as it does not raise `Unavailable`.

    Raises:
        EngineError: If every attempt failed, with the last one's reason.
    """
    for attempt in range(patience.retries + 1):
        try:
            return act(attempt)
        except Unavailable as error:
            if attempt == patience.retries:
                tried = f"{attempt + 1} attempts" if attempt else "1 attempt"
                raise EngineError(f"{error}; gave up after {tried}") from error
            time.sleep(min(patience.backoff * 2**attempt, _LONGEST_PAUSE))
    raise AssertionError("unreachable")


class Server:
    """A running vLLM server. Has the four methods that vLLM's trainer-side weight engines call.

    Args:
        url: Its address, such as `http://10.0.0.7:8000`, with or without `/v1`.
        timeout: Seconds to wait for an answer.
        connections: Most at once.
    """

    def __init__(self, url: str, timeout: float, connections: int = 100):
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"the server's address is {url!r}; expected one such as http://127.0.0.1:8000")
        self.url = url.rstrip("/").removesuffix("/v1")
        self.timeout = timeout
        limits = httpx2.Limits(max_connections=connections)
        wait = httpx2.Timeout(timeout, connect=min(timeout, _CONNECT), pool=None)
        # A trainer's servers are addressed directly, whatever proxy the environment names.
        self._client = httpx2.Client(base_url=self.url, timeout=wait, limits=limits, trust_env=False)

    def close(self) -> None:
        self._client.close()

    def check_alive(self) -> None:
        """Whether the engine behind the server lives.

        Raises:
            Unavailable: If not.
        """
        self._call("GET", "/health")

    def model(self) -> str:
        """The name under which it serves its model."""
        return str(self._call("GET", "/v1/models").json()["data"][0]["id"])

    def settings(self) -> dict[str, Any]:
        """The engine's configuration.

        Raises:
            EngineError: If the server was started without the routes that training needs.
        """
        try:
            return dict(self._call("GET", "/server_info", params={"config_format": "json"}).json()["vllm_config"])
        except _NoRouteError:
            raise EngineError(
                f"the server at {self.url} has no routes for weights; start it with "
                "`python -m agents.vllm_server serve MODEL`, which sets VLLM_SERVER_DEV_MODE=1"
            ) from None

    def workers(self) -> int:
        """Processes of the engine, each with its shard of the weights."""
        return int(self._call("GET", "/get_world_size").json()["world_size"])

    def weight_version(self) -> str:
        """What the weights were called that it loaded last."""
        return str(self._call("GET", "/weight_info").json()["weight_version"])

    def complete(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer a chat-completions request."""
        return dict(self._call("POST", "/v1/chat/completions", json=body).json())

    def pause(self) -> None:
        """Stop answering, drop what is under way, and forget everything that was computed with the present weights."""
        self._call("POST", "/pause", params={"mode": "abort"})

    def resume(self) -> None:
        """Answer again."""
        self._call("POST", "/resume")

    def forget_pictures(self) -> None:
        """Drop features of pictures that were computed with earlier weights."""
        self._call("POST", "/reset_encoder_cache")

    def init_weight_transfer_engine(self, init_info: dict[str, Any]) -> None:
        self._call("POST", "/init_weight_transfer_engine", json={"init_info": init_info})

    def start_weight_update(self) -> None:
        self._call("POST", "/start_weight_update")

    def update_weights(self, update_info: Any) -> None:
        self._call("POST", "/update_weights", json={"update_info": update_info})

    def finish_weight_update(self, weight_version: str | None = None) -> None:
        self._call("POST", "/finish_weight_update", json=weight_version and {"weight_version": weight_version})

    def name_weights(self, version: str) -> None:
        """Give the present weights a version."""
        self._call("POST", "/update_weight_version", json={"new_version": version})

    def _call(self, method: str, path: str, **request: Any) -> httpx2.Response:
        if method == "GET":
            request["timeout"] = min(self.timeout, _ASK)
        try:
            response = self._client.request(method, path, **request)
        except httpx2.TimeoutException as error:
            raise Unavailable(f"the vLLM server at {self.url} did not answer {path} in time") from error
        except httpx2.TransportError as error:
            raise Unavailable(f"no connection to the vLLM server at {self.url}: {_brief(str(error))}") from error
        if response.status_code == 404 and not path.startswith("/v1/"):
            raise _NoRouteError(f"the server at {self.url} does not know {path}")
        if response.status_code in (408, 429) or response.status_code >= 500:
            raise Unavailable(
                f"the vLLM server at {self.url} failed at {path} ({response.status_code}): {_reason(response)}"
            )
        if response.status_code >= 400:
            raise EngineError(
                f"the vLLM server at {self.url} refuses {path} ({response.status_code}): {_reason(response)}"
            )
        return response


class _NoRouteError(EngineError):
    """A path that the server does not have."""


def _reason(response: httpx2.Response) -> str:
    """The message in a server's report of an error, whichever of its forms it has."""
    try:
        body = response.json()
    except ValueError:
        return _brief(response.text)
    error = body.get("error", body.get("detail", body)) if isinstance(body, dict) else body
    return _brief(str(error.get("message", error)) if isinstance(error, dict) else str(error))


def _brief(text: str) -> str:
    line = " ".join(text.split()) or "no message"
    return line if len(line) <= _LONGEST_MESSAGE else f"{line[:_LONGEST_MESSAGE]} …"
