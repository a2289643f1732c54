"""The table of families of geometry: a new family is one function `(rng, level) -> GeometryProblem` in a topic."""

from __future__ import annotations

from envs.families import FamilyTable
from envs.geometry.problem import GeometryProblem
from envs.geometry.topics import (
    arcs,
    areas,
    areas_by_sine,
    chords,
    circles,
    circumcircles,
    cones,
    coordinates,
    grid_figures,
    incircles,
    intercepts,
    isosceles,
    kites,
    l_shapes,
    lenses,
    lines,
    medians,
    parallelograms,
    parallels,
    polygons,
    polyhedra,
    pyramids,
    rectangles,
    regular_polygons,
    revolution,
    rhombuses,
    right_triangles,
    rounded_areas,
    secants,
    similarity,
    sines_and_cosines,
    solids,
    special_triangles,
    spheres,
    tangents,
    trapezoids,
    triangle_areas,
    triangle_lines,
    triangles,
    trigonometry,
    windows,
    zigzags,
)

_TRIANGLES = (
    triangles,
    isosceles,
    triangle_areas,
    right_triangles,
    special_triangles,
    trigonometry,
    similarity,
    intercepts,
    medians,
    triangle_lines,
    sines_and_cosines,
    areas_by_sine,
    circumcircles,
)
_LINES_AND_POLYGONS = (
    lines,
    parallels,
    zigzags,
    polygons,
    regular_polygons,
    parallelograms,
    rhombuses,
    rectangles,
    trapezoids,
    kites,
)
_CIRCLES = (circles, arcs, tangents, incircles, chords, secants)
_COORDINATES = (coordinates, grid_figures)
_SOLIDS = (solids, cones, spheres, revolution, polyhedra, pyramids)
_AREAS = (areas, windows, rounded_areas, lenses, l_shapes)

_TOPICS = (*_TRIANGLES, *_LINES_AND_POLYGONS, *_CIRCLES, *_COORDINATES, *_SOLIDS, *_AREAS)

FAMILIES: FamilyTable[GeometryProblem] = FamilyTable(
    (family for topic in _TOPICS for family in topic.FAMILIES), levels=(1, 3)
)
