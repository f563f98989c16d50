"""Who gains when the feed shows what is liked, and do strangers in the feed make up for it?"""

from __future__ import annotations

from sim import Headline, Study, experiment, grid

STUDY = Study(
    name="amplification",
    question="Who gains when the feed shows what is liked, and do strangers in the feed make up for it?",
    scenario="likes_and_reach",
    points=grid({"rules.age_floor": [0.05, 0.25, 0.5]}),
    replicates=10,
    changes={"network.people": 1_000},
    outcomes=("received_gini", "needs_met", "kind_acts", "wellbeing"),
)
HEADLINE = Headline("needs_met", "engagement")

if __name__ == "__main__":
    experiment(STUDY, HEADLINE)
