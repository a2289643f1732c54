"""The transformers policy: batched sampling from any causal (vision-)language model, on CPU or GPU.

Its own decoding loop instead of `model.generate`, for four reasons: equal prompts are read once and their cache is
copied to all their samples; finished samples leave the batch; the log-probability of each sampled token comes with it;
and visual tokens can't be sampled. It knows nothing of tasks and rewards.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForImageTextToText, AutoProcessor, AutoTokenizer
from transformers.cache_utils import DynamicCache
from transformers.models.auto.modeling_auto import MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES

from agents import chat, vision
from agents.policy import Completion, EncodedPrompt, Prompt, SamplingConfig

#: Finished samples leave the batch when fewer than this share of it are still going: leaving costs a copy of the cache.
_COMPACT_BELOW = 0.75


def load_model(path: str | Path, dtype: torch.dtype | str = torch.float32) -> tuple[Any, Any]:
    """Load a model folder or hub id and its processor (a tokenizer, for text-only models).

    Raises:
        FileNotFoundError: If there is no model to be had under that name.
    """
    try:
        config = AutoConfig.from_pretrained(path)
    except (OSError, ValueError) as error:
        raise FileNotFoundError(
            f"no model at {path}: it is neither a folder with config.json nor a hub id, such as "
            f"Qwen/Qwen2.5-VL-3B-Instruct, that can be reached from here ({type(error).__name__})"
        ) from error
    if config.model_type in MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES:
        return AutoModelForImageTextToText.from_pretrained(path, dtype=dtype), AutoProcessor.from_pretrained(path)
    return AutoModelForCausalLM.from_pretrained(path, dtype=dtype), AutoTokenizer.from_pretrained(path)


class HFPolicy:
    """Samples from a transformers model that it shares with whoever trains it.

    Args:
        model: The model; used in place, so its current weights always speak.
        processor: Its processor or tokenizer.
        max_batch: Most samples decoded at once.
        seed: Start of the policy's own random stream.
    """

    def __init__(self, model: Any, processor: Any, max_batch: int = 512, seed: int = 0):
        self.model = model
        self.processor = processor
        self.tokenizer = getattr(processor, "tokenizer", processor)
        self.max_batch = max_batch
        self.banned = torch.tensor(chat.visual_token_ids(model.config), dtype=torch.long, device=model.device)
        self.stop_ids = _stop_ids(model, self.tokenizer)
        self._generator = torch.Generator(model.device).manual_seed(seed)

    @classmethod
    def from_pretrained(cls, path: str | Path, **kwargs: Any) -> HFPolicy:
        """Load a model folder or hub id."""
        model, processor = load_model(path)
        return cls(model.eval(), processor, **kwargs)

    def load_weights(self, model: Any) -> None:
        """Sample from this model from now on; it is shared and not copied."""
        self.model = model

    def rest(self) -> None:
        """Nothing to give back: the model is the trainer's."""

    def close(self) -> None:
        """Nothing to end."""

    def encode(self, prompt: Prompt) -> EncodedPrompt:
        """What the model reads for a prompt."""
        return chat.encode(prompt, self.model, self.processor)

    @torch.no_grad()
    def generate(self, prompts: Sequence[Prompt], sampling: SamplingConfig) -> list[Completion]:
        generator = self._generator
        if sampling.seed is not None:
            generator = torch.Generator(self.model.device).manual_seed(sampling.seed)
        encoded, which = self._encode_once(prompts)
        was_training = self.model.training
        self.model.eval()
        try:
            completions: list[Completion] = []
            for start in range(0, len(prompts), self.max_batch):
                completions += self._decode(encoded, which[start : start + self.max_batch], sampling, generator)
            return completions
        finally:
            self.model.train(was_training)

    def _encode_once(self, prompts: Sequence[Prompt]) -> tuple[list[EncodedPrompt], list[int]]:
        """Encodings of the distinct prompts, and for each prompt the index of its encoding."""
        index: dict[tuple, int] = {}
        encoded: list[EncodedPrompt] = []
        which = []
        for prompt in prompts:
            key = prompt.key()
            if key not in index:
                index[key] = len(encoded)
                encoded.append(self.encode(prompt))
            which.append(index[key])
        return encoded, which

    def _decode(
        self, encoded: list[EncodedPrompt], which: Sequence[int], sampling: SamplingConfig, generator: torch.Generator
    ) -> list[Completion]:
        """Sample one completion for each entry of `which`, an index into `encoded`."""
        distinct = sorted(set(which))
        slot = {index: row for row, index in enumerate(distinct)}
        rows = torch.tensor([slot[index] for index in which], device=self.model.device)
        logits, cache, mask, position = self._read([encoded[index] for index in distinct])

        logits, mask, position = logits[rows], mask[rows], position[rows]
        cache.batch_select_indices(rows)
        alive = torch.arange(len(which), device=self.model.device)
        tokens = torch.zeros(len(which), sampling.max_tokens, dtype=torch.long, device=self.model.device)
        logprobs = torch.zeros(len(which), sampling.max_tokens, device=self.model.device)
        lengths = torch.full((len(which),), sampling.max_tokens, device=self.model.device)
        stopped = torch.zeros(len(which), dtype=torch.bool, device=self.model.device)
        for step in range(sampling.max_tokens):
            token, logprob = draw(logits, sampling, self.banned, generator)
            tokens[alive, step], logprobs[alive, step] = token, logprob
            ended = torch.isin(token, self.stop_ids) & ~stopped[alive]
            lengths[alive[ended]] = step + 1
            stopped[alive[ended]] = True
            going = ~stopped[alive]
            remaining = int(going.sum())
            if not remaining or step + 1 == sampling.max_tokens:
                break
            if remaining < _COMPACT_BELOW * len(alive):
                keep = going.nonzero()[:, 0]
                alive, token, mask, position = alive[keep], token[keep], mask[keep], position[keep]
                cache.batch_select_indices(keep)
            mask = torch.cat([mask, mask.new_ones(len(alive), 1)], dim=1)
            logits = self.model(
                input_ids=token[:, None],
                attention_mask=mask,
                position_ids=self._position_ids(position[:, None]),
                past_key_values=cache,
                use_cache=True,
            ).logits[:, -1]
            position = position + 1
        return [
            self._completion(encoded[index], tokens[i, :n].tolist(), logprobs[i, :n].tolist(), stop)
            for i, (index, n, stop) in enumerate(zip(which, lengths.tolist(), stopped.tolist(), strict=True))
        ]

    def _read(self, prompts: list[EncodedPrompt]) -> tuple[torch.Tensor, DynamicCache, torch.Tensor, torch.Tensor]:
        """Read prompts, padded on the left.

        Returns:
            Logits of the next token [P, V]; the cache; the attention mask [P, T]; the next position of each row [P].
        """
        device = self.model.device
        longest = max(map(len, prompts))
        pads = [longest - len(prompt) for prompt in prompts]
        pad_id = self.tokenizer.pad_token_id or 0
        ids = torch.stack([_pad(p.input_ids, n, pad_id) for p, n in zip(prompts, pads, strict=True)]).to(device)
        mask = torch.stack([_pad(torch.ones_like(p.input_ids), n, 0) for p, n in zip(prompts, pads, strict=True)])
        places = torch.stack([_pad(p.position_ids, n, 0) for p, n in zip(prompts, pads, strict=True)], dim=1).to(device)
        mask = mask.to(device)
        pictures = vision.collate(p.pictures for p in prompts)
        seen = {"mm_encoder_outputs": {"image": vision.encode(self.model, pictures)}} if pictures else {}
        cache = DynamicCache()
        logits = self.model(
            input_ids=ids,
            attention_mask=mask,
            position_ids=places if len(places) == 3 else places[0],
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
            **seen,
        ).logits[:, -1]
        return logits, cache, mask, places.amax(dim=(0, 2)) + 1

    def _position_ids(self, position: torch.Tensor) -> torch.Tensor:
        """Positions [B, 1] in the shape the model takes: 3-D models want the same number three times."""
        has_3d = hasattr(getattr(self.model, "model", None), "get_rope_index")
        return position.expand(3, -1, -1) if has_3d else position

    def _completion(self, prompt: EncodedPrompt, ids: list[int], logprobs: list[float], stopped: bool) -> Completion:
        text = self.tokenizer.decode(ids, skip_special_tokens=True)
        return Completion(text, ids, logprobs, "stop" if stopped else "length", prompt)


def draw(
    logits: torch.Tensor, sampling: SamplingConfig, banned: torch.Tensor, generator: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw a token for each row.

    Args:
        logits: [B, V].
        sampling: Temperature and top-p.
        banned: int64 ids that are never drawn.
        generator: Source of randomness.

    Returns:
        Token ids, int64 [B], and their log-probabilities before top-p, float32 [B].
    """
    logits = logits.float()
    logits[:, banned] = -torch.inf
    logprobs = torch.log_softmax(logits / (sampling.temperature or 1.0), dim=-1)
    if sampling.temperature == 0:
        token = logprobs.argmax(dim=-1)
    else:
        token = torch.multinomial(_nucleus(logprobs.exp(), sampling.top_p), 1, generator=generator)[:, 0]
    return token, logprobs.gather(1, token[:, None])[:, 0]


def _nucleus(probabilities: torch.Tensor, top_p: float) -> torch.Tensor:
    """Zero the tail outside the smallest set of tokens with probability `top_p` (arXiv 1904.09751), unnormalised [B, V]."""
    if top_p >= 1:
        return probabilities
    ordered, order = probabilities.sort(dim=-1, descending=True)
    before = ordered.cumsum(dim=-1) - ordered
    return torch.zeros_like(probabilities).scatter(1, order, ordered.masked_fill(before >= top_p, 0))


def _pad(values: torch.Tensor, count: int, value: int) -> torch.Tensor:
    return torch.nn.functional.pad(values, (count, 0), value=value)


def _stop_ids(model: Any, tokenizer: Any) -> torch.Tensor:
    ids = model.generation_config.eos_token_id
    ids = tokenizer.eos_token_id if ids is None else ids
    return torch.tensor([ids] if isinstance(ids, int) else list(ids), device=model.device)
