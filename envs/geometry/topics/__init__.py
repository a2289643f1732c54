"""Problem families by topic, each a function `(rng, level) -> GeometryProblem`."""
