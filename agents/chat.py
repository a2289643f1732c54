"""Chat messages and images into model inputs, through the model's own processor."""

from __future__ import annotations

from typing import Any

import torch
from PIL import Image

from agents import vision
from agents.policy import EncodedPrompt, Prompt

#: Names under which model configurations keep the ids of tokens that stand for, or enclose, pictures and videos.
_VISUAL_TOKEN_NAMES = (
    "image_token_id",
    "image_token_index",
    "video_token_id",
    "video_token_index",
    "vision_start_token_id",
    "vision_end_token_id",
    "vision_token_id",
    "boi_token_index",
    "eoi_token_index",
)


def visual_token_ids(config: Any) -> tuple[int, ...]:
    """Ids of all image and video tokens of a model: banned from completions, refused at the trainer's door.

    A completion that contained one would promise the model a picture which is not there.
    """
    ids = {getattr(config, name, None) for name in _VISUAL_TOKEN_NAMES}
    return tuple(sorted(i for i in ids if isinstance(i, int) and i >= 0))


def neutralise(text: str, tokenizer: Any) -> str:
    """Text in which no special token of the tokenizer can be read: `<|image_pad|>` becomes `< |image_pad|>`.

    Prompts may quote anything, and a placeholder smuggled in would claim a picture or end the turn.
    """
    for token in tokenizer.all_special_tokens:
        if token in text:
            text = text.replace(token, f"{token[0]} {token[1:]}")
    return text


def message(prompt: Prompt, processor: Any) -> dict[str, Any]:
    """A prompt as the user's chat message.

    Raises:
        ValueError: If the prompt has pictures and the processor takes none.
    """
    text = neutralise(prompt.text, getattr(processor, "tokenizer", processor))
    if hasattr(processor, "image_processor"):
        pictures = [{"type": "image", "image": Image.fromarray(image)} for image in prompt.images]
        return {"role": "user", "content": [*pictures, {"type": "text", "text": text}]}
    if prompt.images:
        raise ValueError(
            f"the prompt has {len(prompt.images)} images, but {type(processor).__name__} takes text only; "
            "use a vision-language model for this task"
        )
    return {"role": "user", "content": text}


def render(prompt: Prompt, processor: Any) -> str:
    """What the chat template makes of a prompt, as text with one placeholder for each picture."""
    return processor.apply_chat_template([message(prompt, processor)], add_generation_prompt=True, tokenize=False)


def encode(prompt: Prompt, model: Any, processor: Any) -> EncodedPrompt:
    """Apply the chat template and the image processor to one prompt.

    Args:
        prompt: Text and pictures.
        model: The transformers model, for its positions.
        processor: The model's processor; a plain tokenizer for text-only models.

    Raises:
        ValueError: If the prompt has pictures and the processor takes none.
    """
    inputs = processor.apply_chat_template(
        [message(prompt, processor)],
        add_generation_prompt=True,
        tokenize=True,
        return_dict=True,
        return_tensors="pt",
    )
    input_ids = inputs["input_ids"][0]
    pictures = vision.from_processor(inputs)
    is_picture = input_ids == getattr(model.config, "image_token_id", -1)
    return EncodedPrompt(input_ids, positions(model, input_ids, is_picture, pictures), is_picture, pictures)


def positions(model: Any, input_ids: torch.Tensor, is_picture: torch.Tensor, pictures: vision.Pictures) -> torch.Tensor:
    """Rotary positions of one sequence, int64 [R, T]: R = 3 for models with 3-D positions, else 1."""
    rope_index = getattr(getattr(model, "model", None), "get_rope_index", None)
    if rope_index is None:
        return torch.arange(len(input_ids))[None]
    if not pictures:
        return torch.arange(len(input_ids)).expand(3, -1).clone()
    kinds = is_picture.int()[None]
    ids, _ = rope_index(input_ids[None], mm_token_type_ids=kinds, image_grid_thw=pictures["image_grid_thw"])
    return ids[:, 0]
