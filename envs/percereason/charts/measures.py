"""What is measured of many things at once: the subject of histograms, stem-and-leaf plots and box plots."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """One measurement of each of many things.

    Attributes:
        title: What stands above a chart.
        axis: The measurement with its unit.
        things: What is measured, in the plural.
        measure: What of it, in the singular.
        unit: The unit, in the plural; empty for none.
    """

    title: str
    axis: str
    things: str
    measure: str
    unit: str

    @property
    def one(self) -> str:
        """The measurement with its article."""
        return f"{'an' if self.measure[0] in 'aeiou' else 'a'} {self.measure}"


MEASURES = (
    Measure("Heights of seedlings", "Height (cm)", "seedlings", "height", "cm"),
    Measure("Journey times", "Time (minutes)", "journeys", "time", "minutes"),
    Measure("Ages of trees", "Age (years)", "trees", "age", "years"),
    Measure("Masses of eggs", "Mass (g)", "eggs", "mass", "g"),
    Measure("Test results", "Score (points)", "pupils", "score", "points"),
    Measure("Waiting times", "Time (minutes)", "patients", "waiting time", "minutes"),
    Measure("Lengths of calls", "Length (minutes)", "calls", "length", "minutes"),
    Measure("Long jumps", "Length (dm)", "jumps", "length", "dm"),
    Measure("Sizes of farms", "Area (ha)", "farms", "area", "ha"),
    Measure("Speeds of cars", "Speed (km/h)", "cars", "speed", "km/h"),
    Measure("Lengths of leaves", "Length (mm)", "leaves", "length", "mm"),
    Measure("Claims settled", "Time (days)", "claims", "settling time", "days"),
    Measure("Songs on a playlist", "Length (seconds)", "songs", "length", "seconds"),
    Measure("Parcels at a depot", "Mass (kg)", "parcels", "mass", "kg"),
    Measure("Phone batteries", "Life (hours)", "batteries", "life", "hours"),
)
