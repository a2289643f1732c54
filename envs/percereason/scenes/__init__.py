"""Pictures of things that are not charts: instruments, shapes, games, trees and maps, receipts and forms."""

from envs.percereason.scenes.calendar import calendar
from envs.percereason.scenes.clock import clock
from envs.percereason.scenes.dice_or_dominoes import dice_or_dominoes
from envs.percereason.scenes.gauge import gauge
from envs.percereason.scenes.graph import graph
from envs.percereason.scenes.icon_arithmetic import icon_arithmetic
from envs.percereason.scenes.insurance_claim import insurance_claim
from envs.percereason.scenes.map_grid import map_grid
from envs.percereason.scenes.receipt import receipt
from envs.percereason.scenes.ruler import ruler
from envs.percereason.scenes.shape_comparison import shape_comparison
from envs.percereason.scenes.shape_counting import shape_counting
from envs.percereason.scenes.tree import tree

#: The families of this package.
FAMILIES = (
    clock,
    ruler,
    gauge,
    shape_counting,
    shape_comparison,
    icon_arithmetic,
    dice_or_dominoes,
    tree,
    graph,
    map_grid,
    calendar,
    receipt,
    insurance_claim,
)

__all__ = ["FAMILIES"]
