"""Weights from the trainer to vLLM servers: the trainer's side. `agents.vllm_transfer` is the engine's.

Both ways use vLLM's own protocol for it (start, update, finish). "file" writes one safetensors file to a folder that the
servers can read, on any machine; "nccl" broadcasts from GPU to GPU through vLLM's own engine, and needs vLLM here too.
"""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import torch
from safetensors.torch import save_file

from agents.errors import EngineError
from agents.vllm_client import Patience, Server, Unavailable, persistently

#: What vLLM calls each way; the server is started with one of them.
BACKENDS = {"file": "lmm_r1_file", "nccl": "nccl"}

Weights = dict[str, torch.Tensor]


class Transport(Protocol):
    """A way to move weights. The servers are paused meanwhile."""

    def send(self, weights: Weights, version: str) -> None:
        """Have every server load these weights and call them by this version.

        Raises:
            EngineError: If a server does not manage it.
        """
        ...

    def close(self) -> None:
        """Leave nothing behind."""
        ...


def build(name: str, servers: Sequence[Server], patience: Patience, **options: Any) -> Transport:
    """The transport of a name, for some servers.

    Args:
        name: "file" or "nccl".
        servers: Where weights go.
        patience: How long to put up with a server.
        options: `folder` of "file", `master_address` of "nccl".

    Raises:
        ValueError: If the name is unknown.
    """
    if name == "file":
        return FileTransport(servers, patience, **options)
    if name == "nccl":
        return NCCLTransport(servers, **options)
    raise ValueError(f"sampler.options.transport is {name!r}; expected {' or '.join(BACKENDS)}")


class FileTransport:
    """Through a file, which is there only while the servers read it.

    Args:
        servers: Where weights go.
        patience: How long to put up with a server that fails meanwhile.
        folder: A folder under the same path here and on the servers' machines; `None` for the system's temporary one.
    """

    def __init__(self, servers: Sequence[Server], patience: Patience, folder: str | Path | None = None):
        self._servers = servers
        self._patience = patience
        if folder is not None:
            Path(folder).mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def send(self, weights: Weights, version: str) -> None:
        with tempfile.TemporaryDirectory(prefix="weights-", dir=self._folder) as folder:
            Path(folder).chmod(0o755)  # the servers may be another user's
            path = Path(folder).resolve() / f"{version}.safetensors"
            save_file(_apart(weights), path)
            for server in self._servers:
                self._load(server, path, version)

    def close(self) -> None:
        """Nothing is left: the file goes once it is read."""

    def _load(self, server: Server, path: Path, version: str) -> None:
        def attempt(number: int) -> None:
            if number:
                _abandon(server)
            server.pause()
            server.init_weight_transfer_engine({})
            server.start_weight_update()
            try:
                server.update_weights({"path": str(path)})
            except Unavailable as error:
                raise Unavailable(f"{error}; can it read {path.parent.parent} (transport_options.folder)?") from error
            server.finish_weight_update(version)
            server.forget_pictures()
            server.resume()

        persistently(attempt, self._patience)


def _abandon(server: Server) -> None:
    """Close an update that was broken off, if the server is there and has begun it."""
    server.check_alive()
    try:
        server.finish_weight_update()
    except Unavailable:
        return  # none was open


class NCCLTransport:
    """Through vLLM's own NCCL engine: a group of this process and the server's workers, for each server.

    Args:
        servers: Where weights go.
        master_address: This machine's name or address as the servers see it; `None` asks the system which one leads to
            them.
    """

    def __init__(self, servers: Sequence[Server], master_address: str | None = None):
        self._servers = servers
        self._address = master_address
        self._source = _Source({})
        self._engines: list[Any] = []

    def send(self, weights: Weights, version: str) -> None:
        self._source.weights = {name: tensor.contiguous() for name, tensor in weights.items()}
        try:
            if not self._engines:
                self._engines = [self._meet(server) for server in self._servers]
            for server, engine in zip(self._servers, self._engines, strict=True):
                server.pause()
                engine.send_weights()
                # The engine closes the update without a version.
                server.name_weights(version)
                server.forget_pictures()
                server.resume()
        except EngineError:
            raise
        except Exception as error:
            raise EngineError(f"NCCL could not carry the weights: {type(error).__name__}: {error}") from error
        finally:
            self._source.weights = {}

    def close(self) -> None:
        for engine in self._engines:
            engine.shutdown()

    def _meet(self, server: Server) -> Any:
        from vllm.distributed.weight_transfer.factory import WeightTransferTrainerFactory
        from vllm.distributed.weight_transfer.nccl_engine import NCCLTrainerInitInfo

        place = NCCLTrainerInitInfo(
            master_address=self._address or _own_address(server.url),
            master_port=_free_port(),
            world_size=1 + server.workers(),
            rank=0,
        )
        return WeightTransferTrainerFactory.trainer_init(place, client=server, source=self._source)


class _Source:
    """Weights as vLLM's engines ask for them (its `WeightSource`)."""

    def __init__(self, weights: Weights):
        self.weights = weights

    def metadata(self) -> list[Any]:
        from vllm.distributed.weight_transfer.base import ParamMeta

        return [ParamMeta(name, tensor.dtype, tuple(tensor.shape)) for name, tensor in self.weights.items()]

    def __iter__(self) -> Iterator[tuple[str, torch.Tensor]]:
        return iter(self.weights.items())


def _apart(weights: Weights) -> Weights:
    """Contiguous tensors on the CPU that share no memory, as the file format wants them; tied ones are written twice."""
    seen: set[int] = set()
    apart = {}
    for name, tensor in weights.items():
        tensor = tensor.detach().cpu().contiguous()
        if tensor.untyped_storage().data_ptr() in seen:
            tensor = tensor.clone()
        seen.add(tensor.untyped_storage().data_ptr())
        apart[name] = tensor
    return apart


def _own_address(url: str) -> str:
    """The address that this machine has on the way to a server."""
    parts = urlsplit(url)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:  # sends nothing
        way.connect((parts.hostname, parts.port or 80))
        return str(way.getsockname()[0])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("", 0))
        return int(probe.getsockname()[1])
