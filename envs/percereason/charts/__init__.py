"""Pictures of data: bars, lines, slices, points, boxes, tables, maps and graphs of functions."""

from envs.percereason.charts.bar_chart import bar_chart
from envs.percereason.charts.box_plot import box_plot
from envs.percereason.charts.choropleth import choropleth
from envs.percereason.charts.function_plot import function_plot
from envs.percereason.charts.grouped_bars import grouped_bar_chart, stacked_bar_chart
from envs.percereason.charts.histogram import histogram
from envs.percereason.charts.line_chart import line_chart
from envs.percereason.charts.pie_chart import pie_chart
from envs.percereason.charts.scatter_plot import scatter_plot
from envs.percereason.charts.stem_and_leaf import stem_and_leaf
from envs.percereason.charts.table import table

#: The families of this package.
FAMILIES = (
    bar_chart,
    grouped_bar_chart,
    stacked_bar_chart,
    line_chart,
    pie_chart,
    scatter_plot,
    histogram,
    box_plot,
    stem_and_leaf,
    table,
    choropleth,
    function_plot,
)

__all__ = ["FAMILIES"]
