"""Does a norm that a season of kindness has raised stay up, if people follow norms more?"""

from __future__ import annotations

from sim import Headline, Study, experiment, grid

STUDY = Study(
    name="norm_shift",
    question="Does a norm that a season of kindness has raised stay up, if people follow norms more?",
    scenario="norm_shift",
    points=grid({"rules.beta_norm": [0.25, 0.5, 1.0, 2.0, 4.0]}),
    replicates=6,
    changes={"network.people": 1_000},
    outcomes=("norm", "kind_acts", "resting", "norm_half_life"),
)
HEADLINE = Headline("norm", "season")

if __name__ == "__main__":
    experiment(STUDY, HEADLINE)
