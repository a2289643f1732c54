"""Sampling with vLLM in this process: the engine beside the model in training, on the same GPU or CPU.

The engine has weights of its own; `load_weights` copies the trainer's into it through vLLM's model loader. On a GPU it
can sleep while the trainer needs the memory. Needs the package vllm; docs/sampling.md says how to install it, also on a
machine without a GPU.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from PIL import Image

from agents import chat
from agents.errors import EngineError
from agents.policy import Completion, EncodedPrompt, Prompt, SamplingConfig

#: vLLM's largest bias on a logit: a probability of e^-100 is never drawn.
_BAN = -100.0


#: Gives all weights of a model by the names that its checkpoint has.
WeightsOf = Callable[[Any], dict[str, torch.Tensor]]


def own_weights(model: Any) -> dict[str, torch.Tensor]:
    """The weights of a plain transformers model."""
    return {name: tensor.detach() for name, tensor in model.state_dict().items()}


def equal_prompts(prompts: Sequence[Prompt]) -> list[list[int]]:
    """Positions of equal prompts, one list for each different prompt, in the order of first appearance."""
    groups: dict[tuple, list[int]] = {}
    for index, prompt in enumerate(prompts):
        groups.setdefault(prompt.key(), []).append(index)
    return list(groups.values())


def request_seed(sampling: SamplingConfig, row: int) -> int | None:
    """The seed of a request whose first sample is this row of a call; `None` if the call has none."""
    return None if sampling.seed is None else (sampling.seed * 1_000_003 + row) % 2**63


def banned_bias(config: Any) -> dict[int, float]:
    """What to add to the logits of a model so that it never draws a visual token."""
    return dict.fromkeys(chat.visual_token_ids(config), _BAN)


def encode_alike(prompt: Prompt, model: Any, processor: Any, read: Sequence[int]) -> EncodedPrompt | None:
    """The prompt as the trainer's model reads it; `None` without one.

    Args:
        prompt: What was asked.
        model: The trainer's transformers model, or `None`.
        processor: Its processor or tokenizer.
        read: Token ids that the engine has read.

    Raises:
        EngineError: If the trainer will read other tokens than the engine has.
    """
    if model is None:
        return None
    encoded = chat.encode(prompt, model, processor)
    if encoded.input_ids.tolist() != list(read):
        raise EngineError(
            f"vLLM read a prompt as {len(read)} tokens, the trainer reads it as {len(encoded)}: their image "
            "processors or chat templates differ; serve the folder that the trainer started from"
        )
    return encoded


class VLLMPolicy:
    """Samples with vLLM, log-probabilities included.

    Log-probabilities are those of the distribution that was drawn from, temperature and banned tokens applied, top-p
    too where it is below 1.

    Args:
        path: Model folder or hub id.
        processor: Its processor or tokenizer; loaded from `path` if not given.
        model: The trainer's transformers model, if completions are to be trained on: prompts are encoded for it.
        weights_of: Gives the weights of such a model under their original names.
        max_model_len: Longest prompt with its completion, in tokens; `None` for the model's own limit.
        max_images: Most pictures in a prompt.
        sleeps: Whether the engine can give its memory back between samplings (GPU only).
        seed: Of the engine; a `SamplingConfig.seed` takes precedence for its call.
        options: Further arguments of `vllm.LLM`, such as `tensor_parallel_size` or `gpu_memory_utilization`.

    Raises:
        ModuleNotFoundError: If vLLM is not installed.
        EngineError: If the engine does not start.
    """

    def __init__(
        self,
        path: str | Path,
        processor: Any = None,
        model: Any = None,
        *,
        weights_of: WeightsOf = own_weights,
        max_model_len: int | None = None,
        max_images: int = 8,
        sleeps: bool = False,
        seed: int = 0,
        **options: Any,
    ):
        vllm = _import_vllm()
        if processor is None:
            from transformers import AutoProcessor

            processor = AutoProcessor.from_pretrained(path)
        self.processor = processor
        self.tokenizer = getattr(processor, "tokenizer", processor)
        self.model = model
        self._weights_of = weights_of
        self._sleeps, self._asleep = sleeps, False
        takes_images = hasattr(processor, "image_processor")
        gpu = torch.cuda.is_available()
        settings = {
            "dtype": "auto" if gpu else "float32",
            "enforce_eager": not gpu,
            "enable_chunked_prefill": gpu,  # on a CPU a seeded request whose prompt is read in parts ends vLLM 0.32
            "max_model_len": max_model_len,
            "limit_mm_per_prompt": {"image": max_images, "video": 0} if takes_images else None,
            "logprobs_mode": "processed_logprobs",
            "enable_prefix_caching": True,
            "enable_sleep_mode": sleeps,
            "disable_log_stats": True,
            "seed": seed,
            **options,
        }
        try:
            with _llvmlite_hidden():
                self._engine = vllm.LLM(str(path), **settings)
        except Exception as error:
            raise EngineError(f"vLLM does not start on {path}: {type(error).__name__}: {_first_line(error)}") from error
        self._bias = banned_bias(self._engine.llm_engine.vllm_config.model_config.hf_config)

    @classmethod
    def beside(cls, model: Any, processor: Any, weights_of: WeightsOf = own_weights, **options: Any) -> VLLMPolicy:
        """An engine for a transformers model that is in training in this process, with its present weights.

        Args:
            model: The trainer's model.
            processor: Its processor or tokenizer.
            weights_of: Gives the weights of the model under their original names, adapters worked in.
            options: As for the class.

        Raises:
            EngineError: If there are several processes (an engine for them is a server), or the engine does not start.
        """
        if dist.is_initialized() and dist.get_world_size() > 1:
            raise EngineError(
                f"sampler.backend 'vllm' in a training of {dist.get_world_size()} processes; it is for one process, "
                "use 'vllm_server' here, or 'transformers'"
            )
        with tempfile.TemporaryDirectory() as folder:
            model.save_pretrained(folder, state_dict=weights_of(model))
            processor.save_pretrained(folder)
            return cls(folder, processor, model, weights_of=weights_of, **options)

    def generate(self, prompts: Sequence[Prompt], sampling: SamplingConfig) -> list[Completion]:
        """One completion for each prompt. Equal prompts are read once and answered together.

        Raises:
            EngineError: If the engine died.
        """
        groups = equal_prompts(prompts)
        parameters = [self._parameters(sampling, len(rows), rows[0]) for rows in groups]
        requests = [self._request(prompts[rows[0]]) for rows in groups]
        try:
            outputs = self._engine.generate(requests, parameters, use_tqdm=False)
        except Exception as error:
            raise EngineError(f"vLLM died while it sampled: {type(error).__name__}: {_first_line(error)}") from error
        completions: list[Completion | None] = [None] * len(prompts)
        for rows, output in zip(groups, outputs, strict=True):
            encoded = encode_alike(prompts[rows[0]], self.model, self.processor, output.prompt_token_ids)
            for row, sample in zip(rows, output.outputs, strict=True):
                completions[row] = _completion(sample, encoded)
        return [completion for completion in completions if completion is not None]

    def load_weights(self, model: Any) -> None:
        """Copy a transformers model's weights into the engine; what it has cached of the old ones is forgotten.

        Raises:
            EngineError: If the engine died, or cannot load them.
        """
        self.model = model
        weights = self._weights_of(model)
        try:
            if self._asleep:
                self._engine.wake_up(tags=["weights"])
            self._engine.collective_rpc("reload_weights", kwargs={"weights_iterator": list(weights.items())})
            for forget in ("reset_prefix_cache", "reset_mm_cache", "reset_encoder_cache"):
                getattr(self._engine.llm_engine, forget)()
            if self._asleep:
                self._engine.wake_up(tags=["kv_cache"])
        except Exception as error:
            raise EngineError(f"vLLM cannot load weights: {type(error).__name__}: {_first_line(error)}") from error
        self._asleep = False

    def rest(self) -> None:
        """With `sleeps`, give the engine's GPU memory back until weights are loaded again."""
        if self._sleeps:
            self._engine.sleep(level=1)
            self._asleep = True

    def close(self) -> None:
        """End the engine."""
        self._engine.llm_engine.engine_core.shutdown()

    def _request(self, prompt: Prompt) -> dict[str, Any]:
        text = chat.render(prompt, self.processor)
        if not prompt.images:
            return {"prompt": text}
        return {"prompt": text, "multi_modal_data": {"image": [Image.fromarray(image) for image in prompt.images]}}

    def _parameters(self, sampling: SamplingConfig, count: int, row: int) -> Any:
        from vllm import SamplingParams

        return SamplingParams(
            n=count,
            temperature=sampling.temperature,
            top_p=sampling.top_p,
            max_tokens=sampling.max_tokens,
            seed=request_seed(sampling, row),
            logprobs=0,
            logit_bias=self._bias or None,
        )


def _completion(sample: Any, encoded: EncodedPrompt | None) -> Completion:
    ids = list(sample.token_ids)
    logprobs = [entry[token].logprob for token, entry in zip(ids, sample.logprobs, strict=True)]
    return Completion(sample.text, ids, logprobs, "stop" if sample.finish_reason == "stop" else "length", encoded)


def _import_vllm() -> Any:
    # The engine lives in this process, so that weights are copied and not sent; on a GPU as on a CPU.
    os.environ.setdefault("VLLM_ENABLE_V1_MULTIPROCESSING", "0")
    os.environ.setdefault("VLLM_LOGGING_LEVEL", "ERROR")
    os.environ.setdefault("VLLM_CPU_KVCACHE_SPACE", "1")
    try:
        with _llvmlite_hidden():
            import vllm
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            'sampling with vLLM needs the package vllm: pip install -e ".[vllm]"; docs/sampling.md says how on a CPU'
        ) from error
    return vllm


@contextmanager
def _llvmlite_hidden() -> Iterator[None]:
    """Keep vLLM 0.32 from llvmlite's library handle.

    On a CPU its start looks at every attribute of every loaded module, and trips over that handle, which claims to have
    whatever attribute it is asked for. Whoever uses the module has imported it already and does not notice.
    """
    name = "llvmlite.binding.ffi"
    hidden = sys.modules.pop(name, None)
    try:
        yield
    finally:
        if hidden is not None:
            sys.modules[name] = hidden


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or ["no message"])[0]
