"""Does it matter for a friendlier platform who is tied to whom?"""

from __future__ import annotations

from sim import Headline, Study, experiment, grid

STUDY = Study(
    name="networks_compared",
    question="Does it matter for a friendlier platform who is tied to whom?",
    scenario="supportive_design",
    points=grid({"network.kind": ["ring", "small_world", "random", "communities", "scale_free"]}),
    replicates=10,
    changes={"network.people": 1_000},
    outcomes=("kind_acts", "norm", "resting", "received_gini"),
)
HEADLINE = Headline("kind_acts", "easier")

if __name__ == "__main__":
    experiment(STUDY, HEADLINE)
