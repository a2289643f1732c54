"""Tasks with verifiable rewards as Gymnasium environments. Importing this package registers every `LMMR1/*` id."""

from gymnasium.envs.registration import register, registry

#: The environment of each id, and the one that plays many at once, where there is one.
ENVIRONMENTS: dict[str, tuple[str, str | None]] = {
    "LMMR1/Sokoban-v0": ("envs.sokoban.env:SokobanEnv", None),
    "LMMR1/SokobanDiscrete-v0": ("envs.sokoban.discrete:SokobanDiscreteEnv", "envs.sokoban.vector:SokobanVectorEnv"),
    "LMMR1/Football-v0": ("envs.football.env:FootballEnv", None),
    "LMMR1/FootballDiscrete-v0": (
        "envs.football.discrete:FootballDiscreteEnv",
        "envs.football.vector:FootballVectorEnv",
    ),
    "LMMR1/Geometry-v0": ("envs.geometry.env:GeometryEnv", None),
    "LMMR1/PerceReason-v0": ("envs.percereason.env:PerceReasonEnv", None),
    "LMMR1/TextMath-v0": ("envs.text_math.env:TextMathEnv", None),
    "LMMR1/Dataset-v0": ("envs.dataset.env:DatasetEnv", None),
}

for _id, (_single, _vector) in ENVIRONMENTS.items():
    if _id not in registry:
        register(_id, entry_point=_single, vector_entry_point=_vector)

__all__ = ["ENVIRONMENTS"]
