"""Weights from the trainer to vLLM servers: the engine's side of the transport "file", a plugin of vLLM.

vLLM finds `register` through the entry point group `vllm.general_plugins`, in every process of its engine. A server that
was started with `--weight-transfer-config '{"backend": "lmm_r1_file"}'` then loads weights from the files that
`agents.vllm_weights.FileTransport` names. Imported by vLLM alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from safetensors import safe_open
from vllm.distributed.weight_transfer.base import (
    WeightTransferEngine,
    WeightTransferInitInfo,
    WeightTransferUpdateInfo,
)
from vllm.distributed.weight_transfer.factory import WeightTransferEngineFactory
from vllm.model_executor.model_loader.reload import finalize_layerwise_reload, initialize_layerwise_reload

from agents.vllm_weights import BACKENDS

_NAME = BACKENDS["file"]


def register() -> None:
    """Make the backend known to this process; vLLM may ask more than once."""
    if _NAME not in WeightTransferEngineFactory._registry:
        WeightTransferEngineFactory.register_engine(_NAME, FileWeightTransferEngine)


@dataclass
class FileInitInfo(WeightTransferInitInfo):
    """Nothing has to be agreed on."""


@dataclass
class FileUpdateInfo(WeightTransferUpdateInfo):
    """Where the weights are.

    Attributes:
        path: A safetensors file under the names that the model's checkpoint has, as this machine sees it.
    """

    path: str


class FileWeightTransferEngine(WeightTransferEngine[FileInitInfo, FileUpdateInfo]):
    """Loads a file through the model's own loader, layer by layer; each worker keeps its shard of every tensor."""

    init_info_cls = FileInitInfo
    update_info_cls = FileUpdateInfo

    def init_transfer_engine(self, init_info: FileInitInfo) -> None:
        """Nothing to meet over."""

    def start_weight_update(self) -> None:
        initialize_layerwise_reload(self.model)

    def update_weights(self, update_info: dict[str, Any]) -> None:
        self.receive_weights(self.parse_update_info(update_info))
        if torch.accelerator.is_available():  # the base class asks for one, and a CPU has none
            torch.accelerator.synchronize()

    def receive_weights(self, update_info: FileUpdateInfo) -> None:
        self.model.load_weights(_tensors(update_info.path))  # type: ignore[operator]

    def finish_weight_update(self) -> None:
        finalize_layerwise_reload(self.model, self.model_config)

    def shutdown(self) -> None:
        """Nothing is held between updates."""


def _tensors(path: str) -> Iterator[tuple[str, torch.Tensor]]:
    with safe_open(path, framework="pt") as file:
        for name in file.keys():  # noqa: SIM118 (no mapping)
            yield name, file.get_tensor(name)
