"""The table of families about pictures: a new family is one function `(rng, level) -> PictureProblem`."""

from __future__ import annotations

from envs.families import FamilyTable
from envs.percereason.charts import FAMILIES as CHARTS
from envs.percereason.problem import PictureProblem
from envs.percereason.scenes import FAMILIES as SCENES

FAMILIES: FamilyTable[PictureProblem] = FamilyTable((*CHARTS, *SCENES), levels=(1, 3))
