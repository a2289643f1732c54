"""The data sets that are known by name: one entry each. To add one, add an entry.

Which of these schemas were confirmed, and how, is told in docs/datasets.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from envs.dataset import layouts
from envs.dataset.rows import Layout


@dataclass(frozen=True)
class Entry:
    """A data set of the hub.

    Attributes:
        hub: Its id there.
        layout: What its columns mean.
        configs: Its configurations that are read, one after the other; `None` for the only one.
        split: The split that is read unless another is named.
        benchmark: Whether nothing of it may be trained on.
        file: The JSONL file that holds its rows, for sets whose pictures come as an archive.
        archive: That archive, a `.tar.gz`.
        below: The archive's folder, at which the paths in the rows begin to hold on other machines.
        licence: What its card says, for orientation.
    """

    hub: str
    layout: Layout
    configs: tuple[str | None, ...] = (None,)
    split: str = "train"
    benchmark: bool = False
    file: str | None = None
    archive: str | None = None
    below: str | None = None
    licence: str = "see its card"


_MATH_SUBJECTS = (
    "algebra",
    "counting_and_probability",
    "geometry",
    "intermediate_algebra",
    "number_theory",
    "prealgebra",
    "precalculus",
)

CATALOG: dict[str, Entry] = {
    # -- for training ---------------------------------------------------------------------------------------------
    "deepscaler": Entry(
        "agentica-org/DeepScaleR-Preview-Dataset",
        layouts.columns("problem", "answer", steps="solution"),
        licence="MIT",
    ),
    "vermulti": Entry(
        "VLM-Reasoner/VerMulti",
        layouts.lmm_r1,
        file="mathv60k_message.jsonl",
        archive="mathv60k_img.tar.gz",
        below="mathv60k_img",
    ),
    "vermulti-geo": Entry(
        "VLM-Reasoner/VerMulti",
        layouts.lmm_r1,
        file="mathv_geo_message.jsonl",
        archive="mathv_geo_img.tar.gz",
        below="mathv_geo_img",
    ),
    "geoqa": Entry(
        "leonardPKU/GEOQA_R1V_Train_8K", layouts.columns("problem", "solution", images=("image",)), licence="Apache-2.0"
    ),
    "geoqa+": Entry("Yuting6/geoqa_plus", layouts.columns("problem", "answer", images=("images",))),
    "geometry3k": Entry(
        "hiyouga/geometry3k", layouts.columns("problem", "answer", images=("images",), details=("id",)), licence="MIT"
    ),
    "math": Entry("EleutherAI/hendrycks_math", layouts.math, configs=_MATH_SUBJECTS, licence="MIT"),
    "gsm8k": Entry("openai/gsm8k", layouts.gsm8k, configs=("main",), licence="MIT"),
    # -- benchmarks -----------------------------------------------------------------------------------------------
    "math500": Entry(
        "HuggingFaceH4/MATH-500",
        layouts.columns("problem", "answer", details=("subject", "level", "unique_id"), steps="solution"),
        split="test",
        benchmark=True,
    ),
    "gpqa-diamond": Entry(
        "Idavidrein/gpqa", layouts.gpqa, configs=("gpqa_diamond",), benchmark=True, licence="CC-BY-4.0, gated"
    ),
    "mathvista": Entry(
        "AI4Math/MathVista",
        layouts.mathvista,
        split="testmini",
        benchmark=True,
        licence="CC-BY-SA-4.0, not for training",
    ),
    "mathverse": Entry(
        "AI4Math/MathVerse",
        layouts.mathverse,
        configs=("testmini",),
        split="testmini",
        benchmark=True,
        licence="MIT",
    ),
    "mathvision": Entry("MathLLMs/MathVision", layouts.mathvision, split="test", benchmark=True, licence="MIT"),
    "olympiadbench": Entry(
        "Hothan/OlympiadBench",
        layouts.olympiad,
        configs=("OE_MM_maths_en_COMP", "OE_MM_physics_en_COMP"),
        benchmark=True,
        licence="Apache-2.0",
    ),
    "olympiadbench-text": Entry(
        "Hothan/OlympiadBench",
        layouts.olympiad,
        configs=("OE_TO_maths_en_COMP", "OE_TO_physics_en_COMP"),
        benchmark=True,
        licence="Apache-2.0",
    ),
    "mm-star": Entry("Lin-Chen/MMStar", layouts.mmstar, split="val", benchmark=True),
}

#: Other spellings.
ALIASES = {
    "geoqa-plus": "geoqa+",
    "mmstar": "mm-star",
    "math-500": "math500",
    "gpqa": "gpqa-diamond",
    "math-vision": "mathvision",
}


def find(name: str) -> Entry | None:
    """The entry of a name in any case, or `None`."""
    name = name.lower()
    return CATALOG.get(ALIASES.get(name, name))
