"""The table of families of geometry: a new family is one function `(rng, level) -> GeometryProblem` in a topic."""

from __future__ import annotations

from envs.families import FamilyTable
from envs.geometry.problem import GeometryProblem
from envs.geometry.topics import (
    arcs,
    areas,
    chords,
    circles,
    cones,
    coordinates,
    grid_figures,
    incircles,
    intercepts,
    l_shapes,
    lenses,
    polyhedra,
    pyramids,
    revolution,
    right_triangles,
    rounded_areas,
    secants,
    similarity,
    solids,
    special_triangles,
    spheres,
    tangents,
    triangle_areas,
    triangles,
    trigonometry,
    windows,
)

_TRIANGLES = (
    triangles,
    triangle_areas,
    right_triangles,
    special_triangles,
    trigonometry,
    similarity,
    intercepts,
)
_CIRCLES = (circles, arcs, tangents, incircles, chords, secants)
_COORDINATES = (coordinates, grid_figures)
_SOLIDS = (solids, cones, spheres, revolution, polyhedra, pyramids)
_AREAS = (areas, windows, rounded_areas, lenses, l_shapes)

FAMILIES: FamilyTable[GeometryProblem] = FamilyTable(
    (family for topic in (*_TRIANGLES, *_CIRCLES, *_COORDINATES, *_SOLIDS, *_AREAS) for family in topic.FAMILIES),
    levels=(1, 3),
)
