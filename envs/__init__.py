"""Tasks with verifiable rewards as Gymnasium environments. Importing this package registers every `LMMR1/*` id."""

from gymnasium.envs.registration import register, registry

ENVIRONMENTS = {
    "LMMR1/Sokoban-v0": "envs.sokoban.env:SokobanEnv",
    "LMMR1/SokobanDiscrete-v0": "envs.sokoban.discrete:SokobanDiscreteEnv",
    "LMMR1/TextMath-v0": "envs.text_math.env:TextMathEnv",
}

for _id, _entry_point in ENVIRONMENTS.items():
    if _id not in registry:
        register(id=_id, entry_point=_entry_point)

__all__ = ["ENVIRONMENTS"]
