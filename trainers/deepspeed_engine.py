"""The engine on DeepSpeed: ZeRO shards optimiser states, gradients and weights over all processes, in CPU memory if asked.

ZeRO averages gradients over processes, so losses are multiplied by their number: what arrives is the sum, as in the plain
engine. Dynamic clipping asks for the norm before the step and sets the optimiser's own limit for it. Checkpoints hold whole
tensors by parameter name, the same as the plain engine's, so either goes on from the other's, on any number of processes.
"""

from __future__ import annotations

import copy
import math
import os
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
import torch.distributed as dist

from trainers import engine
from trainers.engine import Engine, EngineConfig, OptimConfig
from trainers.mesh import Mesh
from trainers.packing import PackedBatch

#: AdamW's states that have the shape of their parameter.
_STATES = ("exp_avg", "exp_avg_sq")
#: What a launcher would say to a process that is alone; DeepSpeed insists on hearing it.
_ALONE = {"LOCAL_RANK": "0", "RANK": "0", "WORLD_SIZE": "1"}


class DeepSpeedEngine(Engine):
    """ZeRO stages 1 to 3, arXiv 1910.02054.

    Args:
        settings: Stage, offloading and precision.

    Attributes:
        applied: Optimiser steps that were not skipped.

    Raises:
        ValueError: If DeepSpeed is not installed.
    """

    def __init__(self, module: Any, config: OptimConfig, total_steps: int, mesh: Mesh, settings: EngineConfig):
        super().__init__(module, config, total_steps, mesh)
        try:
            import deepspeed
        except ImportError as error:
            raise ValueError(
                f"engine.zero is {settings.zero}, which needs the package deepspeed: pip install deepspeed"
            ) from error
        # About what DeepSpeed calls in torch.
        warnings.filterwarnings("ignore", r".*is deprecated\. Please use", FutureWarning)
        self._api = deepspeed
        self._stage = settings.zero
        self.has_masters = settings.precision == "bfloat16"
        self._dtype = settings.dtype
        self._whole: Any = _Unsharded(module.model) if settings.zero == 3 else None
        self._names = {name: p for name, p in module.named_parameters() if p.requires_grad}
        self.applied = 0
        if not dist.is_initialized():  # DeepSpeed wants a process group, be it of one
            os.environ |= {name: os.environ.get(name, default) for name, default in _ALONE.items()}
            store = dist.HashStore()
            dist.init_process_group("nccl" if mesh.device.type == "cuda" else "gloo", rank=0, world_size=1, store=store)
        self._engine, self._optimizer, *_ = deepspeed.initialize(
            model=module,
            optimizer=engine.adamw(module, config),
            config=_settings(settings),
            dist_init_required=False,
        )
        if settings.zero == 3:
            for parameter in module.borrowed():
                deepspeed.zero.register_external_parameter(module, parameter)

    def __call__(self, batch: PackedBatch) -> Any:
        return self._engine(batch)

    def whole_model(self) -> Any:
        if self._whole is None:
            return self.model
        whole = self._whole.model(self.mesh.device, self._dtype)
        sharded = dict(self.model.named_parameters())
        with torch.no_grad():
            for name, parameter in whole.named_parameters():
                with self._api.zero.GatheredParameters([sharded[name]]):
                    parameter.copy_(sharded[name])
        return whole

    def tensors(self) -> dict[str, torch.Tensor]:
        if not self.applied:
            return {}
        self._link_states()
        step = torch.tensor(float(self.applied))
        tensors = {f"optim.{name}.step": step.clone() for name in self._names}
        for key in _STATES:
            get = partial(self._api.utils.safe_get_full_optimizer_state, optim_state_key=key)
            tensors |= self._collect(f"optim.{{}}.{key}", get)
        return tensors

    def weights(self) -> dict[str, torch.Tensor]:
        return self._collect("param.{}", self._api.utils.safe_get_full_fp32_param)

    def close(self) -> None:
        self._engine.destroy()
        if self._stage == 3:
            self._empty()

    @torch.no_grad()
    def restore(self, tensors: dict[str, torch.Tensor], steps: int) -> None:
        self.steps = steps
        for name, parameter in self._names.items():
            if f"param.{name}" in tensors:
                self._set_weight(parameter, tensors[f"param.{name}"])
        done = [tensor for name, tensor in tensors.items() if name.startswith("optim.") and name.endswith(".step")]
        if not done:
            return
        self.applied = int(max(done))
        self._make_states(float(self.applied))
        for name, parameter in self._names.items():
            for key in _STATES:
                if f"optim.{name}.{key}" in tensors:  # a part that was not used yet has no state in the plain engine
                    self._set_state(parameter, tensors[f"optim.{name}.{key}"], key)

    def _collect(self, name: str, get: Callable[[torch.nn.Parameter], torch.Tensor]) -> dict[str, torch.Tensor]:
        """What every process helps to gather; the main one alone, which writes checkpoints, keeps it."""
        kept = {}
        for parameter_name, parameter in self._names.items():
            tensor = get(parameter)
            if self.mesh.main:
                kept[name.format(parameter_name)] = tensor.cpu()
        return kept

    def _empty(self) -> None:
        """Free ZeRO-3's storage by hand: hooks that DeepSpeed 0.19 leaves in torch keep its objects alive for good."""
        held = [*self._optimizer.fp32_partitioned_groups_flat, *self._optimizer.fp16_partitioned_groups_flat]
        held += [x for state in self._optimizer.optimizer.state.values() for x in state.values()]
        held += [parameter.ds_tensor for parameter in self.module.parameters()]
        held += [getattr(self._optimizer, "grad_partitions_flat_buffer", None)]
        for tensor in held:
            if isinstance(tensor, torch.Tensor):
                tensor.untyped_storage().resize_(0)

    def _backward(self, loss: torch.Tensor, last: bool) -> None:
        self._engine.set_gradient_accumulation_boundary(last)
        self._engine.backward(loss * self.mesh.world)

    def _gradient_norm(self) -> float:
        from deepspeed.runtime.utils import combine_grad_norm_groups

        if self._stage == 3:
            norm = float(combine_grad_norm_groups(self._optimizer._get_norm_groups()))
        else:
            norm = float(self._optimizer.scaled_global_norm())
        return norm if norm >= 0 else math.nan  # DeepSpeed says -1 for a norm that is not finite

    def _update(self, norm: float, threshold: float) -> None:
        for group in self._engine.optimizer.param_groups:
            group["lr"] = self.lr
        self._optimizer.clip_grad = threshold
        self._engine.step()
        self.applied += 1

    def _forget(self) -> None:
        self._engine.step()  # DeepSpeed skips a step whose norm is not finite, and clears the gradients

    def _make_states(self, step: float) -> None:
        """Put empty states where the first step would make them."""
        if self._stage == 3:
            flat = self._optimizer.fp32_partitioned_groups_flat
        else:
            flat = self._optimizer.single_partition_of_fp32_groups
        for partition in flat:
            states = {key: torch.zeros_like(partition) for key in _STATES}
            self._optimizer.optimizer.state[partition] = {"step": torch.tensor(step), **states}
        self._link_states()

    def _link_states(self) -> None:
        """Let ZeRO 1 and 2 find each parameter's part of the flat states; ZeRO 3 finds it by itself.

        DeepSpeed 0.19 does so too, but after the first parameter group's first step, when the second has no states yet.
        """
        if self._stage < 3:
            self._optimizer._hp_optimizer_states_linked = False
            self._optimizer._lazy_init_hp_params_optimizer_state()

    def _set_state(self, parameter: torch.nn.Parameter, value: torch.Tensor, key: str) -> None:
        if self._stage == 3:
            self._api.utils.safe_set_local_optimizer_state(parameter, self._share(parameter, value), key)
        else:
            self._api.utils.safe_set_full_optimizer_state(parameter, value.to(self.mesh.device), key)

    def _set_weight(self, parameter: Any, value: torch.Tensor) -> None:
        """Put a weight into the optimiser's float32 copy and into the model."""
        if self._stage == 3:
            share = self._share(parameter, value)
            self._api.utils.safe_set_local_fp32_param(parameter, share)
            parameter.ds_tensor.copy_(share)
        else:
            self._api.utils.safe_set_full_fp32_param(parameter, value.to(self.mesh.device))
            parameter.copy_(value)

    def _share(self, parameter: Any, value: torch.Tensor) -> torch.Tensor:
        """This process's part of a tensor that ZeRO-3 spreads over all, the last part filled up with zeros."""
        size = parameter.ds_tensor.numel()
        padded = torch.nn.functional.pad(value.flatten(), (0, size * self.mesh.world - value.numel()))
        return padded[size * self.mesh.rank :][:size].to(self.mesh.device)


class _Unsharded:
    """A model's structure without its weights, for as long as nobody asks for it."""

    def __init__(self, model: Any):
        placeholders = {
            id(p): torch.nn.Parameter(torch.empty_like(p, device="meta"), requires_grad=False)
            for p in model.parameters()
        }
        self._model = copy.deepcopy(model, placeholders).eval()
        self._filled = False

    def model(self, device: torch.device, dtype: torch.dtype) -> Any:
        """The model, with room for weights; those are whatever the last user put there."""
        if not self._filled:
            rooms: dict[torch.nn.Parameter, torch.nn.Parameter] = {}
            for module in self._model.modules():
                for name, parameter in module._parameters.items():
                    if parameter is not None:
                        room = torch.empty_like(parameter, dtype=dtype, device=device)
                        module._parameters[name] = rooms.setdefault(
                            parameter, torch.nn.Parameter(room, requires_grad=False)
                        )
            self._filled = True
        return self._model


def _settings(settings: EngineConfig) -> dict[str, Any]:
    """DeepSpeed's own configuration."""
    zero: dict[str, Any] = {"stage": settings.zero}
    if settings.offload:
        zero["offload_optimizer"] = {"device": "cpu"}
        if settings.zero == 3:
            zero["offload_param"] = {"device": "cpu"}
    return {
        "train_micro_batch_size_per_gpu": 1,
        "gradient_accumulation_steps": 1,
        "zero_optimization": zero,
        "zero_allow_untested_optimizer": True,  # torch's AdamW: DeepSpeed's own would have to be compiled
        "zero_force_ds_cpu_optimizer": False,
        "gradient_clipping": 1.0,  # replaced at every step
        "bf16": {"enabled": settings.precision == "bfloat16", "check_grad_overflow": True},
        "steps_per_print": 10**9,
        "wall_clock_breakdown": False,
    }
