"""How much of each study a full and a quick set hold."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FULL", "QUICK", "Settings"]


@dataclass(frozen=True)
class Settings:
    """Sizes that decide what the files say.

    Attributes:
        name: of the set.
        instances: tried against each statement in the audits.
        starts: starting policies of each figure of hambly2021; Algorithm 2 has a 48th as many seeds.
        policies: starting policies in the study of initialisation.
        figure_steps: iterations of the runs behind the figures of zhang2022.
        monotone_steps, monotone_starts: how long and from how many policies a step size has to raise the potential.
        horizon_steps: iterations after which a run towards a theorem's T is ended.
        tried_steps: iterations with which larger step sizes are tried.
    """

    name: str
    instances: int
    starts: int
    policies: int
    figure_steps: int
    monotone_steps: int
    monotone_starts: int
    horizon_steps: int
    tried_steps: int


FULL = Settings("full", 1000, 1024, 200, 2000, 2000, 9, 1_000_000, 20_000)
QUICK = Settings("quick", 20, 96, 20, 500, 300, 3, 100_000, 2_000)
