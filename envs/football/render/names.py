"""Names of our players, shown over the head of the one who is controlled."""

#: By the player's number in `left_team`. None is longer than nine letters, so that a name fits small frames.
NAMES = (
    "Turing",
    "Noether",
    "Euler",
    "Curie",
    "Gauss",
    "Hopper",
    "Fermat",
    "Lovelace",
    "Kepler",
    "Hypatia",
    "Faraday",
)
