"""Pictures on their way into a model: from the image processor's tensors to rows of features, for every supported family.

Qwen's processors lay the patches of all pictures end to end and say in `image_grid_thw` which belong together; SmolVLM's
make tiles of one size. Either way a *unit* (a picture, or a tile) becomes a known number of feature rows, one for each
picture token in the text, and the vision tower is run only for units that somebody asks for.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate
from typing import Any

import torch

#: What an image processor makes of pictures, each with the patches or tiles along dimension 0.
Pictures = dict[str, torch.Tensor]

_KEYS = ("pixel_values", "image_grid_thw", "pixel_attention_mask")
#: Keys whose tensors come with a batch dimension of one in front when a processor cuts pictures into tiles.
_TILED = ("pixel_values", "pixel_attention_mask")


def from_processor(inputs: Any) -> Pictures:
    """The picture tensors among a processor's outputs for one prompt; empty for text."""
    pictures = {key: inputs[key] for key in _KEYS if inputs.get(key) is not None}
    if pictures and "image_grid_thw" not in pictures:
        pictures |= {key: pictures[key][0] for key in _TILED if key in pictures}
    return pictures


def collate(several: Iterable[Pictures]) -> Pictures:
    """The pictures of several prompts as if they were one's."""
    several = [pictures for pictures in several if pictures]
    return {key: torch.cat([pictures[key] for pictures in several]) for key in several[0]} if several else {}


def sizes(model: Any, pictures: Pictures) -> list[int]:
    """Feature rows of each unit."""
    if "image_grid_thw" in pictures:
        merged = model.config.vision_config.spatial_merge_size**2
        return (pictures["image_grid_thw"].prod(-1) // merged).tolist()
    return [model.model.image_seq_len] * len(pictures["pixel_values"])


def select(pictures: Pictures, units: list[int]) -> Pictures:
    """The pictures of some units, in the order given."""
    if "image_grid_thw" not in pictures:
        return {key: value[units] for key, value in pictures.items()}
    grids = pictures["image_grid_thw"]
    patches = pictures["pixel_values"].split(grids.prod(-1).tolist())
    return {"pixel_values": torch.cat([patches[unit] for unit in units]), "image_grid_thw": grids[units]}


def blank(model: Any) -> Pictures:
    """The smallest picture that a vision tower takes, plain grey, for processes that have none but must keep in step."""
    vision = model.config.vision_config
    if hasattr(vision, "spatial_merge_size"):
        side = vision.spatial_merge_size
        channels = getattr(vision, "in_channels", 3) * vision.temporal_patch_size * vision.patch_size**2
        grid = torch.tensor([[1, side, side]])
        return {"pixel_values": torch.full((side * side, channels), 0.5), "image_grid_thw": grid}
    return {"pixel_values": torch.full((1, 3, vision.image_size, vision.image_size), 0.5)}


def encode(model: Any, pictures: Pictures, rows: torch.Tensor | None = None) -> Any:
    """Run the vision tower.

    Args:
        model: A vision-language model of transformers.
        pictures: N units that give R feature rows together.
        rows: int64 [M], which of the R rows are wanted, in any order and any number of times; `None` for all. Units of
            which no row is wanted are left out; with no rows at all the first unit is run for the sake of the processes
            that have some, and gets gradients of zero.

    Returns:
        What the model's forward pass takes as `mm_encoder_outputs["image"]`: M rows in all, DeepStack features included.
    """
    if rows is not None:
        pictures, rows = _touched(model, pictures, rows)
    pictures = {key: value.to(model.device) for key, value in pictures.items()}
    if "image_grid_thw" not in pictures:
        pictures |= {key: pictures[key][None] for key in _TILED if key in pictures}
    features = model.model.get_image_features(**pictures, return_dict=True)
    if rows is not None:
        features.pooler_output = [torch.cat(list(features.pooler_output))[rows]]
        if getattr(features, "deepstack_features", None) is not None:
            features.deepstack_features = [[torch.cat(list(level))[rows]] for level in features.deepstack_features]
    return features


def _touched(model: Any, pictures: Pictures, rows: torch.Tensor) -> tuple[Pictures, torch.Tensor]:
    """The units that have one of the rows, and the rows renumbered to count within them."""
    counts = sizes(model, pictures)
    ends = torch.tensor(list(accumulate(counts)), device=rows.device)
    unit_of = torch.searchsorted(ends, rows, right=True)
    units = unit_of.unique()
    if len(units) in (0, len(counts)):
        return (pictures, rows) if len(units) else (select(pictures, [0]), rows)
    before = torch.tensor([0, *ends.tolist()[:-1]], device=rows.device)
    kept_before = torch.tensor([0, *accumulate(counts[unit] for unit in units.tolist())], device=rows.device)
    renumbered = rows - before[unit_of] + kept_before[torch.searchsorted(units, unit_of)]
    return select(pictures, units.tolist()), renumbered
