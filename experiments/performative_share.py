"""Does finding out performed kindness pay where more of it is performed?"""

from __future__ import annotations

from sim import Headline, Study, experiment, grid

STUDY = Study(
    name="performative_share",
    question="Does finding out performed kindness pay where more of it is performed?",
    scenario="performative",
    points=grid({"population.image_alpha": [0.5, 1.5, 3.0, 6.0]}),
    replicates=10,
    changes={"network.people": 1_000},
    outcomes=("sincere", "kind_acts", "found_out", "gratitude"),
)
HEADLINE = Headline("sincere", "verified")

if __name__ == "__main__":
    experiment(STUDY, HEADLINE)
