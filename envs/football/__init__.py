"""Football: eleven against eleven, one player ours. `LMMR1/Football-v0` and `LMMR1/FootballDiscrete-v0`."""

__all__: list[str] = []
